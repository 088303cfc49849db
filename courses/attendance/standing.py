"""How much of an angkatan's live JP a person has attended, and the requirement that follows from it.

Attendance belongs to the person: somebody who moves to another angkatan of the same edition keeps what was attended
in the first one.  A meeting held in both under one title counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.completing import fulfil, withdraw
from courses.models import (
    CoursePage,
    EditionModule,
    EditionPart,
    Enrolment,
    Fulfilment,
    LiveSession,
    ModulePage,
    SessionResult,
)
from courses.parts import PartDraft, Problem, RequirementDraft

KIND = "attendance"
KEY = "sessions"
#: Before the line about what a completed training led to.
POSITION = 29_000
ZERO = Decimal(0)


@dataclass(frozen=True)
class Meeting:
    """One live session as far as JP are concerned."""

    cohort_id: int
    title: str
    jp: Decimal


@dataclass(frozen=True)
class Standing:
    """Live JP attended of those of the angkatan; ``needed`` is the edition's percentage, 0 if it asks for none."""

    attended: Decimal
    target: Decimal
    needed: int

    @property
    def percent(self) -> int:
        """Whole percent of the live JP, rounded down; 100 at most."""
        return min(100, int(self.attended * 100 / self.target)) if self.target else 0

    @property
    def is_met(self) -> bool:
        return self.target > 0 and self.attended * 100 >= self.target * self.needed


def attended_jp(attended: Iterable[Meeting], *, cohort_id: int) -> Decimal:
    """Pure.  JP of what was attended; a meeting elsewhere is left out when one of the same title was attended here."""
    meetings = list(attended)
    here = {_key(one.title) for one in meetings if one.cohort_id == cohort_id}
    return sum((one.jp for one in meetings if one.cohort_id == cohort_id or _key(one.title) not in here), ZERO)


def standings(enrolments: Sequence[Enrolment]) -> dict[int, Standing]:
    """A standing each, by enrolment id; four statements, whatever their number.

    The live JP of an angkatan are those of its planned sessions, or those its edition's modules promise if these are
    more: the first of four sessions is not everything because three are not planned yet.
    """
    editions = {one.cohort.edition_id for one in enrolments if one.cohort.edition_id}
    parts = EditionPart.objects.filter(edition__in=editions, kind=KIND, key=KEY)
    needed = {part.edition_id: int(part.json["percent"]) for part in parts}
    modules = EditionModule.objects.filter(edition__in=editions).order_by()
    promised = dict(modules.values_list("edition").annotate(total=Sum("jp_sync")))
    sessions = LiveSession.objects.planned().filter(cohort__in={one.cohort_id for one in enrolments}).order_by()
    planned = dict(sessions.values_list("cohort").annotate(total=Sum("jp")))
    has_live = any(planned.values()) or any(promised.values())
    meetings = _attended({one.user_id for one in enrolments}, editions if has_live else set())
    found = {}
    for one in enrolments:
        edition = one.cohort.edition_id or 0
        target = max(planned.get(one.cohort_id) or ZERO, promised.get(edition) or ZERO)
        jp = attended_jp(meetings[one.user_id, edition], cohort_id=one.cohort_id)
        found[one.pk] = Standing(min(jp, target), target, needed.get(edition, 0))
    return found


def review(enrolment_ids: Iterable[int], *, at: datetime) -> int:
    """Fulfil or withdraw the requirement of these enrolments as their standing says; how many changed.

    Safe to repeat, and to be called for anybody: an edition that asks for no attendance has nothing to fulfil.
    """
    wanted = Enrolment.objects.filter(pk__in=list(enrolment_ids)).select_related("cohort")
    asked = wanted.filter(cohort__edition__requirements__kind=KIND, cohort__edition__requirements__key=KEY)
    enrolments = list(asked.order_by("pk"))
    if not enrolments:
        return 0
    met = set(
        Fulfilment.objects.filter(enrolment__in=enrolments, kind=KIND, key=KEY, withdrawn_at=None).values_list(
            "enrolment_id", flat=True
        )
    )
    changed = 0
    for pk, standing in standings(enrolments).items():
        if standing.is_met and pk not in met:
            fulfil(pk, KIND, KEY, at=at, evidence=_evidence(standing))
        elif not standing.is_met and pk in met:
            withdraw(pk, KIND, KEY, at=at, reason="attendance")
        else:
            continue
        changed += 1
    return changed


def write_parts(course: CoursePage) -> Iterable[PartDraft]:
    """The edition's rule, if the course asks for attendance; its label is in the language of the certificates."""
    percent = course.attendance_percent
    if percent:
        with override("id"):
            label = _("Attendance at live sessions: at least %(percent)s%% of JP") % {"percent": percent}
        yield PartDraft(KIND, KEY, {"percent": percent}, RequirementDraft(label, POSITION))


def check_readiness(course: CoursePage) -> Iterable[Problem]:
    """A course that asks for attendance should say how many live JP it has."""
    if not course.attendance_percent:
        return
    live = ModulePage.objects.child_of(course).live().aggregate(jp=Sum("jp_sync"))["jp"]
    if not live:
        text = _(
            "The course asks for attendance, but none of its modules has live JP; only planned sessions count then."
        )
        yield Problem(text, blocking=False)


def _attended(user_ids: set[int], editions: set[int]) -> dict[tuple[int, int], list[Meeting]]:
    """What people attended in any angkatan of these editions, whether they are still in it or not."""
    if not editions:
        return defaultdict(list)
    rows = SessionResult.objects.filter(
        attended=True,
        session__status=LiveSession.Status.PLANNED,
        session__cohort__edition__in=editions,
        enrolment__user__in=user_ids,
    ).values_list(
        "enrolment__user_id", "session__cohort__edition_id", "session_id", "session__cohort_id", "session__title",
        "session__jp",
    )  # fmt: skip
    found: dict[tuple[int, int], dict[int, Meeting]] = defaultdict(dict)
    for user_id, edition_id, session_id, cohort_id, title, jp in rows:
        found[user_id, edition_id][session_id] = Meeting(cohort_id, title, jp)
    return defaultdict(list, {key: list(meetings.values()) for key, meetings in found.items()})


def _evidence(standing: Standing) -> dict[str, str | int]:
    return {"attended_jp": str(standing.attended), "of_jp": str(standing.target), "percent": standing.percent}


def _key(title: str) -> str:
    return " ".join(title.split()).casefold()
