"""Judges that are not ours, asked about a complete paper of record v2: credential, token, three scripts, English."""

from __future__ import annotations

import ctypes
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import pytest
import zxingcpp
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image, ImageFilter

from certificates.credential.document import make_credential
from certificates.design.frozen import Design
from certificates.design.pictures import prepare_background, prepare_logo
from certificates.offline.token import make_token, token_url
from certificates.record import CREDENTIAL_NAME, Scheme, SignedRecord
from certificates.rendering import render_pdf
from certificates.rendering.compiling import _compile
from tests.certificates.test_designs import a_ground, a_logo
from tests.factories_certpure import make_record, make_signed_record, seal, signing_keys

pytestmark = [pytest.mark.oracle, pytest.mark.once]
PDFUA = Path(sys.executable).with_name("pdfua")
JAVA = Path("/usr/share/java")
JARS = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api")
NAME = "R. ꦱꦶꦠꦶ Nur’aini نور, S.Sos."


def said(*command: Any, cwd: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    return done.stdout + done.stderr


class Paper:
    """A sealed paper in a folder of its own, with all that went into it."""

    def __init__(self, folder: Path, **facts: Any) -> None:
        keys = signing_keys()
        self.folder, self.pdf = folder, folder / "paper.pdf"
        self.signed: SignedRecord = make_signed_record(keys=keys, **facts)
        self.credential = make_credential(self.signed, key=keys.record)
        assert keys.code is not None
        self.token_url = token_url(self.signed.record.address, make_token(self.signed, key=keys.code))
        content = render_pdf(self.signed, credential=self.credential, token_url=self.token_url)
        self.pdf.write_bytes(seal(content, keys=keys))
        (folder / "root.pem").write_bytes(keys.seal.entry.chain()[-1].public_bytes(Encoding.PEM))

    def page(self, number: int, *, dpi: int = 150) -> Image.Image:
        picture: Image.Image = pypdfium2.PdfDocument(self.pdf)[number].render(scale=dpi / 72).to_pil()
        return picture.convert("L")


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    return Paper(tmp_path_factory.mktemp("paper"), language="id-en", name=NAME)


def test_pdfsig_trusts_the_chain_and_sees_the_whole_document_signed(paper: Paper) -> None:
    store = paper.folder / "nss"
    store.mkdir()
    said("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    said("certutil", "-A", "-d", f"sql:{store}", "-n", "root", "-t", "C,C,C", "-i", paper.folder / "root.pem")
    verdict = said("pdfsig", "-nssdir", f"sql:{store}", paper.pdf)
    for word in ("Certificate is Trusted", "Signature is Valid", "Total document signed"):
        assert word in verdict
    assert "Signature #2" not in verdict


def test_both_attachments_come_out_byte_for_byte(paper: Paper) -> None:
    assert "2 embedded files" in said("pdfdetach", "-list", paper.pdf)
    said("pdfdetach", "-saveall", "-o", paper.folder, paper.pdf)
    assert (paper.folder / "suluh-record.json").read_bytes() == paper.signed.pack()
    assert (paper.folder / CREDENTIAL_NAME).read_bytes() == paper.credential
    document = json.loads(said("qpdf", "--json", "--json-key=qpdf", paper.pdf))
    files = [each["value"] for each in document["qpdf"][1].values() if "/AFRelationship" in str(each.get("value"))]
    assert [file["/AFRelationship"] for file in files if "/AFRelationship" in file] == ["/Data", "/Data"]


def test_structure_and_access_are_without_a_finding(paper: Paper) -> None:
    assert "No syntax or stream encoding errors found" in said("qpdf", "--check", paper.pdf)
    verdict = said(PDFUA, "check", paper.pdf)
    assert "PASS (no findings)" in verdict
    assert "errors=0" in verdict
    assert paper.pdf.stat().st_size <= 70_000


def test_preflight_finds_a_valid_archive_file_also_with_logo_and_background(paper: Paper, tmp_path: Path) -> None:
    """PDF/A-1b of the same template: what a validator for part 1 can judge, without attachments."""
    # Part 1 of the standard knows no transparency, so the logo of this one test is opaque.
    clear = Image.open(BytesIO(a_logo()))
    opaque = Image.new("RGB", clear.size, "white")
    opaque.paste(clear, mask=clear.getchannel("A"))
    out = BytesIO()
    opaque.save(out, "PNG")
    pictures = [prepare_logo(out.getvalue()), prepare_background(a_ground())]
    logo, ground = (hashlib.sha256(picture).hexdigest() for picture in pictures)
    design = Design(
        language="id-en", logo=logo, background=ground, assets=dict(zip((logo, ground), pictures, strict=True))
    )
    signed = make_signed_record(language="id-en", design=design.digest, name=NAME)
    how: dict[str, Any] = {"drawn": True, "format": "pdf", "pdf_standards": ["a-1b"], "token_url": paper.token_url}
    (tmp_path / "a.pdf").write_bytes(_compile(signed, design=design, **how)[0])
    (tmp_path / "b.pdf").write_bytes(_compile(paper.signed, **how)[0])
    jars = ":".join(str(JAVA / f"{jar}.jar") for jar in JARS)
    for name in ("a.pdf", "b.pdf"):
        verdict = said("java", "-cp", jars, "org.apache.pdfbox.preflight.Validator_A1b", tmp_path / name)
        assert "is a valid PDF/A-1b file" in verdict, verdict


def test_two_readers_read_both_codes_from_renders_at_150_dpi(paper: Paper) -> None:
    for number, wanted in enumerate((paper.signed.record.address, paper.token_url)):
        page = paper.page(number)
        assert [symbol.text for symbol in zxingcpp.read_barcodes(page)] == [wanted]
        page.save(paper.folder / f"{number}.png")
        assert said("zbarimg", "-q", "--raw", "--nodbus", paper.folder / f"{number}.png").strip() == wanted


def test_printed_in_black_and_white_both_pages_stay_readable(paper: Paper) -> None:
    """A laser printer knows ink or none: the letters stay, the ornaments go, both codes are read."""
    for number, wanted in enumerate((paper.signed.record.address, paper.token_url)):
        gray = paper.page(number, dpi=200)
        printed = gray.filter(ImageFilter.GaussianBlur(0.6)).point(lambda shade: 255 * (shade > 150))
        assert [symbol.text for symbol in zxingcpp.read_barcodes(printed)] == [wanted]
    document = pypdfium2.PdfDocument(paper.pdf)
    shades = {shade for page in document for shade in shades_of(page.get_textpage())}
    assert len(shades) >= 3
    # Nothing that says something is set in a shade that a grey print would swallow: 4.5 to 1 on white.
    assert min(1.05 / (shade + 0.05) for shade in shades) >= 4.5


def shades_of(text: pypdfium2.PdfTextPage) -> Iterator[float]:
    """The luminance of every letter (WCAG 2.1)."""
    channels = [ctypes.c_uint() for _ in range(4)]
    for place in range(text.count_chars()):
        raw.FPDFText_GetFillColor(text, place, *map(ctypes.byref, channels))
        linear = [
            (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
            for value in (channel.value / 255 for channel in channels[:3])
        ]
        yield 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_paper_of_competence_is_judged_alike(tmp_path: Path) -> None:
    record, _holder = make_record()
    issuer = replace(record.issuer, name="LSP Kesejahteraan Sosial", licence="KEP.0594/BNSP/III/2021")
    scheme = Scheme("S1", "Pendamping Rehabilitasi Sosial")
    mine = Paper(tmp_path, kind="competence", issuer=issuer, scheme=scheme, result="Kompeten", language="id-en")
    assert "PASS (no findings)" in said(PDFUA, "check", mine.pdf)
    front = pypdfium2.PdfDocument(mine.pdf)[0].get_textpage().get_text_bounded()
    for words in ("Certificate of Competence", "has been declared competent", "Kompeten · Competent"):
        assert words in front
