"""Keys follow one another, end and are stolen; the papers of before keep their answer, and back-dating helps nobody."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Event
from certificates import checks, errors, filing, issuing, judging, registering, rotating
from certificates.checking import examine
from certificates.judging import Answer
from certificates.keys import KeyUnavailable, SigningKeys, load_signing_keys, read_register
from certificates.keys.making import Owner
from certificates.looking_up import look_up
from certificates.models import Certificate, LogEntry, SigningKey
from certificates.rendering import render_pdf
from tests.factories_accounts import AT
from tests.factories_certificates import PASSPHRASE, key_folder, make_award

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
OWNER = Owner("Balai Contoh", demo=True)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
NEW_YEAR = AT + 200 * DAY


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A key folder of this test's own."""
    settings.SULUH_KEY_DIR = shutil.copytree(key_folder(), tmp_path / "keys")
    settings.CERTIFICATE_DIR = tmp_path / "certificates"
    return tmp_path / "keys"


def rotate(folder: Path, purpose: Any, *, begins: datetime = NEW_YEAR, at: datetime = AT) -> str:
    passphrase = PASSPHRASE.encode()
    return rotating.rotate(folder, purpose, passphrase=passphrase, owner=OWNER, begins=begins, at=at).key_id


def issue(folder: Path, *, at: datetime) -> Certificate:
    keys = load_signing_keys(folder, at=at)
    made = issuing.issue(make_award().pk, keys=keys, at=at)
    assert made is not None
    filing.make_file(made.pk, keys=keys, at=at)
    made.refresh_from_db()
    return made


def answer(certificate: Certificate, *, at: datetime) -> Answer:
    standing = look_up(certificate.code, at=at)
    assert standing is not None
    return judging.answer_of(standing)


def answer_of_file(pdf: bytes, *, at: datetime) -> Answer:
    return judging.judge(examine(pdf, registering.public_register()), at=at).answer


def stored(certificate: Certificate) -> bytes:
    return filing.stored_path(certificate.file_sha256, "pdf").read_bytes()


def back_dated(certificate: Certificate, keys: SigningKeys, *, logged_at: datetime | None) -> Certificate:
    """What a thief with an old key and with write access to our database enters: all hashes and signatures agree."""
    from certificates import codes
    from certificates.record import Record, sha256

    record = Record.from_json(filing.signed_record(certificate).record.to_json())
    facts = {**record.to_json(), "code": codes.new_code(), "number": "9/PALSU/2026"}
    facts["status"] = {**facts["status"], "index": int(facts["status"]["index"]) + 1}
    text = Record.from_json(facts).canonical()
    columns = {field.attname: getattr(certificate, field.attname) for field in Certificate._meta.concrete_fields}
    for name in ("id", "public_id", "award_id", "file_sha256", "picture_sha256"):
        del columns[name]
    columns |= {"code": facts["code"], "number": facts["number"], "number_sequence": 999, "record_text": text.decode()}
    columns |= {"status_index": facts["status"]["index"], "record_sha256": sha256(text)}
    forged = Certificate.objects.create(**{**columns, "signature": keys.record.sign(text)})
    if logged_at:
        LogEntry.objects.create(kind="issued", at=logged_at, certificate=forged, details="{}", entry="{}")
    return forged


def test_papers_of_before_and_after_a_yearly_rotation_verify_and_a_back_dated_one_does_not(folder: Path) -> None:
    first = load_signing_keys(folder, at=AT)
    before = issue(folder, at=AT)
    made = {purpose: rotate(folder, purpose) for purpose in ("record", "code", "seal", "token")}
    assert load_signing_keys(folder, at=NEW_YEAR - DAY) is load_signing_keys(folder, at=AT)
    now = NEW_YEAR + DAY
    second = load_signing_keys(folder, at=now)
    assert second.code is not None
    assert second.token is not None
    in_force = {key.entry.purpose: key.entry.key_id for key in (second.record, second.code, second.seal, second.token)}
    assert in_force == made
    after = issue(folder, at=now)
    assert (before.key_id, after.key_id) == (first.record.entry.key_id, made["record"])
    assert second.at(AT).record.entry == first.record.entry
    assert first.seal.entry.chain()[-1] == second.seal.entry.chain()[-1]

    rotating.retire(folder, before.key_id, at=now)
    late = {paper: answer(paper, at=now + DAY) for paper in (before, after)}
    assert set(late.values()) == {Answer.VALID}
    assert {answer_of_file(stored(paper), at=now + DAY) for paper in (before, after)} == {Answer.VALID}

    for logged_at in (None, now + DAY):
        with transaction.atomic():
            forged = back_dated(before, first, logged_at=logged_at)
            assert answer(forged, at=now + DAY) == Answer.KEY_NOT_TRUSTED
            transaction.set_rollback(True)
    # The file alone: a date after the retirement stands outside the old key's window.
    assert not read_register(folder).find(before.key_id, "record").covers(now + DAY)  # type: ignore[union-attr]
    with pytest.raises(errors.NoSigningKey):
        issuing.check_installation(first, at=NEW_YEAR + 3 * YEAR)


