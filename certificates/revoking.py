"""Changes of status after the issue: appended rows with a reason, never an edit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from accounts import events
from accounts.roles import Action, may
from certificates import errors, log
from certificates.models import Certificate, StatusChange
from certificates.verifying import holder_name

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
#: What may come after what.  A suspended certificate is not replaced: first somebody decides about the suspension.
FOLLOWS: Mapping[str, frozenset[str]] = {
    StatusChange.Status.VALID: frozenset({StatusChange.Status.SUSPENDED, *FINAL}),
    StatusChange.Status.SUSPENDED: frozenset({StatusChange.Status.VALID, StatusChange.Status.REVOKED}),
    StatusChange.Status.REVOKED: frozenset(),
    StatusChange.Status.REPLACED: frozenset(),
}


def status_word(last: str | None) -> str:
    """The last decision about a certificate in words; dates left aside."""
    return str(StatusChange.Status(last or StatusChange.Status.VALID).label)


def last_status(certificate: Certificate) -> str:
    """The certificate's own status, dates left aside."""
    last = certificate.status_changes.order_by("-id").values_list("status", flat=True).first()
    return last or StatusChange.Status.VALID


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, asked_by: User, actor: User, at: datetime) -> StatusChange:
    """Revoke for good on the word of two people; ``revocations.agree`` is the way here, and ``request`` has looked at
    the right of ``asked_by`` when it was used.

    Raises NotAllowed, SamePerson, OwnCertificate, ReasonMissing, or NotInForce when it is already revoked or replaced.
    """
    require_right(certificate, actor, Action.AGREE_REVOCATION)
    if asked_by.pk in (actor.pk, certificate.user_id):
        raise errors.SamePerson
    return _change(certificate, StatusChange.Status.REVOKED, reason=reason, actor=actor, at=at)


@transaction.atomic
def suspend(certificate: Certificate, *, reason: str, actor: User, at: datetime) -> StatusChange:
    """Suspend until ``reinstate``.  Raises like ``revoke``."""
    require_right(certificate, actor, Action.REVOKE_CERTIFICATE)
    return _change(certificate, StatusChange.Status.SUSPENDED, reason=reason, actor=actor, at=at)


@transaction.atomic
def reinstate(certificate: Certificate, *, reason: str, actor: User, at: datetime) -> StatusChange:
    """End a suspension.  Raises like ``revoke``."""
    require_right(certificate, actor, Action.REVOKE_CERTIFICATE)
    return _change(certificate, StatusChange.Status.VALID, reason=reason, actor=actor, at=at)


def may_follow(before: str, status: str) -> bool:
    """Pure.  The table of changes: what may come after what."""
    return status in FOLLOWS[StatusChange.Status(before)]


def require_change(before: str, status: str) -> None:
    """Pure.  Raise NotInForce, or its subclass NoSuchChange, when ``status`` may not come after ``before``."""
    if before in FINAL:
        raise errors.NotInForce
    if not may_follow(before, status):
        raise errors.NoSuchChange


def require_right(certificate: Certificate, person: User, action: Action) -> None:
    """Raise NotAllowed, or OwnCertificate: nobody decides about a certificate of one's own."""
    if certificate.issuer is None or not may(person, action, certificate.issuer):
        raise errors.NotAllowed
    if person.pk == certificate.user_id:
        raise errors.OwnCertificate


def require_nameless(certificate: Certificate, reason: str) -> None:
    """Raise NameInReason: a reason is kept for ever and read by everybody, so the holder's name has no place in it."""
    name = holder_name(certificate)
    if name and " ".join(name.split()).casefold() in " ".join(reason.split()).casefold():
        raise errors.NameInReason


def _change(certificate: Certificate, status: str, *, reason: str, actor: User, at: datetime) -> StatusChange:
    if not reason.strip():
        raise errors.ReasonMissing
    require_nameless(certificate, reason)
    return append_status(certificate, status, reason=reason.strip(), actor=actor, at=at)


def append_status(
    certificate: Certificate, status: str, *, reason: str, actor: User | None, at: datetime
) -> StatusChange:
    """Append row, event and log entry, and have the status lists signed anew.  Call it inside a transaction.

    Changes of one certificate wait for each other, so that none is judged by a status that is no longer the last.
    """
    Certificate.objects.select_for_update(of=("self",), no_key=True).get(pk=certificate.pk)
    require_change(last_status(certificate), status)
    try:
        with transaction.atomic():
            change = StatusChange.objects.create(
                certificate=certificate, status=status, reason=reason, actor=actor, at=at
            )
    except IntegrityError as error:
        raise errors.NotInForce from error
    from certificates import tasks  # the tasks import whoever changes a status

    events.record(
        f"certificate_{status}", certificate, actor=actor, at=at, organization=certificate.issuer, reason=reason
    )
    log.append(
        _LOGGED[StatusChange.Status(status)],
        at=at,
        certificate=certificate,
        hashes={"reason": log.hash_of_text(reason)},
    )
    tasks.publish_status_lists.enqueue()
    return change
