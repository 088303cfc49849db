"""The trust bundle of an installation: made when something changed, served to everybody, honest about what it lacks."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from django.test import Client

from certificates import keys as key_package
from certificates.models import StatusListIssue, TrustBundleIssue
from certificates.offline import publishing
from certificates.offline.building import build_verifier
from certificates.offline.bundle import TrustBundle, read_bundle
from certificates.record import StatusSlot
from certificates.status import publishing as lists
from tests.factories_certificates import AT, make_certificate, revoke, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def published(minutes: int = 0) -> TrustBundle:
    at = AT + timedelta(minutes=minutes)
    lists.publish(signing_keys(), at=at)
    publishing.publish(keys=signing_keys(), at=at)
    newest = publishing.current()
    assert newest is not None
    return read_bundle(newest.text.encode())


def test_a_bundle_is_made_when_something_changed_and_served_as_it_was_made(client: Client) -> None:
    assert client.get("/.well-known/suluh-trust.json").status_code == 404
    assert "sedang dibuat" in client.get("/verifikasi/luring/").content.decode()
    certificate = make_certificate()
    slot = StatusSlot(certificate.status_list, certificate.status_index)
    first = published()
    assert first.status(slot, at=AT).word == "valid"
    assert first.contents.hosts[0] == "127.0.0.1:8000"
    assert {entry.key_id for entry in first.contents.keys.entries} == {
        e.key_id for e in signing_keys().register.entries
    }
    assert not publishing.publish(keys=signing_keys(), at=AT + timedelta(hours=11))
    assert publishing.publish(keys=signing_keys(), at=AT + publishing.EVERY)
    revoke(certificate)
    second = published(minutes=60 * 13)
    assert second.status(slot, at=AT).word == "revoked"
    assert certificate.number not in str(publishing.current())
    assert TrustBundleIssue.objects.count() == 3

    answer = client.get("/.well-known/suluh-trust.json")
    newest = publishing.current()
    assert newest is not None
    assert answer.content == newest.text.encode()
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert "max-age=300" in answer["Cache-Control"]
    again = client.get("/.well-known/suluh-trust.json", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/.well-known/suluh-trust.json").status_code == 200

    page = client.get("/verifikasi/luring/").content.decode()
    file = client.get(f"/verifikasi/luring/{newest.sha256}/pemeriksa-suluh.html")
    assert file.content == build_verifier(newest.text.encode())
    assert hashlib.sha256(file.content).hexdigest() in page
    assert file["Content-Disposition"] == 'attachment; filename="pemeriksa-suluh.html"'
    assert client.get(f"/verifikasi/luring/{'0' * 64}/pemeriksa-suluh.html").status_code == 404
    assert "{{BUNDLE}}" in client.get("/verifikasi/luring/kerangka/").content.decode()


def test_a_list_whose_proof_does_not_hold_is_left_out_and_its_status_unknown() -> None:
    certificate = make_certificate()
    slot = StatusSlot(certificate.status_list, certificate.status_index)
    lists.publish(signing_keys(), at=AT)
    issue = StatusListIssue.objects.get(list__name=slot.list, purpose="revocation")
    register = signing_keys().register
    found = publishing.read_list(issue.text, slot.list, "revocation", register)
    assert found is not None
    assert (found.length, found.places) == (131072, frozenset())
    assert publishing.read_list(issue.text, slot.list, "suspension", register) is None
    assert publishing.read_list(issue.text, "9", "revocation", register) is None
    assert publishing.read_list(issue.text, slot.list, "revocation", key_package.KeyRegister(())) is None
    for member in ("validUntil", "issuer"):
        document = json.loads(issue.text)
        document[member] = "2030-01-01T00:00:00Z"
        assert publishing.read_list(json.dumps(document), slot.list, "revocation", register) is None
    assert publishing.read_list("[]", slot.list, "revocation", register) is None
