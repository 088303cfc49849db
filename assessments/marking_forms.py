"""The form of an assessor: a level and, where there is something to say, words for each criterion of the rubric."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.grading.judging import Judgement
from assessments.grading.showing import Criterion, Given

MOST_LETTERS = 3000


class AnswerMarkForm(forms.Form):
    """``level-0``, ``note-0`` ... in the order of the rubric; ``given`` is what stands so far."""

    comment = forms.CharField(
        label=gettext_lazy("Comment on the whole answer"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("The participant reads it after the release, without your name."),
    )

    def __init__(self, *args: Any, criteria: Sequence[Criterion], given: Given | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        self.fields = {**self._of_criteria(given), **self.fields}
        if given is not None:
            self.initial.setdefault("comment", given.comment)

    def _of_criteria(self, given: Given | None) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for place, criterion in enumerate(self.criteria):
            points = _("%(points)s points: %(text)s")
            choices = [(one.id, points % {"points": one.points, "text": one.text}) for one in criterion.levels]
            fields[f"level-{place}"] = forms.ChoiceField(
                label=criterion.title,
                choices=choices,
                widget=forms.RadioSelect,
                initial=given.levels.get(criterion.id) if given else None,
                error_messages={"required": _("Choose one level.")},
            )
            fields[f"note-{place}"] = forms.CharField(
                label=_("Comment on “%(title)s”") % {"title": criterion.title},
                required=False,
                max_length=MOST_LETTERS,
                widget=forms.Textarea({"rows": 2}),
                initial=given.comments.get(criterion.id, "") if given else "",
            )
        return fields

    @property
    def rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Level and words of each criterion, for the template."""
        for place in range(len(self.criteria)):
            yield self[f"level-{place}"], self[f"note-{place}"]

    @property
    def rest(self) -> Iterator[BoundField]:
        """The fields below the criteria."""
        return (self[name] for name in self.fields if not name.startswith(("level-", "note-")))

    @property
    def judgement(self) -> Judgement:
        """What a valid form says."""
        values = {name: value.replace("\r\n", "\n") for name, value in self.cleaned_data.items() if name != "seen"}
        named = list(enumerate(one.id for one in self.criteria))
        notes = {criterion: values[f"note-{place}"] for place, criterion in named}
        return Judgement(
            levels={criterion: values[f"level-{place}"] for place, criterion in named},
            comments={criterion: words for criterion, words in notes.items() if words},
            comment=values["comment"],
        )


class AmendForm(AnswerMarkForm):
    """A correction of what was released; ``seen`` is the number of the mark that the page showed."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why the mark is corrected"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Kept with your name and the time. The participant reads the reason, not your name."),
    )

    def _of_criteria(self, given: Given | None) -> dict[str, forms.Field]:
        """A correction says everything in the comment and the reason."""
        return {name: one for name, one in super()._of_criteria(given).items() if name.startswith("level-")}

    @property
    def rows(self) -> Iterator[tuple[BoundField, BoundField | None]]:  # type: ignore[override]
        for place in range(len(self.criteria)):
            yield self[f"level-{place}"], None

    @property
    def judgement(self) -> Judgement:
        levels = {one.id: self.cleaned_data[f"level-{place}"] for place, one in enumerate(self.criteria)}
        return Judgement(levels=levels, comment=self.cleaned_data["comment"].replace("\r\n", "\n"))


class ReleaseForm(forms.Form):
    """Whether those who are marked to the end may go ahead of the others."""

    partly = forms.BooleanField(
        label=gettext_lazy("Release what is marked now; the others follow with a later release"), required=False
    )
