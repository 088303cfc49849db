"""The form of an accommodation: for one person, for a selection, or for everybody of an angkatan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.assignments.terms import end_of
from assessments.deadlines import Allowance
from assessments.models import Accommodation
from assessments.models.accommodations import MOST_ATTEMPTS, MOST_MINUTES, MOST_PERCENT
from courses.models import Cohort, EditionPart


def quizzes_of(cohort: Cohort) -> list[EditionPart]:
    """The frozen quizzes in their order; none before the angkatan has been opened."""
    parts = EditionPart.objects.filter(edition=cohort.edition_id, kind="quiz") if cohort.edition_id else []
    return sorted(parts, key=lambda part: (part.json["position"], part.key))


class AccommodationForm(forms.Form):
    """Quiz, what is given, and the reason.  ``allowance`` and ``part`` say what a valid form gives."""

    quiz = forms.ChoiceField(label=_("Quiz"), required=False)
    extra_percent = forms.IntegerField(
        label=_("More time in percent of the quiz's time"),
        min_value=0,
        max_value=MOST_PERCENT,
        required=False,
        help_text=_("25 gives a quarter more. Only for quizzes with a time limit."),
    )
    extra_minutes = forms.IntegerField(
        label=_("Extra minutes"),
        min_value=0,
        max_value=MOST_MINUTES,
        required=False,
        help_text=_("Added to the running attempt at once, and to every later one."),
    )
    extra_attempts = forms.IntegerField(
        label=_("Further attempts"), min_value=0, max_value=MOST_ATTEMPTS, required=False
    )
    closes_later_on = forms.DateField(
        label=_("May still begin until"),
        required=False,
        widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"),
        help_text=_("Until 23.59 of this day, although the angkatan has closed by its date."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Kept with your name and the time; those who may grant and the person can read it. Name no illness: "
            "“screen reader” or “as agreed” is enough."
        ),
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.parts = {part.key: part for part in quizzes_of(cohort)}
        choices = cast(forms.ChoiceField, self.fields["quiz"])
        choices.choices = [("", _("Every quiz")), *((key, part.json["title"]) for key, part in self.parts.items())]
        for name in ("extra_percent", "extra_minutes", "extra_attempts"):
            self.fields[name].widget.attrs |= {"class": "short", "inputmode": "numeric"}

    @property
    def part(self) -> EditionPart | None:
        return self.parts.get(self.cleaned_data["quiz"])

    @property
    def allowance(self) -> Allowance:
        return allowance_of(self.cleaned_data, self.cohort)


def allowance_of(values: Mapping[str, Any], cohort: Cohort) -> Allowance:
    """What the values of the form give; a day ends on the angkatan's clock."""
    day = values.get("closes_later_on")
    later: datetime | None = end_of(day, cohort) if day else None
    return Allowance(
        values.get("extra_attempts") or 0, values.get("extra_minutes") or 0, values.get("extra_percent") or 0, later
    )


class EndingForm(forms.Form):
    """Why an accommodation ends."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with your name and the time."),
    )


def titles_of(rows: list[Accommodation], parts: Mapping[str, EditionPart]) -> dict[str, str]:
    """Keys of quizzes -> titles, also of quizzes of an angkatan that the person has left."""
    unknown = {row.part for row in rows if row.part} - set(parts)
    found = EditionPart.objects.filter(kind="quiz", key__in=unknown) if unknown else []
    return {part.key: part.json["title"] for part in [*found, *parts.values()]}
