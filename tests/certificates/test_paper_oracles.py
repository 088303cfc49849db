"""Judges that are not ours, asked about papers issued for real: credential attached, token on the back, in the design
of an organization; and a specimen with a long name in three scripts."""

from __future__ import annotations

import base64
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
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from openbadgeslib.baking import ITXT_KEYWORD_OB3, SVG_ELEMENT_OB3, extract_png, extract_svg
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Verifier
from PIL import Image, ImageFilter

from certificates.design.frozen import Design
from certificates.record import CREDENTIAL_NAME, VERSION, Scheme, instant
from certificates.rendering import render_pdf
from certificates.rendering.compiling import _compile
from tests.certificates.test_sealing import split_signature
from tests.elsewhere import elsewhere
from tests.factories_accounts import AT
from tests.factories_certpure import make_record, make_signed_record, seal
from tests.issued_papers import LONG_NAME, Issued, World
from tests.node_judges import ask
from tests.qr_codes import qr_texts

pytestmark = [pytest.mark.oracle, pytest.mark.once]
PDFUA = Path(sys.executable).with_name("pdfua")
JAVA = Path("/usr/share/java")
JARS = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api")
INCLUSION = Path(__file__).with_name("check_inclusion.mjs")


def said(*command: Any, cwd: Path | None = None, given: str | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, input=given)
    return done.stdout + done.stderr


class OnDisk:
    """One issued paper in a folder of its own, beside the root that its seal stands under."""

    def __init__(self, paper: Issued, world: World, folder: Path) -> None:
        self.paper, self.folder, self.pdf = paper, folder, folder / "paper.pdf"
        self.pdf.write_bytes(paper.pdf)
        content, container = split_signature(paper.pdf)
        (folder / "content").write_bytes(content)
        (folder / "cms.der").write_bytes(container)
        demo = bool(paper.signed.record.demo)
        [seal_key] = [entry for entry in world.register.seals() if entry.demo is demo]
        self.root = seal_key.chain()[-1]
        assert self.root.public_bytes(Encoding.PEM).decode().strip() in world.chain
        (folder / "root.pem").write_bytes(self.root.public_bytes(Encoding.PEM))

    def page(self, number: int, *, dpi: int = 150) -> Image.Image:
        picture: Image.Image = pypdfium2.PdfDocument(self.pdf)[number].render(scale=dpi / 72).to_pil()
        return picture.convert("L")


