"""Changes of status after the issue: appended rows with a reason, never an edit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from accounts import events
from accounts.roles import Action, may
from certificates import errors, log
from certificates.models import Certificate, StatusChange

if TYPE_CHECKING:
    from accounts.models import User

# How the log calls what led to a status.
_LOGGED = {
    StatusChange.Status.VALID: "reinstated",
    StatusChange.Status.SUSPENDED: "suspended",
    StatusChange.Status.REVOKED: "revoked",
    StatusChange.Status.REPLACED: "replaced",
}
FINAL = frozenset({StatusChange.Status.REVOKED, StatusChange.Status.REPLACED})


def status_word(last: str | None) -> str:
    """The last decision about a certificate in words; dates left aside."""
    return str(StatusChange.Status(last or StatusChange.Status.VALID).label)


def last_status(certificate: Certificate) -> str:
    """The certificate's own status, dates left aside."""
    last = certificate.status_changes.order_by("-id").values_list("status", flat=True).first()
    return last or StatusChange.Status.VALID


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, actor: User, at: datetime) -> StatusChange:
    """Revoke for good.  Raises NotAllowed, ReasonMissing, or NotInForce when it is already revoked or replaced."""
    return _change(certificate, StatusChange.Status.REVOKED, reason=reason, actor=actor, at=at)


@transaction.atomic
def suspend(certificate: Certificate, *, reason: str, actor: User, at: datetime) -> StatusChange:
    """Suspend until ``reinstate``."""
    return _change(certificate, StatusChange.Status.SUSPENDED, reason=reason, actor=actor, at=at)


@transaction.atomic
def reinstate(certificate: Certificate, *, reason: str, actor: User, at: datetime) -> StatusChange:
    """End a suspension."""
    return _change(certificate, StatusChange.Status.VALID, reason=reason, actor=actor, at=at)


def _change(certificate: Certificate, status: str, *, reason: str, actor: User, at: datetime) -> StatusChange:
    if certificate.issuer is None or not may(actor, Action.REVOKE_CERTIFICATE, certificate.issuer):
        raise errors.NotAllowed
    if not reason.strip():
        raise errors.ReasonMissing
    return append_status(certificate, status, reason=reason.strip(), actor=actor, at=at)


def append_status(
    certificate: Certificate, status: str, *, reason: str, actor: User | None, at: datetime
) -> StatusChange:
    """Append row, event and log entry.  The database lets only one final row in (status_change_ends_once)."""
    before = last_status(certificate)
    if before in FINAL or before == status:
        raise errors.NotInForce
    try:
        with transaction.atomic():
            change = StatusChange.objects.create(
                certificate=certificate, status=status, reason=reason, actor=actor, at=at
            )
    except IntegrityError as error:
        raise errors.NotInForce from error
    events.record(
        f"certificate_{status}", certificate, actor=actor, at=at, organization=certificate.issuer, reason=reason
    )
    log.append(
        _LOGGED[StatusChange.Status(status)],
        at=at,
        certificate=certificate,
        hashes={"reason": log.hash_of_text(reason)},
    )
    return change
