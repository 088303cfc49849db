"""What a file is, said by its bytes; photos without place and camera; names that do no harm."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image, ImageChops

from assessments.assignments import kinds, names, pictures
from assessments.errors import FileRefused
from tests.factories_assignments import DOCX, GPS_IFD, ODT, ORIENTATION, PDF, XLSX, office, photo

pytestmark = pytest.mark.once
ALL = tuple(kinds.CONTENT_TYPES)


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PDF, "pdf"), (DOCX, "docx"), (XLSX, "xlsx"), (ODT, "odt"), (photo(), "jpg"), (photo("PNG"), "png")],
)
def test_the_content_says_the_kind_whatever_the_name(data: bytes, kind: str) -> None:
    assert kinds.read(data, name="apa-saja.exe", allowed=ALL).kind == kind


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
MACROS = office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kosong"),
        (b"<html><script>alert(1)</script></html>", "bukan jenis berkas"),
        (b"MZ\x90\x00" + b"\x00" * 100, "bukan jenis berkas"),
        (b"GIF89a" + b"\x00" * 50, "bukan jenis berkas"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "bukan jenis berkas"),
        (office("apa.txt"), "bukan jenis berkas"),
        (MACROS, "makro"),
        (HEIC, "HEIC"),
        (OLD_WORD, "Office lama"),
        (PDF[:-8], "tidak terkirim seluruhnya"),
        (DOCX[:-30], "tidak terkirim seluruhnya"),
        (photo()[:900], "tidak terkirim seluruhnya"),
        (photo("PNG")[:900], "tidak terkirim seluruhnya"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_name_and_reason(data: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        kinds.read(data, name="tugas.pdf", allowed=ALL)
    assert "tugas.pdf" in str(refused.value)
    assert said in str(refused.value)


def test_a_kind_that_this_assignment_does_not_take_is_refused_and_the_kinds_are_named() -> None:
    with pytest.raises(FileRefused, match="PDF, JPG"):
        kinds.read(DOCX, name="rtl.docx", allowed=["jpg", "pdf"])


def test_an_archive_is_never_unpacked_and_an_absurd_directory_is_not_read() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"0" * 50_000_000)
        archive.writestr("word/document.xml", b"0" * 50_000_000)
    assert kinds.read(bomb.getvalue(), name="bom.docx", allowed=ALL).data == bomb.getvalue()
    crowded = office("[Content_Types].xml", *(f"x/{n}" for n in range(6_000)), "word/document.xml")
    assert kinds.sniff(crowded) is None


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_a_photo_loses_place_and_camera_and_stays_the_right_way_up(turned: int, progressive: bool) -> None:
    before = photo(turned=turned, progressive=progressive)
    after = pictures.clean_jpeg(before)
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert old.getexif().get_ifd(GPS_IFD)
        assert dict(new.getexif()) == ({} if turned == 1 else {ORIENTATION: turned})
        assert ImageChops.difference(old, new).getbbox() is None
        assert "comment" not in new.info
    for secret in (b"Kamera Rahasia", b"rumah klien", b"MotionPhoto", b"GPS"):
        assert secret not in after
    assert pictures.clean_jpeg(after) == after


def test_a_png_keeps_its_pixels_and_nothing_else() -> None:
    before = photo("PNG")
    after = pictures.clean_png(before)
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert ImageChops.difference(old, new).getbbox() is None
        assert not dict(new.getexif())
    assert b"Kamera Rahasia" not in after
    assert after.endswith(b"IEND\xaeB`\x82")


def test_a_photo_that_broke_off_anywhere_is_refused_and_never_loops() -> None:
    jpeg, png = photo(), photo("PNG")
    for cut in range(2, jpeg.rindex(b"\xff\xd9"), 37):
        with pytest.raises(pictures.BrokenPicture):
            pictures.clean_jpeg(jpeg[:cut])
    for cut in range(2, png.rindex(b"IEND"), 37):
        with pytest.raises(pictures.BrokenPicture):
            pictures.clean_png(png[:cut])


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("RTL Ani.pdf", "RTL Ani.pdf"),
        ("RTL.PDF", "RTL.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Ani\\tugas.pdf", "tugas.pdf"),
        ("tugas.pdf.exe", "tugas.pdf.exe.pdf"),
        ("CON", "_CON.pdf"),
        ("aux.txt", "_aux.txt.pdf"),
        ("foto\u202efdp.exe", "fotofdp.exe.pdf"),
        ('"><script>.pdf', "script.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("...", "berkas.pdf"),
        ("", "berkas.pdf"),
        ("x" * 500, "x" * 96 + ".pdf"),
        ("Ka’bah Ngurah Rāi.pdf", "Ka’bah Ngurah Rāi.pdf"),
    ],
)
def test_names_are_safe_everywhere_and_end_as_their_content_says(written: str, kept: str) -> None:
    assert names.safe_name(written, "pdf") == kept


def test_a_second_file_of_the_same_name_gets_a_number() -> None:
    assert names.unlike("RTL.pdf", ["rtl.pdf", "RTL (2).pdf"]) == "RTL (3).pdf"
    assert names.folder_name("PDP/001 Ani, S.Sos.") == "PDP-001 Ani, S.Sos"
