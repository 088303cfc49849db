"""Save protocol v1 at the database: four statements, any order, repeatable, late rows kept."""

from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments import attempting, protocol, saving, submitting
from assessments.errors import AttemptFull, TokenRefused
from assessments.models import AnswerRow, Attempt
from tests.factories_accounts import AT, make_person
from tests.factories_attempts import LAPTOP, PHONE, any_token, make_attempt, row, token_of

pytestmark = pytest.mark.django_db
CONTROL = re.compile(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)", re.IGNORECASE)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    """Views ask the clock; here it stands two minutes after the attempts were opened."""
    with time_machine.travel(AT + 2 * MINUTE, tick=False):
        yield


def save(attempt, *rows, at=AT + MINUTE):
    return saving.save_rows(attempt.public_id, token_of(attempt), rows, at=at)


def current(attempt):
    attempt.refresh_from_db()
    return protocol.current_answers(attempt.answers)


def batch(*rows, device=PHONE):
    body = {"v": 1, "device": str(device), "rows": [
        {"seq": r.seq, "slot": r.slot, "answer": list(r.answer), "opened": r.opened_ms, "elapsed": r.elapsed_ms}
        for r in rows
    ]}  # fmt: skip
    return json.dumps(body)


def post(client, attempt, *rows, token=None):
    headers = {"X-Attempt-Token": token_of(attempt) if token is None else token}
    return client.post(
        f"/kuis/{attempt.public_id}/simpan/", batch(*rows), content_type="application/json", headers=headers
    )


def statements(queries):
    return [each["sql"] for each in queries if not CONTROL.match(each["sql"])]


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_save_of_many_rows_is_three_statements_and_four_where_some_may_be_known(signed_in):
    attempt = make_attempt(questions=20)
    client = Client()
    if signed_in:
        client.force_login(attempt.enrolment.user)
        client.get("/akun/")
    rows = [row(n, n, any_token(attempt, n)) for n in range(1, 21)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = post(client, attempt, *rows)
    assert response.json()["saved"] == list(range(1, 21))
    counted = statements(queries.captured_queries)
    assert len(counted) == 3, counted
    with CaptureQueriesContext(connection) as queries:
        assert post(client, attempt, *rows[-2:], row(21, 1)).json()["saved"] == [19, 20, 21]
    assert len(statements(queries.captured_queries)) == 4


def test_a_replay_is_two_statements_and_changes_nothing():
    attempt = make_attempt()
    save(attempt, row(1, 1, any_token(attempt, 1)))
    before = Attempt.objects.filter(pk=attempt.pk).values().get()
    with CaptureQueriesContext(connection) as queries:
        again = save(attempt, row(1, 1, any_token(attempt, 1)), at=AT + 5 * MINUTE)
    assert again.saved == [1]
    assert len(statements(queries.captured_queries)) == 2
    assert Attempt.objects.filter(pk=attempt.pk).values().get() == before
    assert AnswerRow.objects.count() == 1


def test_a_device_is_told_in_the_same_statements_when_another_was_last_heard_of():
    """Received, not answered: what an older page does not show may have been answered before it was opened."""
    attempt = make_attempt(questions=2)
    assert save(attempt, row(1, 1, any_token(attempt, 1)), at=AT + MINUTE).superseded is None
    early = row(1, 2, any_token(attempt, 2), device=LAPTOP, at=AT)
    assert save(attempt, early, at=AT + 2 * MINUTE).superseded == AT + MINUTE
    with CaptureQueriesContext(connection) as queries:
        again = save(attempt, row(2, 1, any_token(attempt, 1, 1)), at=AT + 3 * MINUTE)
    assert again.superseded == AT + 2 * MINUTE
    assert len(statements(queries.captured_queries)) == 4
    assert saving.reply(again, at=AT)["superseded"] == protocol.milliseconds(AT + 2 * MINUTE)


def test_a_device_with_nothing_to_send_asks_by_the_token_alone():
    attempt = make_attempt(questions=1, time_limit_minutes=10)
    save(attempt, row(1, 1, any_token(attempt, 1)), at=AT + MINUTE)
    save(attempt, row(1, 1, any_token(attempt, 1, 1), device=LAPTOP), at=AT + MINUTE)
    address = f"/kuis/{attempt.public_id}/simpan/"
    known = {"X-Attempt-Token": token_of(attempt), "X-Attempt-Device": str(PHONE)}
    with CaptureQueriesContext(connection) as queries:
        told = Client().get(address, headers=known).json()
    assert len(statements(queries.captured_queries)) == 2
    due = protocol.milliseconds(AT + 10 * MINUTE)
    assert (told["status"], told["due"], told["saved"], told["late"], told["refused"]) == ("open", due, [], [], [])
    assert (told["now"], told["superseded"]) == tuple(protocol.milliseconds(AT + n * MINUTE) for n in (2, 1))
    unnamed = {"X-Attempt-Token": token_of(attempt), "X-Attempt-Device": ""}
    assert Client().get(address, headers=unnamed).json()["superseded"] == told["superseded"]
    assert Client().get(address, headers={"X-Attempt-Token": "x"}).status_code == 403
    assert Client().get(address).status_code == 405
    assert AnswerRow.objects.count() == 2


def test_every_order_of_arrival_ends_in_the_same_answers():
    a, b, c = (row(1, 1, device=PHONE, elapsed_ms=10_000), row(2, 1, device=PHONE, elapsed_ms=5_000),
               row(1, 1, device=LAPTOP, elapsed_ms=8_000))  # fmt: skip
    seen = set()
    for order in itertools.permutations(range(3)):
        attempt = make_attempt(questions=1)
        tokens = [any_token(attempt, 1, n) for n in range(3)]
        rows = [
            protocol.Row(r.device, r.seq, 1, (t,), r.opened_ms, r.elapsed_ms)
            for r, t in zip((a, b, c), tokens, strict=True)
        ]
        for place in order:
            save(attempt, rows[place])
        seen.add(tokens.index(current(attempt)[1][0]))
        assert attempt.rows.count() == 3
        assert saving.chain_holds(attempt)
    assert seen == {1}, "the phone's higher seq, because the phone's largest time is later than the laptop's"


def test_a_device_clock_in_the_future_wins_nothing_over_a_later_answer():
    attempt = make_attempt()
    far = row(1, 1, any_token(attempt, 1, 0), at=AT + timedelta(days=900))
    save(attempt, far, at=AT + MINUTE)
    save(attempt, row(1, 1, any_token(attempt, 1, 1), device=LAPTOP, at=AT + 2 * MINUTE), at=AT + 2 * MINUTE)
    assert current(attempt)[1] == (any_token(attempt, 1, 1),)
    assert attempt.rows.get(device=PHONE).time_ms == protocol.milliseconds(AT + MINUTE)


def test_the_first_row_of_a_seq_stands():
    attempt = make_attempt()
    save(attempt, row(1, 1, any_token(attempt, 1, 0)), row(1, 1, any_token(attempt, 1, 1)))
    save(attempt, row(1, 1, any_token(attempt, 1, 2)))
    assert current(attempt)[1] == (any_token(attempt, 1, 0),)
    assert attempt.rows.count() == 1


def test_rows_that_fit_no_option_are_refused_and_the_others_kept():
    attempt = make_attempt(questions=2)
    foreign = any_token(attempt, 2)
    saved = save(attempt, row(1, 1, foreign), row(2, 9, "x"), row(3, 1, any_token(attempt, 1)))
    assert (saved.saved, saved.refused) == ([3], [1, 2])
    assert attempt.rows.count() == 1


def test_received_by_due_plus_grace_counts_and_later_is_kept_marked_and_not_counted():
    attempt = make_attempt(time_limit_minutes=10)
    closes = AT + timedelta(minutes=11)
    assert attempt.closes_at == closes
    in_time = save(attempt, row(1, 1, any_token(attempt, 1, 0)), at=closes)
    late = save(attempt, row(2, 1, any_token(attempt, 1, 1)), at=closes + timedelta(microseconds=1))
    assert (in_time.saved, in_time.late) == ([1], [])
    assert (late.saved, late.late) == ([], [2])
    assert current(attempt)[1] == (any_token(attempt, 1, 0),)
    assert attempt.late_rows == 1
    assert [r.late for r in attempt.rows.order_by("position")] == [False, True]
    assert saving.chain_holds(attempt)
    again = save(attempt, row(2, 1, any_token(attempt, 1, 1)), row(1, 1), at=closes + MINUTE)
    assert (again.saved, again.late) == ([1], [2])


def test_a_device_clock_never_extends_the_time():
    attempt = make_attempt(time_limit_minutes=10)
    saved = save(attempt, row(1, 1, any_token(attempt, 1), at=AT), at=AT + timedelta(minutes=12))
    assert saved.late == [1]


def test_received_in_time_counts_even_if_the_clock_closed_the_attempt_first():
    attempt = make_attempt(questions=1, time_limit_minutes=10)
    closes = attempt.closes_at
    assert submitting.close_overdue(attempt, at=closes)
    attempt.refresh_from_db()
    assert attempt.score == 0
    right = next(t for n in range(3) if (t := any_token(attempt, 1, n)) in _right(attempt))
    saved = save(attempt, row(1, 1, right), at=closes)
    assert saved.saved == [1]
    attempt.refresh_from_db()
    assert (attempt.status, attempt.score, attempt.passed) == ("closed", 100, True)


def _right(attempt):
    from tests.factories_attempts import right_tokens

    return right_tokens(attempt, 1)


def test_after_the_submission_rows_are_kept_and_do_not_count():
    attempt = make_attempt()
    submitting.submit(attempt, actor=attempt.enrolment.user, at=AT + MINUTE)
    assert save(attempt, row(1, 1, any_token(attempt, 1)), at=AT + 2 * MINUTE).late == [1]
    assert current(attempt) == {}


@pytest.mark.parametrize("token", ["", "wrong", "ä"])
def test_without_the_token_nothing_is_saved(client, token):
    attempt = make_attempt()
    response = post(client, attempt, row(1, 1, any_token(attempt, 1)), token=token.encode().decode("latin-1"))
    assert response.status_code == 403
    assert response.json() == {"v": 1, "error": "token"}
    assert not AnswerRow.objects.exists()


def test_another_attempts_token_opens_nothing_and_an_unknown_attempt_answers_alike(client):
    attempt, other = make_attempt(), make_attempt()
    rows = [row(1, 1, any_token(attempt, 1))]
    crossed = post(client, attempt, *rows, token=token_of(other))
    other.public_id = PHONE
    unknown = post(client, other, *rows)
    assert (crossed.status_code, crossed.content) == (unknown.status_code, unknown.content) == (403, unknown.content)
    assert not AnswerRow.objects.exists()


def test_a_body_that_is_no_batch_is_refused_whole(client):
    attempt = make_attempt()
    headers = {"X-Attempt-Token": token_of(attempt)}
    response = client.post(f"/kuis/{attempt.public_id}/simpan/", "[]", content_type="application/json", headers=headers)
    assert response.status_code == 400
    assert response.json()["error"] == "malformed"


def test_saving_needs_no_csrf_token_no_session_and_only_post(client):
    attempt = make_attempt()
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, attempt, row(1, 1, any_token(attempt, 1))).status_code == 200
    assert client.get(f"/kuis/{attempt.public_id}/simpan/").status_code == 405


def test_only_hashes_of_the_token_are_stored():
    attempt = make_attempt()
    stored = json.dumps(Attempt.objects.filter(pk=attempt.pk).values().get(), default=str)
    assert token_of(attempt) not in stored


def test_a_changed_secret_key_gives_new_pages_a_token_and_leaves_older_devices_theirs(settings):
    attempt = make_attempt()
    old = attempting.token_for(attempt)
    settings.SECRET_KEY = "another-" + "k" * 50
    new = attempting.token_for(attempt)
    assert new != old
    for seq, token in enumerate([old, new], start=1):
        assert saving.save_rows(attempt.public_id, token, [row(seq, 1, any_token(attempt, 1))], at=AT).saved == [seq]
    with CaptureQueriesContext(connection) as queries:
        attempt.refresh_from_db()
        assert attempting.token_for(attempt) == new
    assert len(queries) == 1, "no writing once the hash is there"


def test_the_rows_are_kept_by_the_database_itself():
    attempt = make_attempt()
    save(attempt, row(1, 1, any_token(attempt, 1)))
    for change in (lambda: AnswerRow.objects.update(answer=[]), lambda: AnswerRow.objects.all().delete(),
                   lambda: Attempt.objects.filter(pk=attempt.pk).update(paper={})):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert saving.chain_holds(Attempt.objects.get(pk=attempt.pk))


def test_a_chain_with_a_row_missing_does_not_hold():
    attempt = make_attempt()
    save(attempt, row(1, 1, any_token(attempt, 1)))
    attempt.refresh_from_db()
    attempt.chain_length = 2
    assert not saving.chain_holds(attempt)


def test_an_attempt_takes_no_endless_flood(monkeypatch):
    monkeypatch.setattr(saving, "MAX_ROWS_PER_ATTEMPT", 2)
    attempt = make_attempt()
    save(attempt, row(1, 1), row(2, 1))
    with pytest.raises(AttemptFull):
        save(attempt, row(3, 1))
    assert save(attempt, row(1, 1)).saved == [1]


# The plain form


def form(attempt, *, shown="", then="stay", **answers):
    return {"token": token_of(attempt), "shown": shown, "then": then} | answers


def test_the_plain_form_saves_by_its_token_and_leads_back_to_the_page(client):
    attempt = make_attempt()
    client = Client(enforce_csrf_checks=True)
    token = any_token(attempt, 1)
    response = client.post(f"/kuis/{attempt.public_id}/simpan/", form(attempt, q1=token))
    assert response.status_code == 302
    assert response["Location"] == f"/kuis/{attempt.public_id}/?disimpan=ya"
    assert current(attempt) == {1: (token,)}


def test_with_an_ended_session_answers_are_saved_first_then_sign_in_is_asked_and_the_page_comes_back():
    attempt = make_attempt()
    stranger = Client()
    token = any_token(attempt, 1)
    response = stranger.post(f"/kuis/{attempt.public_id}/simpan/", form(attempt, q1=token), follow=True)
    assert current(attempt) == {1: (token,)}
    last, _ = response.redirect_chain[-1]
    assert last.startswith("/masuk/?next=")
    assert str(attempt.public_id) in last
    stranger.force_login(attempt.enrolment.user)
    page = stranger.get(f"/kuis/{attempt.public_id}/").content.decode()
    assert f'value="{token}" checked' in page


def test_finishing_without_javascript_leads_to_the_list_of_what_is_unanswered(client):
    attempt = make_attempt()
    response = client.post(f"/kuis/{attempt.public_id}/simpan/", form(attempt, then="review", q1=any_token(attempt, 1)))
    assert response["Location"] == f"/kuis/{attempt.public_id}/kirim/"
    assert 1 in current(attempt)


def test_the_form_sent_twice_adds_nothing(client):
    attempt = make_attempt()
    for _ in range(2):
        client.post(f"/kuis/{attempt.public_id}/simpan/", form(attempt, q1=any_token(attempt, 1)))
    assert attempt.rows.count() == 1


def test_an_old_page_does_not_undo_what_another_device_answered():
    attempt = make_attempt(questions=2)
    old, new = any_token(attempt, 1, 0), any_token(attempt, 1, 1)
    save(attempt, row(1, 1, old))
    save(attempt, row(1, 1, new, device=LAPTOP, elapsed_ms=30_000))
    fields = form(attempt, shown=f"1:{old}", q1=old, q2=any_token(attempt, 2))
    Client().post(f"/kuis/{attempt.public_id}/simpan/", fields)
    assert current(attempt) == {1: (new,), 2: (any_token(attempt, 2),)}


def test_unticking_the_last_box_clears_the_answer():
    attempt = make_attempt(version={"kind": "multiple"})
    token = any_token(attempt, 1)
    Client().post(f"/kuis/{attempt.public_id}/simpan/", form(attempt, q1=token))
    Client().post(f"/kuis/{attempt.public_id}/simpan/", form(attempt, shown=f"1:{token}"))
    assert current(attempt) == {}


def test_a_form_after_the_end_is_kept_as_late_and_says_so(client):
    attempt = make_attempt()
    submitting.submit(attempt, actor=attempt.enrolment.user, at=AT + MINUTE)
    client.force_login(attempt.enrolment.user)
    fields = form(attempt, q1=any_token(attempt, 1))
    page = client.post(f"/kuis/{attempt.public_id}/simpan/", fields, follow=True)
    assert page.redirect_chain[-1][0] == f"/kuis/{attempt.public_id}/hasil/"
    attempt.refresh_from_db()
    assert attempt.late_rows == 1


def test_a_form_with_a_wrong_token_says_that_nothing_was_saved(client):
    attempt = make_attempt()
    fields = form(attempt, q1=any_token(attempt, 1)) | {"token": "wrong"}
    response = client.post(f"/kuis/{attempt.public_id}/simpan/", fields)
    assert response.status_code == 403
    assert not AnswerRow.objects.exists()


def test_the_wrong_token_raises():
    attempt = make_attempt()
    make_person()
    with pytest.raises(TokenRefused):
        saving.save_rows(attempt.public_id, "x", [], at=AT)
