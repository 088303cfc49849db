"""What an assessor decided about answers that arrived after the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User
    from assessments.models.attempts import Attempt


class LateDecision(models.Model):
    """Whether late rows count: those up to place ``through`` of the log that no earlier decision covers.

    A trigger refuses changes; rows that arrive later need a decision of their own."""

    attempt: models.ForeignKey[Attempt, Attempt] = models.ForeignKey(
        "assessments.Attempt", on_delete=models.PROTECT, related_name="late_decisions"
    )
    through = models.PositiveIntegerField()
    accepted = models.BooleanField(_("decision"))
    reason = models.TextField(_("reason"))
    decided_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision on late answers")
        verbose_name_plural = _("decisions on late answers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "through"], name="late_decision_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="late_decision_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.through} {'+' if self.accepted else '-'}"
