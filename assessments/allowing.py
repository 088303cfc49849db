"""What a person has at a quiz beyond its rule: grants and accommodations put together, for one person or for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.deadlines import Allowance, closing_for
from assessments.models import Accommodation, Grant
from courses.reminders import moment

if TYPE_CHECKING:
    from courses.models import Cohort, EditionPart, Enrolment


class Lookup(Protocol):
    """The allowance of one of the people asked about; ``since``: also what was in force at that moment or later and
    has been ended, for whoever was promised time keeps it."""

    def __call__(self, enrolment: Enrolment, part: EditionPart, *, since: datetime | None = None) -> Allowance: ...


def allowance(enrolment: Enrolment, part: EditionPart) -> Allowance:
    """What holds now for this person at this quiz; two statements."""
    return allowances([enrolment])(enrolment, part)


def allowances(enrolments: Sequence[Enrolment]) -> Lookup:
    """The same for many people and any quiz; two statements, however many."""
    rows: dict[tuple[int | None, int | None], list[Accommodation]] = defaultdict(list)
    for row in Accommodation.objects.of_people(enrolments):
        rows[(row.enrolment_id, None) if row.enrolment_id else (None, row.cohort_id)].append(row)
    granted = (
        Grant.objects.filter(enrolment__in=enrolments)
        .order_by()
        .values("enrolment", "part")
        .annotate(attempts=Sum("extra_attempts"), minutes=Sum("extra_minutes"))
    )
    grants = {
        (row["enrolment"], row["part"]): Allowance(extra_attempts=row["attempts"], extra_minutes=row["minutes"])
        for row in granted
    }

    def found(enrolment: Enrolment, part: EditionPart, *, since: datetime | None = None) -> Allowance:
        held = rows[enrolment.pk, None] + rows[None, enrolment.cohort_id]
        total = grants.get((enrolment.pk, part.pk), Allowance())
        for row in held:
            counts = row.ended_at is None if since is None else row.held_since(since)
            if counts and row.part in ("", part.key):
                total += given(row)
        return total

    return found


def closings(enrolments: Sequence[Enrolment]) -> Callable[[Enrolment, str], datetime | None]:
    """When the angkatan closes for one of these people at the quiz of a key; one statement."""
    rows: dict[tuple[int | None, int | None], list[Accommodation]] = defaultdict(list)
    for row in Accommodation.objects.in_force().of_people(enrolments).exclude(closes_later_until=None):
        rows[(row.enrolment_id, None) if row.enrolment_id else (None, row.cohort_id)].append(row)

    def closing(enrolment: Enrolment, key: str) -> datetime | None:
        held = rows[enrolment.pk, None] + rows[None, enrolment.cohort_id]
        total = sum((given(row) for row in held if row.part in ("", key)), start=Allowance())
        return closing_for(enrolment.cohort.closes_at, total)

    return closing


def given(row: Accommodation) -> Allowance:
    """What one accommodation gives."""
    return Allowance(row.extra_attempts, row.extra_minutes, row.extra_percent, row.closes_later_until)


def words(allowance: Allowance, cohort: Cohort) -> str:
    """What it gives, as a person reads it: "25 percent more time, 1 further attempt"."""
    percent, minutes, more = allowance.extra_percent, allowance.extra_minutes, allowance.extra_attempts
    later = allowance.closes_later_until
    said = [
        percent and _("%(percent)s percent more time") % {"percent": percent},
        minutes and ngettext("%(count)s extra minute", "%(count)s extra minutes", minutes) % {"count": minutes},
        more and ngettext("%(count)s further attempt", "%(count)s further attempts", more) % {"count": more},
        later and _("may begin until %(moment)s") % {"moment": moment(later, cohort)},
    ]
    return ", ".join(str(each) for each in said if each)
