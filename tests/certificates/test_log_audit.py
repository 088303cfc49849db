"""Whoever changes the register, the log or the files behind the product's back is named; what is lawful is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from certificates import log, revoking
from certificates.filing import stored_path
from certificates.keys import KeyEntry
from certificates.log import keeping, notes, publishing, reconciling, sequencing
from certificates.log.audit import Audit, audit, register
from certificates.log.comparing import Comparison, compare
from certificates.log.entries import Details, public_entry
from certificates.management.commands.reconcile import advice
from certificates.models import Certificate, LogEntry, NumberGap
from certificates.registering import public_register
from certificates.writing import write_whole
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, revoke, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
DAY = timedelta(days=1)


@dataclass
class World:
    plain: Certificate
    revoked: Certificate
    erased: Certificate
    later: Certificate
    first_checkpoint: str

    def place(self, certificate: Certificate, kind: str) -> int:
        position = LogEntry.objects.get(certificate=certificate, kind=kind).position
        assert position is not None
        return position


@pytest.fixture
def world() -> World:
    home = make_organization(name="Balai")
    head = make_person(role=Role.ADMINISTRATOR, organization=home)
    plain, revoked, erased = (make_certificate(organization=home, with_file=True) for _ in range(3))
    revoking.suspend(revoked, reason="Diperiksa", actor=head, at=AT)
    revoking.reinstate(revoked, reason="Benar", actor=head, at=AT)
    sequencing.sequence(keys=signing_keys(), at=AT)
    first = log.checkpoint()
    revoke(revoked, reason="Palsu", at=AT + DAY)
    Certificate.objects.filter(pk=erased.pk).update(name_member="")
    log.append("erased", at=AT + DAY, certificate=erased)
    stored_path(erased.file_sha256, "pdf").unlink()
    later = make_certificate(organization=home, at=AT + DAY)
    sequencing.sequence(keys=signing_keys(), at=AT + DAY)
    return World(plain, revoked, erased, later, first)


def found(**options: Any) -> Audit:
    return audit(at=AT + 2 * DAY, **options)


def first(result: Audit) -> str:
    return str(result.in_order()[0]) if result.findings else "consistent"


def files() -> list[Path]:
    folders = (keeping.folder(), publishing.folder())
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@contextmanager
def behind_its_back(*statements: tuple[str, list[Any]]) -> Iterator[None]:
    """As somebody with the database's own rights: triggers away, rows changed; all of it is taken back."""
    kept = {path: path.read_bytes() for path in files()}
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'kept_certificates%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
        yield
        transaction.set_rollback(True)
    for path in set(files()) - set(kept):
        path.unlink()
    for path, content in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_each_way_of_tampering_is_named_with_its_row(world: World) -> None:
    assert first(found()) == "consistent"
    assert first(found(checkpoints=[("saksi", world.first_checkpoint)])) == "consistent"
    a, b, c = (each.pk for each in (world.plain, world.revoked, world.erased))
    issued, revoked, filed = (
        world.place(world.plain, "issued"),
        world.place(world.revoked, "revoked"),
        world.place(world.plain, "filed"),
    )
    certificate, change, entry = "certificates_certificate", "certificates_statuschange", "certificates_logentry"
    details = Details("issued", "2026-11-22T03:00:00Z", world.plain.code, world.plain.key_id).text()
    rewritten = public_entry(details, "2026-11-22T03:00:00Z")
    other = "0" * 64
    plain, gone = f"certificate {world.plain.code}", "(revoked 2026-11-23T03:00:00Z)"
    ways: list[tuple[str, list[tuple[str, list[Any]]]]] = [
        (f"{plain}: was edited", [(f"UPDATE {certificate} SET number = '0099/SP' WHERE id = %s", [a])]),
        (f"{plain}: was edited", [(f"UPDATE {certificate} SET record_text = '{{}}' WHERE id = %s", [a])]),
        (f"{plain}: was edited", [(f"UPDATE {certificate} SET name_member = '{{}}' WHERE id = %s", [a])]),
        # The published status lists are made of these: a moved place would hide a revocation from everybody offline.
        (f"{plain}: was edited", [(f"UPDATE {certificate} SET status_index = 131071 WHERE id = %s", [a])]),
        (f"{plain}: was edited", [(f"UPDATE {certificate} SET status_list = '99' WHERE id = %s", [a])]),
        (f"{plain}: was edited", [(f"UPDATE {certificate} SET training = 'Lain' WHERE id = %s", [a])]),
        (f"{plain}: was edited", [(f"UPDATE {certificate} SET replaces_id = %s WHERE id = %s", [b, a])]),
        (f"{plain}: is not signed by any", [(f"UPDATE {certificate} SET signature = 'AAAA' WHERE id = %s", [a])]),
        (
            f"{plain}: was edited: it points at another",
            [(f"UPDATE {certificate} SET user_id = %s WHERE id = %s", [world.revoked.user_id, a])],
        ),
        (
            f"{plain}: was edited: it points at another",
            [(f"UPDATE {certificate} SET issuer_id = %s WHERE id = %s", [make_organization(name="Lain").pk, a])],
        ),
        (
            f"{plain}: was edited: it points at another",
            [(f"UPDATE {certificate} SET enrolment_id = %s WHERE id = %s", [world.revoked.enrolment_id, a])],
        ),
        (f"{plain}: was back-dated", [(f"UPDATE {certificate} SET issued_at = %s WHERE id = %s", [AT - DAY, a])]),
        (f"{plain}: names another file", [(f"UPDATE {certificate} SET file_sha256 = '{other}' WHERE id = %s", [a])]),
        (f"{plain}: has lost its name", [(f"UPDATE {certificate} SET name_member = '' WHERE id = %s", [a])]),
        (f"{plain}: is not in the register: it was deleted", [(f"DELETE FROM {certificate} WHERE id = %s", [a])]),
        (
            f"certificate {world.erased.code}: shows a name again",
            [
                (
                    f"UPDATE {certificate} SET name_member = %s WHERE id = %s",
                    [world.erased.name_member, c],
                )
            ],
        ),
        (
            f"status change 3: of {world.revoked.code} {gone} was removed or edited",
            [(f"DELETE FROM {change} WHERE certificate_id = %s AND status = 'revoked'", [b])],
        ),
        (
            f"status change 3: of {world.revoked.code} {gone} was removed or edited",
            [(f"UPDATE {change} SET reason = 'Lain' WHERE certificate_id = %s AND status = 'revoked'", [b])],
        ),
        (
            f"status change 1: of {world.plain.code} (suspended 2026-11-22T03:00:00Z) was added without the log",
            [
                (
                    f"INSERT INTO {change} (certificate_id, status, reason, at)"
                    f" SELECT %s, status, reason, at FROM {change}"
                    " WHERE reason = 'Diperiksa'",
                    [a],
                )
            ],
        ),
        (
            f"log entry {issued} (issued): was edited",
            [(f"UPDATE {entry} SET details = 'x' WHERE position = %s", [issued])],
        ),
        (
            f"log entry {issued} (issued): was edited: its details are not",
            [(f"UPDATE {entry} SET details = %s WHERE position = %s", [details, issued])],
        ),
        (
            f"log entry {issued} (issued): differs from what is kept outside",
            [(f"UPDATE {entry} SET details = %s, entry = %s WHERE position = %s", [details, rewritten, issued])],
        ),
        (
            f"log entry {revoked} (reinstated): was edited: kind, time or key",
            [(f"UPDATE {entry} SET kind = 'reinstated' WHERE position = %s", [revoked])],
        ),
        (
            f"log entry {issued} (issued): has lost its details",
            [(f"UPDATE {entry} SET details = '' WHERE position = %s", [issued])],
        ),
        (
            f"log entry {issued} (issued): was edited: it no longer points",
            [(f"UPDATE {entry} SET certificate_id = NULL WHERE position = %s", [issued])],
        ),
        (f"log entry {filed}: is missing: it was deleted", [(f"DELETE FROM {entry} WHERE position = %s", [filed])]),
        (
            f"log entry {LogEntry.objects.count() - 1}: is missing",
            [(f"DELETE FROM {entry} WHERE position = %s", [LogEntry.objects.count() - 1])],
        ),
        (
            f"key {world.plain.key_id}: was edited",
            [
                (
                    "UPDATE certificates_signingkey SET not_after = %s WHERE key_id = %s",
                    [AT + 9000 * DAY, world.plain.key_id],
                )
            ],
        ),
        (
            f"key {world.plain.key_id}: does not end as the log says (key_retired)",
            [
                (
                    "UPDATE certificates_signingkey SET retired_at = %s WHERE key_id = %s",
                    [AT + 99 * DAY, world.plain.key_id],
                )
            ],
        ),
        (
            "checkpoint of",
            [("UPDATE certificates_logcheckpoint SET root = %s, note = %s", [other, world.first_checkpoint])],
        ),
        ("number 4 of training 2026: of issuer", [("UPDATE certificates_numbersequence SET last = 3", [])]),
    ]
    for expected, statements in ways:
        with behind_its_back(*statements):
            told = first(found())
            assert told.startswith(expected), (statements, told)
    assert first(found()) == "consistent"


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    """How many statements were asked inside, savepoints left out."""
    with CaptureQueriesContext(connection) as asked:
        yield lambda: sum("SAVEPOINT" not in query["sql"] for query in asked)


