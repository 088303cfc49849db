"""Marks by people: what assessors gave for answers that no rule can mark.

``asking`` opens tasks, ``taking`` and ``judging`` are the assessors', ``releasing`` lets the marks of a whole angkatan
count at once, ``amending`` puts a released one right.  Marking reads ``points_of``.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING

from assessments import protocol
from assessments.kinds import Answer, writing

if TYPE_CHECKING:
    from assessments.models import Attempt, ReleasedMark


def points_of(attempt: Attempt) -> dict[int, Fraction]:
    """Points people have given and released for this attempt, by slot; a slot that is missing still waits.

    One statement, or none after ``prefetch_related("released_marks")``.  ``marking.mark_again(attempt, at=...)`` brings
    them into score and result."""
    return {slot: Fraction(mark.points) for slot, mark in released(attempt).items()}


def released(attempt: Attempt) -> dict[int, ReleasedMark]:
    """The mark that counts of each slot: the last one that was released for the text that counts now."""
    texts = {slot: digest_of(answer) for slot, answer in protocol.current_answers(attempt.answers).items()}
    made = sorted(attempt.released_marks.all(), key=lambda mark: mark.number)
    return {mark.slot: mark for mark in made if texts.get(mark.slot) == mark.text_sha256}


def digest_of(answer: Answer) -> str:
    """SHA-256 of a written text: what a mark is bound to."""
    return hashlib.sha256(writing.text_of(answer).encode()).hexdigest()
