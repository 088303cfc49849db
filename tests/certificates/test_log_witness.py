"""The witness: mailed once in a while by an outbox row, and able to tell later whether the log was rewritten."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import transaction

from certificates import log
from certificates.log import keeping, notes, publishing, sequencing, witnessing
from certificates.models import NumberSequence, WitnessMail
from tests.factories_accounts import AT
from tests.factories_certificates import make_certificate, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
DAY = timedelta(days=1)


def grow(count: int, at: datetime) -> None:
    with transaction.atomic():
        for number in range(count):
            log.append("key_compromised", at=at, key_id=f"k1-{number}")
    sequencing.sequence(keys=signing_keys(), at=at)


def check(*files: Path) -> tuple[int, str]:
    said = StringIO()
    try:
        call_command("check_witness", *map(str, files), stdout=said)
    except SystemExit as stopped:
        return int(str(stopped.code)), said.getvalue()
    return 0, said.getvalue()


def test_the_witness_is_mailed_daily_and_after_many_entries_and_can_check_it_later(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    certificate = make_certificate()
    sequencing.sequence(keys=signing_keys(), at=AT)
    assert witnessing.tell(at=AT) == 0  # nobody is to be told
    settings.LOG_WITNESS_EMAIL, settings.LOG_WITNESS_EVERY = "saksi@inspektorat.example.go.id", 50
    with monkeypatch.context() as away:
        away.setattr(EmailBackend, "send_messages", lambda *_: (_ for _ in ()).throw(ConnectionRefusedError()))
        assert witnessing.tell(at=AT) == 0
    row = WitnessMail.objects.get()
    assert (row.sent_at, row.attempts, row.trouble) == (None, 1, "ConnectionRefusedError")
    assert witnessing.tell(at=AT) == 0  # its time has not come
    assert witnessing.tell(at=AT + timedelta(minutes=5)) == 1
    grow(3, AT + timedelta(hours=2))
    assert witnessing.tell(at=AT + timedelta(hours=2)) == 0  # too little, too soon
    grow(50, AT + timedelta(hours=3))
    assert witnessing.tell(at=AT + timedelta(hours=3)) == 1
    grow(1, AT + 2 * DAY)
    assert witnessing.tell(at=AT + 2 * DAY) == 1
    assert witnessing.tell(at=AT + 9 * DAY) == 0  # nothing new to tell
    first, _second, third = mail.outbox
    assert first.to == ["saksi@inspektorat.example.go.id"]
    assert str(row.public_id) in str(first.message()["Message-ID"])
    for private in (certificate.code, certificate.number, "Ani Lestari"):
        assert private not in first.body
    assert witnessing.note_in(str(third.body)) == log.checkpoint()
    issuer = NumberSequence.objects.get().organization.public_id
    assert witnessing.numbers_in(str(third.body)) == [(issuer, "training", 2026, NumberSequence.objects.get().last)]

    saved, quoted, wrong = tmp_path / "saksi.eml", tmp_path / "kutipan.txt", tmp_path / "lain.txt"
    saved.write_bytes(first.message().as_bytes())
    quoted.write_text("\r\n".join(f"> {line}" for line in str(third.body).splitlines()))
    wrong.write_text("Selamat pagi")
    code, told = check(saved, quoted)
    assert (code, told.count("today's log continues it")) == (0, 2)
    assert check(saved, wrong)[0] == 2
    forged = notes.sign(notes.Checkpoint("127.0.0.1:8000/log", 2, b"\x01" * 32), key=signing_keys().record)
    wrong.write_text(forged)
    code, told = check(saved, wrong)
    assert code == 1
    assert "does NOT continue it: the log was rewritten, shortened or replaced" in told
    publishing.forget()
    (keeping.folder() / "checkpoint").write_text(witnessing.note_in(str(first.body)))
    assert "today's log cannot be read" in check(quoted)[1] or check(quoted)[0] == 1
