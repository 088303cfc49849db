"""Item statistics of a quiz as they stood at one moment: computed by a task, kept until something changes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.roles import Action
from assessments.models.quiz import Quiz

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort


class ItemReportQuerySet(models.QuerySet["ItemReport"]):
    def visible_to(self, user: User) -> Self:
        """As for the bank: the figures tell the key."""
        return self.filter(quiz__organization__in=roles.organizations_where(user, Action.EDIT_BANK))

    def unfinished(self) -> Self:
        return self.filter(state=ItemReport.State.WAITING)


class ItemReport(models.Model):
    """One quiz over all its editions, in all angkatan or in one.  The row is the queue.

    ``fingerprint`` names what the figures were computed from; ``body`` is what the page shows (assessments.health).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being computed")
        MADE = "made", _("Ready")
        FAILED = "failed", _("Could not be computed")

    class Sitting(models.TextChoices):
        """Which attempt of a person counts: statistics are over one per person."""

        FIRST = "first", _("first attempt")
        LAST = "last", _("last attempt")
        BEST = "best", _("best attempt")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="item_reports")
    cohort: models.ForeignKey[Cohort | None, Cohort | None] = models.ForeignKey(
        "courses.Cohort", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    sitting = models.CharField(max_length=5, choices=Sitting.choices, default=Sitting.FIRST)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    wanted = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, blank=True)
    body: models.JSONField[Any, dict[str, Any]] = models.JSONField(default=dict)
    asked_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    objects = ItemReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("item statistics")
        verbose_name_plural = _("item statistics")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "cohort", "sitting"], condition=Q(cohort__isnull=False), name="item_report_of_cohort"
            ),
            models.UniqueConstraint(fields=["quiz", "sitting"], condition=Q(cohort=None), name="item_report_of_all"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.cohort_id or ''} {self.sitting}"
