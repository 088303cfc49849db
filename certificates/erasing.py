"""A lawful erasure of the name on a certificate: name member, QR token and every file that bears the name go; record,
hash, signature, status and log stay, and the verification says what happened.

The row is the promise, the files follow: a worker that dies between the two is finished by the sweep, which looks
again for a day, because a file may have been on its way to the store while the name was erased.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import events
from accounts.models import User
from accounts.roles import Action
from certificates import awarding, errors, evidence, log, revoking
from certificates.models import Award, Certificate, NameErasure, ReplacementEvidence, ReplacementRequest, SealRequest
from certificates.storing import announced, announcement, stored_path

logger = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(days=1)
# What a killed process left while writing; nothing that is still written is this old.
LEFT_OVER_SECONDS = 3600.0
#: Columns of the register that name files, and the kinds that may lie in the store under such a name.
COLUMNS = ("file_sha256", "picture_sha256", "credential_sha256")
KINDS = ("pdf", "unsigned", "png", "svg", "json", "jwt")


@transaction.atomic
def erase_name(certificate: Certificate, *, reason: str, actor: User, at: datetime) -> NameErasure:
    """Take the holder's name from a certificate for good.  Repeating it changes nothing.

    Raises NotAllowed, OwnCertificate, ReasonMissing, NameInReason, FileStillMade or CorrectionPending.
    """
    revoking.require_right(certificate, actor, Action.ERASE_NAME)
    if not reason.strip():
        raise errors.ReasonMissing
    revoking.require_nameless(certificate, reason)
    held = Certificate.objects.select_for_update(of=("self",), no_key=True).get(pk=certificate.pk)
    done = NameErasure.objects.filter(certificate=held).first()
    if done is not None:
        return done
    _require_settled(held, at=at)
    erasure = NameErasure.objects.create(certificate=held, reason=reason.strip(), actor=actor, at=at)
    Certificate.objects.filter(pk=held.pk).update(name_member="", token="")
    # What was asked for spells names out: about this certificate, and about the one that this one replaced.
    asked = ReplacementRequest.objects.filter(Q(certificate=held) | Q(certificate__replaced_by=held))
    _forget_evidence(list(asked.values_list("pk", flat=True)), at=at)
    asked.update(proposed_name="", reason="", answer="")
    events.record(
        "certificate_name_erased", held, actor=actor, at=at, organization=certificate.issuer, reason=erasure.reason
    )
    log.append("erased", at=at, certificate=held)
    from certificates import tasks  # the tasks import whoever erases

    tasks.remove_erased_files.enqueue(erasure.pk)
    return erasure


def _forget_evidence(asked: list[int], *, at: datetime) -> None:
    """Scans spell the name, and so may the names of their files."""
    rows = ReplacementEvidence.objects.filter(request__in=asked)
    for stored in rows.exclude(file="").values_list("file", flat=True):
        evidence.SHELF.drop_later(stored)
    rows.filter(removed_at=None).update(file="", removed_at=at)
    rows.update(name="")


def _require_settled(certificate: Certificate, *, at: datetime) -> None:
    """Raise unless everything that bears the name is known by its hash and nothing is about to print it anew.  An
    agreement that cannot be kept any more (the certificate was revoked, or is over) is closed here."""
    if not certificate.file_sha256:
        raise errors.FileStillMade
    for award in Award.objects.filter(replaces=certificate):
        awarding.move(award, at=at)
    asked = ReplacementRequest.objects.filter(certificate=certificate)
    if asked.filter(Q(state="open") | Q(state="agreed", certificate__replaced_by=None)).exists():
        raise errors.CorrectionPending


def unfinished(*, at: datetime) -> QuerySet[NameErasure]:
    """Erasures whose files must (still, or once more) be looked for."""
    return NameErasure.objects.filter(Q(files_removed_at=None) | Q(at__gt=at - LOOK_AGAIN)).order_by("pk")


def remove_files(erasure_id: int, *, at: datetime) -> None:
    """Remove from the store what bears an erased name.  Safe to repeat."""
    erasure = NameErasure.objects.select_related("certificate").get(pk=erasure_id)
    for path in files_of(erasure.certificate):
        with suppress(FileNotFoundError):
            path.unlink()
            logger.info("file of an erased name removed id=%s kind=%s", erasure.certificate_id, path.suffix)
    if erasure.files_removed_at is None:
        _remove_left_over()
        NameErasure.objects.filter(pk=erasure.pk, files_removed_at=None).update(files_removed_at=at)


def take_back(certificate_id: int, *digests: str) -> None:
    """Remove what was stored for a certificate while its name was being erased, also under ``digests`` that the
    register never named; nothing when the name still stands."""
    erasure = NameErasure.objects.select_related("certificate").filter(certificate_id=certificate_id).first()
    if erasure is not None:
        for path in [*files_of(erasure.certificate), *_paths(digests)]:
            path.unlink(missing_ok=True)


def files_of(certificate: Certificate) -> list[Path]:
    """Where files of this certificate may lie: under hashes that no other certificate names whose name still stands,
    later copies and what waited for a signature elsewhere included."""
    named = [(column, getattr(certificate, column)) for column in COLUMNS]
    own = {digest for column, digest in named if digest and not _shared(certificate, column, digest)}
    own |= set(certificate.lifted.values_list("file_sha256", flat=True))
    own |= set(SealRequest.objects.filter(certificate=certificate).values_list("content_sha256", flat=True))
    # What a killed worker was about to store.  The notes go last: they are all that is known of it.
    about_to_be = {announced(digest) for digest in own} - {"", *own}
    return [*_paths(sorted(own | about_to_be)), *(announcement(digest) for digest in sorted(own))]


def _paths(digests: Iterable[str]) -> list[Path]:
    return [stored_path(digest, kind) for digest in digests for kind in KINDS]


def _shared(certificate: Certificate, column: str, digest: str) -> bool:
    others = Certificate.objects.filter(**{column: digest}).exclude(pk=certificate.pk)
    return others.exclude(name_member="").exists()


def _remove_left_over() -> None:
    """Half-written files of killed processes: nothing names them, and one may bear the name."""
    for path in Path(settings.CERTIFICATE_DIR).glob(".*.part"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > LEFT_OVER_SECONDS:
                path.unlink()
