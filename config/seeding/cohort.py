"""The demonstration's angkatan and how far each of its people has come."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Organization, User
from assessments import assessing
from config.seeding import learning, opinions
from courses import cohorts, enrolling, joining
from courses.models import Cohort, CoursePage, Enrolment


@dataclass(frozen=True)
class Way:
    """How far one person has come: modules read (None: all), the share of right answers in each post-test, and which
    sheet of ``opinions`` was sent (None: none yet)."""

    number: str
    modules: int | None
    posttests: tuple[float, ...] = ()
    pretest: float | None = None
    opinion: int | None = None


ATENSI = (
    Way("PDP-001", modules=3, pretest=0.5),
    Way("PDP-002", modules=None, pretest=0.6, posttests=(0.96,), opinion=0),
    Way("PDP-003", modules=None, posttests=(0.5, 0.8), opinion=1),
    Way("PDP-004", modules=None, posttests=(0.4, 0.5, 0.6), opinion=2),
    Way("PDP-005", modules=0),
    Way("PDP-006", modules=None, posttests=(0.88,), opinion=3),
    Way("PDP-007", modules=None, opinion=4),
    Way("PDP-008", modules=None, opinion=5),
    # Nothing but the evaluation stands between this person and the certificate.
    Way("PDP-009", modules=None, posttests=(0.84,)),
)


@transaction.atomic
def load(*, at: datetime) -> str:
    """One running angkatan with people everywhere on the way, and an open-ended one of the second unit."""
    if Cohort.objects.exists():
        return ""
    today = timezone.localtime(at).date()
    course = CoursePage.objects.get(code="BIMTEK-ATENSI-01")
    trainer = User.objects.get(participant_number="WID-01")
    schedule = cohorts.Schedule(today - timedelta(days=14), today + timedelta(days=45), "Asia/Makassar")
    began = at - timedelta(days=13)
    cohort = _open(course, "Angkatan I", "I-PERAGAAN", schedule, trainer, began)
    people = {person.participant_number: person for person in User.objects.filter(is_demo=True)}
    _enrol(cohort, [way.number for way in ATENSI], trainer, began)
    rng = random.Random("suluh")  # noqa: S311 - a demonstration that is the same every time
    for way in ATENSI:
        _follow(Enrolment.objects.get(cohort=cohort, user=people[way.number]), way, began, rng)
    _recommend(Enrolment.objects.get(cohort=cohort, user=people["PDP-002"]), people["ASE-01"], at - timedelta(days=1))
    _second_unit(at, people)
    return f"2 angkatan with {Enrolment.objects.count()} enrolments loaded"


def _open(
    course: CoursePage,
    name: str,
    code: str,
    schedule: cohorts.Schedule,
    trainer: User,
    at: datetime,
    *,
    self_enrol: bool = False,
) -> Cohort:
    cohort = cohorts.create_cohort(
        course,
        organization=course.organization,
        name=name,
        code=code,
        schedule=schedule,
        self_enrol=self_enrol,
        actor=trainer,
        at=at,
    )
    return cohorts.open_cohort(cohort, actor=trainer, at=at)


def _enrol(cohort: Cohort, numbers: list[str], trainer: User, at: datetime) -> None:
    """By the pasted list that a trainer would use: number, name, unit."""
    rows = []
    for number in numbers:
        person = User.objects.get(participant_number=number)
        unit = Organization.objects.get(memberships__user=person)
        rows.append(f"{number}\t{person.full_name}\t{unit.code}")
    plan = enrolling.commit_list(cohort, "\n".join(rows), actor=trainer, at=at)
    if plan.problems:
        raise ValueError([row.reason for row in plan.problems])


def _follow(enrolment: Enrolment, way: Way, began: datetime, rng: random.Random) -> None:
    enrolment.refresh_from_db()
    if way.pretest is not None:
        part = learning.quiz_part(enrolment, "pretest")
        learning.take(enrolment, part, at=began + timedelta(hours=1), share=way.pretest, rng=rng)
    learning.read_modules(enrolment, at=began + timedelta(days=1), count=way.modules)
    for number, share in enumerate(way.posttests, start=1):
        part = learning.quiz_part(enrolment, "posttest")
        learning.take(enrolment, part, at=began + timedelta(days=2 + number), share=share, rng=rng)
    if way.opinion is not None:
        opinions.send(enrolment, way.opinion, at=began + timedelta(days=6, hours=way.opinion))


def _recommend(enrolment: Enrolment, assessor: User, at: datetime) -> None:
    """An assessor finds one candidate competent in every unit; the others still wait."""
    for state in assessing.candidate(enrolment).units:
        reason = "Peragaan: telaah berkas praktik dan wawancara."
        assessing.recommend(enrolment, state.unit, result="competent", reason=reason, actor=assessor, at=at)


def _second_unit(at: datetime, people: dict[str, User]) -> None:
    course = CoursePage.objects.get(code="PENGANTAR-ATENSI-BTN")
    schedule = cohorts.Schedule(timezone.localtime(at).date() - timedelta(days=7), None, "Asia/Jakarta")
    began = at - timedelta(days=6)
    cohort = _open(course, "Belajar mandiri", "MANDIRI", schedule, people["WID-11"], began, self_enrol=True)
    joined = joining.join(cohort, people["PDP-101"], at=began)
    if isinstance(joined, Enrolment):
        learning.read_modules(joined, at=began, count=1)
