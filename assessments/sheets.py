"""The page of an attempt: questions and options in the paper's order and what is answered, but nothing of the key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from assessments import marking, protocol
from assessments.models import Attempt


@dataclass(frozen=True)
class SheetOption:
    token: str
    text: str
    checked: bool


@dataclass(frozen=True)
class SheetQuestion:
    """One fieldset.  ``multiple`` says whether several options may be ticked."""

    slot: int
    stem: str
    multiple: bool
    options: list[SheetOption]

    @property
    def answered(self) -> bool:
        return any(option.checked for option in self.options)


@dataclass(frozen=True)
class Sheet:
    questions: list[SheetQuestion]
    shown: str

    @property
    def answered(self) -> int:
        return sum(question.answered for question in self.questions)

    @property
    def unanswered(self) -> list[SheetQuestion]:
        return [question for question in self.questions if not question.answered]


def sheet_of(attempt: Attempt) -> Sheet:
    """Everything the page shows; one statement for the questions.  Key, explanation and points are not read."""
    bodies = {public_id: version.body for public_id, version in marking.versions_of(attempt.paper).items()}
    answers = protocol.current_answers(attempt.answers)
    questions = [
        _question(slot, bodies[slot["version"]], answers.get(slot["slot"], ())) for slot in attempt.paper["slots"]
    ]
    return Sheet(questions=questions, shown=write_shown(answers))


def _question(slot: Mapping[str, Any], body: Mapping[str, Any], answer: tuple[str, ...]) -> SheetQuestion:
    texts = {option["id"]: option["text"] for option in body["options"]}
    return SheetQuestion(
        slot=slot["slot"],
        stem=body["stem"],
        multiple=slot["kind"] == "multiple",
        options=[
            SheetOption(option["token"], texts[option["option_id"]], option["token"] in answer)
            for option in slot["options"]
        ],
    )


def write_shown(answers: Mapping[int, tuple[str, ...]]) -> str:
    """Pure: the answers a form was made with, as its hidden field carries them: ``1:b7k;4:m2x,zz9``."""
    return ";".join(f"{slot}:{','.join(answer)}" for slot, answer in answers.items())


def read_shown(text: str) -> dict[int, frozenset[str]]:
    """Pure: the reverse of ``write_shown``; what cannot be read counts as not shown."""
    shown = {}
    for piece in text.split(";"):
        slot, colon, tokens = piece.partition(":")
        if colon and slot.isascii() and slot.isdigit():
            shown[int(slot)] = frozenset(filter(None, tokens.split(",")))
    return shown


def read_chosen(posted: QueryDict) -> dict[int, frozenset[str]]:
    """Pure: the ticked options of a form post, by slot (fields ``q1``, ``q2`` ...)."""
    return {
        int(name[1:]): frozenset(posted.getlist(name))
        for name in posted
        if name.startswith("q") and name[1:].isascii() and name[1:].isdigit()
    }
