"""A course as it stood when an angkatan opened.  Rows here are never changed: triggers refuse it (migration 0003)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.querysets import EditionMediaQuerySet

if TYPE_CHECKING:
    from accounts.models import Organization
    from courses.models.pages import CoursePage


def edition_storage() -> Storage:
    """Frozen media are private: they are served by a view, never by the web server's media folder."""
    return storages["editions"]


class Edition(models.Model):
    """The frozen course.  ``manifest`` is the document whose canonical bytes ``sha256`` names (docs/formats.md)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course: models.ForeignKey[CoursePage | None, CoursePage | None] = models.ForeignKey(
        "courses.CoursePage", on_delete=models.SET_NULL, null=True, related_name="editions"
    )
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveIntegerField()
    facts: models.JSONField[Any, dict[str, Any]] = models.JSONField()
    manifest: models.JSONField[Any, dict[str, Any]] = models.JSONField()
    provenance: models.JSONField[Any, dict[str, Any]] = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, unique=True)
    frozen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-frozen_at"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="edition_number_once_per_course")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def title(self) -> str:
        return str(self.facts["title"])

    @property
    def code(self) -> str:
        return str(self.facts["code"])

    @property
    def jp(self) -> Decimal:
        """Total JP of the frozen modules."""
        return Decimal(self.facts["jp"])


class EditionModule(models.Model):
    """One frozen module: the block values (``json``), the fragment that is shown (``html``) and what it points to."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="modules")
    key = models.CharField(max_length=20)
    title = models.CharField(max_length=255)
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    jp_async = models.DecimalField(max_digits=5, decimal_places=1)
    jp_sync = models.DecimalField(max_digits=5, decimal_places=1)
    objectives: models.JSONField[Any, list[str]] = models.JSONField(default=list)
    units: models.JSONField[Any, list[dict[str, str]]] = models.JSONField(default=list)
    references: models.JSONField[Any, list[dict[str, str]]] = models.JSONField(default=list)
    json: models.JSONField[Any, list[Any]] = models.JSONField(default=list)
    html = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="edition_module_key_once"),
            models.UniqueConstraint(fields=["edition", "position"], name="edition_module_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def jp(self) -> Decimal:
        """JP of this module (1 JP = 45 minutes), in halves."""
        return self.jp_async + self.jp_sync


class EditionMedia(models.Model):
    """One picture, recording or file that a frozen module refers to, stored under its SHA-256."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="media")
    sha256 = models.CharField(max_length=64, db_index=True)
    file = models.FileField(storage=edition_storage, max_length=200)
    content_type = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()

    objects = EditionMediaQuerySet.as_manager()

    class Meta:
        ordering = ["sha256"]
        constraints = [models.UniqueConstraint(fields=["edition", "sha256"], name="edition_media_once")]

    def __str__(self) -> str:
        return self.name


class EditionPart(models.Model):
    """What an upper app froze with the edition (quiz paper, award rule).  Opaque here: only its hash is looked at."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    json: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        ordering = ["kind", "key"]
        constraints = [models.UniqueConstraint(fields=["edition", "kind", "key"], name="edition_part_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Requirement(models.Model):
    """What must be fulfilled to complete an enrolment in this edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="requirements")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    label = models.CharField(max_length=255)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "kind", "key"], name="requirement_once")]

    def __str__(self) -> str:
        return self.label
