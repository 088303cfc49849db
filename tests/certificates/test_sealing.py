"""The seal is PAdES B-B over the whole file, and tools that are not ours say so."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.checking import examine
from certificates.rendering import render_pdf
from certificates.signing import LocalSigner, SignContext, SigningFailed
from certificates.signing.comparing import same_seal
from certificates.signing.updating import NotAsWePack, seal_by_hand
from tests.elsewhere import elsewhere
from tests.factories_certpure import ISSUED_AT, make_certificate, make_signed_record, seal, signing_keys

JAKARTA = ZoneInfo("Asia/Jakarta")


def said(*command: Any) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def root_certificate() -> x509.Certificate:
    return signing_keys().seal.entry.chain()[-1]


def split_signature(pdf: bytes) -> tuple[bytes, bytes]:
    """Signed bytes and CMS, found without the product's own reader."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", pdf)
    assert found
    start, before, after, rest = map(int, found.groups())
    container = bytes.fromhex(pdf[before + 1 : after - 1].decode())
    length = int.from_bytes(container[2:4]) + 4
    return pdf[start : start + before] + pdf[after : after + rest], container[:length]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    (folder / "certificate.pdf").write_bytes(make_certificate())
    content, container = split_signature((folder / "certificate.pdf").read_bytes())
    (folder / "content").write_bytes(content)
    (folder / "cms.der").write_bytes(container)
    (folder / "root.pem").write_bytes(root_certificate().public_bytes(Encoding.PEM))
    return folder


@pytest.mark.oracle
def test_pdfsig_calls_it_valid_and_total(sealed: Path) -> None:
    verdict = said("pdfsig", sealed / "certificate.pdf")
    assert "Total document signed" in verdict
    assert "Signature is Valid" in verdict
    assert "ETSI.CAdES.detached" in verdict
    assert "Signature #2" not in verdict


@pytest.mark.oracle
def test_openssl_verifies_the_cms_up_to_our_root(sealed: Path) -> None:
    command = (
        "openssl",
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        sealed / "cms.der",
        "-purpose",
        "any",
        "-CAfile",
        sealed / "root.pem",
        "-attime",
        str(int(ISSUED_AT.timestamp())),
        "-out",
        "/dev/null",
    )
    assert "Verification successful" in said(*command, "-content", sealed / "content")
    (sealed / "touched").write_bytes((sealed / "content").read_bytes()[:-1] + b"!")
    assert "Verification failure" in said(*command, "-content", sealed / "touched")


def test_pyhanko_s_own_validation_trusts_it(sealed: Path) -> None:
    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=[load_cert_from_pemder(str(sealed / "root.pem"))], moment=ISSUED_AT)
    with (sealed / "certificate.pdf").open("rb") as file:
        signature = PdfFileReader(file).embedded_signatures[0]
        status = elsewhere(validate_pdf_signature, signature, context)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_the_file_allows_no_further_change(sealed: Path) -> None:
    pdf = (sealed / "certificate.pdf").read_bytes()
    assert b"/TransformMethod /DocMDP" in pdf
    assert re.search(rb"/V /1\.2\s+/P 1\b", pdf)


def test_sealing_again_gives_the_same_file() -> None:
    pdf = render_pdf(make_signed_record())
    assert seal(pdf) == seal(pdf)
    assert seal(pdf) != seal(pdf, at=ISSUED_AT + timedelta(seconds=1))


def test_a_seal_says_which_key_made_it_and_how() -> None:
    keys = signing_keys()
    context = SignContext(ISSUED_AT, "Sertifikat", "Serang", "uji")
    made = LocalSigner(keys.seal).sign(render_pdf(make_signed_record()), context=context)
    assert (made.key_id, made.backend, made.level) == (keys.seal.entry.key_id, "local", "B-B")
    assert len(made.sha256) == 64


def test_the_seal_written_by_hand_says_what_pyhanko_says() -> None:
    """Object by object, with a signature that holds; what our renderer did not pack is left to pyHanko."""
    keys, pdf = signing_keys(), render_pdf(make_signed_record())
    signer, context = LocalSigner(keys.seal), SignContext(ISSUED_AT, "Sertifikat", "Serang", "uji")
    by_hand, slow = seal_by_hand(pdf, context, signer._cms), signer._seal(pdf, context)
    assert by_hand != slow
    assert same_seal(by_hand, slow, len(pdf), signer._cms)
    assert signer.sign(pdf, context=context).pdf == by_hand
    assert signer._by_hand is True
    assert examine(slow, keys.register).genuine
    assert examine(by_hand, keys.register).genuine
    # The comparison itself sees every kind of difference.
    for place, other in ((b"/SigFlags 3", b"/SigFlags 1"), (b"/P 1\n", b"/P 2\n"), (b"/F 132", b"/F 134")):
        assert by_hand.count(place) == 1
        assert not same_seal(by_hand.replace(place, other), slow, len(pdf), signer._cms)
    for strange in (slow, b"%PDF-1.7\n", pdf.replace(b"/W[1 4 2]", b"/W[1 3 3]"), pdf + b"\n"):
        with pytest.raises(NotAsWePack):
            seal_by_hand(strange, context, signer._cms)
    for odd in (replace(context, reason="(x)"), replace(context, signed_at=ISSUED_AT.astimezone(JAKARTA))):
        assert examine(signer.sign(pdf, context=odd).pdf, keys.register).genuine


@pytest.mark.parametrize("at", [datetime(2025, 12, 31, tzinfo=UTC), datetime(2029, 6, 1, tzinfo=UTC)])
def test_a_seal_outside_its_window_refuses_to_sign(at: datetime) -> None:
    with pytest.raises(SigningFailed):
        seal(render_pdf(make_signed_record()), at=at)


@pytest.mark.parametrize("pdf", [b"", b"not a pdf", b"%PDF-1.7\n"])
def test_what_is_no_tagged_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(SigningFailed):
        seal(pdf)
