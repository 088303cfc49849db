"""The edit forms of questions and assignments: choices limited to what the person may write, wording asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from accounts import roles
from accounts.roles import Action
from assessments import composing, kinds, picturing
from assessments.assignments import kinds as assignment_kinds
from cms.page_forms import OwnMediaMixin


class CourseBoundForm(WagtailAdminModelForm):  # type: ignore[misc]
    """A form whose course decides the organization: only courses whose bank the person may write are offered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "course" in self.fields:
            courses = self.fields["course"].queryset.model.objects
            allowed = roles.organizations_where(self.for_user, Action.EDIT_BANK) if self.for_user else None
            self.fields["course"].queryset = courses.filter(organization__in=allowed) if allowed else courses.none()
            self.fields["course"].required = True

    def clean_module(self) -> str:
        """The key of one of the course's modules, in the course's own spelling."""
        written, course = str(self.cleaned_data["module"]).strip(), self.cleaned_data.get("course")
        if not written or course is None:
            return written
        found = module_key(course, written)
        if found is None:
            keys = ", ".join(module_keys(course)) or "-"
            raise ValidationError(_("This course has the modules %(keys)s.") % {"keys": keys})
        return found


class QuestionForm(OwnMediaMixin, CourseBoundForm):
    """Drafts may be unfinished; what is submitted or published must be whole."""

    meaning_changed = forms.BooleanField(
        required=False,
        label=gettext_lazy("The new wording asks something else"),
        help_text=gettext_lazy(
            "Leave this empty when you corrected a typo or said the same more clearly: the statistics of the question "
            "go on. Tick it when the answer may differ now. A changed key or changed options are new by themselves."
        ),
    )

    class Media:
        js = ["assessments/bank.js"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        declared = self.instance.new_meaning_after
        self.initial["meaning_changed"] = declared is not None and declared == self._last_number()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.is_deferred_validation:
            self._refuse_incomplete(cleaned)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        changed = self.cleaned_data.get("meaning_changed")
        self.instance.new_meaning_after = self._last_number() if changed else None
        return super().save(commit=commit)

    def _clean_fields(self) -> None:
        """Fields of other kinds are neither checked nor written: what stands in them is kept as it is."""
        kind = self.data.get(self.add_prefix("kind"))
        own = composing.FIELDS.get(kind, ())
        of_others = {name for names in composing.FIELDS.values() for name in names} - set(own)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[has-type]
        self.fields = {name: field for name, field in fields.items() if name not in of_others}
        super()._clean_fields()
        self.fields = fields

    def _refuse_incomplete(self, cleaned: dict[str, Any]) -> None:
        if self.errors or cleaned.get("kind") not in composing.FIELDS:
            return
        kind = cleaned["kind"]
        kind_members = composing.members(kind, cleaned.get)
        body = {
            "kind": kind,
            "stem": cleaned.get("stem") or "",
            "explanation": cleaned.get("explanation") or "",
            "points": composing.points_of(kind, kind_members, cleaned.get("points") or Decimal(0)),
            "images": picturing.described(kind, cleaned.get),
            **kind_members,
        }
        found = [str(problem) for problem in kinds.problems(body)]
        shown = next((name for name in composing.FIELDS[kind] if name in self.fields), None)
        if found:
            # One error: the editor of a list of blocks shows no second one.
            self.add_error(shown, " ".join(found))

    def _last_number(self) -> int | None:
        if not self.instance.pk:
            return None
        last = self.instance.versions.order_by("-number").values_list("number", flat=True).first()
        return None if last is None else int(last)


class AssignmentForm(CourseBoundForm):
    """Kinds of file as boxes to tick."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("kinds of file"),
        choices=assignment_kinds.CHOICES,
        initial=[assignment_kinds.PDF, assignment_kinds.DOCX, assignment_kinds.JPG],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Looked at by what is inside, not by the name. None: no files."),
    )


def module_keys(course: Any) -> list[str]:
    """Keys of the course's modules in their order, drafts included."""
    pages = course.get_children().specific().order_by("path")
    return [page.key for page in pages if getattr(page, "key", "")]


def module_key(course: Any, written: str) -> str | None:
    """The course's own spelling of a module key, or None when it has no such module."""
    return next((key for key in module_keys(course) if key.casefold() == written.strip().casefold()), None)
