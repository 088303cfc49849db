"""An attempt is audited from what is stored: each row that somebody changes in the database is found and named."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from assessments import auditing, protocol, receipts, saving, submitting
from assessments.models import AnswerRow, Attempt, QuestionVersion
from courses import manifest
from tests.factories_accounts import AT
from tests.factories_attempts import (
    LAPTOP,
    any_token,
    entry_of,
    make_attempt,
    make_quiz,
    right_tokens,
    row,
    start,
    token_of,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TABLES = ("answerrow", "attempt", "questionversion")


class Undo(Exception):
    """Ends a block whose changes are to be forgotten."""


def drop_triggers(*tables):
    """What protects the rows is taken away, as an administrator of the database could."""
    place = ' ON "{}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for table in tables:
            for event in ("update", "delete"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "kept_{table}_{event}"{place.format(table)}')


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def freeze(part):
    """The factories' hashes are placeholders: here versions, part and edition get those of their contents."""
    drop_triggers(*(f"assessments_{name}" for name in TABLES), "courses_edition", "courses_editionpart")
    pool = []
    for entry in part.json["pool"]:
        version = QuestionVersion.objects.get(public_id=entry["version"])
        QuestionVersion.objects.filter(pk=version.pk).update(sha256=manifest.digest(version.body))
        pool.append(entry_of(version) | {"sha256": manifest.digest(version.body)})
    part.json["pool"] = pool
    part.sha256 = manifest.digest(part.json)
    part.save()
    edition = part.edition
    edition.manifest = {"parts": [{"kind": part.kind, "key": part.key, "sha256": part.sha256}]}
    edition.sha256 = manifest.digest(edition.manifest)
    edition.save()


@pytest.fixture
def attempt():
    """Eight rows from two devices in four saves, a late one, ended by its person; nothing wrong with it."""
    enrolment, part = make_quiz(questions=3, time_limit_minutes=30)
    freeze(part)
    attempt = start(enrolment, part)
    other = [any_token(attempt, slot, 1) for slot in (1, 2, 3)]
    saves = [
        [row(1, 1, any_token(attempt, 1), elapsed_ms=1000), row(2, 1, other[0], elapsed_ms=2000)],
        [row(1, 2, any_token(attempt, 2), device=LAPTOP, elapsed_ms=3000), row(2, 3, device=LAPTOP, elapsed_ms=3500)],
        [row(3, 1, *right_tokens(attempt, 1), elapsed_ms=4000), row(4, 2, other[1], elapsed_ms=5000)],
        [row(5, 3, *right_tokens(attempt, 3), elapsed_ms=6000)],
    ]
    for minute, rows in enumerate(saves, start=1):
        saving.save_rows(attempt.public_id, token_of(attempt), rows, at=AT + minute * MINUTE)
    submitting.submit(attempt, actor=enrolment.user, at=AT + 10 * MINUTE)
    late = [row(6, 2, elapsed_ms=7000)]
    saving.save_rows(attempt.public_id, token_of(attempt), late, at=AT + 20 * MINUTE)
    attempt.refresh_from_db()
    return attempt


def test_what_nobody_touched_is_consistent_open_and_ended(attempt):
    found = auditing.audit(attempt.public_id)
    assert (found.findings, found.replayed.length, found.replayed.late) == ([], 8, 1)
    running = start(attempt.enrolment, attempt.part, at=AT + 30 * MINUTE, seed="another")
    saving.save_rows(running.public_id, token_of(running), [row(9, 1, any_token(running, 1))], at=AT + 31 * MINUTE)
    assert auditing.audit(running.public_id).findings == []
    assert auditing.audit(uuid4()) is None


def answer_in(position, strings):
    return lambda a: sql(
        "UPDATE assessments_answerrow SET answer = %s WHERE attempt_id = %s AND position = %s",
        json.dumps(strings), a.pk, position,
    )  # fmt: skip


def column(name, position, value):
    statement = f"UPDATE assessments_answerrow SET {name} = %s WHERE attempt_id = %s AND position = %s"
    return lambda a: sql(statement, value, a.pk, position)


def swap(first, second):
    def change(a):
        for old, new in ((first, 99), (second, first), (99, second)):
            column("position", old, new)(a)

    return change


def delete(position):
    return lambda a: sql("DELETE FROM assessments_answerrow WHERE attempt_id = %s AND position = %s", a.pk, position)


ROWS = {
    "an answer that was overwritten later": (answer_in(1, ["zzzzz"]), 1),
    "an answer cleared": (answer_in(5, []), 5),
    "an answer that is none": (answer_in(3, {"a": 1}), 3),
    "a device's own number": (column("seq", 2, 77), 2),
    "another device": (column("device", 4, UUID(int=9).hex), 4),
    "another question": (column("slot", 2, 2), 2),
    "a device's time": (column("elapsed_ms", 6, 5999), 6),
    "the time that orders devices": (column("time_ms", 3, 1), 3),
    "the moment of receipt": (column("received_at", 5, AT + 4 * MINUTE), 5),
    "a late row made to count": (column("late", 8, False), 8),
    "a counting row made late": (column("late", 7, True), 7),
    "the first row deleted": (delete(1), 1),
    "a row in the middle deleted": (delete(4), 4),
    "two neighbours exchanged": (swap(2, 3), 2),
    "first and last exchanged": (swap(1, 8), 1),
}


def test_every_row_that_is_edited_deleted_or_moved_is_found_and_named(attempt):
    named = {}
    for name, (change, _expected) in ROWS.items():
        try:
            with transaction.atomic():
                change(attempt)
                named[name] = auditing.audit(attempt.public_id).first_row
                raise Undo
        except Undo:
            pass
    assert named == {name: expected for name, (_change, expected) in ROWS.items()}
    assert auditing.audit(attempt.public_id).consistent


