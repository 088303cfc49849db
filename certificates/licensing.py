"""LSP licences: one administrator proposes, a different one approves; only then may competence be certified."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import events
from accounts.roles import Action, may
from certificates import errors
from certificates.models import LspLicence
from certificates.tasks import evaluate_licence

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def propose(licence: LspLicence, *, actor: User, at: datetime) -> LspLicence:
    """Save a licence that is not in force yet; whoever changes it last counts as its proposer.

    Raises NotAllowed, or AlreadyDecided once it is approved.
    """
    if not may(actor, Action.SET_LICENCE, licence.organization):
        raise errors.NotAllowed
    if licence.pk and not LspLicence.objects.filter(pk=licence.pk, approved_at=None).exists():
        raise errors.AlreadyDecided
    licence.proposed_by, licence.proposed_at = actor, at
    licence.save()
    events.record("licence_proposed", licence, actor=actor, at=at, organization=licence.organization)
    return licence


@transaction.atomic
def approve(licence: LspLicence, *, actor: User, at: datetime) -> LspLicence:
    """Put a proposed licence in force and queue what waited for it.  Raises NotAllowed, SamePerson or
    AlreadyDecided."""
    if not may(actor, Action.SET_LICENCE, licence.organization):
        raise errors.NotAllowed
    if licence.proposed_by_id == actor.pk:
        raise errors.SamePerson
    waiting = LspLicence.objects.filter(pk=licence.pk, approved_at=None, proposed_at=licence.proposed_at)
    if not waiting.update(approved_by=actor, approved_at=at):
        raise errors.AlreadyDecided
    licence.refresh_from_db()
    events.record("licence_approved", licence, actor=actor, at=at, organization=licence.organization)
    evaluate_licence.enqueue(licence.pk)
    return licence
