"""A trainer grants another attempt or more time to one person, with a reason, effective at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Event
from assessments import granting, submitting
from assessments.errors import NotAllowed, NothingGranted, NoTimeLimit, ReasonMissing
from assessments.models import Attempt, Grant
from tests.factories_accounts import AT, Role, make_organization, make_person
from tests.factories_attempts import make_enrolment, make_quiz, start

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT + 2 * MINUTE, tick=False):
        yield


def used_up(**quiz):
    """Enrolment, quiz and trainer; the only attempt is used."""
    trainer = make_person(name="Sri Wahyuni")
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=trainer), max_attempts=1, **quiz)
    submitting.submit(start(enrolment, part), actor=enrolment.user, at=AT + MINUTE)
    return enrolment, part, trainer


def give(enrolment, part, actor, *, reason="Listrik padam", **what):
    what = what or {"extra_attempts": 1}
    return granting.grant(enrolment, part, **what, reason=reason, actor=actor, at=AT + 2 * MINUTE)


def url(enrolment, part):
    return f"/kuis/izin/{enrolment.public_id}/{part.key}/"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_another_attempt_can_be_started_at_once_and_the_event_says_why():
    enrolment, part, trainer = used_up()
    give(enrolment, part, trainer)
    assert start(enrolment, part, at=AT + 3 * MINUTE).number == 2
    event = Event.objects.get(verb="attempt.granted")
    assert (event.actor, event.reason) == (trainer, "Listrik padam")
    assert event.details == {"quiz": part.key, "attempts": 1, "minutes": 0}


def test_a_grant_is_for_one_person():
    enrolment, part, trainer = used_up()
    other, _ = make_quiz(enrolment=make_enrolment(edition=enrolment.cohort.edition))
    give(enrolment, part, trainer)
    submitting.submit(start(other, part), actor=other.user, at=AT + MINUTE)
    from assessments import attempting

    assert attempting.standing(other, part).used_up


@pytest.mark.parametrize(("what", "reason", "error"), [
    ({"extra_attempts": 0}, "ada", NothingGranted),
    ({"extra_minutes": 10}, "ada", NoTimeLimit),
    ({"extra_attempts": 1}, "  ", ReasonMissing),
])  # fmt: skip
def test_what_cannot_be_granted_changes_nothing(what, reason, error):
    enrolment, part, trainer = used_up()
    with pytest.raises(error):
        give(enrolment, part, trainer, reason=reason, **what)
    assert not Grant.objects.exists()


def test_nobody_grants_to_oneself_or_without_the_right():
    enrolment, part, _trainer = used_up()
    house = enrolment.cohort.organization
    for person in (enrolment.user, make_person(name="Dewi"),
                   make_person(name="Budi", role=Role.ASSESSOR, organization=house),
                   make_person(name="Eko", role=Role.TRAINER, organization=make_organization())):  # fmt: skip
        with pytest.raises(NotAllowed):
            give(enrolment, part, person)
    assert not Grant.objects.exists()


def test_a_trainer_of_the_house_may_and_nobody_grants_to_oneself_even_then():
    enrolment, part, _trainer = used_up()
    colleague = make_person(name="Eko", role=Role.TRAINER, organization=enrolment.cohort.organization)
    assert give(enrolment, part, colleague)
    mine, quiz, _ = used_up()
    from tests.factories_accounts import make_membership

    make_membership(mine.user, mine.cohort.organization, Role.TRAINER)
    with pytest.raises(NotAllowed):
        give(mine, quiz, mine.user)


def test_time_that_has_run_out_is_not_brought_back():
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=make_person(name="Sri")), time_limit_minutes=1)
    attempt = start(enrolment, part, at=AT - timedelta(hours=1))
    before = attempt.closes_at
    trainer = enrolment.cohort.trainer_links.get().user
    give(enrolment, part, trainer, extra_minutes=30)
    attempt.refresh_from_db()
    assert attempt.closes_at == before


def test_the_database_keeps_grants():
    enrolment, part, trainer = used_up()
    give(enrolment, part, trainer)
    for change in (lambda: Grant.objects.update(reason="lain"), lambda: Grant.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# The page


def test_the_trainer_sees_attempts_and_grants_by_a_form():
    enrolment, part, trainer = used_up()
    client = client_of(trainer)
    assert enrolment.user.full_name in client.get(url(enrolment, part)).content.decode()
    fields = {"extra_attempts": 1, "extra_minutes": 0, "reason": "Listrik padam di Mamuju"}
    response = client.post(url(enrolment, part), fields, follow=True)
    assert response.redirect_chain[-1][0] == url(enrolment, part)
    shown = response.content.decode()
    assert "Listrik padam di Mamuju" in shown
    assert "1 kesempatan lagi" in shown
    assert Grant.objects.count() == 1


@pytest.mark.parametrize("fields", [
    {"extra_attempts": 1, "reason": ""}, {"extra_attempts": 0, "extra_minutes": 0, "reason": "ada"},
    {"extra_attempts": -1, "reason": "ada"}, {"extra_attempts": 99, "reason": "ada"}, {},
])  # fmt: skip
def test_a_form_that_is_not_right_says_so_and_changes_nothing(fields):
    enrolment, part, trainer = used_up()
    response = client_of(trainer).post(url(enrolment, part), fields)
    assert response.status_code == 200
    assert "form-errors" in response.content.decode()
    assert not Grant.objects.exists()


def test_late_answers_are_shown_to_the_trainer():
    enrolment, part, trainer = used_up()
    Attempt.objects.update(late_rows=3)
    assert "Jawaban terlambat" in client_of(trainer).get(url(enrolment, part)).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_outsiders_and_the_person_find_nothing(method):
    enrolment, part, _trainer = used_up()
    elsewhere = make_person(name="Eko", role=Role.TRAINER, organization=make_organization())
    for person in (enrolment.user, make_person(name="Dewi"), elsewhere):
        fields = {"extra_attempts": 1, "reason": "ada"}
        response = getattr(client_of(person), method)(url(enrolment, part), fields)
        assert response.status_code == 404
    assert Client().get(url(enrolment, part))["Location"].startswith("/masuk/")
    assert not Grant.objects.exists()


def test_wrong_method_and_wrong_ids():
    enrolment, part, trainer = used_up()
    client = client_of(trainer)
    assert client.put(url(enrolment, part)).status_code == 405
    assert client.get(f"/kuis/izin/{uuid4()}/{part.key}/").status_code == 404
    assert client.get(f"/kuis/izin/{enrolment.public_id}/{uuid4()}/").status_code == 404
