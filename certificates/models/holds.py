"""Issuing that an authorized person has paused: one row from the pause to the resumption, then kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.querysets import IssueHoldQuerySet


class IssueHold(models.Model):
    """No certificate of this rule is issued to people of this angkatan while ``resumed_at`` is empty.

    The row is the truth; the state ``paused`` of awards follows it.
    """

    cohort = models.ForeignKey("courses.Cohort", on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey("courses.EditionPart", on_delete=models.PROTECT, related_name="+")
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField()
    reason = models.CharField(_("Reason"), max_length=300)
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    resumed_at = models.DateTimeField(null=True)
    resumed_reason = models.CharField(_("Reason"), max_length=300, blank=True)

    objects = IssueHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pause of issuing")
        verbose_name_plural = _("Pauses of issuing")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "part"], condition=Q(resumed_at=None), name="issue_hold_one_in_force"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="issue_hold_has_reason"),
            models.CheckConstraint(
                condition=Q(resumed_at=None, resumed_by=None, resumed_reason="")
                | (Q(resumed_at__isnull=False, resumed_by__isnull=False) & ~Q(resumed_reason="")),
                name="issue_hold_resumed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.part_id}: {'paused' if self.resumed_at is None else 'resumed'}"