def test_log_and_audit_ask_as_often_for_many_rows_as_for_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def write(path: Path, content: bytes, **options: Any) -> None:
        written.append(str(path.relative_to(publishing.folder())))
        write_whole(path, content, **options)

    monkeypatch.setattr(publishing, "write_whole", write)

    def grow(count: int) -> int:
        """Add so many entries; how many statements numbering, signing and publishing them took."""
        with transaction.atomic():
            for number in range(count):
                log.append("key_compromised", at=AT + DAY, key_id=f"k1-{number}")
        written.clear()
        with counted() as asked:
            sequencing.sequence(keys=signing_keys(), at=AT + DAY)
        return asked()

    size = LogEntry.objects.count()
    assert grow(1) == grow(600) == 12
    # A tree grows at its right edge: what is full is not written again.
    size += 601
    assert grow(1) == 12
    assert written == [f"tile/entries/002.p/{size + 1 - 512}", f"tile/0/002.p/{size + 1 - 512}", "checkpoint"]
    assert grow(256) == 12
    new = {"tile/entries/002", "tile/0/002", "tile/1/000.p/3", "checkpoint"}
    assert new | {f"tile/{row}/003.p/{size + 257 - 768}" for row in ("entries", "0")} == set(written)

    # A key that has ended makes the audit ask the log for the dates of its papers: not row by row either.
    monkeypatch.setattr(KeyEntry, "ended", True)
    with counted() as asked:
        assert first(found()) == "consistent"
        before = asked()
    for _ in range(3):
        make_certificate(organization=world.plain.issuer, at=AT + DAY)
    grow(300)
    with counted() as asked:
        assert first(found()) == "consistent"
        assert asked() == before == 19

    # A tile that was spoiled is noticed when the tree grows over it, and written again.
    (publishing.folder() / "tile/1/000.p/4").write_bytes(b"\x00" * 128)
    grow(256)
    assert first(found()) == "consistent"
    (publishing.folder() / "tile/0/001").unlink()
    assert first(found()) == "tiles 0/001: is lost; manage.py publish_log writes them again"


