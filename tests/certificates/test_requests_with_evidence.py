"""Asking for another certificate: what proves it, who sees it, how long it is kept; duplicates of lost papers."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Role, User
from certificates import errors, evidence, issuing, replacing
from certificates.holding import held_by
from certificates.looking_up import look_up
from certificates.models import Award, Certificate, ReplacementEvidence, ReplacementRequest
from certificates.own_data import own_data
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration", "_empty_shelf")]
PLACE = 0x8825  # the EXIF pointer to where a photo was taken


@pytest.fixture
def _empty_shelf() -> Any:
    for name in list(evidence.SHELF.stored()):
        evidence.SHELF.drop(name)
    yield
    for name in list(evidence.SHELF.stored()):
        evidence.SHELF.drop(name)


def photo(name: str = "ijazah.jpg", colour: str = "white") -> SimpleUploadedFile:
    """A photo that says where it was taken."""
    picture, written = Image.new("RGB", (40, 30), colour), BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "KAMERA-RAHASIA"
    exif.get_ifd(PLACE)[1] = "S"
    picture.save(written, "JPEG", exif=exif)
    return SimpleUploadedFile(name, written.getvalue(), content_type="image/jpeg")


class Cast:
    def __init__(self) -> None:
        self.home = make_organization(name="Balai")
        self.certificate: Certificate = make_certificate(organization=self.home, person=make_person(name="Ani Lestary"))
        assert self.certificate.user is not None
        self.ani: User = self.certificate.user
        self.head = make_person(name="Kepala", role=Role.PIMPINAN, organization=self.home)
        self.trainer = make_person(name="Pelatih", role=Role.TRAINER, organization=self.home)
        self.colleague = make_person(name="Rekan", role=Role.TRAINER, organization=self.home)


def test_a_correction_brings_its_proof_which_few_people_see_and_which_goes_after_the_decision(client: Client) -> None:
    cast = Cast()
    address = reverse("certificates:request_replacement", args=[cast.certificate.public_id])
    said = {"proposed_name": "Ani Lestari", "reason": "Salah ketik"}
    client.force_login(cast.ani)
    assert "multipart/form-data" in client.get(address).content.decode()
    program = SimpleUploadedFile("ijazah.pdf", b"MZ\x90\x00 program")
    for uploads in (
        {},
        {"uploads": program},
        {"uploads": [photo(f"{n}.jpg", c) for n, c in enumerate(("red", "blue", "green", "gray"))]},
    ):
        assert client.post(address, said | uploads).status_code == 200  # the form again, with a sentence
    assert not ReplacementRequest.objects.exists()
    assert list(evidence.SHELF.stored()) == []
    client.post(address, said | {"uploads": [photo(), photo("sama.jpg")]})  # the same picture twice is one
    proof = ReplacementEvidence.objects.get()
    with proof.file.open("rb") as kept:
        data = kept.read()
    assert Image.open(BytesIO(data)).size == (40, 30)
    assert b"KAMERA-RAHASIA" not in data
    assert not Image.open(BytesIO(data)).getexif()
    with pytest.raises(errors.RequestPending):
        replacing.request(cast.certificate, **said, actor=cast.ani, at=AT, uploads=[photo(colour="red")])
    assert len(list(evidence.SHELF.stored())) == 1  # what was refused left nothing
    show = reverse("certificates:evidence", args=[proof.public_id])
    for person, status in ((cast.ani, 200), (cast.trainer, 404), (make_person(name="Dewi"), 404), (cast.head, 200)):
        client.force_login(person)
        answer = client.get(show)
        assert answer.status_code == status, person.full_name
        if status == 200:
            assert b"".join(answer.streaming_content) == data  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    assert show in client.get(reverse("certificates:replacements")).content.decode()
    # Kept while nobody has decided, and a while after that.
    far = AT + timedelta(days=4000)
    assert evidence.forget_old(at=far) == 0
    replacing.decline(ReplacementRequest.objects.get(), answer="Ijazah lain.", actor=cast.head, at=AT)
    assert evidence.forget_old(at=AT + evidence.KEPT_AFTER) == 0


@pytest.mark.django_db(transaction=True)
def test_a_proof_is_removed_by_rule_once_and_says_so(client: Client) -> None:
    cast = Cast()
    asked = replacing.request(
        cast.certificate, proposed_name="Ani Lestari", reason="Salah ketik", actor=cast.ani, at=AT, uploads=[photo()]
    )
    replacing.decline(asked, answer="Ijazah lain.", actor=cast.head, at=AT)
    late = AT + evidence.KEPT_AFTER + timedelta(seconds=1)
    assert evidence.forget_old(at=late) == 1
    assert evidence.forget_old(at=late) == 0
    assert list(evidence.SHELF.stored()) == []
    proof = ReplacementEvidence.objects.get()
    assert (proof.file.name, proof.removed_at) == ("", late)
    client.force_login(cast.ani)
    assert client.get(reverse("certificates:evidence", args=[proof.public_id])).status_code == 404
    assert "dihapus pada" in client.get(reverse("certificates:mine")).content.decode()
    told = own_data(cast.ani)["certificates"][0]["replacement_requests"][0]
    assert (told["kind"], told["evidence"][0]["removed_at"]) == ("correction", late)
    with pytest.raises(Error, match="kept"), transaction.atomic():
        ReplacementEvidence.objects.update(sha256="0" * 64)


def test_a_duplicate_repeats_the_name_says_so_and_ends_the_lost_paper(client: Client) -> None:
    cast = Cast()
    old = cast.certificate
    address = reverse("certificates:request_duplicate", args=[old.public_id])
    client.force_login(cast.trainer)  # asked on the holder's behalf: the name was confirmed when the paper was issued
    assert client.post(address, {"reason": ""}).status_code == 200
    client.post(address, {"reason": "Hilang saat banjir."})
    asked = ReplacementRequest.objects.get()
    assert (asked.kind, asked.proposed_name) == ("duplicate", "Ani Lestary")
    # The account's name may have changed since; a duplicate neither prints nor changes it.
    User.objects.filter(pk=cast.ani.pk).update(full_name="Ani Lestari", name_confirmed_at=None)
    with pytest.raises(errors.NotAllowed):
        replacing.agree(asked, actor=cast.trainer, at=AT)
    award = replacing.agree(ReplacementRequest.objects.get(), actor=cast.head, at=AT)
    assert award.state == Award.State.READY
    new = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert new is not None
    assert json.loads(new.name_member)["name"] == "Ani Lestary"
    assert json.loads(new.record_text)["replaces"] == old.number
    said = {"kind": "duplicate", "issued_on": old.issued_on.isoformat()}
    assert json.loads(new.record_text)["replacement"] == said
    assert json.loads(new.record_text)["name_confirmed_at"] == json.loads(old.record_text)["name_confirmed_at"]
    assert User.objects.get(pk=cast.ani.pk).full_name == "Ani Lestari"
    standing = look_up(old.code, at=AT)
    assert standing is not None
    assert standing.status == "replaced"
    assert f"duplikat nomor {new.number}" in standing.reason
    papers = {held.certificate.pk: held for held in held_by(cast.ani, at=AT)}
    assert papers[new.pk].duplicate_of == old
    assert papers[old.pk].duplicate_of is None
    assert (
        f"Duplikat dari lembar hilang atau rusak nomor {old.number}"
        in client.get(new.get_absolute_url()).content.decode()
    )
    client.force_login(cast.ani)
    text = client.get(reverse("certificates:mine")).content.decode()
    for words in (old.get_absolute_url(), new.get_absolute_url(), "Duplikat", f"duplikat nomor {new.number}"):
        assert words in text
