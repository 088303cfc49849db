"""Questions pasted or uploaded: read, shown with everything that was not understood, then created as drafts.

Between the preview and the creation nothing is stored: what was read travels signed with the page, bound to the person.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import roles
from accounts.roles import Action
from assessments import drafting
from assessments.bank_admin.viewsets import own_courses
from assessments.content import Option
from assessments.formats import pasted, sheet
from assessments.formats.reading import LETTERS, Reading, ReadQuestion
from assessments.models import Question
from assessments.models.bank import Usage
from assessments.question_form import module_key, module_keys
from courses.models import CoursePage

SALT = "assessments.import"
HOUR = 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportForm(forms.Form):
    """A text or a file, and what holds for questions that do not say it themselves."""

    course: forms.ModelChoiceField[CoursePage] = forms.ModelChoiceField(queryset=None, label=gettext_lazy("Course"))
    module = forms.CharField(
        required=False,
        max_length=20,
        label=gettext_lazy("Module"),
        help_text=gettext_lazy("For questions that name none, for example M1."),
    )
    usage = forms.ChoiceField(choices=Usage.choices, label=gettext_lazy("Usage"))
    text = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        label=gettext_lazy("Pasted questions"),
    )
    file = forms.FileField(
        required=False,
        label=gettext_lazy("or an XLSX file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = own_courses(request)  # type: ignore[attr-defined]
        if own_courses(request).count() == 1:
            self.initial["course"] = own_courses(request).get().pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool((cleaned.get("text") or "").strip()) == bool(cleaned.get("file")) and not self.errors:
            raise forms.ValidationError(_("Give either a text or a file."))
        course, module = cleaned.get("course"), cleaned.get("module")
        if course and module:
            cleaned["module"] = module_key(course, module)
            if cleaned["module"] is None:
                keys = ", ".join(module_keys(course)) or "-"
                self.add_error("module", _("This course has the modules %(keys)s.") % {"keys": keys})
        return cleaned

    def read(self) -> Reading:
        """What was understood; a file beyond the limit is not even read into memory."""
        upload = self.cleaned_data["file"]
        if not upload:
            return pasted.read(self.cleaned_data["text"])
        return sheet.read(upload.read(sheet.MAX_BYTES + 1))


def _require_bank(request: HttpRequest) -> None:
    if not roles.organizations_where(request.user, Action.EDIT_BANK).exists():
        raise PermissionDenied


def read_questions(request: HttpRequest) -> HttpResponse:
    """The form; sent, the preview of what would be created and of every line not understood."""
    _require_bank(request)
    form = ImportForm(request.POST or None, request.FILES or None, request=request)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= _preview(request, form)
    return render(request, "assessments/bank/import.html", context)


def _preview(request: HttpRequest, form: ImportForm) -> dict[str, Any]:
    reading, course = form.read(), form.cleaned_data["course"]
    strange = drafting.unknown_modules(reading.questions, course)
    questions = [question for question in reading.questions if question.line not in strange]
    payload = {
        "user": str(request.user.public_id),  # type: ignore[union-attr]
        "course": str(course.public_id),
        "module": form.cleaned_data["module"],
        "usage": form.cleaned_data["usage"],
        "batch": str(uuid4()),
        "questions": [asdict(question) for question in questions],
    }
    return {
        "questions": questions,
        "complaints": reading.complaints,
        "strange": strange.items(),
        "from_file": bool(form.cleaned_data["file"]),
        "payload": signing.dumps(payload, salt=SALT, compress=True) if questions else "",
        "shown": True,
    }


@require_POST
def create_questions(request: HttpRequest) -> HttpResponse:
    """Create the drafts that the preview showed; a second press makes nothing twice."""
    _require_bank(request)
    try:
        payload = signing.loads(request.POST.get("payload", ""), salt=SALT, max_age=HOUR)
    except signing.BadSignature:
        messages.error(request, _("The preview is too old. Paste or upload the questions again."))
        return redirect("bank_import")
    course = own_courses(request).filter(public_id=payload["course"]).first()
    if course is None or payload["user"] != str(request.user.public_id):  # type: ignore[union-attr]
        raise Http404
    made = drafting.create_drafts(
        [_question(stored) for stored in payload["questions"]],
        course=course,
        defaults=drafting.Defaults(module=payload["module"], usage=payload["usage"]),
        batch=payload["batch"],
        actor=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    text = ngettext("%(count)s draft was created.", "%(count)s drafts were created.", len(made))
    messages.success(request, text % {"count": len(made)})
    return redirect(reverse("wagtailsnippets_assessments_question:list"))


def _question(stored: dict[str, Any]) -> ReadQuestion:
    options = tuple(Option(**option) for option in stored["options"])
    return ReadQuestion(**{**stored, "options": options})


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook to fill in."""
    _require_bank(request)
    return _workbook(sheet.template(), "templat-soal.xlsx")


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The person's own questions in the shape of the template; every cell is text."""
    _require_bank(request)
    questions = Question.objects.visible_to(request.user).filter(archived_at=None)  # type: ignore[arg-type]
    return _workbook(sheet.write(_row(question) for question in questions), "bank-soal.xlsx")


def _row(question: Question) -> dict[str, str]:
    usages = {value: word for word, value in sheet.USAGES.items()}
    levels = {value: word for word, value in sheet.DIFFICULTIES.items()}
    options = question.option_list
    truth = question.kind == Question.Kind.TRUEFALSE
    key = [option.text if truth else LETTERS[place] for place, option in enumerate(options) if option.correct]
    return {
        "Kode": question.external_id,
        "Modul": question.module,
        "Penggunaan": usages[question.usage],
        "Tingkat": levels[question.difficulty],
        "Soal": question.stem,
        **({} if truth else dict(zip(sheet.OPTION_COLUMNS, [option.text for option in options], strict=False))),
        "Kunci": ", ".join(key),
        "Pembahasan": question.explanation,
    }


def _workbook(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
