"""The transparency log from the change to the proof: written with it, numbered once, served as tiles, shown."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from certificates import filing, log, registering, revoking
from certificates.errors import DemonstrationKey, NoSigningKey
from certificates.log import keeping, notes, publishing, sequencing, tiles
from certificates.log.entries import Details, opens
from certificates.log.tree import Frontier, leaf_hash
from certificates.models import LogCheckpoint, LogEntry
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, revoke, signing_keys
from tests.factories_certificates import signing_keys as keys_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
ORIGIN = "127.0.0.1:8000/log"
LATER = AT + timedelta(hours=1)


def kinds() -> list[str]:
    return list(LogEntry.objects.order_by("id").values_list("kind", flat=True))


def add_entries(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            log.append("key_compromised", at=AT, key_id=f"k1-{number}")


def test_every_change_is_logged_with_what_it_did_and_kept_as_written() -> None:
    home = make_organization(name="Balai")
    head = make_person(role=Role.ADMINISTRATOR, organization=home)
    certificate = make_certificate(organization=home, with_file=True)
    revoking.suspend(certificate, reason="Diperiksa", actor=head, at=AT)
    revoking.reinstate(certificate, reason="Benar", actor=head, at=LATER)
    revoke(certificate, reason="Palsu", at=LATER)
    registering.publish(signing_keys().register, at=LATER)
    keys = ["key_added"] * len(signing_keys().register.entries)
    assert kinds() == [*keys, "issued", "filed", "suspended", "reinstated", "revoked"]
    facts = {row.kind: Details.read(row.details) for row in LogEntry.objects.all()}
    assert {facts[kind].hashes["record"] for kind in ("issued", "filed", "revoked")} == {certificate.record_sha256}
    assert (facts["issued"].key, facts["issued"].code) == (certificate.key_id, certificate.code)
    assert facts["filed"].hashes["pdf"] == certificate.file_sha256
    assert facts["revoked"].hashes["reason"] == log.hash_of_text("Palsu")
    assert facts["revoked"].time == "2026-11-22T04:00:00Z"
    assert all(opens(row.details, row.entry) for row in LogEntry.objects.all())
    assert not filing.name_file(certificate.pk, file_sha256="0" * 64, at=LATER)
    assert kinds().count("filed") == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        log.append("issued", at=LATER, certificate=certificate)
    LogEntry.objects.filter(kind="issued").update(position=7)
    for change in (
        "position = 8",
        "position = NULL",
        "details = ''",
        "entry = 'x'",
        "at = '2020-01-01'",
        "kind = 'lost'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE certificates_logentry SET {change} WHERE kind = 'issued'")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_logentry")


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_the_transaction_of_its_change_is_refused() -> None:
    with pytest.raises(RuntimeError, match="belongs to the transaction"):
        log.append("key_added", at=AT, key_id="k1-x")


def test_places_are_given_once_and_every_checkpoint_holds_the_one_before() -> None:
    add_entries(3)
    assert sequencing.sequence(keys=signing_keys(), at=AT) == 3
    assert sequencing.sequence(keys=signing_keys(), at=AT) == 0
    first = log.checkpoint()
    assert notes.verify(first, signing_keys().register)[0].size == 3
    add_entries(600)
    assert sequencing.sequence(keys=signing_keys(), at=LATER) == 600
    assert set(LogEntry.objects.values_list("position", flat=True)) == set(range(603))
    tree = Frontier()
    for position, entry in LogEntry.objects.order_by("position").values_list("position", "entry"):
        tree.add(leaf_hash(entry.encode()))
        if position == 2:
            assert tree.root() == notes.read(first).root
    head = notes.read(log.checkpoint())
    assert (head.size, head.root, head.origin) == (603, tree.root(), ORIGIN)
    assert keeping.checkpoint() == log.checkpoint() == keeping.days()[-1]
    kept = [(row.position, row.entry, row.details) for row in keeping.entries()]
    assert kept == list(LogEntry.objects.order_by("position").values_list("position", "entry", "details"))
    files = sorted(str(path.relative_to(publishing.folder() / "tile")) for path in publishing.folder().rglob("*")
                   if path.is_file() and path.name != "checkpoint")  # fmt: skip
    hashes = ["0/000", "0/001", "0/002.p/91", "1/000.p/2"]
    assert files == [*hashes, "entries/000", "entries/001", "entries/002.p/91"]
    # Lost files are made again, byte for byte; a torn line of what is kept is cut off.
    before = {name: (publishing.folder() / "tile" / name).read_bytes() for name in files}
    (publishing.folder() / "tile" / "0/001").unlink()
    with (keeping.folder() / "entries.jsonl").open("a") as torn:
        torn.write('{"position":603,"ent')
    add_entries(1)
    sequencing.sequence(keys=signing_keys(), at=LATER)
    publishing.publish(anew=True)
    assert {name: (publishing.folder() / "tile" / name).read_bytes() for name in files} == before
    assert [row.position for row in keeping.entries()] == list(range(604))
    for model in (LogCheckpoint,):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()


def test_nothing_is_numbered_with_a_key_that_may_not_sign(settings: Any) -> None:
    add_entries(1)
    with pytest.raises(NoSigningKey):
        sequencing.sequence(keys=signing_keys(), at=AT + timedelta(days=4000))
    with pytest.raises(DemonstrationKey):
        sequencing.sequence(keys=keys_of(demo=False), at=AT)
    assert LogEntry.objects.filter(position=None).count() == 1
    assert log.checkpoint() == ""


@pytest.mark.oracle
def test_anybody_can_check_the_proof_without_our_code(client: Client) -> None:
    certificate = make_certificate(with_file=True)
    address = reverse("certificates:show", args=[certificate.code])
    page = reverse("certificates:proof", args=[certificate.code])
    assert client.get(address, headers={"Accept": "application/json"}).json()["log"] is None
    assert "Belum ada yang diumumkan" in client.get(page).content.decode()
    add_entries(300)
    sequencing.sequence(keys=signing_keys(), at=LATER)
    answer = client.get(address, headers={"Accept": "application/json"}).json()
    jwks = client.get(reverse("certificates:jwks")).json()
    script = Path(__file__).with_name("check_inclusion.mjs")

    def check(said: dict[str, Any]) -> dict[str, Any]:
        told = json.dumps({"answer": said, "jwks": jwks})
        ran = subprocess.run(["node", str(script)], input=told, capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(ran.stdout)
        return found

    found = check(answer)
    assert (found["origin"], found["named"], found["signer"]) == (ORIGIN, True, certificate.key_id)
    assert [(e["kind"], e["included"], e["opens"]) for e in found["entries"]] == [
        ("issued", True, True),
        ("filed", True, True),
    ]
    assert found["entries"][1]["hashes"]["pdf"] == certificate.file_sha256
    answer["log"]["entries"][0]["proof"][2] = "00" * 32
    answer["log"]["entries"][1]["details"] = answer["log"]["entries"][1]["details"].replace("filed", "lifted")
    forged = check(answer)
    assert [(e["included"], e["opens"]) for e in forged["entries"]] == [(False, True), (True, False)]

    shown = client.get(page).content.decode()
    assert "Baru saja diperiksa" in shown
    assert certificate.key_id in shown
    assert log.checkpoint().splitlines()[2] in shown
    assert page in client.get(address).content.decode()
    # A tile that was changed leads nowhere, and a lost one is told apart from a lie.
    tile = publishing.folder() / "tile" / "0/000"
    tile.write_bytes(b"\x00" * 8192)
    assert "tidak mengarah ke keadaan" in client.get(page).content.decode()
    tile.unlink()
    assert client.get(address, headers={"Accept": "application/json"}).json()["log"] is None
    assert client.get(reverse("certificates:proof", args=[certificate.code.lower()])).status_code == 302
    for wrong in ("not-a-code", "121-J0A-GYJ-9X0-W75-GVM"):
        assert client.get(f"/v/{wrong}/bukti/").status_code == 404


def test_the_log_is_served_as_static_tiles(client: Client) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    add_entries(257)
    sequencing.sequence(keys=signing_keys(), at=LATER)
    head = client.get("/log/checkpoint")
    assert head["Content-Type"] == "text/plain; charset=utf-8"
    assert head["Cache-Control"] == "public, max-age=5"
    assert head.content.decode() == log.checkpoint()
    assert head["Access-Control-Allow-Origin"] == "*"
    for path, length in (("0/000", 8192), ("0/001.p/1", 32), ("1/000.p/1", 32)):
        tile = client.get(f"/log/tile/{path}")
        assert (tile.status_code, tile["Content-Type"], len(tile.content)) == (200, "application/octet-stream", length)
        assert set(tile["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    bundle = client.get("/log/tile/entries/001.p/1").content
    assert bundle == tiles.bundle([LogEntry.objects.get(position=256).entry.encode()])
    missing = (
        "0/001",
        "0/000.p/3",
        "0/002",
        "7/000",
        "0/x",
        "entries/002",
        "../checkpoint",
        "0/000.p",
        "../../log-kept/checkpoint",
    )
    for path in missing:
        assert client.get(f"/log/tile/{path}").status_code == 404, path
