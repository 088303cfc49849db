"""The edit form of quizzes: final questions in post-tests only, and rows that belong to the sections there are."""

from __future__ import annotations

from typing import Any

from django.forms import ModelForm
from django.utils.translation import gettext as _

from assessments.question_form import CourseBoundForm


class QuizForm(CourseBoundForm):
    """What its rows and sections say of each other is asked here, where both are at hand."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        formsets = getattr(self, "formsets", {})
        if "blueprint" in formsets and "sections" in formsets:
            rows, sections = _kept(formsets["blueprint"]), _kept(formsets["sections"])
            if cleaned.get("kind") != "posttest":
                _refuse_final(rows)
            named = _match(rows, _keys(sections))
            if all(row.is_valid() for row in formsets["blueprint"].forms):
                _refuse_empty(sections, named)
        return cleaned


def _kept(formset: Any) -> list[ModelForm[Any]]:
    """The forms that are whole and not to be deleted."""
    return [form for form in formset.forms if form.is_valid() and form.cleaned_data and not _goes(form)]


def _goes(form: ModelForm[Any]) -> bool:
    return bool(form.cleaned_data.get("DELETE"))


def _refuse_final(rows: list[ModelForm[Any]]) -> None:
    for row in rows:
        if row.cleaned_data.get("usage") == "final":
            row.add_error("usage", _("Final questions are drawn by a post-test only."))


def _keys(sections: list[ModelForm[Any]]) -> dict[str, str]:
    """Keys as they are spelled, by what they are compared with; each once."""
    keys: dict[str, str] = {}
    for section in sections:
        key = section.cleaned_data["key"].strip()
        section.instance.key = key
        if key.casefold() in keys:
            section.add_error("key", _("Another section has this short name."))
        keys[key.casefold()] = key
    return keys


def _match(rows: list[ModelForm[Any]], keys: dict[str, str]) -> set[str]:
    """Every row in a section if there are any, in the section's spelling.  Returns the sections that are named."""
    named = set()
    for row in rows:
        written = (row.cleaned_data.get("section") or "").strip().casefold()
        named.add(written)
        row.instance.section = keys.get(written, "")
        if keys and written not in keys:
            row.add_error("section", _("This quiz has the sections %(keys)s.") % {"keys": ", ".join(keys.values())})
        elif written not in keys and written:
            row.add_error("section", _("This quiz has no sections. Add one above, or leave this empty."))
    return named


def _refuse_empty(sections: list[ModelForm[Any]], named: set[str]) -> None:
    for section in sections:
        if section.instance.key.casefold() not in named and not section.errors:
            section.add_error("key", _("No row of the blueprint belongs to this section."))
