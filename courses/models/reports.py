"""The report of an angkatan: facts frozen when it closed, and the two files made of them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort
from courses.querysets import CohortReportQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class CohortReport(models.Model):
    """Number 1 is frozen in the transaction that closes the angkatan; later numbers are supplements asked for.

    The facts never change (trigger).  The row is the queue: ``made`` only with both files, named once by their hash.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being made")
        MADE = "made", _("Ready")
        FAILED = "failed", _("Could not be made")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    facts: models.JSONField[Any, dict[str, Any]] = models.JSONField()
    frozen_at = models.DateTimeField()
    asked_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    xlsx_sha256 = models.CharField(max_length=64, blank=True)
    made_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    objects = CohortReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of an angkatan")
        verbose_name_plural = _("reports of angkatan")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="cohort_report_number_once"),
            models.CheckConstraint(
                condition=Q(state="made", made_at__isnull=False) & ~Q(pdf_sha256="") & ~Q(xlsx_sha256="")
                | Q(state__in=["waiting", "failed"], made_at=None, pdf_sha256="", xlsx_sha256=""),
                name="cohort_report_made_has_files",
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="cohort_report_supplement_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.number}"
