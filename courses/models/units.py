"""Competency units: what modules teach, questions measure and certificates list."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class CompetencyUnit(models.Model):
    """One thing a worker can be able to do.  The seven ATENSI components and seven stages come with a migration."""

    class Kind(models.TextChoices):
        COMPONENT = "component", _("ATENSI component")
        STAGE = "stage", _("ATENSI stage")
        OTHER = "other", _("Other")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("competency unit")
        verbose_name_plural = _("competency units")
        ordering = ["kind", "position", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
