"""The nightly work that lets signatures outlive their signer's certificate: a new stored file for each, the old one and
a document security store behind it, with a time-stamp where an authority is set up."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import transaction

from certificates import log, registering
from certificates.keys import KeyEntry
from certificates.keys.revocations import revocation_list
from certificates.models import Certificate, LiftedFile, SealEvidence
from certificates.record import sha256
from certificates.signing.lifting import CannotLift, Material, digest_to_stamp, lift
from certificates.signing.timestamping import NoTimestamp, TimestampAuthority
from certificates.storing import announce, announced, announcement, store, stored_path

logger = logging.getLogger(__name__)

LONGEST_SECONDS: Final = 240.0


def newest_file(certificate: Certificate) -> str:
    """The SHA-256 of the file that people download: the newest copy, or the first."""
    newest = LiftedFile.objects.filter(certificate=certificate).order_by("-id").values_list("file_sha256", flat=True)
    return newest.first() or certificate.file_sha256


def lift_all(*, at: datetime) -> int:
    """Lift what our own seals signed and nobody has lifted yet, oldest first; how many.  Safe to repeat and to stop."""
    register = registering.public_register()
    started, lifted = time.monotonic(), 0
    crls: dict[str, bytes] = {}
    seals = {entry.key_id: entry for entry in register.seals() if entry.revoked_at is None}
    waiting = SealEvidence.objects.filter(backend="local", key_id__in=seals, certificate__lifted=None).order_by("id")
    waiting = waiting.exclude(certificate__name_member="")  # erased: its files are gone
    for evidence in waiting.select_related("certificate").iterator(chunk_size=200):
        if time.monotonic() - started > LONGEST_SECONDS:
            break
        seal = seals[evidence.key_id]
        if seal.key_id not in crls:
            crls[seal.key_id] = revocation_list(settings.SULUH_KEY_DIR, seal, register, at=at)
        try:
            lifted += lift_one(evidence, seal, crls[seal.key_id], at=at)
        except NoTimestamp as error:
            logger.warning("lifting stops until the next night why=%s", error)
            break
        except (CannotLift, OSError) as error:
            logger.warning("file not lifted id=%s why=%s", evidence.certificate_id, error)
    return lifted


def lift_one(evidence: SealEvidence, seal: KeyEntry, crl: bytes, *, at: datetime) -> bool:
    """Add one copy of one file; False when somebody else did, or the name was erased meanwhile.

    Raises CannotLift, NoTimestamp or OSError.
    """
    certificate = evidence.certificate
    before = newest_file(certificate)
    pdf = stored_path(before, "pdf").read_bytes()
    chain = tuple(one.public_bytes(Encoding.DER) for one in seal.chain())
    material = Material(chain, (crl,))
    if settings.TIMESTAMP_URL:
        token = TimestampAuthority(settings.TIMESTAMP_URL).token_over(digest_to_stamp(pdf, material))
        material = Material(chain, (crl,), token)
    # Without any vouched time it holds the material of B-LT and nothing more.
    level = "B-LTA" if material.token else "B-LT" if evidence.level == "B-T" else "B-B+DSS"
    if not _keep(certificate, lift(pdf, material), before=before, level=level, at=at):
        return False
    announcement(before).unlink(missing_ok=True)
    return True


@transaction.atomic
def _keep(certificate: Certificate, copy: bytes, *, before: str, level: str, at: datetime) -> bool:
    """Store the copy and name it, unless the name was erased meanwhile or somebody else was faster.

    The row is held, so an erasure comes before (nothing is stored) or after (it finds the row).  A worker killed in
    between leaves a note of what it stored, by which the erasure and the next night find the file.
    """
    held = Certificate.objects.select_for_update(of=("self",), no_key=True).get(pk=certificate.pk)
    if not held.name_member or LiftedFile.objects.filter(from_sha256=before).exists():
        return False
    _drop_unnamed(announced(before))
    digest = sha256(copy)
    announce(digest, after=before)
    store(copy, "pdf")
    LiftedFile.objects.create(certificate=held, from_sha256=before, file_sha256=digest, level=level, lifted_at=at)
    log.append("lifted", at=at, certificate=held, hashes={"pdf": digest})
    return True


def _drop_unnamed(digest: str) -> None:
    """What a killed worker stored and no row names."""
    if digest and not LiftedFile.objects.filter(file_sha256=digest).exists():
        stored_path(digest, "pdf").unlink(missing_ok=True)
