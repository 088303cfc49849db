"""The sheet as a form: one field for each question, again for each facilitator.  Shape only; the verb decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.evaluations.answering import Given
from courses.evaluations.freezing import Frozen, Question

MOST_LETTERS = 2000
SCORES = range(1, 6)


@dataclass(frozen=True)
class Part:
    """Questions under one heading: the training, or one facilitator."""

    title: str
    fields: list[BoundField] = field(default_factory=list)


class SheetForm(forms.Form):
    """``parts`` are the headings of the page; ``answers`` what a valid form says."""

    def __init__(self, *args: Any, evaluation: Frozen, facilitators: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked: dict[str, tuple[Question, User | None]] = {}
        self._headings: list[tuple[str, list[str]]] = []
        self._ask(str(_("The training")), evaluation.about("training"), None)
        for person in facilitators:
            self._ask(person.full_name, evaluation.about("facilitator"), person)

    def _ask(self, title: str, questions: Sequence[Question], person: User | None) -> None:
        names = []
        for question in questions:
            name = f"{question.key}-{person.public_id}" if person else question.key
            self.fields[name] = _field(question)
            self._asked[name] = (question, person)
            names.append(name)
        if names:
            self._headings.append((title, names))

    @property
    def parts(self) -> list[Part]:
        return [Part(title, [self[name] for name in names]) for title, names in self._headings]

    @property
    def answers(self) -> list[Given]:
        """What was answered; questions left open are not among them."""
        found = []
        for name, (question, person) in self._asked.items():
            value = self.cleaned_data[name]
            if value in ("", None):
                continue
            who = person.pk if person else None
            found.append(
                Given(question.key, who, score=int(value))
                if question.is_scale
                else Given(question.key, who, text=str(value))
            )
        return found


def _field(question: Question) -> forms.Field:
    if question.is_scale:
        choices = [(str(score), label) for score, label in zip(SCORES, question.labels, strict=True)]
        return forms.ChoiceField(
            label=question.text,
            choices=choices,
            widget=forms.RadioSelect,
            required=question.required,
            error_messages={"required": _("Choose one of the five.")},
        )
    return forms.CharField(
        label=question.text,
        required=question.required,
        max_length=MOST_LETTERS,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Please write a few words.")},
    )