@pytest.fixture(scope="module")
def papers(issued: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[OnDisk, OnDisk]:
    """The real one, then the specimen with the long name."""
    made = [OnDisk(paper, issued, tmp_path_factory.mktemp("paper")) for paper in (issued.real, issued.specimen)]
    return made[0], made[1]


def test_what_is_judged_here_is_a_whole_paper_of_the_newest_kind(papers: tuple[OnDisk, OnDisk]) -> None:
    real, specimen = (paper.paper.signed.record for paper in papers)
    assert (real.version, real.template, real.language, real.demo) == (VERSION, f"training-{VERSION}", "id", 0)
    assert specimen.language == "id-en"
    assert "" not in {real.design, specimen.design}
    assert (specimen.demo, papers[1].paper.name) == (1, LONG_NAME)
    assert len(LONG_NAME) == 80
    for paper in papers:
        assert len(pypdfium2.PdfDocument(paper.pdf)) == 2
        # Letters of three scripts bring three fonts along.
        assert paper.pdf.stat().st_size <= (70_000 if paper is papers[0] else 75_000)
    words = [pypdfium2.PdfDocument(paper.pdf)[0].get_textpage().get_text_bounded() for paper in papers]
    assert ["CONTOH" in text for text in words] == [False, True]


def test_pdfsig_trusts_the_chain_and_sees_the_whole_document_signed(papers: tuple[OnDisk, OnDisk]) -> None:
    for paper in papers:
        store = paper.folder / "nss"
        store.mkdir()
        said("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
        assert "Certificate is Trusted" not in said("pdfsig", "-nssdir", f"sql:{store}", paper.pdf)
        said("certutil", "-A", "-d", f"sql:{store}", "-n", "root", "-t", "C,C,C", "-i", paper.folder / "root.pem")
        verdict = said("pdfsig", "-nssdir", f"sql:{store}", paper.pdf)
        for word in ("Certificate is Trusted", "Signature is Valid", "Total document signed"):
            assert word in verdict
        assert "Signature #2" not in verdict


def test_openssl_verifies_the_cms_up_to_the_published_root(papers: tuple[OnDisk, OnDisk]) -> None:
    for paper in papers:
        how = ("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-out", "/dev/null")
        when = ("-attime", str(int(AT.timestamp())), "-CAfile", paper.folder / "root.pem")
        command = (*how, *when, "-in", paper.folder / "cms.der", "-content")
        assert "Verification successful" in said(*command, paper.folder / "content")
        touched = paper.folder / "touched"
        touched.write_bytes((paper.folder / "content").read_bytes().replace(b"/Type", b"/type", 1))
        assert "Verification failure" in said(*command, touched)


def test_pyhanko_s_own_validation_trusts_it_and_lets_nothing_be_changed(papers: tuple[OnDisk, OnDisk]) -> None:
    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    for paper in papers:
        root = load_cert_from_pemder(str(paper.folder / "root.pem"))
        context = ValidationContext(trust_roots=[root], moment=AT)
        with paper.pdf.open("rb") as file:
            [signature] = PdfFileReader(file).embedded_signatures
            status = elsewhere(validate_pdf_signature, signature, context)
        assert (status.bottom_line, status.docmdp_ok, status.trusted) == (True, True, True)
        assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_both_attachments_come_out_byte_for_byte_as_they_are_stored(papers: tuple[OnDisk, OnDisk]) -> None:
    for paper in papers:
        assert "2 embedded files" in said("pdfdetach", "-list", paper.pdf)
        said("pdfdetach", "-saveall", "-o", paper.folder, paper.pdf)
        assert (paper.folder / "suluh-record.json").read_bytes() == paper.paper.signed.pack()
        assert (paper.folder / CREDENTIAL_NAME).read_bytes() == paper.paper.credential
    document = json.loads(said("qpdf", "--json", "--json-key=qpdf", papers[0].pdf))
    files = [each["value"] for each in document["qpdf"][1].values() if "/AFRelationship" in str(each.get("value"))]
    assert [file["/AFRelationship"] for file in files if "/AFRelationship" in file] == ["/Data", "/Data"]


def test_structure_and_access_are_without_a_finding(papers: tuple[OnDisk, OnDisk]) -> None:
    for paper in papers:
        assert "No syntax or stream encoding errors found" in said("qpdf", "--check", paper.pdf)
        verdict = said(PDFUA, "check", paper.pdf)
        assert "PASS (no findings)" in verdict
        assert "errors=0" in verdict


def test_preflight_finds_a_valid_archive_file_in_the_design_of_the_paper(
    papers: tuple[OnDisk, OnDisk], tmp_path: Path
) -> None:
    """PDF/A-1b of the same papers: what a validator for part 1 can judge, without attachments."""
    for number, paper in enumerate(papers):
        design = paper.paper.design
        assert design is not None
        plain = _opaque(design)
        record = replace(paper.paper.signed.record, design=plain.digest)
        signed = replace(paper.paper.signed, record_bytes=record.canonical())
        how: dict[str, Any] = {"drawn": True, "format": "pdf", "pdf_standards": ["a-1b"]}
        made = _compile(signed, design=plain, token_url=paper.paper.token_url, **how)[0]
        (tmp_path / f"{number}.pdf").write_bytes(made)
    jars = ":".join(str(JAVA / f"{jar}.jar") for jar in JARS)
    for number in range(len(papers)):
        verdict = said("java", "-cp", jars, "org.apache.pdfbox.preflight.Validator_A1b", tmp_path / f"{number}.pdf")
        assert "is a valid PDF/A-1b file" in verdict, verdict


def _opaque(design: Design) -> Design:
    """Part 1 of the standard knows no transparency, so the logo of this one test is opaque."""
    if not design.logo:
        return design
    clear = Image.open(BytesIO(design.asset(design.logo)))
    opaque = Image.new("RGB", clear.size, "white")
    opaque.paste(clear, mask=clear.getchannel("A"))
    out = BytesIO()
    opaque.save(out, "PNG")
    logo = hashlib.sha256(out.getvalue()).hexdigest()
    return replace(design, logo=logo, assets={**design.assets, logo: out.getvalue()})


def test_two_readers_read_both_codes_from_renders_at_150_dpi(papers: tuple[OnDisk, OnDisk]) -> None:
    for paper in papers:
        for number, wanted in enumerate((paper.paper.address, paper.paper.token_url)):
            page = paper.page(number)
            assert qr_texts(page) == [wanted]
            page.save(paper.folder / f"{number}.png")
            zbar = ("zbarimg", "-q", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable")
            assert said(*zbar, paper.folder / f"{number}.png").strip() == wanted


def test_other_implementations_verify_the_stored_credentials_without_a_network(issued: World) -> None:
    """Digital Bazaar's in Node, openbadgeslib in Python, both with the published did.json; a changed name fails."""
    stored = [json.loads(paper.credential) for paper in (issued.real, issued.specimen)]
    forged = json.loads(issued.real.credential)
    forged["credentialSubject"]["name"] = "Orang Lain"
    question = {"did": issued.did, "now": instant(issued.at), "credentials": [*stored, forged]}
    assert [answer["verified"] for answer in ask("judge.mjs", question)] == [True, True, False]
    judge = OB3LdpVerifier.for_issuer_did(issued.did["id"])
    for credential in stored:
        judge.verify(json.dumps(credential), download=lambda *_where, **_how: json.dumps(issued.did).encode())
    with pytest.raises(Exception, match=r"(?i)signature|proof|verif"):
        judge.verify(json.dumps(forged), download=lambda *_where, **_how: json.dumps(issued.did).encode())


def test_openbadgeslib_takes_badges_and_tokens_as_they_are_handed_out(issued: World) -> None:
    for paper in (issued.real, issued.specimen):
        assert extract_png(paper.png, keyword=ITXT_KEYWORD_OB3) == paper.credential.decode()
        assert extract_svg(paper.svg, element=SVG_ELEMENT_OB3, text_fallback=True) == paper.credential.decode()
        header = json.loads(base64.urlsafe_b64decode(paper.jwt.split(b".")[0] + b"=="))
        entry = issued.register.find(header["kid"].partition("#")[2], "token")
        assert entry is not None
        public = load_der_public_key(base64.b64decode(entry.public_key))
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        assert OB3Verifier(pem).verify(paper.jwt.decode()).id == json.loads(paper.credential)["id"]


def test_another_implementation_reads_the_published_status_of_both(issued: World) -> None:
    """Before the specimen was revoked and afterwards; a list past its time says nothing."""
    credentials = [json.loads(paper.credential) for paper in (issued.real, issued.specimen)]

    def statuses(lists: dict[str, bytes], now: str) -> list[dict[str, bool]]:
        documents = {address: json.loads(text) for address, text in lists.items()}
        question = {"now": now, "did": issued.did, "documents": documents, "credentials": credentials}
        return [answer["statuses"] for answer in ask("judge_status.mjs", question)]

    good, gone = {"revocation": False, "suspension": False}, {"revocation": True, "suspension": False}
    assert statuses(issued.before, instant(AT)) == [good, good]
    assert statuses(issued.lists, instant(issued.at)) == [good, gone]
    assert statuses(issued.lists, "2027-01-01T00:00:00Z") == [{}, {}]


def test_an_independent_check_finds_both_papers_in_the_log(issued: World) -> None:
    for paper, kinds in ((issued.real, ["issued", "filed"]), (issued.specimen, ["issued", "filed", "revoked"])):
        told = json.dumps({"answer": paper.answer, "jwks": issued.jwks})
        found = json.loads(said("node", INCLUSION, given=told))
        assert (found["named"], bool(found["signer"])) == (True, True)
        assert [entry["kind"] for entry in found["entries"]] == kinds
        assert all(entry["included"] and entry["opens"] for entry in found["entries"])
        hashes = found["entries"][1]["hashes"]
        assert hashes["pdf"] == hashlib.sha256(paper.pdf).hexdigest()
        assert hashes["credential"] == hashlib.sha256(paper.credential).hexdigest()


def test_printed_in_black_and_white_both_pages_stay_readable(papers: tuple[OnDisk, OnDisk]) -> None:
    """A laser printer knows ink or none: the letters stay, the ornaments go, both codes are read."""
    paper = papers[0]
    for number, wanted in enumerate((paper.paper.address, paper.paper.token_url)):
        gray = paper.page(number, dpi=200)
        printed = gray.filter(ImageFilter.GaussianBlur(0.6)).point(lambda shade: 255 * (shade > 150))
        assert qr_texts(printed) == [wanted]
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
    signed = make_signed_record(kind="competence", issuer=issuer, scheme=scheme, result="Kompeten", language="id-en")
    (tmp_path / "paper.pdf").write_bytes(seal(render_pdf(signed)))
    assert "PASS (no findings)" in said(PDFUA, "check", tmp_path / "paper.pdf")
    front = pypdfium2.PdfDocument(tmp_path / "paper.pdf")[0].get_textpage().get_text_bounded()
    for words in ("Certificate of Competence", "has been declared competent", "Kompeten · Competent"):
        assert words in front
