"""What a file would bring into a bank, question by question, before anything is saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from assessments.exchange import mapping
from assessments.exchange.exporting import stored_questions
from assessments.exchange.reading_bank import from_bank
from assessments.formats.exchanged import Exchange, Exchanged, Remark, cleaned
from assessments.models import Question
from assessments.question_form import module_keys
from courses.models import CoursePage

NEW, KNOWN, UNSUPPORTED, FAULT = "new", "known", "unsupported", "fault"


@dataclass(frozen=True)
class Defaults:
    """What holds for questions whose file does not say it."""

    module: str = ""
    usage: str = Question.Usage.PRACTICE.value


@dataclass
class Row:
    """One question of the file and what becomes of it."""

    line: int
    element: str
    title: str
    outcome: str
    reasons: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        where = str(Remark(self.line, self.element, self.outcome))
        return f"{where}: {' '.join(self.reasons)}" if self.reasons else where

    def as_json(self) -> dict[str, Any]:
        """For keeping; a stranger's file may put anything into a name."""
        said = {
            "element": cleaned(self.element),
            "title": cleaned(self.title),
            "reasons": [*map(cleaned, self.reasons)],
        }
        return {"line": self.line, "outcome": self.outcome, **said}


@dataclass
class Plan:
    """Everything a file would do.  ``drafts`` are the fields of the new questions, in the order of the rows."""

    rows: list[Row] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, *outcomes: str) -> int:
        return sum(row.outcome in outcomes for row in self.rows)


class Known:
    """The questions of a bank by code and by what they ask; a file's own questions join them as they come."""

    def __init__(self, course: CoursePage) -> None:
        self.codes: dict[str, tuple[Any, ...]] = {}
        self.asked: set[tuple[Any, ...]] = set()
        for stored in stored_questions(course, archived=True):
            self.add(from_bank(stored))

    def add(self, question: Exchanged) -> None:
        found = mapping.fingerprint(question)
        self.asked.add(found)
        if question.external_id:
            self.codes[question.external_id] = found

    def reason(self, question: Exchanged) -> str:
        """Why a question is known already, or nothing."""
        found = mapping.fingerprint(question)
        if question.external_id in self.codes:
            if self.codes[question.external_id] == found:
                return _("already in the bank")
            return _("the bank has another text under the code %(code)s; it was left as it is") % {
                "code": question.external_id
            }
        return _("already in the bank") if found in self.asked else ""


def plan(read: Exchange, course: CoursePage, defaults: Defaults, *, names_modules: bool = False) -> Plan:
    """Pure but for looking at the bank: a constant number of statements, however long the file is.

    With ``names_modules`` a module that the course does not have is a fault; else it is said once for all.
    """
    found = Plan(notes=list(read.notes))
    keys = {key.casefold(): key for key in module_keys(course)}
    known = Known(course)
    for question in read.questions:
        placed = _in_module(question, keys, defaults)
        row = Row(question.line, question.element, question.title, NEW)
        found.rows.append(row)
        if names_modules and question.category and not _steps(question, keys):
            row.outcome, row.reasons = FAULT, [_("The course has no module %(key)s.") % {"key": question.category}]
            continue
        draft = _look_at(placed, row, known)
        if draft:
            found.drafts.append(draft.fields)
            row.reasons += draft.notes
    found.rows += [Row(one.line, one.element, "", UNSUPPORTED, [one.reason]) for one in read.skipped]
    found.rows += [Row(one.line, one.element, "", FAULT, [one.reason]) for one in read.faults]
    found.rows.sort(key=lambda row: row.line)
    if not names_modules:
        found.notes += _notes(read.questions, keys)
    return found


def _in_module(question: Exchanged, keys: dict[str, str], defaults: Defaults) -> Exchanged:
    """The question with the course's own spelling of its module and with what the person chose for silent ones."""
    steps = _steps(question, keys)
    return replace(question, category=steps[-1] if steps else defaults.module, usage=question.usage or defaults.usage)


def _steps(question: Exchanged, keys: dict[str, str]) -> list[str]:
    """The steps of the question's category that are modules of the course."""
    steps = [step.strip().casefold() for step in question.category.split("/")]
    return [keys[step] for step in steps if step in keys]


def _look_at(question: Exchanged, row: Row, known: Known) -> mapping.Draft | None:
    try:
        draft = mapping.to_bank(question)
    except mapping.NotForTheBank as refusal:
        row.outcome, row.reasons = UNSUPPORTED, [str(refusal)]
        return None
    if problems := mapping.problems_of(mapping.question_of(draft.fields)):
        row.outcome, row.reasons = FAULT, problems
        return None
    kept = from_bank(draft.fields)
    if reason := known.reason(kept):
        row.outcome, row.reasons = KNOWN, [reason]
        return None
    known.add(kept)
    return draft


def _notes(questions: Sequence[Exchanged], keys: dict[str, str]) -> list[str]:
    """What is said once of the whole file."""
    strange = Counter(each.category for each in questions if each.category and not _steps(each, keys))
    titles = sum(bool(question.name) for question in questions)
    notes = [
        _("“%(category)s” is no module of this course; its questions (%(count)s) get the module chosen, or none.")
        % {"category": category, "count": count}
        for category, count in strange.items()
    ]
    if titles:
        notes.append(
            _("The titles of %(count)s questions are not kept: the bank knows a question by its code.")
            % {"count": titles}
        )
    return notes
