"""Designs of papers: prepared pictures, versions, two organizations, and papers that never change once issued."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Event, Organization, Role, User
from certificates import accompanying, filing, judging
from certificates.checking import examine
from certificates.design import keeping, pictures
from certificates.design.frozen import LONGEST, Design, Texts
from certificates.design.keeping import DesignChanged
from certificates.design.pictures import RefusedPicture, prepare_background, prepare_logo
from certificates.models import PaperAsset, PaperDesign
from certificates.record import MalformedRecord, Signatory
from certificates.registering import public_register
from certificates.rendering import CannotRender, render_pdf
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, make_course, signing_keys
from tests.factories_certpure import make_record, make_signed_record
from tests.factories_pictures import a_ground, a_logo, as_file

WIDE = "W" * 300


def noise(low: int) -> bytes:
    rough = Image.effect_noise((397, 561), 160).point(lambda shade: low + shade * (255 - low) // 255)
    return as_file(rough.convert("RGB").resize((794, 1122), Image.Resampling.NEAREST), "JPEG", quality=95)


def bomb() -> bytes:
    """A PNG that says it has 900 million dots, in a hundred bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 90)) + chunk(b"IEND", b"")


@pytest.mark.once
def test_pictures_are_made_small_and_carry_nothing_else() -> None:
    logo = Image.open(io.BytesIO(prepare_logo(a_logo())))
    assert (logo.format, logo.mode, logo.height) == ("PNG", "RGBA", 136)
    ground = prepare_background(a_ground())
    assert b"rumah saya" not in ground
    picture = Image.open(io.BytesIO(ground))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (794, 1123), {})
    assert len(ground) <= pictures.LARGEST_BACKGROUND