@pytest.mark.once
def test_who_reconciles_reads_what_happened_what_is_safe_and_what_to_do() -> None:
    entry = keeping.KeptEntry(8, "", "")
    for found, happened in (
        (Comparison(size=8, known=9, entries=[entry]), "the database is a copy from before the 1 changes"),
        (Comparison(size=12, known=8), "what is kept outside is older than the database"),
    ):
        told = advice(found)
        assert [line.partition(":")[0] for line in told] == ["what happened", "what is safe", "what to do"]
        assert happened in told[0]
    assert advice(Comparison(size=8, known=8)) == []


def test_numbers_without_a_certificate_are_told_as_ranges() -> None:
    missing = register._not_written_down
    assert list(missing(1, 0, [])) == list(missing(4, 9, [(1, 20)])) == list(missing(4, 9, [(1, 5), (6, 9)])) == []
    assert list(missing(1, 2**31, [])) == ["1 to 2147483648"]
    assert list(missing(4, 9, [(5, 6)])) == ["4", "7 to 9"]
    assert list(missing(4, 9, [(4, 6), (9, 20)])) == ["7 to 8"]


def test_yesterdays_database_and_a_rewritten_log_are_told_by_kept_checkpoints(world: World) -> None:
    size = notes.read(world.first_checkpoint).size
    whole, newest = LogEntry.objects.count(), log.checkpoint()
    last = ("DELETE FROM certificates_logentry WHERE position >= %s", [size])
    gone = ("DELETE FROM certificates_logcheckpoint WHERE size > %s", [size])
    with behind_its_back(last, gone):
        lines = [str(each) for each in found().in_order()]
        ahead = f"which holds {size}: an older database took its place; manage.py reconcile lists what is missing"
        assert f"checkpoint of {whole} entries, kept outside the database,: is ahead of the database, {ahead}" in lines
    # The database's administrator holds the keys too and writes everything anew: the witness's checkpoint tells.
    entry = LogEntry.objects.get(certificate=world.plain, kind="issued")
    details = Details("issued", "2026-11-22T03:00:00Z", world.plain.code, world.plain.key_id,
                      {"record": world.plain.record_sha256}).text()  # fmt: skip
    public = public_entry(details, "2026-11-22T03:00:00Z")
    anew = [
        ("UPDATE certificates_logentry SET details = %s, entry = %s WHERE id = %s", [details, public, entry.pk]),
        ("DELETE FROM certificates_logcheckpoint", []),
        ("UPDATE certificates_logentry SET position = NULL", []),
    ]
    with behind_its_back(*anew):
        for path in [*keeping.folder().rglob("*"), *publishing.folder().rglob("*")]:
            if path.is_file():
                path.unlink()
        sequencing.sequence(keys=signing_keys(), at=AT + DAY)
        assert first(found()) == "consistent"
        told = first(found(checkpoints=[("surat-saksi.txt", newest)]))
        assert told.startswith(f"checkpoint of {whole} entries, surat-saksi.txt,: contradicts the database")


