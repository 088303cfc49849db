"""Pure.  Whether a file that was signed elsewhere is ours, unchanged, with one good signature of somebody we trust.

Accepted is only the file that we handed out followed by one update that adds a signature and nothing that anybody could
see: an object of ours may change only where a signature field hangs in (ISO 32000-1, 12.7 and 12.8).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Any, Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from defusedxml import ElementTree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from certificates.keys.register import key_id

from .chains import issued
from .port import SignedPdf, SigningFailed

LARGEST: Final = 5_000_000
LONGEST_CHAIN: Final = 5
_SUBFILTERS: Final = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
# Which members of which of our objects a signature may change.
_CATALOG: Final = frozenset({"/AcroForm", "/Perms", "/Extensions", "/Version"})
_PAGE: Final = frozenset({"/Annots", "/Tabs"})
_XMP, _PDF = "{http://ns.adobe.com/xap/1.0/}", "{http://ns.adobe.com/pdf/1.3/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TIMES: Final = frozenset(
    {
        f"{_XMP}ModifyDate",
        f"{_XMP}MetadataDate",
        "{http://ns.adobe.com/xap/1.0/mm/}InstanceID",
        f"{_PDF}Producer",
        "{adobe:ns:meta/}xmptk",
        # The same said in another spelling.
        f"{_RDF}resource",
        f"{_RDF}parseType",
        "{http://www.aiim.org/pdfa/ns/schema#}namespaceURI",
    }
)
_INFO: Final = frozenset({"/ModDate", "/Producer"})


class Why(StrEnum):
    """Why a file is not accepted."""

    OTHER_FILE = "other_file"
    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    SEVERAL = "several"
    NOT_WHOLE = "not_whole"
    ALTERED = "altered"
    BROKEN = "broken"
    VISIBLE = "visible"
    STRANGER = "stranger"
    OTHER_PERSON = "other_person"
    OUTSIDE = "outside"
    NO_ROOTS = "no_roots"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_HEAVY = "too_heavy"
    BUSY = "busy"


class NotAcceptable(SigningFailed):
    """The file is not what was handed out plus one good signature."""

    def __init__(self, why: Why, told: str) -> None:
        super().__init__(told)
        self.why = why


def accept(original: bytes, signed: bytes, *, roots: tuple[x509.Certificate, ...], backend: str) -> SignedPdf:
    """The signed file with its evidence.  Raises NotAcceptable with the reason."""
    if len(signed) > LARGEST:
        raise NotAcceptable(Why.TOO_LARGE, "not the file that was handed out: too large")
    if not signed.startswith(original):
        raise NotAcceptable(Why.OTHER_FILE, "not the file that was handed out")
    try:
        return _accept(original, signed, roots, backend)
    except NotAcceptable:
        raise
    except Exception as error:  # the boundary: whatever a stranger's file does to its reader, it is not accepted
        raise NotAcceptable(Why.UNREADABLE, f"cannot be read ({type(error).__name__})") from error


def _accept(original: bytes, signed: bytes, roots: tuple[x509.Certificate, ...], backend: str) -> SignedPdf:
    from certificates.checking.shape import covered, find_signatures, range_problem

    reader = PdfFileReader(BytesIO(signed), strict=False)
    signatures = find_signatures(reader)
    if len(signatures) != 1:
        raise (
            NotAcceptable(Why.SEVERAL, "several signatures") if signatures else NotAcceptable(Why.UNSIGNED, "unsigned")
        )
    signature = signatures[0]
    if range_problem(signed, reader, signature) or signature.get("/SubFilter") not in _SUBFILTERS:
        raise NotAcceptable(Why.NOT_WHOLE, "the signature does not cover the whole file")
    _refuse_other_changes(PdfFileReader(BytesIO(original), strict=False), reader)
    certificate, carried = _signer(bytes(signature.raw_get("/Contents")), covered(signed, signature))
    signed_at = _time(signature)
    chain = _chain(certificate, carried, roots, signed_at)
    pems = tuple(one.public_bytes(Encoding.PEM).decode() for one in chain)
    return SignedPdf(signed, key_id("k5", chain[0].public_key()), backend, "B-B", signed_at, pems)


def _signer(contents: bytes, content: bytes) -> tuple[x509.Certificate, list[x509.Certificate]]:
    from certificates.checking.seal import SealContainer

    shown = SealContainer(contents)
    certificate = shown.certificate()
    algorithm = shown.signer["digest_algorithm"]["algorithm"].native
    if algorithm not in {"sha256", "sha384", "sha512"}:
        raise NotAcceptable(Why.BROKEN, "a weak digest")
    matches, holds = validate_sig_integrity(shown.signer, certificate, "data", hashlib.new(algorithm, content).digest())
    if not (matches and holds):
        raise NotAcceptable(Why.BROKEN, "the signature does not hold")
    carried = [choice.chosen for choice in shown.signed_data["certificates"]]
    return _load(certificate), [_load(one) for one in carried if isinstance(one, asn1_x509.Certificate)]


def _load(certificate: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.dump())


def _time(signature: generic.DictionaryObject) -> datetime:
    at = generic.parse_pdf_date(str(signature["/M"]), strict=True)
    if at.tzinfo is None:
        raise NotAcceptable(Why.BROKEN, "a signing time without a zone")
    return at.replace(microsecond=0)


def _chain(
    signer: x509.Certificate, carried: list[x509.Certificate], roots: tuple[x509.Certificate, ...], at: datetime
) -> list[x509.Certificate]:
    """From the signer's certificate up to a root that this installation was told to trust."""
    chain = [signer]
    while chain[-1] not in roots:
        above = next((one for one in (*roots, *carried) if one not in chain and issued(chain[-1], one)), None)
        if above is None or len(chain) == LONGEST_CHAIN:
            raise NotAcceptable(Why.STRANGER, "signed by somebody whom this installation does not trust")
        chain.append(above)
    if len(chain) == 1 or not isinstance(signer.public_key(), rsa.RSAPublicKey):
        raise NotAcceptable(Why.STRANGER, "signed with a certificate that may not sign files")
    if any(not one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in chain):
        raise NotAcceptable(Why.OUTSIDE, "signed outside the validity of its certificate")
    return chain


