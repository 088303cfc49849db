"""A person's proposal to print another name; decided by somebody else."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User as Person
from accounts.roles import Action

if TYPE_CHECKING:
    from accounts.models.people import User


class NameCorrectionQuerySet(models.QuerySet["NameCorrection"]):
    def visible_to(self, user: User) -> Self:
        """One's own proposals, and those one may decide."""
        return self.filter(Q(user=user) | Q(user__in=Person.objects.reached_by(user, Action.APPROVE_NAME)))

    def decidable_by(self, user: User) -> Self:
        """Pending proposals of other people that ``user`` may approve or refuse."""
        return self.filter(
            status=NameCorrection.Status.PENDING, user__in=Person.objects.reached_by(user, Action.APPROVE_NAME)
        ).exclude(user=user)


class NameCorrection(models.Model):
    """A proposed name, its reason, and the decision: by whom, when and why."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting for a decision")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="name_corrections")
    previous_name = models.CharField(max_length=200)
    proposed_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    objects = NameCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("name correction")
        verbose_name_plural = _("name corrections")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(status="pending"), name="name_correction_one_pending"),
            models.CheckConstraint(
                condition=Q(status="pending", decided_by=None, decided_at=None)
                | (~Q(status="pending") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="name_correction_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("user")), name="name_correction_by_another_person"
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(decision_reason=""), name="name_correction_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_name="") & ~Q(reason=""), name="name_correction_says_what_and_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.previous_name} > {self.proposed_name}"