def test_a_number_that_was_never_noted_outside_is_left_out_after_a_restore(world: World) -> None:
    """A worker that is killed between the commit and the note hands out a number that only the log knows of."""
    size = notes.read(world.first_checkpoint).size
    issued = [world.plain, world.revoked, world.erased, world.later]
    yesterday = [
        ("DELETE FROM certificates_logentry WHERE position >= %s", [size]),
        ("DELETE FROM certificates_logcheckpoint WHERE size > %s", [size]),
        ("DELETE FROM certificates_certificate WHERE id = %s", [world.later.pk]),
        ("UPDATE certificates_numbersequence SET last = 3", []),
    ]
    told = []
    for noted in (issued, issued[:3]):
        with behind_its_back(*yesterday):
            for row in noted:
                keeping.note_number(row.issuer_key, row.kind, 2026, row.number_sequence, row.record_sha256)
            compared = compare(public_register())
            reconciling.reopen(compared, by="Citra", reason="Mati listrik", skip=None, at=AT + 2 * DAY)
            gap = NumberGap.objects.get()
            told.append((compared.unnumbered, gap.first, gap.last, gap.last_known))
    assert told == [(0, 4, 4, 4), (1, 4, 4, 3)]


def test_files_tiles_dates_and_what_was_never_logged_are_told(world: World, tmp_path: Path) -> None:
    path = stored_path(world.plain.file_sha256, "pdf")
    content = path.read_bytes()
    faults: list[tuple[Callable[[], object], str]] = [
        (lambda: path.write_bytes(b"x"), f"file {path.name}: of certificate {world.plain.code} was changed"),
        (path.unlink, f"file {path.name}: of certificate {world.plain.code} is lost"),
    ]
    for spoil, expected in faults:
        spoil()
        assert first(found()).startswith(expected)
        path.write_bytes(content)
    tile = next((publishing.folder() / "tile" / "0").rglob("*.p/*"))
    tile.write_bytes(b"\x00" * 32)
    assert "differs from the database; manage.py publish_log" in first(found())
    call_command("publish_log", stdout=StringIO())
    assert first(found()) == "consistent"

    with behind_its_back():
        late = make_certificate(organization=world.plain.issuer, at=AT + 2 * DAY)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM certificates_logentry WHERE certificate_id = %s", [late.pk])
        assert first(found()) == f"certificate {late.code}: is in the register, but the log does not tell of its issue"
    with behind_its_back():
        log.append("key_retired", at=AT - 300 * DAY, key_id="k1-x")
        sequencing.sequence(keys=signing_keys(), at=AT + 2 * DAY)
        assert "was numbered after 2026-11-23T03:00:00Z: back-dated" in first(found())

    out, mailed = StringIO(), tmp_path / "surat.txt"
    call_command("audit_log", stdout=out)
    assert out.getvalue().startswith("suluh: consistent; ")
    mailed.write_text(notes.sign(notes.Checkpoint("127.0.0.1:8000/log", 1, b"\x00" * 32), key=signing_keys().record))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit_log", "--json", "--checkpoint", str(mailed), stdout=out)
    data = json.loads(out.getvalue())
    assert (data["consistent"], data["certificates"], len(data["findings"])) == (False, 4, 1)
    assert data["findings"][0]["message"].startswith("contradicts the database")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("audit_log", "--checkpoint", str(tmp_path / "none"))
