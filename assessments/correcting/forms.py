"""What a proposer fills in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.correcting import changes
from assessments.kinds import Body, numeric

_REASON_HELP = _(
    "Participants read this sentence. Say what was wrong, and do not name the right answer: others may still sit the "
    "quiz."
)


class QuestionCorrectionForm(forms.Form):
    """One change of one question.  ``body`` is the question as it counts now."""

    part = forms.ChoiceField(label=_("Question of the case"), required=False)
    do = forms.ChoiceField(label=_("What is to change"), widget=forms.RadioSelect)
    right = forms.MultipleChoiceField(label=_("Right answer"), required=False, widget=forms.CheckboxSelectMultiple)
    points = forms.CharField(label=_("Points"), required=False, max_length=12, help_text=_("Such as 2 or 1,5."))
    only = forms.BooleanField(label=_("Only in this quiz"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_REASON_HELP
    )

    def __init__(self, *args: Any, body: Body, with_quiz: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = body.get("parts") or ()
        asked = parts or (body,)
        self._choices("part", [("", _("the whole case")), *((one["id"], one["stem"][:80]) for one in parts)])
        options = [option for one in asked for option in one.get("options") or ()]
        self._choices("right", [(option["id"], option["text"]) for option in options])
        self._choices("do", self._offered(body, has_options=bool(options)))
        if not parts:
            del self.fields["part"]
        if not options:
            del self.fields["right"]
        if body["kind"] == "essay":
            del self.fields["points"]
        if not with_quiz:
            del self.fields["only"]

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = list(choices)

    def _offered(self, body: Body, *, has_options: bool) -> list[tuple[str, Any]]:
        offered: list[tuple[str, Any]] = [(changes.KEY, _("another key: tick the right answer below"))] * has_options
        offered += [
            (changes.FULL, _("full marks for everybody on whose paper it stands")),
            (changes.DROP, _("leave it out: it adds nothing to points and maximum")),
        ]
        if body["kind"] != "essay":
            offered.append((changes.POINTS, _("other points: write them below")))
        return [*offered, (changes.RESTORE, _("take earlier corrections back: as it was published"))]

    @property
    def change(self) -> dict[str, Any]:
        given = self.cleaned_data
        change: dict[str, Any] = {"do": given["do"]}
        if given.get("part"):
            change["part"] = given["part"]
        if given["do"] == changes.KEY:
            change["right"] = sorted(given.get("right", ()))
        if given["do"] == changes.POINTS:
            change["points"] = numeric.canonical(given.get("points", ""))
        return change


class PassMarkForm(forms.Form):
    pass_mark = forms.CharField(label=_("Pass mark"), max_length=6, help_text=_("Percentage from 0 to 100."))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_REASON_HELP
    )
