"""Questions pasted or uploaded: shown with everything that was not understood, made drafts, and taken back again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import roles
from accounts.roles import Action
from accounts.spreadsheets import XLSX
from assessments.bank_admin.viewsets import own_courses
from assessments.errors import AssessmentError
from assessments.exchange import importing
from assessments.exchange.formats import FORMATS, NUMBERED, Format, recognised
from assessments.exchange.mapping import answer_words, question_of
from assessments.exchange.planning import FAULT, KNOWN, NEW, UNSUPPORTED, Defaults
from assessments.formats import pasted, sheet
from assessments.formats.reading import LETTERS, MAX_QUESTIONS
from assessments.models import QuestionImport
from assessments.models.bank import Usage
from assessments.question_form import module_key, module_keys
from courses.models import CoursePage

ANY = ""


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
    format = forms.ChoiceField(
        required=False,
        choices=[(ANY, gettext_lazy("recognise it")), *((slug, each.label) for slug, each in FORMATS.items())],
        label=gettext_lazy("File format"),
    )
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=pasted.MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        label=gettext_lazy("Pasted questions"),
    )
    file = forms.FileField(
        required=False,
        label=gettext_lazy("or a file"),
        help_text=gettext_lazy("XLSX, GIFT, Moodle XML, Aiken or numbered text."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xml,.txt,.gift"}),
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

    def source(self) -> tuple[bytes, Format, str]:
        """What was sent, its format and its name; a file beyond every limit is not even read into memory."""
        upload = self.cleaned_data["file"]
        most = max(each.most_bytes for each in FORMATS.values())
        data = upload.read(most + 1) if upload else self.cleaned_data["text"].encode(errors="replace")
        slug = self.cleaned_data["format"] or (recognised(data) if upload else self._recognised_text(data))
        return data, FORMATS[slug], upload.name if upload else ""

    @staticmethod
    def _recognised_text(data: bytes) -> str:
        """Numbered questions may hold braces and letters; only what has no number before it is something else."""
        return NUMBERED if data.lstrip()[:1].isdigit() else recognised(data)


def require_bank(request: HttpRequest) -> None:
    """Raises PermissionDenied for whoever writes no bank."""
    if not roles.organizations_where(request.user, Action.EDIT_BANK).exists():
        raise PermissionDenied


def read_questions(request: HttpRequest) -> HttpResponse:
    """The form; sent, the preview of what would be created and of every line not understood."""
    require_bank(request)
    form = ImportForm(request.POST or None, request.FILES or None, request=request)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= _preview(request, form)
    return render(request, "assessments/bank/import.html", context)


def _preview(request: HttpRequest, form: ImportForm) -> dict[str, Any]:
    data, wanted, name = form.source()
    course = form.cleaned_data["course"]
    defaults = Defaults(module=form.cleaned_data["module"], usage=form.cleaned_data["usage"])
    plan = importing.look_at(data, wanted, course, defaults, MAX_QUESTIONS)
    shown = None
    if plan.drafts:
        shown = importing.keep(
            plan,
            course=course,
            wanted=wanted,
            data=data,
            file_name=name,
            actor=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
    return {
        "plan": plan,
        "format": wanted.label,
        "batch": shown,
        "questions": [_shown(fields) for fields in plan.drafts],
        "faults": [row for row in plan.rows if row.outcome == FAULT],
        "passed_over": [row for row in plan.rows if row.outcome in (KNOWN, UNSUPPORTED)],
        "noted": [row for row in plan.rows if row.outcome == NEW and row.reasons],
    }


def _shown(fields: dict[str, Any]) -> dict[str, Any]:
    """One question of the preview, key included: whoever sees it writes this bank."""
    question = question_of(fields)
    lettered = list(zip(LETTERS, question.option_list, strict=False))
    return {
        "stem": question.stem,
        "kind": question.get_kind_display(),
        "lettered": lettered,
        "answers": answer_words(question),
        "explanation": question.explanation,
    }


@require_POST
def create_questions(request: HttpRequest) -> HttpResponse:
    """Create the drafts that the preview showed; a second press makes nothing twice."""
    require_bank(request)
    shown = get_object_or_404(_visible(request), public_id=_uuid(request), actor=request.user)
    try:
        done = importing.take_in(shown, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
    except AssessmentError as error:
        messages.error(request, str(error.message))
        return redirect("bank_import")
    text = ngettext("%(count)s draft was created.", "%(count)s drafts were created.", len(done.made))
    messages.success(request, text % {"count": len(done.made)})
    return redirect("bank_imported", public_id=done.public_id)


def _uuid(request: HttpRequest) -> Any:
    field = forms.UUIDField(required=False)
    try:
        return field.clean(request.POST.get("batch", ""))
    except forms.ValidationError:
        return None


def _visible(request: HttpRequest) -> Any:
    return QuestionImport.objects.visible_to(request.user).select_related("course", "organization", "actor")  # type: ignore[arg-type]


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """What was imported lately, newest first."""
    require_bank(request)
    found = _visible(request).exclude(state=QuestionImport.State.SHOWN).defer("drafts", "made")[:100]
    return render(request, "assessments/bank/imports.html", {"imports": found, "formats": FORMATS})


@require_safe
def imported(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One import: what became of each question, and taking it back."""
    require_bank(request)
    done = get_object_or_404(_visible(request).exclude(state=QuestionImport.State.SHOWN), public_id=public_id)
    in_the_way = importing.obstacles(done) if done.state == QuestionImport.State.DONE else []
    context = {"done": done, "format": FORMATS[done.format].label, "in_the_way": in_the_way}
    return render(request, "assessments/bank/imported.html", context)


@require_POST
def take_back(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Delete what an import made."""
    require_bank(request)
    done = get_object_or_404(_visible(request), public_id=public_id)
    try:
        importing.take_back(done, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("The import was undone: its drafts are gone."))
    except AssessmentError as error:
        messages.error(request, str(error.message))
    return redirect("bank_imported", public_id=done.public_id)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook to fill in."""
    require_bank(request)
    return attached(sheet.template(), XLSX, "templat-soal.xlsx")


def attached(data: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to be kept by the person, never by a cache: it may hold keys."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=content_type, headers=headers)
