"""The participant's pages: who may open them, what they show, and that a refusal changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from assessments import closing, submitting
from assessments.models import Attempt
from courses import cohorts
from courses.errors import CohortNotRunning
from courses.models import Cohort, Enrolment
from tests.factories_accounts import AT, Role, make_organization, make_person
from tests.factories_attempts import (
    answer_all,
    any_token,
    make_attempt,
    make_enrolment,
    make_quiz,
    row,
    start,
    token_of,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    """Views ask the clock; here it stands two minutes after the attempts were opened."""
    with time_machine.travel(AT + 2 * MINUTE, tick=False):
        yield


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def start_url(enrolment, part):
    return f"/kuis/mulai/{enrolment.public_id}/{part.key}/"


# Who may


def outsiders(enrolment):
    """Everybody who is not the person: another participant, a trainer and an assessor of the same house, a stranger."""
    house = enrolment.cohort.organization
    return [
        make_person(name="Dewi"),
        make_person(name="Budi", role=Role.ASSESSOR, organization=house),
        make_person(name="Eko", role=Role.TRAINER, organization=house),
        make_person(name="Citra", role=Role.ADMINISTRATOR, organization=make_organization(), is_demo=True),
    ]


@pytest.mark.parametrize("address", ["", "kirim/", "hasil/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_paper_is_for_its_person_alone(address, method):
    attempt = make_attempt()
    before = Attempt.objects.values().get()
    for person in outsiders(attempt.enrolment)[:3]:
        response = getattr(signed_in(person), method)(f"/kuis/{attempt.public_id}/{address}")
        assert response.status_code in ({404} if address == "kirim/" or method == "get" else {404, 405})
    assert Attempt.objects.values().get() == before


@pytest.mark.parametrize("address", ["", "kirim/", "hasil/"])
def test_without_sign_in_the_way_leads_to_the_door(client, address):
    attempt = make_attempt()
    response = client.get(f"/kuis/{attempt.public_id}/{address}")
    assert response.status_code == 302
    assert response["Location"].startswith("/masuk/?next=")


@pytest.mark.parametrize(("address", "method"), [("", "post"), ("hasil/", "post"), ("kirim/", "put")])
def test_the_wrong_method_is_refused(address, method):
    attempt = make_attempt()
    client = signed_in(attempt.enrolment.user)
    assert getattr(client, method)(f"/kuis/{attempt.public_id}/{address}").status_code == 405


@pytest.mark.parametrize("address", ["", "kirim/", "hasil/"])
def test_an_attempt_that_does_not_exist_is_not_found(address):
    assert signed_in(make_person()).get(f"/kuis/{uuid4()}/{address}").status_code == 404


def test_nobody_starts_for_another():
    enrolment, part = make_quiz()
    for person in outsiders(enrolment)[:3]:
        assert signed_in(person).post(start_url(enrolment, part)).status_code == 404
    assert Client().post(start_url(enrolment, part)).status_code == 302
    assert not Attempt.objects.exists()


def test_a_quiz_of_another_edition_is_not_found():
    enrolment, _part = make_quiz()
    _other, foreign = make_quiz()
    assert signed_in(enrolment.user).post(start_url(enrolment, foreign)).status_code == 404


def test_who_left_the_angkatan_finds_nothing():
    enrolment, part = make_quiz()
    Enrolment.objects.filter(pk=enrolment.pk).update(status="dropped", dropped_at=AT)
    assert signed_in(enrolment.user).get(start_url(enrolment, part)).status_code == 404


# What they show


def test_the_way_from_the_start_to_the_result():
    enrolment, part = make_quiz(questions=3, max_attempts=3)
    client = signed_in(enrolment.user)
    assert "Mulai kuis" in page(client, start_url(enrolment, part))
    begun = client.post(start_url(enrolment, part))
    attempt = Attempt.objects.get()
    assert begun["Location"] == f"/kuis/{attempt.public_id}/"
    questions = page(client, begun["Location"])
    assert questions.count("<fieldset") == questions.count("<legend") == 3
    assert "Kesempatan 1 dari 3" in questions
    assert "Lanjutkan" in page(client, start_url(enrolment, part))
    answer_all(attempt, at=AT + MINUTE, right=2)
    before = page(client, f"/kuis/{attempt.public_id}/kirim/")
    assert "3" in before
    sent = client.post(f"/kuis/{attempt.public_id}/kirim/")
    assert sent["Location"] == f"/kuis/{attempt.public_id}/hasil/"
    result = page(client, sent["Location"])
    assert "66,67\N{NO-BREAK SPACE}%" in result
    assert "70\N{NO-BREAK SPACE}%" in result
    assert client.get(f"/kuis/{attempt.public_id}/")["Location"] == sent["Location"]


def test_each_page_has_one_heading():
    attempt = make_attempt()
    client = signed_in(attempt.enrolment.user)
    urls = [
        start_url(attempt.enrolment, attempt.part),
        f"/kuis/{attempt.public_id}/",
        f"/kuis/{attempt.public_id}/kirim/",
    ]
    for url in urls:
        assert page(client, url).count("<h1") == 1
    submitting.submit(attempt, actor=attempt.enrolment.user, at=AT + MINUTE)
    assert page(client, f"/kuis/{attempt.public_id}/hasil/").count("<h1") == 1


def test_before_sending_the_unanswered_are_listed_and_lead_to_their_question():
    attempt = make_attempt(questions=3)
    from assessments import saving

    saving.save_rows(attempt.public_id, token_of(attempt), [row(1, 2, any_token(attempt, 2))], at=AT)
    shown = page(signed_in(attempt.enrolment.user), f"/kuis/{attempt.public_id}/kirim/")
    assert re.findall(r"/kuis/[0-9a-f-]+/#q(\d)", shown) == ["1", "3"]


def test_another_device_shows_what_was_answered_and_can_save():
    attempt = make_attempt()
    from assessments import saving

    token = any_token(attempt, 1)
    saving.save_rows(attempt.public_id, token_of(attempt), [row(1, 1, token)], at=AT)
    shown = page(signed_in(attempt.enrolment.user), f"/kuis/{attempt.public_id}/")
    assert f'value="{token}" checked' in shown
    assert f'data-token="{token_of(attempt)}"' in shown
    assert f'name="shown" value="1:{token}"' in shown


def test_several_right_answers_say_so():
    attempt = make_attempt(questions=1, version={"kind": "multiple"})
    shown = page(signed_in(attempt.enrolment.user), f"/kuis/{attempt.public_id}/")
    assert "Pilih semua jawaban yang benar" in shown
    assert 'type="checkbox"' in shown


def test_a_deadline_is_shown_in_the_time_of_the_angkatan():
    enrolment = make_enrolment(time_zone="Asia/Makassar")
    attempt = make_attempt(enrolment=enrolment, time_limit_minutes=10)
    assert "22 November 2026, 11.10 WITA" in page(signed_in(enrolment.user), f"/kuis/{attempt.public_id}/")


def test_an_overdue_attempt_that_beat_has_not_met_yet_leads_to_its_result():
    attempt = make_attempt(time_limit_minutes=1, grace_seconds=0)
    client = signed_in(attempt.enrolment.user)
    assert client.get(f"/kuis/{attempt.public_id}/")["Location"] == f"/kuis/{attempt.public_id}/hasil/"
    assert "Waktu sudah habis" in page(client, f"/kuis/{attempt.public_id}/hasil/")


def test_when_attempts_are_used_up_the_page_names_whom_to_ask_and_what_to_reread():
    trainer = make_person(name="Sri Wahyuni, M.Si.", phone="0812 3456")
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=trainer), max_attempts=1, version={"module": "M2"})
    attempt = start(enrolment, part)
    submitting.submit(attempt, actor=enrolment.user, at=AT + MINUTE)
    for url in (start_url(enrolment, part), f"/kuis/{attempt.public_id}/hasil/"):
        shown = page(signed_in(enrolment.user), url)
        assert "Sri Wahyuni, M.Si." in shown
        assert "0812 3456" in shown
        assert f"/belajar/{enrolment.cohort.public_id}/M2/" in shown
        assert "Modul M1" not in shown


def test_a_refused_start_says_why_and_opens_nothing():
    enrolment, part = make_quiz(max_attempts=1)
    submitting.submit(start(enrolment, part), actor=enrolment.user, at=AT + MINUTE)
    response = signed_in(enrolment.user).post(start_url(enrolment, part), follow=True)
    assert "Semua kesempatan Anda" in response.content.decode()
    assert Attempt.objects.count() == 1


def test_outside_the_angkatan_the_page_says_so():
    enrolment, part = make_quiz(enrolment=make_enrolment(closes_at=AT))
    assert "tidak sedang berjalan" in page(signed_in(enrolment.user), start_url(enrolment, part))


def test_late_answers_are_named_on_the_result():
    from assessments import saving

    attempt = make_attempt(time_limit_minutes=1, grace_seconds=0)
    closing.close_overdue_attempts(at=AT + 2 * MINUTE)
    saving.save_rows(attempt.public_id, token_of(attempt), [row(1, 1, any_token(attempt, 1))], at=AT + 3 * MINUTE)
    assert "tiba setelah" in page(signed_in(attempt.enrolment.user), f"/kuis/{attempt.public_id}/hasil/")


# Review


def review_page(policy, *, usage="practice", closed=False, **cohort):
    enrolment = make_enrolment(**cohort)
    version = {"usage": usage, "explanation": "Karena asesmen menentukan layanan."}
    attempt = make_attempt(enrolment=enrolment, questions=2, review=policy, version=version)
    submitting.submit(attempt, actor=enrolment.user, at=AT + MINUTE)
    if closed:
        close(enrolment.cohort)
    return "Karena asesmen menentukan layanan." in page(signed_in(enrolment.user), f"/kuis/{attempt.public_id}/hasil/")


def close(cohort):
    Cohort.objects.filter(pk=cohort.pk).update(status="closed", closed_at=AT + MINUTE)


# The last day has passed, which a trainer may still move; CLOSED is final.
ENDED = {"closes_at": AT + MINUTE}
CLOSED = {"closed": True}


@pytest.mark.parametrize(("policy", "usage", "cohort", "shown"), [
    ("after_submit", "practice", {}, True),
    ("after_submit", "final", {}, False),
    ("after_submit", "final", ENDED, False),
    ("after_submit", "final", CLOSED, True),
    ("after_close", "practice", {}, False),
    ("after_close", "practice", ENDED, False),
    ("after_close", "practice", CLOSED, True),
    ("after_close", "final", {}, False),
    ("after_close", "final", ENDED, False),
    ("after_close", "final", CLOSED, True),
    ("never", "practice", {}, False),
    ("never", "practice", CLOSED, False),
    ("never", "final", CLOSED, False),
])  # fmt: skip
def test_explanations_are_shown_only_when_the_policy_allows(policy, usage, cohort, shown):
    assert review_page(policy, usage=usage, **cohort) is shown


def test_a_key_seen_after_the_last_day_helps_nobody_whose_last_day_is_moved():
    """The last day has passed and the page keeps the key; the trainer moves the day and another person goes on."""
    trainer = make_person(name="Sri")
    ani, part = make_quiz(
        review="after_close",
        version={"usage": "final"},
        enrolment=make_enrolment(trainer=trainer, ends_on=AT.date(), closes_at=AT + MINUTE),
    )
    other = Enrolment.objects.create(cohort=ani.cohort, user=make_person(name="Eko"), enrolled_at=AT)
    mine = start(ani, part)
    submitting.submit(mine, actor=ani.user, at=AT)
    client = signed_in(ani.user)
    shown = page(client, f"/kuis/{mine.public_id}/hasil/")
    assert "Pembahasan" not in shown
    assert "setelah pelatih menutup angkatan" in shown
    later = cohorts.Schedule(ani.cohort.starts_on, AT.date() + timedelta(days=7), ani.cohort.time_zone)
    cohort = ani.cohort
    cohorts.change_cohort(cohort, name="A", code="A", schedule=later, self_enrol=False, actor=trainer, at=AT + MINUTE)
    assert start(other, part, at=AT + 3 * MINUTE).is_open
    assert "Pembahasan" not in page(client, f"/kuis/{mine.public_id}/hasil/")
    cohorts.close_cohort(cohort, actor=trainer, at=AT + 4 * MINUTE)
    closing.close_overdue_attempts(at=AT + 5 * MINUTE)
    assert "Pembahasan" in page(client, f"/kuis/{mine.public_id}/hasil/")
    with pytest.raises(CohortNotRunning):
        cohorts.change_cohort(cohort, name="A", code="A", schedule=later, self_enrol=False, actor=trainer, at=AT)


def test_while_somebody_still_sits_a_final_paper_nobody_reviews_it():
    ani, part = make_quiz(
        review="after_close", version={"usage": "final"}, enrolment=make_enrolment(closes_at=AT + MINUTE)
    )
    mine = start(ani, part)
    submitting.submit(mine, actor=ani.user, at=AT)
    other = Enrolment.objects.create(cohort=ani.cohort, user=make_person(name="Eko"), enrolled_at=AT)
    theirs = start(other, part)
    close(ani.cohort)
    client = signed_in(ani.user)
    assert "Pembahasan" not in page(client, f"/kuis/{mine.public_id}/hasil/")
    closing.close_overdue_attempts(at=AT + 2 * MINUTE)
    theirs.refresh_from_db()
    assert theirs.status == "closed"
    assert "Pembahasan" in page(client, f"/kuis/{mine.public_id}/hasil/")


# Statements and weight


@pytest.mark.parametrize("questions", [5, 40])
def test_the_page_of_questions_costs_a_constant_number_of_statements(questions, django_assert_max_num_queries):
    attempt = make_attempt(questions=questions)
    client = signed_in(attempt.enrolment.user)
    client.get(f"/kuis/{attempt.public_id}/")
    with django_assert_max_num_queries(7):
        client.get(f"/kuis/{attempt.public_id}/")
