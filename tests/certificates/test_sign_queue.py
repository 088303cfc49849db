"""A signatory's queue in the browser: taken out, signed elsewhere or with BSrE in person, brought back."""

from __future__ import annotations

import logging
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Event, Organization, Role, User
from certificates import handing_out, sign_queue
from certificates.models import SealEvidence, SealRequest
from certificates.storing import stored_path
from tests import fake_bsre
from tests.certificates.test_signing_elsewhere import dump, signs
from tests.cms.outside import Outside
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import make_certificate, revoke
from tests.factories_signatories import make_authority

pytestmark = pytest.mark.django_db
State = SealRequest.State
QUEUE, BRING, FETCH = (reverse(f"certificates:sign_{name}") for name in ("queue", "bring", "fetch"))
BSRE = reverse("certificates:sign_with_bsre")
JSON = {"Accept": "application/json"}


@pytest.fixture
def balai(connected: Outside, monkeypatch: pytest.MonkeyPatch) -> Organization:
    monkeypatch.setattr(fake_bsre, "FOLDER", connected.folder)
    return make_organization(name="Balai")


def head_of(place: Organization) -> User:
    return make_person(name=f"Kepala {place.name}", role=Role.PIMPINAN, organization=place)


def waits(place: Organization) -> SealRequest:
    return SealRequest.objects.get(certificate=make_certificate(organization=place, with_file=True))


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def brought(client: Client, *files: SimpleUploadedFile) -> list[dict[str, str]]:
    answer = client.post(BRING, {"signed": list(files)}, headers=JSON)
    assert answer.status_code == 200
    lines: list[dict[str, str]] = answer.json()["lines"]
    return lines


