"""Suspend, lift, revoke by two people, erase: from which state, by whom of two organizations, what is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Event, Role, User
from certificates import erasing, errors, filing, picturing, replacing, revocations, revoking
from certificates.models import Certificate, LogEntry, NameErasure, RevocationRequest
from certificates.revoking import FOLLOWS, may_follow
from certificates.status import lists, publishing
from certificates.status.bitstring import decode, is_set
from certificates.tasks import sweep_awards
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, revoke, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
LATER = AT + timedelta(hours=2)

TABLE = """
from \\ to   valid suspended revoked replaced
valid       -     x         x       x
suspended   x     -         x       -
revoked     -     -         -       -
replaced    -     -         -       -
"""


@pytest.mark.once
def test_the_table_of_changes() -> None:
    head, *lines = [line.replace("from \\ to", "from").split() for line in TABLE.strip().splitlines()]
    expected = {(row[0], to): mark == "x" for row in lines for to, mark in zip(head[1:], row[1:], strict=True)}
    assert {(before, to): may_follow(before, to) for before in FOLLOWS for to in FOLLOWS} == expected


def people(certificate: Certificate) -> dict[str, User]:
    """Everybody of the issuer and of a stranger, the holder too."""
    home, other = certificate.issuer, make_organization(name="Lain")
    assert certificate.user is not None
    found = {"holder": certificate.user}
    for role in Role:
        found[role.value] = make_person(role=role, organization=home)
        found[f"{role.value} B"] = make_person(role=role, organization=other)
    return found


def test_each_change_by_state_and_by_role_of_two_organizations() -> None:
    certificate = make_certificate(organization=make_organization(name="Balai"))
    staff = people(certificate)
    outcomes: dict[str, set[str]] = {"suspend": set(), "reinstate": set(), "ask": set(), "erase": set()}
    verbs: dict[str, Callable[..., Any]] = {
        "suspend": revoking.suspend,
        "reinstate": revoking.reinstate,
        "ask": revocations.request,
        "erase": erasing.erase_name,
    }
    for verb in ("suspend", "ask", "erase"):
        for name, person in staff.items():
            outcomes[verb] |= {name} if tried(verbs[verb], certificate, person) else set()
    revoking.suspend(certificate, reason="Diperiksa", actor=staff["administrator"], at=AT)
    for name, person in staff.items():
        outcomes["reinstate"] |= {name} if tried(revoking.reinstate, certificate, person) else set()
    # The certificate has no file yet, so its name could not be erased even by the right person.
    assert outcomes == {
        "suspend": {"administrator"},
        "reinstate": {"administrator"},
        "ask": {"administrator"},
        "erase": set(),
    }
    with pytest.raises(errors.NoSuchChange):
        revoking.suspend(certificate, reason="Lagi", actor=staff["administrator"], at=AT)
    for reason, error in (
        ("  ", errors.ReasonMissing),
        (f"Atas nama {filing.signed_record(certificate).holder.name}", errors.NameInReason),
    ):
        with pytest.raises(error):
            revoking.reinstate(certificate, reason=reason, actor=staff["administrator"], at=AT)
    revoke(certificate)
    for change in (revoking.suspend, revoking.reinstate, revocations.request):
        with pytest.raises(errors.NotInForce):
            change(certificate, reason="Lagi", actor=staff["administrator"], at=AT)
    assert [change.status for change in certificate.status_changes.all()] == ["suspended", "revoked"]


def tried(verb: Callable[..., Any], certificate: Certificate, person: User) -> bool:
    """Whether the verb lets this person; nothing stays."""
    try:
        with transaction.atomic():
            verb(certificate, reason="Diperiksa", actor=person, at=AT)
            transaction.set_rollback(True)
    except errors.CertificateError:
        return False
    return True


def test_a_revocation_takes_two_people_and_neither_is_the_holder() -> None:
    certificate = make_certificate(organization=make_organization(name="Balai"))
    staff = people(certificate)
    asker = staff["administrator"]
    asked = revocations.request(certificate, reason="Terdaftar dua kali", actor=asker, at=AT)
    assert revoking.last_status(certificate) == "valid", "asking changes nothing"
    with pytest.raises(errors.RevocationPending):
        revocations.request(certificate, reason="Lagi", actor=asker, at=AT)
    with pytest.raises(errors.SamePerson):
        revocations.agree(asked, actor=asker, at=AT)
    for name in sorted(set(staff) - {"administrator", "pimpinan"}):
        with pytest.raises(errors.NotAllowed):
            revocations.agree(asked, actor=staff[name], at=AT)
    with pytest.raises(errors.ReasonMissing):
        revocations.decline(asked, answer=" ", actor=staff["pimpinan"], at=AT)
    revocations.decline(asked, answer="Bukan orang yang sama", actor=staff["pimpinan"], at=AT)
    with pytest.raises(errors.AlreadyDecided):
        revocations.agree(asked, actor=staff["pimpinan"], at=AT)
    assert revoking.last_status(certificate) == "valid"
    again = revocations.request(certificate, reason="Terdaftar dua kali", actor=asker, at=AT)
    revocations.agree(again, actor=staff["pimpinan"], at=LATER)
    change = certificate.status_changes.get()
    assert (change.status, change.reason, change.actor, change.at) == (
        "revoked",
        "Terdaftar dua kali",
        staff["pimpinan"],
        LATER,
    )
    verbs = list(Event.objects.about(certificate).values_list("verb", flat=True).order_by("pk"))
    assert verbs[-4:] == ["revocation_declined", "revocation_requested", "revocation_agreed", "certificate_revoked"]
    assert LogEntry.objects.filter(certificate=certificate, kind="revoked").count() == 1
    # The database itself knows that one person is not two.
    with pytest.raises(IntegrityError), transaction.atomic():
        RevocationRequest.objects.create(
            certificate=certificate,
            reason="x",
            state="agreed",
            requested_by=asker,
            requested_at=AT,
            decided_by=asker,
            decided_at=AT,
        )


def test_the_holder_decides_nothing_about_an_own_certificate() -> None:
    home = make_organization(name="Balai")
    head = make_person(name="Kepala", role=Role.ADMINISTRATOR, organization=home)
    certificate = make_certificate(organization=home, person=head, with_file=True)
    for verb in (revoking.suspend, revocations.request, erasing.erase_name):
        with pytest.raises(errors.OwnCertificate):
            verb(certificate, reason="Saya sendiri", actor=head, at=AT)
    other = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    asked = revocations.request(certificate, reason="Keliru", actor=other, at=AT)
    with pytest.raises(errors.OwnCertificate):
        revocations.agree(asked, actor=head, at=AT)


def bits(list_id: str, purpose: str, certificate: Certificate) -> bool:
    document = json.loads(lists.current(list_id, purpose) or b"{}")
    return is_set(decode(document["credentialSubject"]["encodedList"]), certificate.status_index)


def test_lists_follow_the_register_are_signed_daily_and_stay_as_they_were(client: Client) -> None:
    home, keys = make_organization(name="Balai"), signing_keys()
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    first, second = make_certificate(organization=home), make_certificate(organization=home)
    assert first.status_list == second.status_list == "1"
    assert lists.current("1", "revocation") is None
    address = reverse("certificates:status_list", args=["1", "revocation"])
    assert client.get(address).status_code == 404
    assert publishing.publish(keys, at=AT) == 2
    assert publishing.publish(keys, at=AT + timedelta(hours=23)) == 0, "nothing changed"
    revoking.suspend(first, reason="Diperiksa", actor=citra, at=AT)
    assert publishing.publish(keys, at=AT + timedelta(hours=1)) == 1
    assert (bits("1", "suspension", first), bits("1", "suspension", second)) == (True, False)
    assert not bits("1", "revocation", first)
    revoke(first)
    assert publishing.publish(keys, at=LATER) == 2
    assert (bits("1", "suspension", first), bits("1", "revocation", first)) == (False, True)
    assert publishing.publish(keys, at=LATER + timedelta(hours=24)) == 2, "a day old"
    # Served byte for byte, kept by caches, cheap to ask again.
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vc")
    assert answer.content == lists.current("1", "revocation")
    assert "max-age=300" in answer["Cache-Control"]
    assert "public" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")
    for header, value in (("if-none-match", answer["ETag"]), ("if-modified-since", answer["Last-Modified"])):
        again = client.get(address, headers={header: value})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(reverse("certificates:status_list", args=["9", "revocation"])).status_code == 404
    # Another public address is another list, because the credentials name it.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "PUBLIC_BASE_URL", "https://baru.example.go.id")
        moved = make_certificate(organization=home)
    assert moved.status_list == "2"
    # The second list of an address opens when the first is half full.
    assert lists.open_next(settings.PUBLIC_BASE_URL, at=AT) == "1"
    assert lists.open_next(settings.PUBLIC_BASE_URL, at=AT, full=2) == "3"
    assert make_certificate(organization=home).status_list == "3"
    assert lists.open_next(settings.PUBLIC_BASE_URL, at=AT, full=2) == "3"


def photo() -> bytes:
    made = BytesIO()
    Image.new("RGB", (40, 40), "white").save(made, "JPEG")
    return made.getvalue()


def bearing(name: str) -> dict[str, list[str]]:
    """Tables (apart from the person's account) and files of the store in which the name can still be read."""
    needles = [name, json.dumps(name)[1:-1]]
    found: dict[str, list[str]] = {"tables": [], "files": []}
    for model in apps.get_models():
        if model._meta.app_label in {"accounts", "wagtailsearch", "wagtailcore"} or not model._meta.managed:
            continue
        rows = map(repr, model._base_manager.values_list())
        if any(needle in row for row in rows for needle in needles):
            found["tables"].append(model._meta.label)
    for path in Path(settings.CERTIFICATE_DIR).rglob("*"):
        if path.is_file():
            found["files"].append(path.name)
    return found


def test_an_erased_name_is_gone_and_everything_else_stands(client: Client, tmp_path: Path, settings: Any) -> None:
    settings.CERTIFICATE_DIR = tmp_path
    home = make_organization(name="Balai")
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    certificate = make_certificate(organization=home, person=make_person(name="Nurul Qomariyah"), with_file=True)
    assert certificate.user is not None
    neighbour = make_certificate(organization=home, person=make_person(name="Budi"), with_file=True)
    asked = replacing.request(
        certificate,
        proposed_name="Nurul Qomariyah, S.Sos.",
        reason="Nurul Qomariyah kurang gelar",
        actor=certificate.user,
        at=AT,
        uploads=[SimpleUploadedFile("Ijazah Nurul Qomariyah.jpg", photo(), "image/jpeg")],
    )
    scan = asked.evidence.get()
    with pytest.raises(errors.CorrectionPending):
        erasing.erase_name(certificate, reason="Surat 12/2026", actor=citra, at=AT)
    replacing.decline(asked, answer="Nurul Qomariyah sudah benar", actor=head, at=AT)
    picturing.picture_of(certificate)
    (tmp_path / ".x.part").write_bytes(b"half a file")
    assert set(bearing("Nurul Qomariyah")["tables"]) == {
        "certificates.Certificate",
        "certificates.ReplacementEvidence",
        "certificates.ReplacementRequest",
    }, "the search for it finds it where it stands"
    before = {
        name: getattr(certificate, name) for name in ("record_text", "signature", "file_sha256", "number", "code")
    }
    with pytest.raises(errors.NameInReason):
        erasing.erase_name(certificate, reason="Permohonan Nurul  Qomariyah", actor=citra, at=AT)
    erasure = erasing.erase_name(certificate, reason="Surat 12/2026", actor=citra, at=LATER)
    # Killed here: the row is committed, the files are not gone.  The sweep finishes, and looks again for a day.
    assert bearing("Nurul Qomariyah")["tables"] == []
    scan.refresh_from_db()
    assert (scan.file.name, scan.name, scan.removed_at) == ("", "", LATER)
    assert erasure.files_removed_at is None
    assert list(erasing.unfinished(at=LATER)) == [erasure]
    sweep_awards()
    erasing.remove_files(erasure.pk, at=LATER)
    left = {path.name for path in erasing.files_of(neighbour) if path.exists()}
    assert set(bearing("")["files"]) == {*left, ".x.part"}
    assert {f"{neighbour.file_sha256}.pdf", f"{neighbour.credential_sha256}.json"} <= left
    assert NameErasure.objects.get().files_removed_at is not None
    assert list(erasing.unfinished(at=LATER + timedelta(days=2))) == []
    # A worker that stored the file again in between takes it back, and a picture is not drawn any more.
    filing.stored_path(certificate.file_sha256, "pdf").write_bytes(b"late")
    erasing.take_back(certificate.pk)
    certificate.refresh_from_db()
    with pytest.raises(filing.FileNotMade):
        picturing.picture_of(certificate)
    filing.make_file(certificate.pk, keys=signing_keys(), at=LATER)
    assert not filing.stored_path(certificate.file_sha256, "pdf").exists()
    assert before == {name: getattr(certificate, name) for name in before}
    # Twice is once; nobody asks for the name anew; the status still changes.
    assert erasing.erase_name(certificate, reason="Lagi", actor=citra, at=LATER) == erasure
    assert Event.objects.about(certificate).filter(verb="certificate_name_erased").count() == 1
    assert LogEntry.objects.filter(certificate=certificate, kind="erased").count() == 1
    with pytest.raises(errors.NameErased):
        replacing.request(certificate, proposed_name="Nurul", reason="x", actor=certificate.user, at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(name_member='{"name":"Lain","salt":"x"}')
    revoking.suspend(certificate, reason="Diperiksa", actor=citra, at=LATER + timedelta(hours=1))
    # Everybody is told.
    text = client.get(certificate.get_absolute_url()).content.decode()
    assert "Nurul" not in text
    assert "Nama dihapus" in text
    facts = client.get(certificate.get_absolute_url(), headers={"accept": "application/json"}).json()
    assert (facts["name"], facts["answer"]) == (None, "suspended")
    assert [line["event"] for line in facts["history"]] == ["issued", "erased", "suspended"]
    client.force_login(certificate.user)
    assert client.get(reverse("certificates:download", args=[certificate.public_id])).status_code == 404
    assert (
        reverse("certificates:download", args=[certificate.public_id])
        not in client.get("/sertifikat/").content.decode()
    )


@pytest.mark.parametrize("guarded", [True, False], ids=["as it is", "control: nothing is taken back"])
def test_a_worker_that_was_slower_than_the_erasure_leaves_no_file(
    guarded: bool, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers make one file; one of them stalls before it stores, while the name is erased and the files go."""
    settings.CERTIFICATE_DIR = tmp_path
    home, keys = make_organization(name="Balai"), signing_keys()
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    certificate = make_certificate(organization=home)
    with pytest.raises(errors.FileStillMade):
        erasing.erase_name(certificate, reason="Surat", actor=citra, at=AT)
    store = filing.store

    def stalled(content: bytes, kind: str) -> str:
        monkeypatch.setattr(filing, "store", store)
        filing.make_file(certificate.pk, keys=keys, at=AT)
        assert list(tmp_path.iterdir())
        erasure = erasing.erase_name(certificate, reason="Surat", actor=citra, at=AT)
        erasing.remove_files(erasure.pk, at=AT)
        assert not list(tmp_path.iterdir())
        return store(content + b"%another time stamp", kind)

    monkeypatch.setattr(filing, "store", stalled)
    if not guarded:
        monkeypatch.setattr(erasing, "take_back", lambda *_given: None)
    filing.make_file(certificate.pk, keys=keys, at=AT)
    assert bool(list(tmp_path.iterdir())) is not guarded