@pytest.mark.once
@pytest.mark.parametrize(
    ("upload", "why"),
    [
        (b"", pictures.NOT_A_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", pictures.NOT_A_PICTURE),
        (b"GIF89a" + b"\0" * 100, pictures.NOT_A_PICTURE),
        (a_ground()[:900], pictures.NOT_A_PICTURE),
        (b"\0" * (pictures.LARGEST_UPLOAD + 1), pictures.TOO_LARGE),
        (bomb(), pictures.TOO_MANY_DOTS),
        (a_ground(size=(1754, 1240)), pictures.GROUND_NOT_A4),
        (a_ground(size=(210, 297)), pictures.GROUND_TOO_SMALL),
        (a_ground(120), pictures.GROUND_TOO_DARK),
        (noise(206), pictures.GROUND_TOO_BUSY),
    ],
    ids=["empty", "svg", "gif", "cut", "large", "bomb", "wide", "small", "dark", "busy"],
)
def test_a_background_that_cannot_be_printed_is_refused_with_the_reason(upload: bytes, why: object) -> None:
    with pytest.raises(RefusedPicture) as refused:
        prepare_background(upload)
    assert refused.value.message is why


@pytest.mark.once
def test_a_design_is_frozen_to_the_byte_and_says_nothing_else() -> None:
    design = Design(accent="blue", texts=Texts(above="Pemerintah Provinsi Banten"))
    assert design.digest == "57e730adc0ed4b9f091e611b3732a16170fee04fb15ca12c16d2b0b5579697fb"
    assert Design.from_json(json.loads(design.canonical())) == design
    for wrong in ({"accent": "pink"}, {"logo": "x"}, {"number": "1"}, {"texts": {"above": "x" * 61}}):
        with pytest.raises(MalformedRecord):
            Design.from_json({**design.to_json(), **wrong})


@pytest.mark.once
def test_own_words_at_their_longest_fit_the_page_also_beside_the_longest_facts() -> None:
    texts = Texts(**{name: WIDE[:longest] for name, longest in LONGEST.items()})
    design = Design(language="id-en", frame="line", texts=texts)
    record, _holder = make_record()
    word = "Penyelenggaraan "
    full: dict[str, Any] = {
        "issuer": replace(record.issuer, name=(word * 12).strip()),
        "course": replace(record.course, title=(word * 15).strip()),
        "signatory": Signatory((word * 7).strip(), (word * 12).strip(), acting=f"a.n. {word * 12}".strip()),
        "legal_basis": ((word * 15).strip(),) * 8,
    }
    for facts in ({}, full):
        signed = make_signed_record(language="id-en", design=design.digest, **facts)
        document = pypdfium2.PdfDocument(render_pdf(signed, design=design))
        assert len(document) == 2
        text = document[0].get_textpage()
        said = "".join(text.get_text_bounded().split())
        assert all(value in said for value in (texts.above, texts.given, texts.closing, texts.foot))
        boxes = [text.get_charbox(place) for place in range(text.count_chars())]
        assert min(box[0] for box in boxes if box[2] > box[0]) >= 21 / 25.4 * 72
        assert max(box[2] for box in boxes) <= document[0].get_size()[0] - 21 / 25.4 * 72
    with pytest.raises(CannotRender):
        render_pdf(signed)
    with pytest.raises(CannotRender):
        render_pdf(signed, design=Design())


@pytest.fixture
def balai(db: None) -> Organization:
    return make_organization(name="Balai")


@pytest.fixture
def citra(balai: Organization) -> User:
    return make_person(name="Citra", role=Role.ADMINISTRATOR, organization=balai)


def fields(**said: object) -> dict[str, object]:
    return {"language": "id", "accent": "green", "frame": "guilloche", "after": 0, **said}


@pytest.mark.usefixtures("demonstration")
def test_a_design_is_previewed_kept_and_brought_back_by_its_own_administrators_only(
    client: Client, balai: Organization, citra: User
) -> None:
    address = reverse("design_edit", args=[balai.pk, "training"])
    client.force_login(citra)
    assert "Belum" in client.get(reverse("design_list")).content.decode()
    assert client.get(reverse("design_edit", args=[balai.pk, "other"])).status_code == 404
    # A preview keeps the picture and no version.
    logo = SimpleUploadedFile("logo.png", a_logo(), "image/png")
    page = client.post(address, fields(accent="blue", logo_file=logo, preview="1")).content.decode()
    asset = PaperAsset.objects.get()
    assert not PaperDesign.objects.exists()
    assert f"logo={asset.sha256}" in page
    said = {"language": "id-en", "accent": "blue", "frame": "line", "logo": asset.sha256}
    picture = client.get(reverse("design_preview", args=[balai.pk, "training", "png"]), said)
    assert Image.open(io.BytesIO(picture.content)).format == "PNG"
    paper = client.get(reverse("design_preview", args=[balai.pk, "training", "pdf"]), said).content
    first = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_bounded()
    assert "CONTOH" in first
    assert "Certificate of Training" in first
    assert client.get(reverse("design_preview", args=[balai.pk, "training", "pdf"]), {"accent": "x"}).status_code == 400
    # Saving keeps versions; whoever saved second is told.
    assert client.post(address, fields(accent="blue", logo=asset.sha256, note="Logo", save="1")).status_code == 302
    late = client.post(address, fields(accent="black", save="1")).content.decode()
    assert "baru saja menyimpan" in late
    assert client.post(address, fields(accent="maroon", after=1, save="1")).status_code == 302
    assert Event.objects.filter(verb="paper_design_kept").count() == 2
    client.post(reverse("design_restore", args=[balai.pk, "training", 1]))
    rows = list(PaperDesign.objects.order_by("version"))
    assert [row.version for row in rows] == [1, 2, 3]
    assert rows[0].sha256 == rows[2].sha256 != rows[1].sha256
    assert keeping.read(rows[2]).asset(asset.sha256)
    assert "Versi 3" in client.get(address).content.decode()
    # What cannot be printed is said at the form, and nothing is kept.
    dark = SimpleUploadedFile("latar.jpg", a_ground(120), "image/jpeg")
    assert "terlalu gelap" in client.post(address, fields(background_file=dark, after=3, save="1")).content.decode()
    assert "tidak dapat dicetak" in client.post(address, fields(foot="安", after=3, save="1")).content.decode()
    # Another organization sees nothing of it and cannot use its pictures.
    other = make_organization(name="Lain")
    client.force_login(make_person(name="Dewi", role=Role.ADMINISTRATOR, organization=other))
    assert client.get(address).status_code == 404
    assert client.post(address, fields(save="1")).status_code == 404
    assert client.post(reverse("design_restore", args=[balai.pk, "training", 2])).status_code == 404
    assert client.get(reverse("design_preview", args=[balai.pk, "training", "png"]), said).status_code == 404
    theirs = reverse("design_edit", args=[other.pk, "training"])
    assert "tidak ada" in client.post(theirs, fields(logo=asset.sha256, save="1")).content.decode()
    assert PaperDesign.objects.count() == 3
    client.force_login(make_person(name="Tono", role=Role.TRAINER, organization=balai))
    assert client.get(address).status_code in (302, 403, 404)


def test_versions_are_never_edited_and_two_at_once_become_one(balai: Organization, citra: User) -> None:
    row = keeping.keep(Design(), organization=balai, kind="training", after=0, note="", actor=citra, at=AT)
    for change in (lambda: PaperDesign.objects.update(note="x"), lambda: PaperDesign.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(DesignChanged):
        keeping.keep(Design(), organization=balai, kind="training", after=0, note="", actor=citra, at=AT)
    assert keeping.in_force(balai.pk, "training") == row
    assert keeping.in_force(balai.pk, "competence") is None


@pytest.mark.usefixtures("demonstration")
def test_an_issued_paper_stays_what_it_was_whatever_changes_afterwards(balai: Organization, citra: User) -> None:
    """Name, design and course change and the course goes; the paper is the same bytes, printed anew as well."""
    logo = keeping.keep_picture(prepare_logo(a_logo()), organization=balai, actor=citra, at=AT)
    mine = Design(language="id-en", accent="blue", logo=logo)
    keep = {"organization": balai, "kind": "training", "note": "", "actor": citra}
    keeping.keep(mine, after=0, at=AT, **keep)  # type: ignore[arg-type]
    course = make_course(balai)
    certificate = make_certificate(organization=balai, course=course, with_file=True)
    stored = filing.stored_path(certificate.file_sha256, "pdf").read_bytes()
    record = filing.signed_record(certificate).record
    assert (record.language, record.template, record.design) == ("id-en", "training-3", mine.digest)
    assert "Certificate of Training" in pypdfium2.PdfDocument(stored)[0].get_textpage().get_text_bounded()

    keeping.keep(Design(accent="maroon"), after=1, at=AT + timedelta(days=1), **keep)  # type: ignore[arg-type]
    person = certificate.user
    assert person is not None
    person.full_name = "Nama Baru"
    person.save()
    course.title = "Judul Baru"
    course.save()
    course.delete()
    certificate.refresh_from_db()
    assert certificate.course is None

    assert filing.stored_path(certificate.file_sha256, "pdf").read_bytes() == stored
    signed = filing.signed_record(certificate)
    again = filing.paper_of(signed, accompanying.accompany(certificate, signed, keys=signing_keys()))
    sealed = filing.seal(again, certificate, keys=signing_keys())
    assert hashlib.sha256(sealed).hexdigest() == certificate.file_sha256
    verdict = judging.judge(examine(stored, public_register()), at=AT + timedelta(days=2))
    assert verdict.answer == judging.Answer.VALID
