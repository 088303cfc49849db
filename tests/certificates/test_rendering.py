"""The paper: whole names, a QR that scans, archive and accessibility standards, one shape for one record."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from certificates.record import (
    ATTACHMENT_NAME,
    Issuer,
    MalformedRecord,
    Replacement,
    Scheme,
    Signatory,
    SignedRecord,
)
from certificates.rendering import render_pdf, render_picture
from certificates.rendering.compacting import NotFromTypst, compact
from certificates.rendering.compiling import _compile
from certificates.rendering.qr import LARGEST, QrTooDense, qr_rows
from certificates.rendering.typesetting import STANDARDS, CannotRender, quoted
from tests.factories_certpure import make_certificate, make_record, make_signed_record, signing_keys
from tests.qr_codes import qr_texts

VECTORS = Path(__file__).parents[1] / "vectors"
LONG_NAMES = (
    "Ani",
    "R",
    "Siti Nur'aini Rahmawati, S.Tr.Sos.",
    "Ma’ruf Nu’man Al-Ghifārī",
    "Željko Ñuñez-Øresund Šimůnek Ångström",
    "Prof. Dr. H. Muhammad Abdurrahman Wahid Nasution Siregar, S.Sos., M.Si., Ph.D., QIA.",
    "Raden Ajeng Kusumawardhani Prameswari Tjokroaminoto Soerjodiningrat, M.Kesos.",
    "Tri" * 26 + "Ma",
    "W" * 80,
    "ꦫꦢꦺꦤ꧀ ꦲꦗꦼꦁ ꦏꦸꦱꦸꦩꦮꦂꦝꦤꦶ, M.Kesos.",
    "الحاج محمد نور الدين عيني، S.Sos.",
    "Hj. نور عيني ꦤꦸꦂ",
    "ꦏ" * 80,
    "نور" * 26 + "عي",
)


def pages_text(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def picture_of(pdf: bytes, *, dpi: int, page: int = 0) -> Image.Image:
    picture: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()
    return picture


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", [name[:80] for name in LONG_NAMES])
def test_a_name_of_any_length_and_script_stands_whole_on_both_pages_and_inside_the_frame(name: str) -> None:
    pdf = render_pdf(make_signed_record(name=name))
    for page in pages_text(pdf):
        # Letters of other scripts come out in the order in which they are drawn, some of them twice.
        assert squeezed(name) in squeezed(page) if name.isascii() else set(squeezed(name)) <= set(page)
    first = pypdfium2.PdfDocument(pdf)[0]
    text, (width, _height) = first.get_textpage(), first.get_size()
    frame = 21 / 25.4 * 72
    boxes = [text.get_charbox(position) for position in range(text.count_chars())]
    upright = [box for box in boxes if box[3] - box[1] < 60]  # the specimen mark is larger and meant to cross
    assert min(box[0] for box in upright if box[2] > box[0]) >= frame
    assert max(box[2] for box in upright) <= width - frame
    assert_stands_clear(picture_of(pdf, dpi=100).convert("L"))


def assert_stands_clear(page: Image.Image) -> None:
    """Between "diberikan kepada" and the line below the name: the name's ink, with white above and below it."""
    middle = page.crop((90, 380, page.width - 90, 580))
    rows = [min(middle.crop((0, y, middle.width, y + 1)).tobytes()) < 110 for y in range(middle.height)]
    runs = "".join("#" if dark else " " for dark in rows).split()
    assert len(runs) >= 3, runs
    assert max(map(len, runs)) >= 8


def test_a_letter_that_no_typeface_holds_is_refused_and_never_drawn_as_a_box() -> None:
    """What makes the texts above proof of drawn letters: without its typeface the same name is no paper at all."""
    signed = make_signed_record(name="ꦱꦶꦠꦶ")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("certificates.rendering.second.FONTS", None)
        with pytest.raises(CannotRender):
            render_pdf(signed)