def test_a_head_takes_files_out_and_brings_them_back_each_answered_on_its_own_line(
    balai: Organization, connected: Outside, settings: Settings, client: Client, tmp_path: Path
) -> None:
    settings.SULUH_SIGNER = "human"
    other = make_organization(name="Dinas")
    first, second, theirs = waits(balai), waits(balai), waits(other)
    for nobody in (make_person(role=Role.TRAINER, organization=balai), make_person(role=Role.PARTICIPANT)):
        client.force_login(nobody)
        assert {client.get(QUEUE).status_code, client.post(FETCH).status_code, client.post(BRING).status_code} == {404}
    head = head_of(balai)
    client.force_login(head)
    page = client.get(QUEUE).content.decode()
    assert "2 berkas menunggu" in page
    assert first.certificate.number in page
    assert str(theirs.public_id) not in page
    assert QUEUE in client.get(reverse("certificates:team")).content.decode()

    # Ticked ones as a ZIP, the rest without a tick, one by itself; nobody's else.
    packed = zipfile.ZipFile(BytesIO(client.post(FETCH, {"file": [first.public_id, theirs.public_id, "x"]}).content))
    assert packed.namelist() == [sign_queue.file_name(first)]
    assert packed.read(packed.namelist()[0]) == handing_out.handed_out(first)
    rest = zipfile.ZipFile(BytesIO(client.post(FETCH).content))
    assert rest.namelist() == [sign_queue.file_name(second)]
    assert client.post(FETCH).status_code == 302
    alone = client.post(reverse("certificates:sign_fetch_one", args=[second.public_id]))
    assert alone.content == handing_out.handed_out(second)
    assert client.post(reverse("certificates:sign_fetch_one", args=[theirs.public_id])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == State.WAITING
    assert Event.objects.filter(verb="seal_file_handed_out", actor=head).count() == 3

    # Many at once: what is good is taken in, whatever it is called; each of the others is told why.
    pdf, someone = handing_out.handed_out(second), make_authority(tmp_path / "lain", person="ORANG LAIN")
    both = tmp_path / "both.pem"
    both.write_bytes(settings.SIGNATORY_ROOTS.read_bytes() + someone.read_bytes())
    settings.SIGNATORY_ROOTS = both
    signed = fake_bsre.sign(handing_out.handed_out(first), folder=connected.folder)
    visible = fake_bsre.sign(pdf, folder=connected.folder, box=(50, 50, 200, 100))
    lines = brought(
        client,
        file("tanda tangan.pdf", signed),
        file("belum.pdf", pdf),
        file("diubah.pdf", fake_bsre.sign(pdf, folder=connected.folder, altered=True)),
        file("terlihat.pdf", visible),
        file("asing.pdf", fake_bsre.sign(pdf, folder=connected.folder / "stranger")),
        file("orang lain.pdf", fake_bsre.sign(pdf, folder=tmp_path / "lain")),
        file(sign_queue.file_name(second), b"%PDF-1.7 ditulis ulang"),
        file("dinas.pdf", fake_bsre.sign(handing_out.handed_out(theirs), folder=connected.folder)),
        file("lagi.pdf", signed),
        file("bom.pdf", pdf + b"%PDF" + bytes(400_000)),
    )
    said = [(line["tone"], line["said"], line["number"]) for line in lines]
    number, ours = second.certificate.number, first.certificate.number
    assert said[0] == ("good", str(sign_queue.TAKEN_IN), ours)
    why = ("unsigned", "altered", "visible", "stranger", "other_person", "other_file")
    assert said[1:7] == [("bad", str(sign_queue.WORDS[word]), number) for word in why]
    assert said[7] == ("bad", str(sign_queue.UNKNOWN), "")
    assert said[8] == ("good", str(sign_queue.THERE_ALREADY), ours)
    assert said[9][0] == "bad"
    assert SealEvidence.objects.get().backend == "human"
    assert Event.objects.filter(verb="seal_taken_in", actor=head).count() == 1
    second.refresh_from_db()
    assert second.state == State.TAKEN

    # The same page without a script; nothing chosen; the last one, and nothing waits.
    page = client.post(BRING, {"signed": [file("belum.pdf", pdf)]}).content.decode()
    assert "tidak memuat tanda tangan" in page
    assert client.post(BRING, {}).status_code == 400
    assert client.post(BRING, {}, headers=JSON).json()["lines"] == []
    brought(client, file("a.pdf", fake_bsre.sign(pdf, folder=connected.folder)))
    assert "Tidak ada sertifikat yang menunggu" in client.get(QUEUE).content.decode()


def test_a_lost_file_and_a_revoked_certificate_stop_nobody(
    balai: Organization, connected: Outside, settings: Settings, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SULUH_SIGNER = "human"
    lost, kept, struck = waits(balai), waits(balai), waits(balai)
    client.force_login(head_of(balai))
    signed = fake_bsre.sign(handing_out.handed_out(lost), folder=connected.folder)
    stored_path(lost.content_sha256, handing_out.KIND).unlink()
    revoke(struck.certificate)
    page = client.get(QUEUE).content.decode()
    assert "2 berkas menunggu" in page
    assert struck.certificate.number not in page
    alone = client.post(reverse("certificates:sign_fetch_one", args=[lost.public_id]), follow=True)
    assert (alone.status_code, "tidak ada di tempat penyimpanan" in alone.content.decode()) == (200, True)
    # Whether it is there says the reading, not a look before it: it may be lost in between.
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "exists", lambda _path: True)
        packed = zipfile.ZipFile(BytesIO(client.post(FETCH).content))
    assert packed.namelist() == [sign_queue.file_name(kept)]
    (line,) = brought(client, file("a.pdf", signed))
    assert (line["tone"], line["number"]) == ("bad", lost.certificate.number)
    assert "tidak ada di tempat penyimpanan" in line["said"]
    lost.refresh_from_db()
    assert lost.state == State.WAITING


def test_a_signatory_signs_a_batch_with_bsre_here_and_what_was_typed_is_kept_nowhere(
    balai: Organization,
    connected: Outside,
    settings: Settings,
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.SULUH_SIGNER = "bsre-person"
    requests = [waits(balai) for _number in range(3)]
    head = head_of(balai)
    client.force_login(head)
    assert BSRE in client.get(QUEUE).content.decode()
    typed = {"who": fake_bsre.NIK, "kind": "passphrase", "secret": fake_bsre.PASSPHRASE}
    pages: list[str] = []

    def sign(mode: str = "ok", **changed: str) -> list[str]:
        connected.mode(mode)
        pages.append(client.post(BSRE, {**typed, **changed}, follow=True).content.decode())
        return [row.state for row in SealRequest.objects.order_by("pk")]

    # Refused before or instead of signing: everything waits, and says so in words.
    assert sign(secret="Salah-Sekali-1") == [State.WAITING] * 3
    assert "kata sandi atau kode sekali pakai salah" in pages[-1]
    assert sign("status-EXPIRED") == [State.WAITING] * 3
    assert "EXPIRED" in pages[-1]
    settings.BSRE_ROOTS = settings.BSRE_ROOTS.with_name("none.pem")
    assert sign() == [State.WAITING] * 3
    settings.BSRE_ROOTS = settings.SIGNATORY_ROOTS
    # A broken page: the first may have been signed, so the batch ends and nobody asks for it again.
    for mode in ("unsigned", "altered"):
        assert sign(mode) == [State.ASKED, State.WAITING, State.WAITING], mode
        assert "tidak ada yang tahu" in pages[-1].lower()
        assert requests[0].certificate.number in client.get(QUEUE).content.decode()
        again = reverse("certificates:sign_again", args=[requests[0].public_id])
        client.post(again, {"reason": " "})
        assert SealRequest.objects.get(pk=requests[0].pk).state == State.ASKED
        client.post(again, {"reason": "BSrE: tidak ada"})
        assert SealRequest.objects.get(pk=requests[0].pk).state == State.WAITING
    assert sign("page500")[0] == State.ASKED
    before = signs(connected)
    assert sign() == [State.ASKED, State.SIGNED, State.SIGNED]
    assert signs(connected) == before + 2
    assert {row.backend for row in SealEvidence.objects.all()} == {"bsre-person"}
    assert Event.objects.filter(verb="seal_taken_in", actor=head).count() == 2
    # The signed file of the unclear one turns up: brought back like any other.
    found = fake_bsre.sign(handing_out.handed_out(requests[0]), folder=connected.folder)
    assert [line["tone"] for line in brought(client, file("dari BSrE.pdf", found))] == ["good"]
    assert "Tidak ada sertifikat yang menunggu" in client.get(BSRE).content.decode()

    said = {"pages": "".join(pages), "log": caplog.text, "stored": dump()}
    said["session"] = repr(dict(client.session.items()))
    secrets = [fake_bsre.NIK, fake_bsre.PASSPHRASE, "Salah-Sekali-1", fake_bsre.PASSWORD]
    assert [(place, secret) for place, text in said.items() for secret in secrets if secret in text] == []
