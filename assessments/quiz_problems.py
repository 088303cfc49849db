"""What stands in the way of freezing a quiz, and what its trainer should know before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments.models import Quiz
from courses.parts import Problem

if TYPE_CHECKING:
    from assessments.quizzes import BankState, RowState


def problems_of(quiz: Quiz, bank: BankState) -> list[Problem]:
    """What to put right before ``quiz`` is frozen (blocking), and what the trainer should know (not blocking)."""
    if not bank.rows:
        return [_problem(_("Quiz “%(quiz)s” asks for no questions yet."), quiz)]
    found = [problem for number, state in enumerate(bank.rows, start=1) for problem in _of_row(quiz, number, state)]
    return [*found, *_of_sections(quiz, bank), *_of_rules(quiz)]


def _of_row(quiz: Quiz, number: int, state: RowState) -> Iterator[Problem]:
    if state.row.usage == "final" and quiz.kind != Quiz.Kind.POSTTEST:
        yield _problem(_("Quiz “%(quiz)s”: final questions are drawn by a post-test only."), quiz)
    if state.missing:
        text = _("Quiz “%(quiz)s”, row %(row)s: %(missing)s more published questions are needed.")
        yield _problem(text, quiz, row=number, missing=state.missing)
    elif state.is_thin:
        text = _(
            "Quiz “%(quiz)s”, row %(row)s: the pool holds %(available)s final questions, under three papers "
            "(%(wanted)s). Neighbours will meet largely the same questions."
        )
        yield _problem(text, quiz, blocking=False, row=number, available=state.available, wanted=state.wanted)
    if quiz.exposure_percent and not state.missing and state.share > quiz.exposure_percent:
        text = _(
            "Quiz “%(quiz)s”, row %(row)s: with %(available)s questions for %(count)s places each stands in %(share)s "
            "percent of the papers on average, so the exposure limit of %(limit)s percent cannot be kept."
        )
        values = {"available": state.available, "count": state.row.count, "share": state.share}
        yield _problem(text, quiz, blocking=False, row=number, limit=quiz.exposure_percent, **values)


def _of_sections(quiz: Quiz, bank: BankState) -> Iterator[Problem]:
    keys = Counter(section.key for section in quiz.sections.all())
    asked = {state.row.section for state in bank.rows}
    stray = asked - keys.keys() if keys else asked - {""}
    if stray:
        text = _("Quiz “%(quiz)s”: every blueprint row belongs to one of the sections, if there are any.")
        yield _problem(text, quiz)
    for key, count in keys.items():
        if count > 1:
            yield _problem(_("Quiz “%(quiz)s”: two sections have the short name %(key)s."), quiz, key=key)
        if key not in asked:
            yield _problem(_("Quiz “%(quiz)s”: no blueprint row belongs to section %(key)s."), quiz, key=key)


def _of_rules(quiz: Quiz) -> Iterator[Problem]:
    if quiz.is_required and quiz.grade_of == Quiz.GradeOf.FIRST:
        text = _(
            "Quiz “%(quiz)s” must be passed and only the first attempt counts: whoever does not pass it then cannot "
            "complete the training, and further attempts do not help."
        )
        yield _problem(text, quiz, blocking=False)


def _problem(text: str | Promise, quiz: Quiz, *, blocking: bool = True, **values: Any) -> Problem:
    return Problem(str(text) % {"quiz": quiz.title, **values}, blocking=blocking)
