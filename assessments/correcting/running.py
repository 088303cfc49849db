"""Carrying out an approved correction: one person a transaction, killed and repeated anywhere, any number at once.

First what ended between the dry run and the approval is added to the rows; then the rows are the queue.  A score is
changed, recorded and ticked off in one transaction, so that each change is written down exactly once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts import events
from assessments import marking, settling
from assessments.correcting import telling
from assessments.correcting.checking import keep_touched
from assessments.correcting.scanning import Scope, look
from assessments.correcting.touching import touched
from assessments.models import Attempt, Correction, CorrectionRow

State = Correction.State
Effect = CorrectionRow.Effect


def run(correction_id: int, *, at: datetime) -> None:
    """Do what is left of an approved correction."""
    correction = Correction.objects.filter(pk=correction_id, state=State.APPROVED).first()
    if correction is not None:
        scope = Scope.of(correction)
        while _collect(scope):
            pass
    while step(correction_id, at=at):
        pass


def unfinished() -> tuple[list[int], list[int]]:
    """Ids of corrections whose task was lost or killed, for the sweep: those to check, those to carry out."""
    rows = list(Correction.objects.unfinished().order_by("pk").values_list("pk", "state")[:50])
    to_check = [pk for pk, state in rows if state == State.DRAFT]
    return to_check, [pk for pk, state in rows if state != State.DRAFT]


@transaction.atomic
def _collect(scope: Scope) -> bool:
    """Add the next people's attempts that the dry run did not see and that still have their old marks."""
    held = _held(scope.correction.pk, State.APPROVED)
    if held is None:
        return False
    found = look(scope, after=held.cursor)
    if found is None:
        Correction.objects.filter(pk=held.pk).update(state=State.RUNNING)
        return False
    name = str(held.public_id)
    new = [row for row in found.rows if name not in row.attempt.result.get("corrections", ())]
    for row in new:
        row.came_later = True
    CorrectionRow.objects.bulk_create(new, ignore_conflicts=True)
    Correction.objects.filter(pk=held.pk).update(cursor=found.cursor, looked=held.looked + found.people)
    return True


@transaction.atomic
def step(correction_id: int, *, at: datetime) -> bool:
    """Change the scores of the next person; False when nothing is left.  The correction's row lets one in at a time."""
    held = _held(correction_id, State.RUNNING)
    if held is None:
        return False
    waiting = held.rows.filter(done_at=None)
    person = waiting.order_by("enrolment", "pk").values_list("enrolment", flat=True).first()
    if person is None:
        _finish(held, at=at)
        return False
    _put_right(held, list(waiting.filter(enrolment=person).order_by("attempt")), at=at)
    return True


def _held(correction_id: int, state: Correction.State) -> Correction | None:
    rows = Correction.objects.select_for_update(of=("self",)).select_related("organization")
    return rows.filter(pk=correction_id, state=state).first()


def _put_right(held: Correction, rows: Sequence[CorrectionRow], *, at: datetime) -> None:
    """Mark one person's attempts anew, write down each changed score, tell the person, list what was promised."""
    by_attempt = {row.attempt_id: row for row in rows}
    locked = Attempt.objects.for_saving().filter(pk__in=by_attempt).order_by("pk")
    attempts = list(locked.select_related("part", "enrolment__user", "enrolment__cohort__organization"))
    lost_before = _passes(attempts)
    marking.mark_corrected(attempts, at=at)
    for attempt in attempts:
        row = by_attempt[attempt.pk]
        row.after, row.passed_after = attempt.score, attempt.passed
        if row.is_changed:
            _record(held, row, attempt, at=at)
        row.done_at = at
    still = _passes(attempts)
    for row in rows:
        row.effect = _effect(row, attempts, lost_before, still)
    CorrectionRow.objects.bulk_update(rows, ["after", "passed_after", "effect", "done_at"])
    lost = sorted({row.enrolment_id for row in rows if row.effect == Effect.LOSES})
    keep_touched(held, touched(lost), at=at)
    telling.tell(held, attempts, by_attempt, at=at)


def _passes(attempts: Sequence[Attempt]) -> dict[tuple[int, int], bool]:
    """Whether the attempts come to a pass at each of the quizzes that count, as stored now; one statement."""
    counting = {(one.enrolment_id, one.part_id): one.part for one in attempts if one.part.json["counts"]}
    decided = settling.decisions({enrolment for enrolment, _part in counting}, list(counting.values()))
    return {key: bool(decided(key[0], part).passed) for key, part in counting.items()}


def _effect(
    row: CorrectionRow,
    attempts: Sequence[Attempt],
    before: dict[tuple[int, int], bool],
    after: dict[tuple[int, int], bool],
) -> Effect:
    """What became of the requirement.  An attempt that was marked anew already since the approval (a late answer) keeps
    its forecast."""
    attempt = next(one for one in attempts if one.pk == row.attempt_id)
    key = attempt.enrolment_id, attempt.part_id
    if key not in after:
        return Effect.NONE
    if before[key] == after[key]:
        fits = (row.effect == Effect.GAINS and after[key]) or (row.effect == Effect.LOSES and not after[key])
        return Effect(row.effect) if fits else Effect.NONE
    return Effect.GAINS if after[key] else Effect.LOSES


def _record(held: Correction, row: CorrectionRow, attempt: Attempt, *, at: datetime) -> None:
    events.record(
        "attempt.rescored",
        attempt,
        actor=None,
        at=at,
        organization=attempt.enrolment.cohort.organization,
        details={
            "correction": str(held.public_id),
            "before": None if row.before is None else str(row.before),
            "after": None if row.after is None else str(row.after),
            "passed_before": row.passed_before,
            "passed_after": row.passed_after,
        },
    )


def _finish(held: Correction, *, at: datetime) -> None:
    groups: dict[str, int] = defaultdict(int)
    for row in held.rows.only("before", "after", "passed_before", "passed_after").iterator(chunk_size=2000):
        groups["attempts"] += 1
        groups["changed"] += row.is_changed
    Correction.objects.filter(pk=held.pk).update(state=State.DONE, finished_at=at)
    events.record("correction.done", held, actor=None, at=at, organization=held.organization, details={**groups})
