"""What happened in one attempt, to the second, for whoever may see it.  No answer, no key, no question stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.core.paginator import Page, Paginator
from django.db.models import Min
from django.utils.translation import gettext as _

from assessments import accommodating, allowing, granting, late_answers, protocol
from assessments.deadlines import Allowance
from assessments.models import AnswerRow

if TYPE_CHECKING:
    from assessments.models import Attempt

PER_PAGE = 100
# A device is named by the order in which the server first heard of it.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Entry:
    """One moment: when the server knew of it, in words, and for an answer from which device and at what time there."""

    at: datetime
    words: str
    device: str = ""
    device_at: datetime | None = None
    late: bool = False
    is_answer: bool = False
    note: str = ""


@dataclass(frozen=True)
class Timeline:
    """One page of it; events stand among the answers received before and after them."""

    page: Page[AnswerRow]
    entries: list[Entry]
    devices: list[str]


def timeline(attempt: Attempt, *, page: str | None) -> Timeline:
    """Three statements for the rows and their devices, one each for decisions, grants and accommodations."""
    rows = AnswerRow.objects.filter(attempt=attempt).order_by("position")
    shown = Paginator(rows, PER_PAGE).get_page(page)
    names = device_names(attempt)
    here = list(shown.object_list)
    answers = [_answer(row, names) for row in here]
    begins = answers[0].at if shown.has_previous() and answers else None
    ends = _received_next(attempt, here[-1]) if shown.has_next() else None
    others = [
        entry
        for entry in _events(attempt)
        if (begins is None or entry.at >= begins) and (ends is None or entry.at < ends)
    ]
    # Stable: rows keep the order of the log, and what happened in the same moment stands before them.
    return Timeline(shown, sorted([*others, *answers], key=lambda each: each.at), list(names.values()))


def device_names(attempt: Attempt) -> dict[UUID, str]:
    """The devices of an attempt in words, in the order in which they were first heard of; one statement."""
    first = AnswerRow.objects.filter(attempt=attempt).values("device").annotate(first=Min("position")).order_by("first")
    names: dict[UUID, str] = {}
    for found in first:
        if found["device"] == uuid5(attempt.public_id, "form"):
            names[found["device"]] = _("page without JavaScript")
            continue
        letter = LETTERS[len(names)] if len(names) < len(LETTERS) else str(len(names) + 1)
        words = {"letter": letter, "short": str(found["device"])[:4]}
        names[found["device"]] = _("device %(letter)s (%(short)s)") % words
    return names


def _received_next(attempt: Attempt, last: AnswerRow) -> datetime | None:
    following = AnswerRow.objects.filter(attempt=attempt, position__gt=last.position)
    return following.order_by("position").values_list("received_at", flat=True).first()


def _answer(row: AnswerRow, names: dict[UUID, str]) -> Entry:
    words = _("Question %(number)s answered") if row.answer else _("Question %(number)s cleared")
    raw = row.opened_ms + row.elapsed_ms
    return Entry(
        at=row.received_at,
        words=words % {"number": row.slot},
        device=names[row.device],
        device_at=device_time(row),
        late=row.late,
        is_answer=True,
        note=_("the device's clock was wrong") if raw != row.time_ms else "",
    )


def device_time(row: AnswerRow) -> datetime:
    """When the device says the answer was given, kept between the opening of the attempt and the receipt."""
    return protocol.EPOCH + timedelta(milliseconds=row.time_ms)


def _events(attempt: Attempt) -> Iterator[Entry]:
    yield Entry(attempt.opened_at, _("Opened"))
    if attempt.agreed_at:
        yield Entry(attempt.agreed_at, _("Statement of honesty agreed to"))
    if attempt.submitted_at:
        yield Entry(attempt.submitted_at, _("Handed in"))
    elif attempt.ended_at:
        yield Entry(attempt.ended_at, _("Closed by the server's clock"))
    if attempt.late_submitted_at:
        yield Entry(attempt.late_submitted_at, _("Handed in after the end"), late=True)
    for made in late_answers.decisions(attempt):
        words = _("%(name)s let the late answers count") if made.accepted else _("%(name)s refused the late answers")
        yield Entry(made.decided_at, words % {"name": made.decided_by.full_name}, note=made.reason)
    for grant in granting.grants_of(attempt.enrolment, attempt.part):
        given = Allowance(grant.extra_attempts, grant.extra_minutes)
        what = {"name": grant.granted_by.full_name, "what": allowing.words(given, attempt.enrolment.cohort)}
        yield Entry(grant.granted_at, _("%(name)s granted %(what)s") % what, note=grant.reason)
    yield from _given(attempt)


def _given(attempt: Attempt) -> Iterator[Entry]:
    """Accommodations that concern the quiz.  Their reasons are not told: they may speak of somebody's health."""
    cohort = attempt.enrolment.cohort
    for row in accommodating.kept_for(attempt.enrolment):
        if row.part not in ("", attempt.part.key):
            continue
        for_all = _("for everybody of the angkatan") if row.enrolment_id is None else ""
        values = {"name": row.granted_by.full_name, "what": allowing.words(allowing.given(row), cohort)}
        yield Entry(row.granted_at, _("%(name)s granted %(what)s") % values, note=for_all)
        if row.ended_at is not None and row.ended_by is not None:
            values |= {"name": row.ended_by.full_name}
            words = _("%(name)s ended for later attempts: %(what)s")
            yield Entry(row.ended_at, words % values, note=for_all)
