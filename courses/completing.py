"""Recording that a requirement is met, or no longer is; the apps above call down to here."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest
from django.dispatch import Signal

from accounts import events
from courses.completion import is_complete, missing
from courses.models import Enrolment, Fulfilment, Requirement
from courses.signals import enrolment_completed, enrolment_status_changed

__all__ = ["fulfil", "is_complete", "missing", "withdraw"]


@transaction.atomic
def fulfil(enrolment_id: int, kind: str, key: str, *, at: datetime, evidence: dict[str, Any]) -> Fulfilment:
    """Record that the person met (kind, key) at ``at``; the last one missing completes the enrolment.

    Safe to repeat: the first time and its evidence stand until the fulfilment is withdrawn.  For a person who left
    the angkatan the fulfilment is kept, but nothing is completed.
    """
    enrolment = _locked(enrolment_id)
    fulfilment, created = Fulfilment.objects.get_or_create(
        enrolment=enrolment, kind=kind, key=key, defaults={"fulfilled_at": at, "evidence": evidence}
    )
    if not created and fulfilment.withdrawn_at is not None:
        Fulfilment.objects.filter(pk=fulfilment.pk, withdrawn_at__isnull=False).update(
            withdrawn_at=None, fulfilled_at=at, evidence=evidence
        )
        fulfilment.refresh_from_db()
    if enrolment.status == Enrolment.Status.ACTIVE and _all_met(enrolment):
        _complete(enrolment, at=at)
    return fulfilment


@transaction.atomic
def withdraw(enrolment_id: int, kind: str, key: str, *, at: datetime, reason: str = "") -> bool:
    """Record that (kind, key) does not count any more (a regrade, an entry made by mistake); False if it did not.

    A completed enrolment that now lacks something is open again.  Certificates that were issued stay as they are:
    what was promised is only ever revoked or replaced by the app that promised it.
    """
    enrolment = _locked(enrolment_id)
    counting = Fulfilment.objects.filter(enrolment=enrolment, kind=kind, key=key, withdrawn_at=None)
    # What withdraws may have been received a moment before what fulfilled was stored.
    changed = counting.update(withdrawn_at=Greatest("fulfilled_at", Value(at, output_field=DateTimeField())))
    if changed and enrolment.status == Enrolment.Status.COMPLETED and not _all_met(enrolment):
        Enrolment.objects.filter(pk=enrolment.pk, status=Enrolment.Status.COMPLETED).update(
            status=Enrolment.Status.ACTIVE, completed_at=None
        )
        _record("enrolment.reopened", enrolment, at=at, reason=reason, details={"kind": kind, "key": key})
        announce(enrolment_status_changed, enrolment.pk)
    return bool(changed)


def announce(signal: Signal, enrolment_id: int) -> None:
    """Send ``signal`` once the open transaction is committed; a receiver that fails is logged, never raised."""
    transaction.on_commit(partial(signal.send_robust, sender=Enrolment, enrolment_id=enrolment_id), robust=True)


def take_in_again(enrolment_id: int, *, at: datetime) -> bool:
    """Bring back somebody who left, judged by what is met now; False if the person had not left.

    A completion from before stands only while everything is still met; what was met meanwhile completes at ``at``.
    """
    enrolment = _locked(enrolment_id)
    if enrolment.status != Enrolment.Status.DROPPED:
        return False
    complete = _all_met(enrolment)
    stands = complete and enrolment.completed_at is not None
    enrolment.status = Enrolment.Status.COMPLETED if stands else Enrolment.Status.ACTIVE
    enrolment.completed_at = enrolment.completed_at if stands else None
    enrolment.dropped_at = None
    enrolment.save(update_fields=["status", "completed_at", "dropped_at"])
    announce(enrolment_status_changed, enrolment.pk)
    if complete and not stands:
        _complete(enrolment, at=at)
    return True


def _locked(enrolment_id: int) -> Enrolment:
    """Two last requirements met at the same moment must see each other, so both wait for this row."""
    return Enrolment.objects.locked().select_related("cohort__organization").get(pk=enrolment_id)


def _all_met(enrolment: Enrolment) -> bool:
    needs = Requirement.objects.filter(edition=enrolment.cohort.edition_id)
    return is_complete(needs, Fulfilment.objects.filter(enrolment=enrolment))


def _complete(enrolment: Enrolment, *, at: datetime) -> bool:
    won = Enrolment.objects.filter(pk=enrolment.pk, status=Enrolment.Status.ACTIVE).update(
        status=Enrolment.Status.COMPLETED, completed_at=at
    )
    if won:
        _record("enrolment.completed", enrolment, at=at)
        announce(enrolment_completed, enrolment.pk)
    return bool(won)


def _record(
    verb: str, enrolment: Enrolment, *, at: datetime, reason: str = "", details: dict[str, Any] | None = None
) -> None:
    events.record(
        verb,
        enrolment,
        actor=None,
        at=at,
        organization=enrolment.cohort.organization,
        reason=reason,
        details=details or {},
    )
