"""The protocol of a decision on graduation (penetapan kelulusan): written once, in the decision's own transaction."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.querysets import GraduationQuerySet


class Graduation(models.Model):
    """Who was approved, when and by whom, as it was known then.  ``text`` is canonical JSON; what is printed is made
    from it alone, so a later change of a name or an angkatan changes no protocol."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("Number"), max_length=160)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    issuer = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    cohort = models.ForeignKey("courses.Cohort", on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey("courses.EditionPart", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    approved = models.PositiveIntegerField()
    excepted = models.PositiveIntegerField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = GraduationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Decision on graduation")
        verbose_name_plural = _("Decisions on graduation")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "year", "sequence"], name="graduation_sequence_once"),
            models.CheckConstraint(condition=Q(approved__gt=0) | Q(excepted__gt=0), name="graduation_names_somebody"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificates:graduation", args=[self.public_id])
