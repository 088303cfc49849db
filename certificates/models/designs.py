"""How an organization's papers look: frozen versions, and the pictures in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.rules import AwardKind
from certificates.querysets import OwnedQuerySet


class PaperAsset(models.Model):
    """A prepared picture, kept under the hash of its bytes.  Never changed: papers already issued name the hash."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Picture of a paper")
        verbose_name_plural = _("Pictures of papers")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["organization", "sha256"], name="paper_asset_once")]

    def __str__(self) -> str:
        return self.sha256


class PaperDesign(models.Model):
    """One version of how the papers of a kind look.  Append-only: the newest version is in force, a record names the
    hash of the one that was in force when it was issued, and an older one comes back as a new version."""

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("Issuing organization")
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=AwardKind.choices)
    version = models.PositiveIntegerField(_("Version"))
    frozen = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    note = models.CharField(_("What changed"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("Made at"))

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Design of papers")
        verbose_name_plural = _("Designs of papers")
        ordering = ["organization_id", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "version"], name="paper_design_version_once"),
            models.CheckConstraint(condition=Q(version__gt=0), name="paper_design_version_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.kind} {self.version}"
