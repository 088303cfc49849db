"""Provinces and their kabupaten/kota: editable reference data, loaded by ``manage.py load_reference``."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.people import User


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Everybody may read the list of regions: it is published data."""
        return self.all()


class Region(models.Model):
    """A province, kabupaten or kota.  ``code`` is the Kemendagri code: '36', '36.04'."""

    class Kind(models.TextChoices):
        PROVINCE = "provinsi", _("Province")
        REGENCY = "kabupaten", _("Kabupaten (regency)")
        CITY = "kota", _("Kota (city)")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=5, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("province")
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="provinsi", parent=None) | (~Q(kind="provinsi") & Q(parent__isnull=False)),
                name="region_only_provinces_stand_alone",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{2}(\.[0-9]{2})?$"), name="region_code_has_kemendagri_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """'Banten', 'Kabupaten Serang', 'Kota Serang'."""
        if self.kind == self.Kind.PROVINCE:
            return self.name
        return f"{'Kota' if self.kind == self.Kind.CITY else 'Kabupaten'} {self.name}"
