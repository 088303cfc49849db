"""The page of an attempt: questions in the paper's order and what is answered, but nothing of the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from assessments import kinds, marking, pictures, protocol
from assessments.kinds import KINDS, numeric, writing
from assessments.models import Attempt
from assessments.pictures import Picture
from assessments.quiz_rules import QuizRules, Section


@dataclass(frozen=True)
class SheetOption:
    token: str
    text: str
    checked: bool
    picture: Picture | None = None


@dataclass(frozen=True)
class SheetLine:
    """A line with a list to choose from: ``choices`` are (string of the answer, words, chosen)."""

    text: str
    choices: list[tuple[str, str, bool]]


@dataclass(frozen=True)
class CaseHead:
    """What stands above the questions of a case."""

    stem: str
    vignette: str
    pictures: list[Picture]


@dataclass(frozen=True)
class SheetQuestion:
    """One fieldset.  ``section`` opens a section, ``case`` a case and ``closes_case`` ends it; ``complete`` is about
    what was answered."""

    slot: int
    kind: str
    stem: str
    answered: bool
    complete: bool
    pictures: list[Picture] = field(default_factory=list)
    options: list[SheetOption] = field(default_factory=list)
    lines: list[SheetLine] = field(default_factory=list)
    text: str = ""
    unit: str = ""
    unreadable: bool = False
    least_words: int | None = None
    most_words: int | None = None
    case: CaseHead | None = None
    closes_case: bool = False
    section: Section | None = None

    @property
    def multiple(self) -> bool:
        """Whether several options may be ticked."""
        return self.kind == "multiple"


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

    @property
    def incomplete(self) -> list[SheetQuestion]:
        """Answered, but with something left to fill in or to put right."""
        return [question for question in self.questions if question.answered and not question.complete]


def sheet_of(attempt: Attempt) -> Sheet:
    """Everything the page shows; one statement for the questions.  Key, explanation and points are not read."""
    bodies = {public_id: version.body for public_id, version in marking.versions_of(attempt.paper).items()}
    answers = protocol.current_answers(attempt.answers)
    address = pictures.addresses_for(attempt)
    sections = QuizRules.of_part(attempt.part.json).sections
    questions = list(questions_of(attempt.paper, bodies, answers, address, sections))
    return Sheet(questions=questions, shown=write_shown(answers))


def questions_of(
    paper: Mapping[str, Any],
    bodies: Mapping[str, Mapping[str, Any]],
    answers: Mapping[int, tuple[str, ...]],
    address: pictures.Address,
    sections: Sequence[Section] = (),
) -> Iterator[SheetQuestion]:
    """Pure: the questions of a paper, also of one that is only shown (previews)."""
    slots = paper["slots"]
    heads = {section.key: section for section in sections}
    for place, slot in enumerate(slots):
        version = bodies[slot["version"]]
        question = {
            "slot": slot["slot"],
            "kind": slot["kind"],
            **_control(slot, kinds.asked(slot, version), answers.get(slot["slot"], ()), version, address),
        }
        before = slots[place - 1] if place else {}
        if slot.get("section") != before.get("section"):
            question["section"] = heads.get(slot.get("section"))
        if "case" in slot:
            following = slots[place + 1].get("case") if place + 1 < len(slots) else None
            if before.get("case") != slot["case"]:
                above = pictures.pictures_at(version, "stem", address)
                question["case"] = CaseHead(version["stem"], version["vignette"], above)
            question["closes_case"] = following != slot["case"]
        yield SheetQuestion(**question)


def _control(
    slot: Mapping[str, Any],
    body: Mapping[str, Any],
    answer: tuple[str, ...],
    version: Mapping[str, Any],
    address: pictures.Address,
) -> dict[str, Any]:
    kind = KINDS[slot["kind"]]
    common = {
        "stem": body["stem"],
        "answered": bool(answer),
        "complete": kind.complete(slot, answer),
        "pictures": [] if "case" in slot else pictures.pictures_at(version, "stem", address),
    }
    if slot["options"]:
        return common | {"options": _options(slot, body, answer, version, address)}
    return common | _CONTROLS[slot["kind"]](slot, body, answer)


def _options(
    slot: Mapping[str, Any],
    body: Mapping[str, Any],
    answer: tuple[str, ...],
    version: Mapping[str, Any],
    address: pictures.Address,
) -> list[SheetOption]:
    texts = {option["id"]: option["text"] for option in body["options"]}
    within = f"{slot['part']}/" if "part" in slot else ""
    found = pictures.by_place(version, address)
    return [
        SheetOption(
            option["token"],
            texts[option["option_id"]],
            option["token"] in answer,
            next(iter(found.get(within + option["option_id"], ())), None),
        )
        for option in slot["options"]
    ]


def _matching(slot: Mapping[str, Any], body: Mapping[str, Any], answer: tuple[str, ...]) -> dict[str, Any]:
    prompts = {one["id"]: one["text"] for one in body["prompts"]}
    texts = {one["id"]: one["text"] for one in body["choices"]}
    choices = [(choice["token"], texts[choice["choice_id"]]) for choice in slot["choices"]]
    return {"lines": [_line(prompts[one["prompt_id"]], one["token"] + "-", choices, answer) for one in slot["prompts"]]}


def _line(text: str, start: str, choices: list[tuple[str, str]], answer: tuple[str, ...]) -> SheetLine:
    return SheetLine(text, [(start + token, words, start + token in answer) for token, words in choices])


def _ordering(slot: Mapping[str, Any], body: Mapping[str, Any], answer: tuple[str, ...]) -> dict[str, Any]:
    texts = {one["id"]: one["text"] for one in body["items"]}
    places = range(1, len(slot["items"]) + 1)
    return {
        "lines": [
            SheetLine(
                texts[item["item_id"]],
                [(f"{place}-{item['token']}", str(place), f"{place}-{item['token']}" in answer) for place in places],
            )
            for item in slot["items"]
        ]
    }


def _short(slot: Mapping[str, Any], body: Mapping[str, Any], answer: tuple[str, ...]) -> dict[str, Any]:
    return {"text": writing.text_of(answer)}


def _numeric(slot: Mapping[str, Any], body: Mapping[str, Any], answer: tuple[str, ...]) -> dict[str, Any]:
    text, unit = writing.text_of(answer), body["unit"]
    unreadable = bool(answer) and numeric.read(text, unit=unit) is None
    return {"text": text, "unit": unit, "unreadable": unreadable, "complete": not unreadable}


def _essay(slot: Mapping[str, Any], body: Mapping[str, Any], answer: tuple[str, ...]) -> dict[str, Any]:
    text, least, most = writing.text_of(answer), body["least_words"], body["most_words"]
    complete = (least or 0) <= writing.words(text) <= (most or writing.MAX_CHARACTERS)
    return {"text": text, "least_words": least, "most_words": most, "complete": complete}


_CONTROLS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any], tuple[str, ...]], dict[str, Any]]] = {
    "matching": _matching,
    "ordering": _ordering,
    "short": _short,
    "numeric": _numeric,
    "essay": _essay,
}


def write_shown(answers: Mapping[int, tuple[str, ...]]) -> str:
    """Pure: the answers a form was made with, as its hidden field carries them: ``1:b7k;4:m2x,zz9``."""
    return ";".join(f"{slot}:{','.join(sorted(protocol.as_shown(answer)))}" for slot, answer in answers.items())


def read_shown(text: str) -> dict[int, frozenset[str]]:
    """Pure: the reverse of ``write_shown``; what cannot be read counts as not shown."""
    shown = {}
    for piece in text.split(";"):
        slot, colon, strings = piece.partition(":")
        if colon and _is_number(slot):
            shown[int(slot)] = frozenset(filter(None, strings.split(",")))
    return shown


def read_chosen(posted: QueryDict) -> dict[int, frozenset[str]]:
    """Pure: the answers of a form post, by slot: chosen strings in ``q1``, ``q2`` ..., written texts in ``t3`` ..."""
    chosen = {
        int(name[1:]): frozenset(filter(None, posted.getlist(name)))
        for name in posted
        if name.startswith("q") and _is_number(name[1:])
    }
    written = {
        int(name[1:]): writing.as_answer(str(posted[name]))
        for name in posted
        if name.startswith("t") and _is_number(name[1:])
    }
    return chosen | written


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5
