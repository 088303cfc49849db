"""The file of a certificate: its credential and token first, then rendered, sealed, stored under its own hash and named
in the register once.

Rendering and sealing depend on the stored record and key only, so whoever is killed between any two steps and
whoever repeats them makes the same bytes.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.db import transaction

from certificates import accompanying, erasing, log, registering, time_authority, who_signs
from certificates.design.keeping import PictureMissing, design_of
from certificates.handing_out import hold
from certificates.issuing import holder_of
from certificates.keys import SealKey, SigningKeys
from certificates.models import Certificate, SealEvidence
from certificates.offline.token import token_url
from certificates.record import SignedRecord, read_record
from certificates.rendering import CannotRender, render_pdf
from certificates.signing import LocalSigner, SignContext, SignedPdf, SigningFailed
from certificates.storing import FileNotMade, store, stored_path

logger = logging.getLogger(__name__)

REASON = "Penerbitan sertifikat"
# What the log tells of a file, and the record, which says who was to sign it.
_TO_NAME: Final = ("code", "record_text", "record_sha256", "file_sha256", "credential_sha256", "token")

__all__ = [
    "FileNotMade",
    "make_file",
    "name_file",
    "seal",
    "seal_file",
    "seal_paper",
    "signed_record",
    "store",
    "stored_path",
]


def make_file(certificate_id: int, *, keys: SigningKeys, at: datetime, published: bool = False) -> None:
    """Make and store credential, token and PDF of a certificate that has no file.  Safe to repeat and to run twice.

    The seal's key may be another than the one published at the issue, so it is published (at ``at``) before anything
    is sealed with it, unless these ``keys`` were ``published`` just now.  What others sign (``who_signs``) waits
    as a row instead.

    Raises FileNotMade, also when a demonstration key would seal a real certificate.
    """
    certificate = Certificate.objects.to_make().filter(pk=certificate_id).first()
    if certificate is None:
        return
    if keys.demo != certificate.is_demo:
        msg = "a demonstration key seals specimens only, and nothing else seals them"
        raise FileNotMade(msg)
    signed = signed_record(certificate)
    if not published:
        registering.publish(keys.register, at=at)
    company = accompanying.accompany(certificate, signed, keys=keys)
    try:
        pdf = paper_of(signed, company)
        signer = who_signs.signer_for(signed.record)
        if signer != "local":
            hold(certificate, pdf, backend=signer, at=at)
            return
        sealed = seal_file(pdf, certificate, keys=keys)
    except (CannotRender, SigningFailed, PictureMissing) as error:
        raise FileNotMade(str(error)) from error
    digest = store(sealed.pdf, "pdf")
    if name_file(certificate_id, file_sha256=digest, at=at, seal=sealed):
        logger.info("certificate file stored id=%s sha256=%s", certificate_id, digest)
        return
    erasing.take_back(certificate_id, digest)


def paper_of(signed: SignedRecord, company: accompanying.Company) -> bytes:
    """The unsealed paper in the design that the record names, with what goes with it.  Raises CannotRender, and
    PictureMissing when the design is lost."""
    record = signed.record
    address = token_url(record.address, company.token) if company.token else ""
    return render_pdf(signed, credential=company.credential, token_url=address, design=design_of(record))


@transaction.atomic
def name_file(certificate_id: int, *, file_sha256: str, at: datetime, seal: SignedPdf | None = None) -> bool:
    """Name the stored file in the register with the evidence of its seal; False when it already has one.  The guard of
    exactly one file.  Raises FileNotMade when the paper speaks of another signer than signed it."""
    unnamed = Certificate.objects.without_file().filter(pk=certificate_id)
    if not unnamed.update(file_sha256=file_sha256):
        return False
    certificate = Certificate.objects.only(*_TO_NAME).get(pk=certificate_id)
    if seal is not None:
        if not who_signs.bears_out(read_record(certificate.record_text.encode()), seal.backend):
            msg = "the paper speaks of another signer"
            raise FileNotMade(msg)
        SealEvidence.objects.create(
            certificate=certificate,
            file_sha256=file_sha256,
            backend=seal.backend,
            level=seal.level,
            key_id=seal.key_id,
            signed_at=seal.signed_at,
        )
    log.append("filed", at=at, certificate=certificate, hashes=log.file_hashes(certificate))
    return True


def signed_record(certificate: Certificate) -> SignedRecord:
    """What travels inside the file.  Raises FileNotMade after the name was erased."""
    holder = holder_of(certificate)
    if holder is None:
        msg = "the holder's name was erased"
        raise FileNotMade(msg)
    return SignedRecord(certificate.record_text.encode(), holder, certificate.signature)


def seal(pdf: bytes, certificate: Certificate, *, keys: SigningKeys) -> bytes:
    """The sealed bytes alone; see ``seal_file``."""
    return seal_file(pdf, certificate, keys=keys).pdf


def seal_file(pdf: bytes, certificate: Certificate, *, keys: SigningKeys) -> SignedPdf:
    """Seal with the present seal key; the time of issue is the time of sealing unless the key is younger.

    Raises SigningFailed.
    """
    context = SignContext(
        signed_at=max(certificate.issued_at.replace(microsecond=0), keys.seal.entry.not_before),
        reason=REASON,
        location="",
        idempotency_key=str(certificate.public_id),
    )
    return seal_paper(pdf, context, keys=keys)


def seal_paper(pdf: bytes, context: SignContext, *, keys: SigningKeys) -> SignedPdf:
    """Any paper of ours, sealed.  Raises SigningFailed."""
    return _signer(keys.seal).sign(pdf, context=context)


@lru_cache(maxsize=2)
def _signer(key: SealKey) -> LocalSigner:
    return LocalSigner(key, time_authority.authority())
