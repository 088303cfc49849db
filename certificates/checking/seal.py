"""Pure.  Whose signature it is and whether it holds (RFC 5652; profile of ETSI EN 319 142-1, level B-B)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from asn1crypto import cms, core, x509
from cryptography import x509 as pyca_x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from certificates.keys import KeyEntry, KeyRegister
from certificates.signing.cms import ContainerMould, container, signed_attributes
from certificates.signing.timestamping import read_token

from .facts import Problem
from .shape import covered

_SUBFILTER: Final = "/ETSI.CAdES.detached"


@dataclass(frozen=True)
class Seal:
    """What the signature proves; see FileFacts for the members."""

    signed: bool = False
    intact: bool = False
    covers_whole_file: bool = False
    trusted: bool = False
    signed_by: str = ""
    key_id: str = ""
    signed_at: datetime | None = None
    demo: bool = False
    problems: tuple[Problem, ...] = ()


def judge_seal(
    pdf: bytes, signature: generic.DictionaryObject, range_problem: Problem | None, register: KeyRegister
) -> Seal:
    """The facts about the only signature of a file."""
    seal = Seal(signed=True, covers_whole_file=range_problem is None, signed_at=_claimed_time(signature))
    problems = [range_problem] if range_problem else []
    contents = bytes(signature.raw_get("/Contents"))
    try:
        shown = SealContainer(contents)
        certificate = shown.certificate()
        content = covered(pdf, signature)
        matches, holds = _integrity(shown, certificate, content)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return replace(seal, problems=(*problems, Problem.SIGNATURE_BROKEN))
    seal = replace(seal, intact=matches and holds, signed_by=_common_name(certificate))
    if not holds:
        problems.append(Problem.SIGNATURE_BROKEN)
    elif not matches:
        problems.append(Problem.CONTENT_CHANGED)
    entry = _registered(certificate, register)
    if entry is None:
        return replace(seal, problems=(*problems, Problem.UNKNOWN_SEAL))
    seal = replace(seal, key_id=entry.key_id, demo=entry.demo)
    if entry.revoked_at is not None:
        problems.append(Problem.SEAL_KEY_NOT_TRUSTED)
    elif seal.signed_at is None or not entry.covers(seal.signed_at):
        problems.append(Problem.SEAL_OUTSIDE_WINDOW)
    usual = signature.get("/SubFilter") == _SUBFILTER
    # How it is spelled is asked of an intact seal alone: then its certificate is ours and its length our key's.
    if seal.intact and entry.purpose == "seal" and not (usual and _is_usual(shown, certificate, content)):
        problems.append(Problem.UNUSUAL_SIGNATURE)
    return replace(seal, trusted=not problems, problems=tuple(problems))


class SealContainer:
    """The CMS inside ``/Contents``: DER followed by nothing but zeros.  Raises ValueError for anything else."""

    def __init__(self, contents: bytes) -> None:
        outer = core.Sequence.load(contents, strict=False)
        self.der = outer.dump()
        if contents[len(self.der) :].strip(b"\0"):
            raise ValueError("something hides behind the signature")
        info = cms.ContentInfo.load(self.der, strict=True)
        if info["content_type"].native != "signed_data":
            raise ValueError("not a signature")
        self.signed_data: Any = info["content"]
        if len(self.signed_data["signer_infos"]) != 1:
            raise ValueError("not exactly one signer")
        self.signer: Any = self.signed_data["signer_infos"][0]

    def certificate(self) -> x509.Certificate:
        """The signer's own certificate, as the container carries it."""
        wanted = self.signer["sid"].chosen
        if not isinstance(wanted, cms.IssuerAndSerialNumber):
            raise ValueError("the signer is not named by issuer and serial number")
        for choice in self.signed_data["certificates"]:
            found = choice.chosen
            same = isinstance(found, x509.Certificate) and found.serial_number == wanted["serial_number"].native
            if same and found.issuer == wanted["issuer"]:
                return found
        raise ValueError("the signer's certificate is missing")

    def is_ours(self, certificate: x509.Certificate, content: bytes) -> bool:
        """Whether our own signer would have written the very same bytes, so that none in it is free to choose.  A
        time-stamp token, if there is one, must be about this very signature and hold."""
        digest, signature, token = hashlib.sha256(content).digest(), self.signer["signature"].native, self.token()
        if not token:
            return bool(_mould(certificate.dump(), len(signature)).container(digest, signature) == self.der)
        read_token(token, digest=hashlib.sha256(signature).digest())
        rebuilt = container(certificate, signed_attributes(certificate, digest), signature, token=token)
        return bool(rebuilt.dump() == self.der)

    def token(self) -> bytes:
        """The time-stamp token of the signature; empty when there is none.  Raises ValueError for anything else."""
        unsigned = self.signer["unsigned_attrs"]
        if isinstance(unsigned, core.Void) or len(unsigned) == 0:
            return b""
        if len(unsigned) != 1 or unsigned[0]["type"].native != "signature_time_stamp_token":
            raise ValueError("an attribute that we never write")
        token: bytes = unsigned[0]["values"][0].dump()
        return token


@lru_cache(maxsize=16)
def _mould(certificate: bytes, signature_length: int) -> ContainerMould:
    """How a registered certificate's containers are spelled.  It follows from certificate and length alone, and both
    are ours whenever it is asked for: no file leaves anything behind for the next one."""
    return ContainerMould(x509.Certificate.load(certificate), signature_length)


def _is_usual(shown: SealContainer, certificate: x509.Certificate, content: bytes) -> bool:
    try:
        return shown.is_ours(certificate, content)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return False


def _integrity(shown: SealContainer, certificate: x509.Certificate, content: bytes) -> tuple[bool, bool]:
    algorithm = shown.signer["digest_algorithm"]["algorithm"].native
    if algorithm not in {"sha256", "sha384", "sha512"}:
        raise ValueError("weak or unknown digest")
    digest = hashlib.new(algorithm, content).digest()
    matches, holds = validate_sig_integrity(shown.signer, certificate, "data", digest)
    return bool(matches), bool(holds)


def _registered(certificate: x509.Certificate, register: KeyRegister) -> KeyEntry | None:
    """The seal or signatory whose certificate this is, byte for byte, and whose chain really leads to its root."""
    shown = pyca_x509.load_der_x509_certificate(certificate.dump())
    for entry in register.signing_files():
        chain = entry.chain()
        if shown == chain[0] and all(map(_issued, chain, (*chain[1:], chain[-1]))):
            return entry
    return None


def _issued(seal: pyca_x509.Certificate, root: pyca_x509.Certificate) -> bool:
    try:
        seal.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return isinstance(seal.signature_hash_algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512)


def _common_name(certificate: x509.Certificate) -> str:
    name = certificate.subject.native.get("common_name", "")
    return name if isinstance(name, str) else ""


def _claimed_time(signature: generic.DictionaryObject) -> datetime | None:
    try:
        at = generic.parse_pdf_date(str(signature["/M"]), strict=True)
    except (KeyError, ValueError, IndexError):
        return None
    return at if at.tzinfo else None
