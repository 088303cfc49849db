"""Emergency files go the way of every delivery; what is late waits for an assessor's decision with a reason."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import rfc8785
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Event, Role
from assessments import auditing, emergency, late_answers, protocol, saving, submitting
from assessments.errors import AlreadyDecided, FileNotOurs, NotAllowed, NothingLate, ReasonMissing, StillRunning
from assessments.models import AnswerRow, LateDecision
from assessments.own_data import own_data
from courses.models import Fulfilment
from tests.factories_accounts import AT, make_membership, make_person
from tests.factories_attempts import (
    PHONE,
    any_token,
    make_enrolment,
    make_quiz,
    right_tokens,
    row,
    start,
    token_of,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "emergency-file" / "v1.json").read_text())


@pytest.fixture
def trainer():
    return make_person(name="Rina Trainer")


@pytest.fixture
def attempt(trainer):
    """Two questions and ten minutes; one answered in time, wrongly."""
    enrolment = make_enrolment(trainer=trainer)
    attempt = start(*make_quiz(enrolment=enrolment, questions=2, time_limit_minutes=10, required=True))
    wrong = next(o["token"] for o in attempt.paper["slots"][0]["options"] if o["token"] not in right_tokens(attempt, 1))
    saving.save_rows(attempt.public_id, token_of(attempt), [row(1, 1, wrong)], at=AT + MINUTE)
    return attempt


def written(attempt, *rows, token=None, **members):
    """The file as the device writes it."""
    document = {
        "format": "suluh-answers",
        "version": 1,
        "attempt": str(attempt.public_id),
        "device": str(PHONE),
        "rows": [
            {"seq": r.seq, "slot": r.slot, "answer": list(r.answer), "opened": r.opened_ms, "elapsed": r.elapsed_ms}
            for r in rows
        ],
    } | members
    mac = emergency.mac_of(rfc8785.dumps(document), token or token_of(attempt))
    return json.dumps(document | {"mac": mac}).encode()


def held(attempt):
    """What the phone could not send: both questions answered rightly, minutes before the end by its own clock."""
    return [row(n + 1, n, *right_tokens(attempt, n), elapsed_ms=300_000) for n in (1, 2)]


def load(attempt, data, actor, *, at):
    return emergency.load(data, attempt.enrolment.cohort, actor=actor, at=at)


def closed(attempt):
    submitting.close_overdue(attempt, at=attempt.closes_at)
    attempt.refresh_from_db()
    return attempt


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda vector: vector["name"])
def test_the_file_is_as_frozen(vector):
    file = emergency.read(vector["file"].encode())
    assert file.signed.decode() == vector["signed"]
    assert file.is_made_with(VECTORS["token"]) is vector["genuine"]
    assert [(r.seq, r.slot, list(r.answer), r.opened_ms, r.elapsed_ms) for r in file.rows] == [
        tuple(each) for each in vector["rows"]
    ]


def test_a_file_in_time_counts_and_loaded_twice_changes_nothing(attempt, trainer):
    data = written(attempt, *held(attempt))
    first = load(attempt, data, trainer, at=AT + 8 * MINUTE)
    again = load(attempt, data, trainer, at=AT + 20 * MINUTE)
    assert (first.new, first.saved, first.late, first.refused) == (2, 2, 0, 0)
    assert (again.new, again.saved, again.late) == (0, 2, 0)
    assert closed(attempt).score == 100
    assert Event.objects.filter(verb="attempt.file_loaded").count() == 1


def test_what_comes_late_waits_and_an_accepted_decision_marks_again(attempt, trainer):
    closed(attempt)
    loaded = load(attempt, written(attempt, *held(attempt)), trainer, at=AT + 30 * MINUTE)
    cohort = attempt.enrolment.cohort
    assert (loaded.new, loaded.late) == (2, 2)
    assert list(late_answers.waiting(cohort)) == [attempt]
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (0, False)
    decision = {"accepted": True, "through": 3, "reason": "Listrik padam.", "actor": trainer, "at": AT + 40 * MINUTE}
    made = late_answers.decide(attempt, **decision)
    assert late_answers.decide(attempt, **decision) == made
    with pytest.raises(AlreadyDecided):
        late_answers.decide(attempt, **decision | {"accepted": False})
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed, attempt.late_rows) == (100, True, 2)
    assert Fulfilment.objects.filter(enrolment=attempt.enrolment, kind="quiz", key=attempt.part.key).exists()
    assert not late_answers.waiting(cohort).exists()
    assert saving.chain_holds(attempt)
    subjects = {each.subject for each in auditing.audit(attempt.public_id).findings}
    assert subjects <= {"part", "version"}, "the factories' hashes are placeholders; log, answers and score fit"
    event = Event.objects.get(verb="attempt.late_accepted")
    assert (event.actor, event.reason, event.details["score_before"], event.details["score"]) == (
        trainer, "Listrik padam.", "0.00", "100.00",
    )  # fmt: skip
    assert own_data(attempt.enrolment.user)["attempts"][0]["late_decisions"][0]["reason"] == "Listrik padam."


def test_a_refusal_changes_no_score_and_what_comes_after_needs_its_own_decision(attempt, trainer):
    closed(attempt)
    one, two = held(attempt)
    load(attempt, written(attempt, one), trainer, at=AT + 30 * MINUTE)
    decide = {"through": 2, "reason": "Tidak ada gangguan.", "actor": trainer, "at": AT + 40 * MINUTE}
    late_answers.decide(attempt, accepted=False, **decide)
    attempt.refresh_from_db()
    assert attempt.score == 0
    load(attempt, written(attempt, one, two), trainer, at=AT + 50 * MINUTE)
    late_answers.decide(attempt, accepted=True, **decide | {"through": 3})
    attempt.refresh_from_db()
    assert attempt.score == 50, "only the second answer was accepted"
    assert [made.accepted for made in late_answers.decisions(attempt)] == [False, True]
    with pytest.raises(IntegrityError), transaction.atomic():
        LateDecision.objects.update(accepted=True)


def test_who_may_not_and_what_cannot_be_decided(attempt, trainer):
    saving.save_rows(attempt.public_id, token_of(attempt), [row(9, 1)], at=attempt.closes_at + MINUTE)
    decide = {"accepted": True, "through": 2, "reason": "Ya.", "actor": trainer, "at": AT + 40 * MINUTE}
    with pytest.raises(StillRunning):
        late_answers.decide(attempt, **decide)
    closed(attempt)
    for actor in (attempt.enrolment.user, make_person()):
        with pytest.raises(NotAllowed):
            late_answers.decide(attempt, **decide | {"actor": actor})
    with pytest.raises(ReasonMissing):
        late_answers.decide(attempt, **decide | {"reason": "  "})
    other = closed(start(*make_quiz(enrolment=make_enrolment(trainer=trainer), time_limit_minutes=10)))
    with pytest.raises(NothingLate):
        late_answers.decide(other, **decide)
    with pytest.raises(NotAllowed):
        load(attempt, written(attempt, row(3, 1)), attempt.enrolment.user, at=AT + 50 * MINUTE)
    assert LateDecision.objects.count() == 0


def test_hostile_files_are_refused_in_words_and_store_nothing(attempt, trainer):
    good = json.loads(written(attempt, *held(attempt)))
    elsewhere = start(*make_quiz(enrolment=make_enrolment(trainer=trainer)))
    changed = good | {"rows": [good["rows"][0] | {"elapsed": 1}]}
    texts = [
        b"", b"\xff\xfe", b"[]", b"null", b"1" * 5000, b"[" * 100_000, b'{"mac": 1}',
        json.dumps(good).replace('"version": 1', '"version": 1, "version": 1').encode(),
        json.dumps(changed).encode(),
        json.dumps(good | {"mac": "0" * 64}).encode(),
        json.dumps(good | {"mac": "\u00e9"}).encode(),
        json.dumps(good | {"more": 1}).encode(),
        written(attempt, *held(attempt), token="x" * 43),
        written(attempt, *held(attempt), version=2),
        written(attempt, *held(attempt), device="phone"),
        written(attempt, *[row(n, 1) for n in range(1, emergency.MAX_ROWS + 2)]),
        written(attempt, row(-1, 1)),
        written(attempt),
        written(elsewhere, *held(attempt)),
        b" " * (emergency.MAX_BYTES + 1),
    ]  # fmt: skip
    for data in texts:
        with pytest.raises(FileNotOurs) as refused:
            load(attempt, data, trainer, at=AT + 5 * MINUTE)
        assert "Tidak ada yang disimpan" in str(refused.value), data[:60]
    assert AnswerRow.objects.count() == 1
    mixed = load(
        attempt, written(attempt, row(7, 1, "zzzzz"), row(8, 9), held(attempt)[1]), trainer, at=AT + 5 * MINUTE
    )
    assert (mixed.new, mixed.saved, mixed.refused) == (1, 1, 2)


def test_a_trainer_loads_the_file_sees_times_but_no_answer_and_decides(attempt, trainer):
    closed(attempt)
    cohort = attempt.enrolment.cohort
    assessor, stranger = make_person(name="Asih Asesor"), make_person()
    make_membership(assessor, cohort.organization, Role.ASSESSOR)
    address, decision = f"/angkatan/{cohort.public_id}/terlambat/", f"/kuis/{attempt.public_id}/terlambat/"
    with time_machine.travel(AT + 30 * MINUTE, tick=False):
        client = Client()
        client.force_login(trainer)
        bad = client.post(address, {"file": SimpleUploadedFile("x.json", b"nonsense")})
        assert (bad.status_code, AnswerRow.objects.count()) == (200, 1)
        assert "bukan berkas darurat" in bad.content.decode()
        file = SimpleUploadedFile("jawaban-darurat.json", written(attempt, *held(attempt)))
        assert attempt.enrolment.user.full_name in client.post(address, {"file": file}, follow=True).content.decode()
        client.force_login(assessor)
        assert decision in client.get(address).content.decode()
        page = client.get(decision).content.decode()
        assert page.count("Sebelum berakhir") == 2
        tokens = [option["token"] for slot in attempt.paper["slots"] for option in slot["options"]]
        assert not [token for token in tokens if token in page]
        assert client.post(decision, {"through": 3, "accepted": "yes", "reason": ""}).status_code == 200
        assert not LateDecision.objects.exists()
        answer = {"through": 3, "accepted": "yes", "reason": "Listrik padam di lokasi."}
        assert client.post(decision, answer).status_code == 302
        assert client.get(address).context["page"].paginator.count == 0
        client.force_login(attempt.enrolment.user)
        assert "Listrik padam di lokasi." in client.get(f"/kuis/{attempt.public_id}/hasil/").content.decode()
        for person in (attempt.enrolment.user, stranger):
            client.force_login(person)
            assert [client.get(each).status_code for each in (address, decision)] == [404, 404]
    attempt.refresh_from_db()
    assert attempt.score == 100
    assert protocol.current_answers(attempt.answers)[2] == right_tokens(attempt, 2)


def test_any_token_of_the_paper_fits_but_one_of_another_question_does_not(attempt, trainer):
    rows = [row(5, 2, any_token(attempt, 2)), row(6, 1, any_token(attempt, 2))]
    loaded = load(attempt, written(attempt, *rows), trainer, at=AT + 2 * MINUTE)
    assert (loaded.saved, loaded.refused) == (1, 1)