def test_the_last_row_deleted_and_every_summary_edited_are_found(attempt):
    paper = json.loads(json.dumps(attempt.paper))
    one, two, *_rest = paper["slots"][0]["options"]
    one["option_id"], two["option_id"] = two["option_id"], one["option_id"]
    version = attempt.paper["slots"][1]["version"]

    def field(name, value):
        return lambda: Attempt.objects.filter(pk=attempt.pk).update(**{name: value})

    def reword():
        found = QuestionVersion.objects.get(public_id=version)
        QuestionVersion.objects.filter(pk=found.pk).update(body=found.body | {"stem": "Lain"})

    changes = {
        "log": [lambda: delete(8)(attempt), field("chain_head", "0" * 64), field("chain_length", 9)],
        "answers": [field("answers", {}), field("answers", {"1": {}})],
        "paper": [field("paper", paper), field("seed", "other"), field("paper", {}), field("paper", {"slots": [{}]})],
        "score": [field("score", "100.00"), field("result", {"schema": 2, "slots": {}})],
        "version": [reword],
        "part": [lambda: sql("UPDATE courses_editionpart SET sha256 = %s WHERE id = %s", "1" * 64, attempt.part_id)],
    }
    for subject, each in changes.items():
        for change in each:
            try:
                with transaction.atomic():
                    change()
                    assert subject in {one.subject for one in auditing.audit(attempt.public_id).findings}
                    raise Undo
            except Undo:
                pass


def test_a_receipt_says_when_its_state_existed_and_outlives_a_rewritten_log(attempt):
    heads = [protocol.chain_start(attempt.public_id)]
    heads += [bytes(stored.head).hex() for stored in AnswerRow.objects.filter(attempt=attempt).order_by("position")]
    audit = auditing.audit(attempt.public_id)
    assert audit.moment_of(receipts.code_of(heads[0])) == (0, AT)
    assert audit.moment_of(receipts.code_of(heads[4])) == (4, AT + 2 * MINUTE)
    assert audit.moment_of("BBBB-BBBB") is None
    # Somebody writes the last row anew and everything that hangs on it; the noted code is the one thing left.
    last = AnswerRow.objects.get(attempt=attempt, position=8)
    last.answer = [any_token(attempt, 2)]
    head = protocol.chain_next(
        heads[7], saving.row_of(last), received_ms=protocol.milliseconds(last.received_at), late=True
    )
    AnswerRow.objects.filter(pk=last.pk).update(answer=last.answer, head=bytes.fromhex(head))
    Attempt.objects.filter(pk=attempt.pk).update(chain_head=head)
    audit = auditing.audit(attempt.public_id)
    assert audit.consistent
    assert audit.moment_of(receipts.code_of(heads[8])) is None
    assert audit.moment_of(receipts.code_of(heads[7])) == (7, AT + 4 * MINUTE)


def run(*arguments):
    out = io.StringIO()
    try:
        call_command("audit_attempt", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_answers_in_lines_or_json_and_never_with_a_traceback(attempt):
    code = receipts.code_of(attempt.chain_head)
    status, said = run(str(attempt.public_id))
    assert status == 0
    assert len(said.splitlines()) == 1
    assert code in said
    status, said = run(str(attempt.public_id), "--receipt", code.lower().replace("-", " "))
    assert (status, len(said.splitlines())) == (0, 2)
    assert run(str(attempt.public_id), "--receipt", "BBBB-BBBB")[0] == 1
    answer_in(2, ["zzzzz"])(attempt)
    status, said = run(str(attempt.public_id), "--json", "--receipt", code)
    data = json.loads(said)
    assert (status, data["consistent"], data["first_row"], data["receipt"]["found"]) == (1, False, 2, True)
    assert any(finding["row"] == 2 for finding in data["findings"])
    for wrong in (["no-uuid"], [str(uuid4())], [str(attempt.public_id), "--receipt", "K7D"]):
        with pytest.raises(CommandError):
            run(*wrong)


def test_rows_from_before_each_kept_its_head_are_audited_by_the_end_of_the_chain(attempt):
    AnswerRow.objects.filter(attempt=attempt).update(head=None)
    assert auditing.audit(attempt.public_id).consistent
    answer_in(1, [any_token(attempt, 1, 2)])(attempt)
    found = auditing.audit(attempt.public_id)
    assert [each.subject for each in found.findings] == ["log"]


def test_codes_are_as_frozen_and_read_as_people_write_them():
    from tests.assessments.test_save_protocol import FOLDER

    for vector in json.loads((FOLDER / "receipts.json").read_text()):
        assert receipts.code_of(vector["head"]) == vector["code"]
        assert receipts.read(f" {vector['code'].lower().replace('-', ' ')} ") == vector["code"]
    for wrong in ("", "K7DM", "K7DM-2PXA", "K7DM-2PXQ9"):
        assert receipts.read(wrong) is None


def test_every_save_answers_with_the_receipt_of_the_log_after_it(client):
    attempt = make_attempt()
    body = {"v": 1, "device": str(LAPTOP), "rows": [{"seq": 1, "slot": 1, "answer": [], "opened": 0, "elapsed": 0}]}
    reply = client.post(
        f"/kuis/{attempt.public_id}/simpan/", json.dumps(body), content_type="application/json",
        headers={"X-Attempt-Token": token_of(attempt)},
    ).json()  # fmt: skip
    attempt.refresh_from_db()
    assert reply["receipt"] == receipts.code_of(attempt.chain_head)
    assert reply["saved"] == [1]
