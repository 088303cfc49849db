"""The dry run: what a proposed correction would do, stored row by row, and nothing done.  The row is the queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from assessments.correcting.scanning import Looked, Scope, look
from assessments.correcting.touching import Touched, touched
from assessments.models import Correction, CorrectionRow, CorrectionTouch

State = Correction.State
Effect = CorrectionRow.Effect


def check(correction_id: int, *, at: datetime) -> None:
    """Go through everybody who is concerned; killed and repeated anywhere it goes on where it was."""
    correction = Correction.objects.filter(pk=correction_id, state=State.DRAFT).first()
    if correction is None:
        return
    scope = Scope.of(correction)
    while _step(scope, at=at):
        pass


@transaction.atomic
def _step(scope: Scope, *, at: datetime) -> bool:
    """The next people; False when the dry run is done or somebody else did it."""
    drafts = Correction.objects.select_for_update(of=("self",)).filter(pk=scope.correction.pk, state=State.DRAFT)
    held = drafts.first()
    if held is None:
        return False
    if held.cursor == 0:
        held.total = scope.concerned.values("enrolment").distinct().count()
        held.base = in_force(held)
    found = look(scope, after=held.cursor)
    if found is None:
        held.state, held.checked_at = State.CHECKED, at
        held.save(update_fields=["state", "checked_at", "base", "total"])
        return False
    CorrectionRow.objects.bulk_create(found.rows, ignore_conflicts=True)
    keep_touched(held, touched(found.losing), at=None)
    held.cursor, held.looked = found.cursor, held.looked + found.people
    held.counts = dict(Counter(held.counts) + counts_of(found))
    held.save(update_fields=["cursor", "looked", "total", "base", "counts"])
    return True


def in_force(correction: Correction) -> int:
    """How many corrections of the organization are in force; none ever ceases to be, so the number says it all."""
    return Correction.objects.in_force().filter(organization=correction.organization_id).count()


def counts_of(found: Looked) -> Counter[str]:
    """Numbers for the page, by name; only names above zero."""
    counts = count_rows(found.rows)
    counts["people"] = found.people
    counts["emptied"] = found.emptied
    return +counts


def count_rows(rows: Iterable[CorrectionRow]) -> Counter[str]:
    """Attempts looked at, changed, up, down, both directions of passing; requirements count once a person and quiz."""
    counts: Counter[str] = Counter()
    requirements: set[tuple[int, int, str]] = set()
    for row in rows:
        counts["attempts"] += 1
        counts["changed"] += row.is_changed
        counts["up"] += row.before is not None and row.after is not None and row.after > row.before
        counts["down"] += row.before is not None and row.after is not None and row.after < row.before
        counts["passes"] += bool(row.passed_after) and not row.passed_before
        counts["fails"] += bool(row.passed_before) and not row.passed_after
        if row.effect:
            requirements.add((row.enrolment_id, row.attempt.part_id, row.effect))
    for _enrolment, _part, effect in requirements:
        counts[effect] += 1
    return counts


def keep_touched(correction: Correction, found: Sequence[Touched], *, at: datetime | None) -> None:
    """Note certificates: as a forecast, or (``at``) as to be reviewed."""
    rows = [
        CorrectionTouch(
            correction=correction,
            enrolment_id=one.enrolment_id,
            key=one.key,
            label=one.label[:200],
            address=one.address[:200],
            issuer_id=one.issuer_id,
            found_at=at,
        )
        for one in found
    ]
    if rows:
        CorrectionTouch.objects.bulk_create(rows, ignore_conflicts=True)
    if rows and at is not None:
        forecast = correction.touches.filter(key__in=[one.key for one in rows], found_at=None)
        forecast.update(found_at=at)