def test_arabic_letters_are_joined_and_run_to_the_left() -> None:
    """Joined letters leave no white between them, and a name begins at the right: its title stands at the left end."""

    def columns(name: str) -> str:
        page = picture_of(render_pdf(make_signed_record(name=name)), dpi=100).convert("L")
        line = page.crop((100, 445, page.width - 100, 500)).point(lambda shade: 255 * (shade > 150))
        ink = [b"\0" in line.crop((x, 0, x + 1, line.height)).tobytes() for x in range(line.width)]
        return "".join("#" if dark else " " for dark in ink).strip()

    assert len(columns("محمد").split()) == 1
    assert len(columns("م ح م د").split()) == 4
    titled = columns("محمد S").split()
    assert len(titled) == 2
    assert len(titled[0]) < len(titled[1])


def test_every_printable_character_of_a_name_is_in_a_typeface() -> None:
    ranges = [(0x21, 0x7F), (0xA1, 0x218), (0x1E00, 0x1E9A), (0x1EA0, 0x1EFA), (0x620, 0x656), (0x660, 0x66A)]
    ranges += [(0x66E, 0x6D4), (0x6EE, 0x700), (0x750, 0x780), (0xA980, 0xA9CE), (0xA9CF, 0xA9DA), (0xA9DE, 0xA9E0)]
    letters = "".join(chr(code) for low, high in ranges for code in range(low, high) if code != 0xAD) + "ە‘’“”–—…ʼʻ،"
    for start in range(0, len(letters), 70):
        render_pdf(make_signed_record(name=unicodedata.normalize("NFC", "A" + letters[start : start + 70])))


@pytest.mark.parametrize("version", [1, 2, 3])
def test_the_frozen_paper_of_each_version_is_printed_byte_for_byte_as_before(version: int) -> None:
    frozen = json.loads((VECTORS / "paper-file" / f"v{version}.json").read_text())
    signed = SignedRecord.unpack((VECTORS / "paper-file" / f"v{version}-record.json").read_bytes())
    given = {"credential": frozen["credential"].encode(), "token_url": frozen["token_url"]} if version > 1 else {}
    assert hashlib.sha256(render_pdf(signed, **given)).hexdigest() == frozen["sha256"]


def test_the_front_says_the_facts_and_the_back_the_hours() -> None:
    front, back = pages_text(render_pdf(make_signed_record()))
    for said in (
        "0001/SP/SULUH-BANTEN/XI/2026",
        "diberikan kepada",
        "telah menyelesaikan seluruh persyaratan pelatihan",
        "2 s.d. 20 November 2026",
        "Angkatan I Tahun 2026",
        "sebanyak 28 jam pelatihan (JP)",
        "tanpa batas waktu",
        "Serang, 22 November 2026",
        "Dr. Budi Santoso, M.Si.",
        "Ditandatangani secara elektronik",
        "TTE tidak tersertifikasi",
        "Periksa hanya di suluh.example.go.id; ketik sendiri alamatnya.",
    ):
        assert said in front
    for said in ("Pencatatan, pelaporan, dan pelindungan data", "3,5", "28", "usulan", "Dukungan keluarga", "Tercapai"):
        assert said in back
    code = make_record()[0].code
    assert code in front
    assert code in back
    assert "BSrE" not in front + back


def test_a_certificate_of_competence_names_scheme_and_licence() -> None:
    record, _holder = make_record()
    licensed = replace(record.issuer, name="LSP Uji", licence="KEP.0594/BNSP/III/2021")
    front, _back = pages_text(
        render_pdf(
            make_signed_record(
                kind="competence",
                issuer=licensed,
                scheme=Scheme("S1", "Pendamping Rehabilitasi Sosial"),
                result="Kompeten",
                valid_until="2029-11-22",
                replaces="0009/SK/LSP/X/2026",
                replacement=Replacement("correction", "2026-10-05"),
            )
        )
    )
    for said in (
        "dinyatakan kompeten pada skema sertifikasi",
        "Pendamping Rehabilitasi Sosial",
        "KEP.0594/BNSP/III/2021",
        "22 November 2029",
        "nomor 0009/SK/LSP/X/2026",
        "5 Oktober 2026",
    ):
        assert said in front
    assert "Duplikat" not in front