def test_a_stolen_key_counts_only_for_what_the_log_held_before(folder: Path, client: Client) -> None:
    thief = load_signing_keys(folder, at=AT)
    before = issue(folder, at=AT)
    stolen = AT + DAY
    during = issue(folder, at=stolen + DAY)
    now = stolen + 2 * DAY
    for key_id in (thief.record.entry.key_id, thief.seal.entry.key_id):
        rotating.compromise(folder, key_id, since=stolen, reason="Laptop cadangan hilang", at=now)
    assert rotating.touched_by(read_register(folder).find(before.key_id, "record")) == 1  # type: ignore[arg-type]

    assert (answer(before, at=now), answer(during, at=now)) == (Answer.VALID, Answer.KEY_NOT_TRUSTED)
    forged = back_dated(before, thief, logged_at=now)
    assert answer(forged, at=now) == Answer.KEY_NOT_TRUSTED
    assert answer_of_file(stored(before), at=now) == Answer.VALID
    assert answer_of_file(stored(during), at=now) == Answer.KEY_NOT_TRUSTED
    twin = filing.seal(render_pdf(filing.signed_record(before)) + b"\n", before, keys=thief)
    assert answer_of_file(twin, at=now) == Answer.KEY_NOT_TRUSTED

    page = client.get(during.get_absolute_url()).content.decode()
    assert "tidak dipercaya lagi" in page
    assert "Laptop cadangan hilang" in page
    assert "Tercatat dan berlaku" in client.get(before.get_absolute_url()).content.decode()
    did = client.get(reverse("certificates:did")).json()
    assert not [name for name in did["assertionMethod"] if name.endswith(before.key_id)]
    method = next(one for one in did["verificationMethod"] if one["id"].endswith(before.key_id))
    assert method["revoked"] == stolen.strftime("%Y-%m-%dT%H:%M:%SZ")

    # Nothing more is signed with it, and the way out is a new key and a replacement paper.
    with pytest.raises(KeyUnavailable, match="no record key"):
        load_signing_keys(folder, at=now)
    rotate(folder, "record", begins=now, at=now)
    rotate(folder, "seal", begins=now, at=now)
    assert answer(issue(folder, at=now + DAY), at=now + DAY) == Answer.VALID


def test_ends_are_entered_once_told_and_never_taken_back(folder: Path) -> None:
    keys = load_signing_keys(folder, at=AT)
    registering.publish(keys.register, at=AT)
    older = shutil.copytree(folder, folder.parent / "older")
    key_id = keys.record.entry.key_id
    with pytest.raises(errors.LastKey):
        rotating.retire(folder, key_id, at=AT)
    with pytest.raises(errors.ReasonMissing):
        rotating.compromise(folder, key_id, since=AT, reason=" ", at=AT)
    with pytest.raises(errors.InFuture):
        rotating.compromise(folder, key_id, since=AT + DAY, reason="x", at=AT)
    with pytest.raises(KeyUnavailable, match="names no key"):
        rotating.compromise(folder, "k1-0000000000000000", since=AT, reason="x", at=AT)
    for _again in range(2):
        rotating.compromise(folder, key_id, since=AT, reason="Hilang", at=AT)
    rotating.compromise(folder, key_id, since=AT + DAY, reason="Lebih lambat", at=AT + 2 * DAY)
    row = SigningKey.objects.get(key_id=key_id)
    assert (row.revoked_at, row.revoked_reason) == (AT.replace(microsecond=0), "Hilang")
    rotating.compromise(folder, key_id, since=AT - DAY, reason="Ternyata lebih awal", at=AT)
    row.refresh_from_db()
    assert row.revoked_at == (AT - DAY).replace(microsecond=0)
    told = list(Event.objects.filter(verb="key_compromised").order_by("pk").values_list("reason", flat=True))
    assert told == ["Hilang", "Ternyata lebih awal"]
    assert LogEntry.objects.filter(kind="key_compromised", key_id=key_id).count() == 2
    for change in ({"revoked_at": None}, {"revoked_at": AT}, {"not_after": AT + 9 * YEAR}, {"public_key": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SigningKey.objects.filter(pk=row.pk).update(**change)
    # A folder from a backup of before does not bring the stolen key back.
    with pytest.raises(errors.KeyEnded):
        registering.publish(read_register(older), at=AT)


def test_commands_warn_and_speak_plainly(folder: Path, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
    said = StringIO()
    call_command("rotate_signing_key", "code", stdout=said)
    call_command("list_signing_keys", stdout=said)
    register = read_register(folder)
    assert [entry.purpose for entry in register.entries].count("code") == 2
    first, second = (entry for entry in register.entries if entry.purpose == "code")
    assert f"{second.key_id}  code" in said.getvalue()
    assert "waits for its day" in said.getvalue()
    assert PASSPHRASE not in said.getvalue()
    for key in (first, second):
        call_command("compromise_signing_key", key.key_id, reason="Uji", since="2026-01-01", stdout=said)
    call_command("list_signing_keys", stdout=said)
    assert "not trusted from 2026-01-01 00:00: Uji" in said.getvalue()
    for wrong in (
        ["retire_signing_key", "k9-x"],
        ["retire_signing_key", first.key_id + "x"],
        ["rotate_signing_key", "code", "--from", "besok"],
    ):
        with pytest.raises(CommandError):
            call_command(*wrong, stdout=said)
    assert checks.days_left_soon() == {"code": 0}
    assert "rotate_signing_key code" in str(checks.keys_that_end_soon(None)[0].hint)
    assert client.get("/readyz").json()["key_days_left"] == {"code": 0}
    later = rotating.remaining(registering.public_register(), at=datetime.now(UTC) + 9 * YEAR)
    assert [one.days(at=datetime.now(UTC)) for one in later] == [0, 0, 0, 0]
