"""What was done to several people of an angkatan at once: by whom, in which words, and what came of it for each."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort, Enrolment

if TYPE_CHECKING:
    from accounts.models import User


class BulkAction(models.Model):
    """One action on a selection.  ``public_id`` comes from the form that confirmed it: sent twice, it is done once.

    ``words`` holds what was chosen and written (text of a nudge, reason); it is kept as it was.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="bulk_actions")
    kind = models.SlugField(max_length=30)
    actor: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    words: models.JSONField[Any, dict[str, Any]] = models.JSONField(default=dict)
    undone_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    undone_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("action on a selection")
        verbose_name_plural = _("actions on a selection")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="bulk_action_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("courses:bulk_done", args=[self.cohort.public_id, self.public_id])


class BulkOutcome(models.Model):
    """What came of an action for one person; ``said`` tells why nothing was done, or what was."""

    action = models.ForeignKey(BulkAction, on_delete=models.PROTECT, related_name="outcomes")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="bulk_outcomes")
    is_done = models.BooleanField()
    said = models.CharField(max_length=300, blank=True)
    undone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("outcome of an action")
        verbose_name_plural = _("outcomes of actions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["action", "enrolment"], name="bulk_outcome_once")]

    def __str__(self) -> str:
        return f"{self.action_id}/{self.enrolment_id}"
