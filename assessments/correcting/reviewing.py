"""Certificates that a correction left to be reviewed: who answers for them notes what was decided."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import events
from accounts.models import User
from assessments.errors import ReasonMissing
from assessments.models import CorrectionTouch


@transaction.atomic
def review(touch: CorrectionTouch, *, note: str, actor: User, at: datetime) -> bool:
    """Note that it was looked at, and with what outcome.  The certificate itself is not touched.  Safe to repeat.

    Raises ReasonMissing.  Whom it is offered to: ``CorrectionTouch.objects.reviewable_by``."""
    if not note.strip():
        raise ReasonMissing
    waiting = CorrectionTouch.objects.waiting().filter(pk=touch.pk)
    won = waiting.update(reviewed_by=actor, reviewed_at=at, note=note.strip()[:500])
    if won:
        events.record(
            "correction.certificate_reviewed",
            touch,
            actor=actor,
            at=at,
            organization=touch.issuer or touch.source_organization,
            reason=note.strip()[:500],
        )
    return bool(won)
