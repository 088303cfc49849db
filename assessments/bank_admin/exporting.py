"""A bank as a file: first what the file could not hold, then the file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from assessments.bank_admin.importing import attached, require_bank
from assessments.bank_admin.viewsets import own_courses
from assessments.exchange import exporting
from assessments.exchange.formats import WRITTEN
from assessments.formats.exchanged import Written
from courses.models import CoursePage


class ExportForm(forms.Form):
    """Which bank, and as what."""

    course: forms.ModelChoiceField[CoursePage] = forms.ModelChoiceField(queryset=None, label=gettext_lazy("Course"))
    format = forms.ChoiceField(
        choices=[(slug, each.label) for slug, each in WRITTEN.items()], label=gettext_lazy("File format")
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = own_courses(request)  # type: ignore[attr-defined]
        if own_courses(request).count() == 1:
            self.initial["course"] = own_courses(request).get().pk


@require_safe
def choose_export(request: HttpRequest) -> HttpResponse:
    """The form; filled in, how much the file holds and each loss by question."""
    require_bank(request)
    form = ExportForm(request.GET or None, request=request)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        written = exporting.write(form.cleaned_data["course"], WRITTEN[form.cleaned_data["format"]])
        context |= {
            "written": written,
            "left_out": [loss for loss in written.losses if loss.left_out],
            "lost": _by_reason(written),
        }
    return render(request, "assessments/bank/export.html", context)


def _by_reason(written: Written) -> list[tuple[str, list[str]]]:
    """What is lost, each with the titles of the questions that lose it: most lose the same."""
    found: dict[str, list[str]] = {}
    for loss in written.losses:
        if not loss.left_out:
            found.setdefault(loss.reason, []).append(loss.title)
    return list(found.items())


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The file.  Sending it is written down: it holds the keys."""
    require_bank(request)
    form = ExportForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, "assessments/bank/export.html", {"form": form}, status=422)
    course, wanted = form.cleaned_data["course"], WRITTEN[form.cleaned_data["format"]]
    written = exporting.export(course, wanted, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
    return attached(written.data, wanted.content_type, f"soal-{course.slug}.{wanted.extension}")
