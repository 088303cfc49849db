"""Write down what happened, in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import Event, Organization, User
from accounts.models.events import object_key


def record(
    verb: str,
    obj: models.Model,
    *,
    actor: User | None,
    at: datetime,
    organization: Organization | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Event:
    """Add one event about ``obj``; no actor means the system.  Call it inside the transaction of the change.

    ``details`` takes ids, dates and numbers, never passwords, codes or answers.
    """
    return Event.objects.create(
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=object_key(obj),
        object_label=str(obj)[:200],
        actor=actor,
        organization=organization,
        at=at,
        reason=reason,
        details=details or {},
    )