def _refuse_other_changes(before: PdfFileReader, after: PdfFileReader) -> None:
    if str(before.trailer.raw_get("/Root")) != str(after.trailer.raw_get("/Root")):
        raise NotAcceptable(Why.ALTERED, "another catalog")
    catalog = before.trailer.raw_get("/Root").idnum
    info = before.trailer.raw_get("/Info").idnum if "/Info" in before.trailer else 0
    metadata = before.trailer["/Root"].raw_get("/Metadata").idnum if "/Metadata" in before.trailer["/Root"] else 0
    widgets = _invisible_widgets(after)
    for number in _written_anew(before, after):
        old, new = _written(before, number), _written(after, number)
        if old == new:
            continue
        if number.idnum == metadata and _told(_object(before, number)) == _told(_object(after, number)):
            continue
        allowed = _CATALOG if number.idnum == catalog else _INFO if number.idnum == info else _PAGE
        if not _same_but(_object(before, number), _object(after, number), allowed):
            raise NotAcceptable(Why.ALTERED, "something besides the signature was changed")
    if widgets != 1:
        raise NotAcceptable(Why.VISIBLE, "not exactly one invisible signature field")


def _written_anew(before: PdfFileReader, after: PdfFileReader) -> list[Any]:
    """Our objects that a later revision names.  The others still come from our own bytes: reading all of them twice
    cost ten times as much as everything else."""
    if any(after.xrefs.get_last_change(one) for one in before.xrefs.object_streams_used_in(0)):
        raise NotAcceptable(Why.ALTERED, "the stream that holds our objects was exchanged")
    return [one for one in before.xrefs.explicit_refs_in_revision(0) if after.xrefs.get_last_change(one)]


def _invisible_widgets(reader: PdfFileReader) -> int:
    """How many annotations the pages carry; one that shows anything is refused."""
    count = 0
    for page in _pages(reader.root["/Pages"]):
        for annotation in page.get("/Annots", ()):
            rect = [float(number) for number in annotation.get_object()["/Rect"]]
            if annotation.get_object().get("/FT") != "/Sig" or (rect[0] != rect[2] and rect[1] != rect[3]):
                raise NotAcceptable(Why.VISIBLE, "something visible was added")
            count += 1
    return count


def _pages(node: Any) -> list[Any]:
    if node.get("/Type") == "/Page":
        return [node]
    return [page for kid in node["/Kids"] for page in _pages(kid.get_object())]


def _object(reader: PdfFileReader, reference: Any) -> Any:
    return reader.get_object(generic.Reference(reference.idnum, reference.generation, reader))


def _written(reader: PdfFileReader, reference: Any) -> bytes:
    found = _object(reader, reference)
    out = BytesIO()
    found.write_to_stream(out, None)
    return out.getvalue() + (found.encoded_data if isinstance(found, generic.StreamObject) else b"")


def _told(metadata: Any) -> list[tuple[str, str]]:
    """What the metadata says, without the times and programs that every writer puts in anew."""
    tree = ElementTree.fromstring(metadata.data)
    told = [(one.tag, (one.text or "").strip()) for one in tree.iter() if one.tag not in _TIMES]
    attributes = [(name, text) for one in tree.iter() for name, text in one.attrib.items() if name not in _TIMES]
    return sorted(pair for pair in (*told, *attributes) if pair[1])


def _same_but(old: Any, new: Any, allowed: frozenset[str]) -> bool:
    """Whether two dictionaries differ in the allowed members only; of pages alone annotations may be added."""
    if not isinstance(old, generic.DictionaryObject) or not isinstance(new, generic.DictionaryObject):
        return False
    if isinstance(old, generic.StreamObject) or isinstance(new, generic.StreamObject):
        return False
    if allowed is _PAGE and old.get("/Type") != "/Page":
        return False
    return all(_text(old, name) == _text(new, name) for name in {*old, *new} - allowed)


def _text(dictionary: generic.DictionaryObject, name: str) -> bytes:
    if name not in dictionary:
        return b""
    out = BytesIO()
    dictionary.raw_get(name).write_to_stream(out, None)
    return out.getvalue()
