"""The demonstration's live sessions: one a week ago with attendance from every source, one tomorrow."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from courses import sessions
from courses.attendance import arriving, claiming, importing, ticking
from courses.models import Cohort, Enrolment, LiveSession

MINUTES = 90
# First arrival, last departure and minutes really spent, as a meeting's report says them.
SEEN = {
    "PDP-002": ("9:03 AM", "10:29 AM", 86),
    "PDP-003": ("9:10 AM", "10:30 AM", 72),
    "PDP-004": ("9:40 AM", "10:20 AM", 40),
}


@transaction.atomic
def load(*, at: datetime) -> str:
    """Two sessions of the running angkatan, unless there are any."""
    cohort = Cohort.objects.get(code="I-PERAGAAN")
    if LiveSession.objects.exists():
        return ""
    trainer = User.objects.get(participant_number="WID-01")
    past = _plan(cohort, "Pertemuan 1: Asesmen komprehensif", _nine(cohort, at - timedelta(days=7)), trainer)
    _plan(cohort, "Pertemuan 2: Rencana intervensi", _nine(cohort, at + timedelta(days=1)), trainer)
    people = {one.user.participant_number: one for one in cohort.enrolments.select_related("user", "cohort")}
    _attend(past, people, trainer)
    return "2 live sessions loaded"


def _nine(cohort: Cohort, at: datetime) -> datetime:
    zone = ZoneInfo(cohort.time_zone)
    return datetime.combine(at.astimezone(zone).date(), time(9), tzinfo=zone)


def _plan(cohort: Cohort, title: str, starts_at: datetime, trainer: User) -> LiveSession:
    plan = sessions.Plan(
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=MINUTES),
        jp=Decimal(2),
        facilitator=trainer,
        join_url="https://rapat.example/peragaan",
        claim_days=10,
    )
    return sessions.plan_sessions(cohort, plan, actor=trainer, at=starts_at - timedelta(days=3))[0]


def _attend(session: LiveSession, people: dict[str, Enrolment], trainer: User) -> None:
    """A join click, a code, a report with unclear names, a tick, and a late claim that waits."""
    start, end = session.starts_at, session.ends_at
    for number in ("PDP-001", "PDP-002", "PDP-005"):
        arriving.note_join(session, people[number], at=start + timedelta(minutes=2))
    code = arriving.show_code(session, actor=trainer, at=start + timedelta(minutes=80))
    arriving.redeem_code(session, people["PDP-001"], code.code, at=start + timedelta(minutes=82))
    lines = ["Name,Email,Duration,Time joined,Time exited", "Laptop aula,,1 hr 30 min,9:00 AM,10:30 AM"]
    for number, (joined, left, minutes) in SEEN.items():
        lines.append(f'"{people[number].user.full_name}",,{minutes} min,{joined},{left}')
    report = importing.upload(
        session, "\n".join(lines).encode(), "kehadiran.csv", zone=session.cohort.time_zone, actor=trainer, at=end
    )
    importing.commit(report, {}, actor=trainer, at=end + timedelta(hours=1))
    ticking.tick(session, [people["PDP-006"]], present=True, actor=trainer, at=end + timedelta(hours=1))
    reason = "Saya mengikuti dari telepon rekan karena sinyal hilang."
    claiming.claim(session, people["PDP-005"], reason=reason, at=end + timedelta(days=1))
