"""Quizzes as lines on the pages of participants and trainers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments import activities, attempting, granting, submitting
from courses.activities import ActivityState
from courses.models import Enrolment
from tests.factories_accounts import AT, Role, make_organization, make_person
from tests.factories_attempts import answer_all, make_enrolment, make_part, make_quiz, make_version, start

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def line(enrolment):
    (found,) = activities.quiz_activities([Enrolment.objects.select_related("cohort").get(pk=enrolment.pk)])
    return found


def sit(enrolment, part, *, right, at=AT):
    attempt = start(enrolment, part, at=at)
    answer_all(attempt, at=at, right=right)
    return submitting.submit(attempt, actor=enrolment.user, at=at)


def test_a_line_follows_the_quiz_from_the_start_to_the_end():
    trainer = make_person(name="Sri")
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=trainer), max_attempts=2, required=True)
    first = line(enrolment)
    assert (first.state, first.note, first.counts, first.position) == (ActivityState.TODO, "", True, 110)
    assert first.url == f"/kuis/mulai/{enrolment.public_id}/{part.key}/"
    attempt = start(enrolment, part)
    assert line(enrolment).state == ActivityState.STARTED
    submitting.submit(attempt, actor=enrolment.user, at=AT + MINUTE)
    after_one = line(enrolment)
    assert (after_one.state, after_one.note) == (ActivityState.TODO, "Belum lulus, sisa 1 kesempatan")
    sit(enrolment, part, right=0, at=AT + 2 * MINUTE)
    assert line(enrolment).state == ActivityState.FAILED
    granting.grant(enrolment, part, extra_attempts=1, reason="Sakit", actor=trainer, at=AT)
    assert line(enrolment).state == ActivityState.TODO
    sit(enrolment, part, right=4, at=AT + 3 * MINUTE)
    passed = line(enrolment)
    assert (passed.state, passed.note) == (ActivityState.DONE, "Lulus")


def test_a_pretest_is_done_once_it_was_sat():
    enrolment, part = make_quiz(kind="pretest", max_attempts=1)
    sit(enrolment, part, right=0)
    assert line(enrolment).state == ActivityState.DONE
    assert not line(enrolment).counts


def test_the_state_agrees_with_the_full_standing():
    enrolment, part = make_quiz(max_attempts=3)
    sit(enrolment, part, right=1)
    assert activities.state_of("practice", attempting.standing(enrolment, part)) == line(enrolment).state


@pytest.mark.parametrize("people", [1, 15])
def test_four_statements_however_many_people_and_quizzes(people, django_assert_num_queries):
    enrolment, part = make_quiz()
    cohort = enrolment.cohort
    for n in range(people):
        other = Enrolment.objects.create(cohort=cohort, user=make_person(name=f"P {n}"), enrolled_at=AT)
        start(other, part)
        make_part(cohort.edition, [make_version(cohort.organization)])
    everyone = list(Enrolment.objects.select_related("cohort"))
    with django_assert_num_queries(4):
        lines = activities.quiz_activities(everyone)
    assert len(lines) == (people + 1) * (people + 1)


def test_grant_links_are_for_those_who_may():
    trainer = make_person(name="Sri")
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=trainer))
    people = list(Enrolment.objects.select_related("cohort"))
    colleague = make_person(name="Eko", role=Role.TRAINER, organization=enrolment.cohort.organization)
    for user in (trainer, colleague):
        lasting, once = activities.grant_links(user, people)
        assert lasting.url == f"/kuis/penyesuaian/{enrolment.public_id}/"
        assert once.url == f"/kuis/izin/{enrolment.public_id}/{part.key}/"
    outsider = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    for user in (outsider, enrolment.user):
        assert list(activities.grant_links(user, people)) == []
