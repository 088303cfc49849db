"""What a person has done in an enrolment, and which requirements that fulfils."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Enrolment


class ModuleReading(models.Model):
    """The person said "Selesai dibaca" for this module."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="readings")
    key = models.CharField(max_length=20)
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("module reading")
        verbose_name_plural = _("module readings")
        constraints = [models.UniqueConstraint(fields=["enrolment", "key"], name="module_read_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.key}"


class Fulfilment(models.Model):
    """A requirement met, with its evidence; a withdrawn one stays as a row and no longer counts."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="fulfilments")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    fulfilled_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    evidence: models.JSONField[Any, dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "kind", "key"], name="fulfilment_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("fulfilled_at")),
                name="fulfilment_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.kind}/{self.key}"
