"""Shapes of what trainers and assessors write; the verbs decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Recommendation


class GrantForm(forms.Form):
    """Another attempt or more time for one person, with the reason.  ``timed``: whether the quiz has a limit."""

    extra_attempts = forms.IntegerField(
        label=_("Further attempts"), min_value=0, max_value=5, initial=1, help_text=_("0 if you only give more time.")
    )
    extra_minutes = forms.IntegerField(
        label=_("Extra minutes"),
        min_value=0,
        max_value=600,
        initial=0,
        help_text=_("Added to the running attempt at once, and to every later one."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the grant, with your name and the time."),
    )

    def __init__(self, *args: Any, timed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not timed:
            self.fields["extra_minutes"].widget = forms.HiddenInput()
            self.fields["extra_minutes"].required = False

    def clean_extra_minutes(self) -> int:
        return self.cleaned_data["extra_minutes"] or 0


class RecommendationForm(forms.Form):
    """One judgement about one unit."""

    result = forms.ChoiceField(
        label=_("Your recommendation"), choices=Recommendation.Result.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you saw or read that supports it. The candidate can read it in the own data."),
    )