def test_the_paper_says_by_whom_it_is_signed() -> None:
    uncertified, bsre, own = "TTE tidak tersertifikasi", "diterbitkan oleh BSrE", "sertifikat elektroniknya sendiri"
    for signing, said in (("own-seal", uncertified), ("bsre", bsre), ("signatory", own)):
        front, back = (squeezed(text) for text in pages_text(render_pdf(make_signed_record(signing=signing))))
        assert squeezed("Ditandatangani secara elektronik") in front
        assert [words for words in (uncertified, bsre, own) if squeezed(words) in front + back] == [said]


def test_a_duplicate_says_so_on_both_pages_and_what_it_replaces() -> None:
    lost: dict[str, Any] = {
        "replaces": "0009/SP/SULUH-BANTEN/X/2026",
        "replacement": Replacement("duplicate", "2026-10-05"),
    }
    for language, english in (("id", False), ("id-en", True)):
        signed = make_signed_record(language=language, signing="bsre", **lost)
        front, back = (squeezed(text) for text in pages_text(render_pdf(signed)))
        assert "duplikat" in front.lower()
        assert "duplikat" in back.lower()
        assert squeezed("nomor 0009/SP/SULUH-BANTEN/X/2026 tanggal 5 Oktober 2026") in front
        assert squeezed("Surat yang digantikan dilaporkan hilang atau rusak") in front
        assert ("Duplicate" in front) == english


def test_a_specimen_says_so_on_both_pages_and_a_real_one_nowhere() -> None:
    specimen = pages_text(render_pdf(make_signed_record(keys=signing_keys("Peraga", demo=True))))
    assert all("CONTOH" in text and "bukan sertifikat yang sah" in text for text in specimen)
    assert not any("CONTOH" in text or "Contoh" in text for text in pages_text(render_pdf(make_signed_record())))


def test_the_longest_facts_still_fit_one_front_page() -> None:
    record, _holder = make_record()
    word = "Penyelenggaraan "
    signed = make_signed_record(
        name=LONG_NAMES[5][:80],
        issuer=replace(record.issuer, name=(word * 12).strip(), place="Kabupaten Polewali Mandar"),
        course=replace(record.course, title=(word * 15).strip()),
        signatory=Signatory((word * 7).strip(), (word * 12).strip(), acting=f"a.n. {word * 12}".strip()),
        legal_basis=((word * 15).strip(),) * 8,
    )
    assert len(pages_text(render_pdf(signed))) == 2


def test_markup_in_a_fact_is_printed_and_not_obeyed() -> None:
    for name in ('#panic() *b* $x$ <a> @b "c"', '\\") #panic( \\u{22} \\\\"'):
        front, _back = pages_text(render_pdf(make_signed_record(name=name)))
        assert squeezed(name) in squeezed(front)
    for text in ("é", "a\nb", "\x7f"):  # what might end the literal in which facts come to the template
        with pytest.raises(ValueError, match="printable"):
            quoted(text)


@pytest.mark.parametrize(
    "host", ["http://127.0.0.1:8000", "https://suluh.example.go.id", "https://" + "s" * 38 + ".kemensos.id"]
)
@pytest.mark.parametrize("page_dpi", [150])
def test_the_qr_is_small_and_scans_from_a_render_at_150_dpi(host: str, page_dpi: int) -> None:
    record, _holder = make_record()
    signed = make_signed_record(issuer=replace(record.issuer, address=host))
    assert len(qr_rows(signed.record.address)) <= LARGEST
    page = picture_of(make_certificate(issuer=replace(record.issuer, address=host)), dpi=page_dpi)
    assert qr_texts(page) == [f"{host}/v/{record.code}"]


def test_an_address_too_long_for_a_small_qr_is_refused_before_anything_is_promised() -> None:
    with pytest.raises(QrTooDense):
        qr_rows("https://" + "a" * 90)
    with pytest.raises(MalformedRecord):
        make_signed_record(issuer=Issuer("0b9e9f8e-7d2c-4a59-9d43-0f6c2b8f7a11", "X", "Y", "https://" + "a" * 51))


@pytest.mark.parametrize("rows", [0, 8, 20])
def test_a_sealed_certificate_weighs_at_most_70_kilobytes(rows: int) -> None:
    keys = signing_keys("Peraga", demo=True)
    assert len(make_certificate(keys=keys, modules=rows, units=rows)) <= 70_000


