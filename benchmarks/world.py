"""What is measured on: a course with a quiz of 20 questions, people, and certificates to look up.

Made by the product's own verbs from the demonstration's content.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Membership, Organization, User
from assessments.models import Quiz
from benchmarks.models import Mark
from certificates.models import AwardRule, Certificate, Signatory
from certificates.sweeping import advance_enrolment
from config.seeding import loading, papers
from courses import cohorts, joining
from courses.models import CatalogueIndexPage, Cohort, CoursePage, Enrolment, ModulePage
from courses.progress import mark_read

PASSWORD = "hanya-untuk-mengukur"
QUESTIONS = (3, 3, 3, 3, 2, 2, 2, 2)


@dataclass(frozen=True)
class World:
    """``people`` sit the quiz at ``quiz_paths``; ``codes`` are issued certificates; ``short`` ends with one reading."""

    people: list[User]
    quiz_paths: list[str]
    codes: list[str]
    short: Cohort
    trainer: User


def make(*, people: int, certificates: int) -> World:
    """Fill an empty database."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    papers.make_keys_once()
    at = timezone.now()
    for step in loading.STEPS[:3]:
        step(at=at)
    Mark.objects.create(word="suluh")
    trainer = User.objects.get(participant_number="WID-01")
    persons = _people(people, at)
    long = _open(_quiz_course(), "Ukur", trainer, at)
    enrolments = _enrol(long, persons, at)
    quiz = Quiz.objects.get(title="Kuis ukur")
    short = _open(_short_course(), "Singkat", trainer, at)
    world = World(
        people=persons,
        quiz_paths=[f"/kuis/mulai/{each.public_id}/{quiz.public_id}/" for each in enrolments],
        codes=[],
        short=short,
        trainer=trainer,
    )
    for enrolment in complete(world, persons[:certificates], at=at):
        advance_enrolment(enrolment.pk, at=timezone.now())
    world.codes.extend(Certificate.objects.values_list("code", flat=True))
    return world


def complete(world: World, people: list[User], *, at: datetime) -> list[Enrolment]:
    """Each person does all that the short course asks for: one reading.  The rest is the workers' business."""
    enrolments = _enrol(world.short, people, at)
    for enrolment in enrolments:
        mark_read(enrolment, "M1", at=at)
    return enrolments


def more_people(count: int, *, at: datetime) -> list[User]:
    return _people(count, at)


def _people(count: int, at: datetime) -> list[User]:
    unit = Organization.objects.get(external_id="peragaan-dinsos-polman")
    password = make_password(PASSWORD)
    first = User.objects.count()
    made = []
    for number in range(first, first + count):
        person = User.objects.create_person(
            participant_number=f"UKUR-{number:05d}",
            full_name=f"Orang Ukur {number}",
            is_demo=True,
            privacy_seen_at=at,
            name_confirmed_at=at,
        )
        made.append(person)
        Membership.objects.create(user=person, organization=unit, role="participant", starts_on=at.date())
    User.objects.filter(pk__in=[person.pk for person in made]).update(password=password)
    return made


def _quiz_course() -> CoursePage:
    """The demonstration's course with one more quiz: 20 practice questions, any number of attempts."""
    course: CoursePage = CoursePage.objects.get(code="BIMTEK-ATENSI-01")
    quiz = Quiz.objects.create(
        course=course,
        organization=course.organization,
        title="Kuis ukur",
        kind=Quiz.Kind.PRACTICE,
        max_attempts=None,
        pass_mark=70,
    )
    for place, count in enumerate(QUESTIONS, start=1):
        quiz.blueprint.add(
            quiz.blueprint.model(quiz=quiz, sort_order=place, module=f"M{place}", usage="practice", count=count)
        )
    quiz.save()
    return course


def _short_course() -> CoursePage:
    long = CoursePage.objects.get(code="BIMTEK-ATENSI-01")
    course = CoursePage(
        title="Pelatihan singkat",
        slug="singkat",
        organization=long.organization,
        code="SINGKAT",
        self_enrol_allowed=True,
    )
    CatalogueIndexPage.objects.get().add_child(instance=course)
    body = [("text", {"text": "<p>Satu modul.</p>", "sources": []})]
    course.add_child(instance=ModulePage(title="Satu", slug="m1", key="M1", body=body))
    signatory = Signatory.objects.get(organization=long.organization)
    AwardRule.objects.create(organization=long.organization, course=course, signatory=signatory)
    return course


def _open(course: CoursePage, name: str, trainer: User, at: datetime) -> Cohort:
    schedule = cohorts.Schedule((at - timedelta(days=2)).date(), None, "Asia/Makassar")
    cohort = cohorts.create_cohort(
        course,
        organization=course.organization,
        name=name,
        code=name,
        schedule=schedule,
        self_enrol=True,
        actor=trainer,
        at=at,
    )
    return cohorts.open_cohort(cohort, actor=trainer, at=at)


def _enrol(cohort: Cohort, people: list[User], at: datetime) -> list[Enrolment]:
    Cohort.objects.filter(pk=cohort.pk).update(self_enrol=True)
    cohort.refresh_from_db()
    for person in people:
        joining.join(cohort, person, at=at)
    return list(cohort.enrolments.order_by("pk"))
