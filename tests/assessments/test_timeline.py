"""The timeline of an attempt: to the second, for who may see the attempt, in constant statements, without an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from assessments import granting, saving, submitting
from assessments.models import QuestionVersion
from tests.factories_accounts import AT, make_membership, make_person
from tests.factories_attempts import LAPTOP, any_token, make_enrolment, make_quiz, row, start, token_of

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def trainer():
    return make_person(name="Rina Trainer")


def save(attempt, *rows, at):
    saving.save_rows(attempt.public_id, token_of(attempt), rows, at=at)


def page_of(user, attempt, query=""):
    client = Client()
    client.force_login(user)
    client.get("/akun/")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/kuis/{attempt.public_id}/linimasa/{query}")
    return response, len(queries)


def test_who_may_see_it_reads_every_moment_to_the_second_and_no_answer(trainer):
    enrolment = make_enrolment(trainer=trainer)
    attempt = start(*make_quiz(enrolment=enrolment, questions=2, time_limit_minutes=30))
    save(attempt, row(1, 1, any_token(attempt, 1), elapsed_ms=7000), at=AT + 9 * SECOND)
    save(attempt, row(1, 2, device=LAPTOP, at=AT + timedelta(days=9)), at=AT + 70 * SECOND)
    granting.grant(enrolment, attempt.part, extra_minutes=5, reason="Listrik padam.", actor=trainer, at=AT + 2 * MINUTE)
    submitting.submit(attempt, actor=enrolment.user, at=AT + 3 * MINUTE)
    save(attempt, row(2, 1, any_token(attempt, 1, 1)), at=AT + 4 * MINUTE)
    response, _count = page_of(trainer, attempt)
    entries = response.context["timeline"].entries
    assert [(e.at - AT).total_seconds() for e in entries] == [0, 9, 70, 120, 180, 240]
    assert [e.late for e in entries] == [False] * 5 + [True]
    assert [e.device[:11] for e in entries if e.is_answer] == ["perangkat A", "perangkat B", "perangkat A"]
    assert (entries[1].device_at - AT, entries[2].device_at - AT) == (7 * SECOND, 70 * SECOND)
    assert entries[2].note
    assert (entries[3].note, "Rina Trainer" in entries[3].words) == ("Listrik padam.", True)
    html = response.content.decode()
    texts = [option["text"] for version in QuestionVersion.objects.all() for option in version.body["options"]]
    tokens = [option["token"] for slot in attempt.paper["slots"] for option in slot["options"]]
    assert not [secret for secret in (*texts, *tokens, "Langkah pertama") if secret in html]
    assert page_of(enrolment.user, attempt)[0].status_code == 200
    assessor, stranger = make_person(), make_person()
    make_membership(assessor, enrolment.cohort.organization, Role.ASSESSOR)
    assert [page_of(each, attempt)[0].status_code for each in (assessor, stranger)] == [200, 404]


def test_a_long_log_comes_in_pages_and_costs_the_same_statements(trainer):
    enrolment = make_enrolment(trainer=trainer)
    attempt = start(*make_quiz(enrolment=enrolment, questions=1))
    empty, few = page_of(trainer, attempt)
    assert [e.is_answer for e in empty.context["timeline"].entries] == [False]
    for minute in range(1, 4):
        rows = [row(minute * 100 + n, 1, any_token(attempt, 1)) for n in range(50)]
        save(attempt, *rows, at=AT + minute * MINUTE)
    submitting.submit(attempt, actor=enrolment.user, at=AT + 9 * MINUTE)
    first, many = page_of(trainer, attempt)
    last, _count = page_of(trainer, attempt, "?page=2")
    assert many <= few + 2, "a following page, and the end of this one, are two statements"
    kinds = [[e.is_answer for e in page.context["timeline"].entries] for page in (first, last)]
    assert (len(kinds[0]), len(kinds[1])) == (101, 51)
    assert (kinds[0][0], kinds[1][-1]) == (False, False)