def test_sixty_modules_and_units_continue_on_further_pages() -> None:
    texts = pages_text(render_pdf(make_signed_record(modules=60, units=60)))
    assert len(texts) > 2
    assert any("K60" in text for text in texts[2:])
    assert make_record()[0].code in texts[-1]


def test_the_same_record_gives_the_same_bytes() -> None:
    signed = make_signed_record()
    assert render_pdf(signed) == render_pdf(signed)
    assert make_certificate() == make_certificate()


def test_the_record_travels_inside_the_file() -> None:
    signed = make_signed_record()
    document = pypdfium2.PdfDocument(render_pdf(signed))
    attachments = [document.get_attachment(number) for number in range(document.count_attachments())]
    assert [file.get_name() for file in attachments] == [ATTACHMENT_NAME]
    assert SignedRecord.unpack(bytes(attachments[0].get_data())) == signed


def test_the_picture_is_the_front_page_and_its_qr_scans() -> None:
    picture = render_picture(make_signed_record())
    page = Image.open(io.BytesIO(picture))
    assert page.format == "PNG"
    assert 820 <= page.width <= 900
    assert len(picture) <= 150_000
    assert qr_texts(page.convert("L")) == [make_record()[0].address]


def test_ornaments_put_in_afterwards_look_exactly_as_typst_draws_them() -> None:
    signed = make_signed_record()
    drawn = _compile(signed, drawn=True, format="pdf", pdf_standards=STANDARDS)[0]
    code = (100, 955, 212, 1080)  # drawn finer afterwards, so its edges may differ
    for page in (0, 1):
        ours, theirs = (picture_of(pdf, dpi=100, page=page) for pdf in (render_pdf(signed), drawn))
        for picture in (ours, theirs):
            picture.paste("white", code)
        assert ours == theirs
    bare = _compile(signed, drawn=False, format="pdf", pdf_standards=STANDARDS)[0]
    assert picture_of(bare, dpi=100) != picture_of(drawn, dpi=100)


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n%x\nxref\n0 1\n"])
def test_packing_refuses_what_typst_did_not_write(broken: bytes) -> None:
    with pytest.raises(NotFromTypst):
        compact(broken, {})


@pytest.fixture(scope="module")
def sealed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "certificate.pdf"
    path.write_bytes(make_certificate())
    return path


def said(*command: Any) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.oracle
def test_qpdf_finds_nothing_wrong(sealed_file: Path) -> None:
    assert "No syntax or stream encoding errors found" in said("qpdf", "--check", sealed_file)


@pytest.mark.oracle
def test_pdfinfo_sees_a_tagged_pdf_1_7_on_a4_portrait(sealed_file: Path) -> None:
    facts = dict(line.split(":", 1) for line in said("pdfinfo", sealed_file).splitlines() if ":" in line)
    assert facts["Tagged"].strip() == "yes"
    assert facts["PDF version"].strip() == "1.7"
    assert facts["Pages"].strip() == "2"
    assert "(A4)" in facts["Page size"]
    assert facts["Title"].strip() == "Sertifikat Pelatihan 0001/SP/SULUH-BANTEN/XI/2026"
    structure = said("pdfinfo", "-struct", sealed_file)
    assert [word for word in ("H1", "H2", "Table", "TH", "Figure", "Form") if word not in structure] == []


@pytest.mark.oracle
def test_the_metadata_claims_pdf_a_3a_and_pdf_ua_1(sealed_file: Path) -> None:
    described = said("pdfinfo", "-meta", sealed_file)
    assert "<pdfaid:part>3</pdfaid:part>" in described
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in described
    assert "<pdfuaid:part>1</pdfuaid:part>" in described


@pytest.mark.oracle
def test_the_attachment_is_marked_as_data(sealed_file: Path) -> None:
    document = json.loads(said("qpdf", "--json", "--json-key=qpdf", sealed_file))
    objects = document["qpdf"][1].values()
    files = [
        each["value"] for each in objects if isinstance(each.get("value"), dict) and "/AFRelationship" in each["value"]
    ]
    assert [file["/AFRelationship"] for file in files] == ["/Data"]
