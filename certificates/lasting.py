"""The nightly work that lets signatures outlive their signer's certificate: a new stored file for each, the old one and
a document security store behind it, with a time-stamp where an authority is set up; and again before the certificate
of the authority that stamped the last copy ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from certificates import evidence_material, log, registering, time_authority
from certificates.keys import KeyEntry
from certificates.keys.revocations import revocation_list
from certificates.models import Certificate, LiftedFile, SealEvidence
from certificates.record import sha256
from certificates.signing.lifting import CannotLift, digest_to_stamp, lift
from certificates.signing.timestamping import NoTimestamp
from certificates.signing.vouching import signer_of
from certificates.storing import announce, announced, announcement, store, stored_path

logger = logging.getLogger(__name__)

LONGEST_SECONDS: Final = 240.0


def newest_file(certificate: Certificate) -> str:
    """The SHA-256 of the file that people download: the newest copy, or the first."""
    newest = LiftedFile.objects.filter(certificate=certificate).order_by("-id").values_list("file_sha256", flat=True)
    return newest.first() or certificate.file_sha256


def lift_all(*, at: datetime) -> int:
    """Lift what our own seals signed and nobody has lifted yet, then what must be time-stamped anew, oldest first; how
    many.  Safe to repeat and to stop."""
    register = registering.public_register()
    started, lifted = time.monotonic(), 0
    crls: dict[str, bytes] = {}
    seals = {entry.key_id: entry for entry in register.seals() if entry.revoked_at is None}
    for evidence in _due(seals, at=at):
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


def _due(seals: dict[str, KeyEntry], *, at: datetime) -> Iterator[SealEvidence]:
    """What nobody has lifted; and, with an authority, what its last time-stamp no longer carries far, or never did."""
    ours = SealEvidence.objects.filter(backend="local", key_id__in=seals).exclude(certificate__name_member="")
    ours = ours.select_related("certificate").order_by("id")  # erased: its files are gone
    yield from ours.filter(certificate__lifted=None).iterator(chunk_size=200)
    if settings.TIMESTAMP_URL:
        soon = at + timedelta(days=settings.TIMESTAMP_RENEW_DAYS)
        later = LiftedFile.objects.filter(from_sha256=OuterRef("file_sha256"))
        ending = LiftedFile.objects.filter(Q(stamped_until=None) | Q(stamped_until__lte=soon)).exclude(Exists(later))
        yield from ours.filter(certificate__in=ending.values("certificate")).iterator(chunk_size=200)


def lift_one(evidence: SealEvidence, seal: KeyEntry, crl: bytes, *, at: datetime) -> bool:
    """Add one copy of one file; False when somebody else did, or the name was erased meanwhile.

    Raises CannotLift, NoTimestamp or OSError.
    """
    certificate = evidence.certificate
    last = LiftedFile.objects.filter(certificate=certificate).order_by("-id").first()
    before = last.file_sha256 if last else certificate.file_sha256
    pdf = stored_path(before, "pdf").read_bytes()
    material = evidence_material.gather(pdf, seal, crl, at=at)
    authority, until = time_authority.authority(), None
    if authority is not None:
        token = authority.token_over(digest_to_stamp(pdf, material))
        material, until = replace(material, token=token), signer_of(token).not_valid_after_utc
        if last is not None and last.stamped_until is not None and until <= last.stamped_until:
            raise NoTimestamp("the authority has no certificate yet that carries further")
    # Without any vouched time it holds the material of B-LT and nothing more.
    level = "B-LTA" if material.token else "B-LT" if evidence.level == "B-T" else "B-B+DSS"
    row = LiftedFile(certificate=certificate, from_sha256=before, level=level, lifted_at=at, stamped_until=until)
    if not _keep(row, lift(pdf, material)):
        return False
    announcement(before).unlink(missing_ok=True)
    return True


@transaction.atomic
def _keep(row: LiftedFile, copy: bytes) -> bool:
    """Store the copy and name it, unless the name was erased meanwhile or somebody else was faster.

    The certificate is held, so an erasure comes before (nothing is stored) or after (it finds the row).  A worker
    killed in between leaves a note of what it stored, by which the erasure and the next night find the file.
    """
    before = row.from_sha256
    held = Certificate.objects.select_for_update(of=("self",), no_key=True).get(pk=row.certificate_id)
    if not held.name_member or LiftedFile.objects.filter(from_sha256=before).exists():
        return False
    _drop_unnamed(announced(before))
    row.file_sha256 = sha256(copy)
    announce(row.file_sha256, after=before)
    store(copy, "pdf")
    row.save(force_insert=True)
    log.append("lifted", at=row.lifted_at, certificate=held, hashes={"pdf": row.file_sha256})
    return True


def _drop_unnamed(digest: str) -> None:
    """What a killed worker stored and no row names."""
    if digest and not LiftedFile.objects.filter(file_sha256=digest).exists():
        stored_path(digest, "pdf").unlink(missing_ok=True)
