"""Corrections shown beside a frozen text: the text itself never changes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models.editions import Edition


class ErratumQuerySet(models.QuerySet["Erratum"]):
    def for_edition(self, edition: Edition) -> Self:
        """Corrections of this edition's course that are younger than it; a later edition has them in its text."""
        return self.filter(course_uuid=edition.facts["public_id"], published_at__gt=edition.frozen_at)


class Erratum(models.Model):
    """A dated correction of one module (``block`` empty) or of one block, for every edition frozen before it.

    Points at the course by its public id, because the page may be deleted while angkatan are running.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+"
    )
    course_uuid = models.UUIDField(db_index=True)
    module_key = models.CharField(max_length=20)
    block = models.CharField(max_length=8, blank=True)
    text = models.TextField(_("correction"))
    published_at = models.DateTimeField()
    published_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = ErratumQuerySet.as_manager()

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["published_at", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="erratum_says_something")]

    def __str__(self) -> str:
        return f"{self.module_key}: {self.text[:60]}"
