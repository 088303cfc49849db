"""The tree of organizations (scope is one prefix filter) and the regions they work in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from accounts import timezones
from accounts.models.memberships import Membership, Role, in_force

if TYPE_CHECKING:
    from accounts.models.people import User


# treebeard carries no types: to the type checker an organization is an ordinary model with a path.
if TYPE_CHECKING:
    _Nodes = models.QuerySet["Organization"]
    _NodeManager = models.Manager["Organization"]

    class _Node(models.Model):
        path: str
        depth: int
        steplen: int

        class Meta:
            abstract = True

        @classmethod
        def add_root(cls, **fields: Any) -> Organization: ...
        def add_child(self, **fields: Any) -> Organization: ...
        def get_parent(self, update: bool = False) -> Organization | None: ...
        def move(self, target: Organization, pos: str | None = None) -> None: ...
else:
    _Node, _Nodes, _NodeManager = MP_Node, MP_NodeQuerySet, MP_NodeManager


class OrganizationQuerySet(_Nodes):
    def where(self, user: User, roles: Iterable[str], *, on: date) -> Self:
        """Organizations in which ``user`` holds one of ``roles`` on ``on``, with everything below them."""
        held = (
            Membership.objects.current(on)
            .filter(user_id=user.pk, role__in=list(roles), user__is_active=True)
            .annotate(below=ExpressionWrapper(OuterRef("path"), output_field=models.CharField()))
            .filter(below__startswith=F("organization__path"))
        )
        return self.filter(Exists(held))

    def visible_to(self, user: User) -> Self:
        """One's own organizations; whoever holds another role than participant also sees those below."""
        today = timezone.localdate()
        own = Membership.objects.current(today).filter(user_id=user.pk, organization=OuterRef("pk"))
        staff = [role for role in Role.values if role != Role.PARTICIPANT]
        below = self.model.objects.where(user, staff, on=today).values("pk")
        return self.filter(Exists(own) | Q(pk__in=below))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused: an organization is archived, never deleted."""
        raise models.ProtectedError(str(_("Organizations are archived, never deleted.")), set(self))


class OrganizationManager(_NodeManager):
    def get_queryset(self) -> OrganizationQuerySet:
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")


class Organization(_Node):
    """A unit that people belong to and that content, angkatan and certificates belong to."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("Ministry")
        SENTRA = "sentra", "Sentra"
        SENTRA_TERPADU = "sentra_terpadu", "Sentra Terpadu"
        BBPPKS = "bbppks", _("BBPPKS (training center)")
        DINAS_PROVINSI = "dinas_provinsi", _("Dinas Sosial of a province")
        DINAS_KABKOTA = "dinas_kabkota", _("Dinas Sosial of a kabupaten/kota")
        LKS = "lks", _("LKS (social welfare institution)")
        LSP = "lsp", _("LSP (certification body)")
        OTHER = "other", _("Other")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(
        _("key in the reference list"), max_length=100, unique=True, null=True, blank=True, editable=False
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    code = models.CharField(
        _("code"), max_length=30, unique=True, help_text=_("Printed in certificate numbers, for example BBPPKS-III.")
    )
    code_is_draft = models.BooleanField(_("the code is a draft"), default=True)
    needs_confirmation = models.BooleanField(_("name or place still to be confirmed"), default=False)
    region = models.ForeignKey(
        "accounts.Region", models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name=_("place")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=20, choices=timezones.TimeZone.choices, default=timezones.TimeZone.JAKARTA
    )
    is_archived = models.BooleanField(_("archived"), default=False)
    is_demo = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = OrganizationManager.from_queryset(OrganizationQuerySet)()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="organization_has_name"),
            models.CheckConstraint(condition=~Q(code=""), name="organization_has_code"),
            models.CheckConstraint(
                condition=Q(time_zone__in=timezones.TimeZone.values), name="organization_zone_is_indonesian"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: an organization is archived, never deleted."""
        raise models.ProtectedError(str(_("Organizations are archived, never deleted.")), {self})

    @property
    def abbreviation(self) -> str:
        """'WIB', 'WITA' or 'WIT': stands behind every hour this organization shows."""
        return timezones.abbreviation(self.time_zone)

    @property
    def own_and_ancestor_paths(self) -> list[str]:
        """Tree paths from the root down to this organization."""
        return [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]


class WorkingAreaQuerySet(models.QuerySet["WorkingArea"]):
    def current(self, on: date) -> Self:
        """Working areas in force on ``on`` (first and last day included)."""
        return self.filter(in_force(on))

    def visible_to(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.visible_to(user))


class WorkingArea(models.Model):
    """A region that an organization serves from one day to another; areas cross provinces and change."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="working_areas", verbose_name=_("organization")
    )
    region = models.ForeignKey(
        "accounts.Region", models.PROTECT, related_name="working_areas", verbose_name=_("region")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = WorkingAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("working area")
        verbose_name_plural = _("working areas")
        ordering = ["organization", "region"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="working_area_ends_after_start"
            ),
            models.UniqueConstraint(fields=["organization", "region", "starts_on"], name="working_area_once_a_day"),
            models.UniqueConstraint(
                fields=["organization", "region"], condition=Q(ends_on=None), name="working_area_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} - {self.region}"
