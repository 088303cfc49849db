"""Which answers of an attempt wait for which assessors: kept true each time the attempt is marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from assessments import grading, protocol
from assessments.grading.agreeing import rules_of
from assessments.kinds import KINDS
from assessments.models.marking import MarkingTask

if TYPE_CHECKING:
    from assessments.models import Attempt

State = MarkingTask.State


def has_written(attempt: Attempt) -> bool:
    """Whether a question of the paper is marked by people."""
    return any(KINDS[slot["kind"]].is_marked_by_person for slot in attempt.paper["slots"])


def asks_essays(part: Mapping[str, Any]) -> bool:
    """Pure: whether a paper of this frozen quiz may hold a question that is marked by people."""
    entries = [one for entry in part["pool"] for one in (entry, *entry.get("parts", ()))]
    return any(KINDS[one["kind"]].is_marked_by_person for one in entries)


def ask(attempt: Attempt) -> None:
    """Open a task for every place of every answer that waits, and let those rest that nobody has to do any more.

    For an ended attempt whose row the caller has locked and whose result is stored.  Safe to repeat; no statement for a
    paper without essays.  What was marked already stays, also when its text does not count any more."""
    if attempt.ended_at is None or not has_written(attempt):
        return
    texts = protocol.current_answers(attempt.answers)
    waiting = {slot: grading.digest_of(texts[slot]) for slot in attempt.result.get("pending", ())}
    tasks = MarkingTask.objects.filter(attempt=attempt)
    kept = Q(pk__in=[])
    for slot, sha256 in waiting.items():
        kept |= Q(slot=slot, text_sha256=sha256)
    tasks.filter(~kept, state__in=[State.OPEN, State.TAKEN]).update(state=State.IDLE, marker=None, taken_at=None)
    tasks.filter(kept, state=State.IDLE).update(state=State.OPEN)
    MarkingTask.objects.bulk_create(
        [
            MarkingTask(attempt=attempt, slot=slot, text_sha256=sha256, place=place, waits_since=attempt.ended_at)
            for slot, sha256 in waiting.items()
            for place in rules_of(attempt.part.json).places
        ],
        ignore_conflicts=True,
    )
