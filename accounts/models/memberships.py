"""Which person holds which role where, and who accompanies whom; both with dates."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models.people import User


class Role(models.TextChoices):
    """What a person is in an organization; what each role may do stands in ``accounts.roles`` only."""

    PARTICIPANT = "participant", _("Participant")
    TRAINER = "trainer", _("Trainer")
    ASSESSOR = "assessor", _("Assessor")
    SUPERVISOR = "supervisor", _("Supervisor")
    PIMPINAN = "pimpinan", _("Head of organization")
    PUBLISHER = "publisher", _("Publisher")
    ADMINISTRATOR = "administrator", _("Administrator")


def in_force(on: date, prefix: str = "") -> Q:
    """Rows whose period holds ``on``; first and last day included, no last day means open."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": on})
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date) -> Self:
        """Memberships in force on ``on`` (first and last day included)."""
        return self.filter(in_force(on))

    def visible_to(self, user: User) -> Self:
        """One's own, and those of people one may see."""
        return self.filter(user__in=get_user_model().objects.visible_to(user))


class Membership(models.Model):
    """A role of a person in an organization from one day to another (or open)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="memberships", verbose_name=_("organization")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_is_known"),
            models.UniqueConstraint(fields=["user", "organization", "role", "starts_on"], name="membership_once_a_day"),
            models.UniqueConstraint(
                fields=["user", "organization", "role"], condition=Q(ends_on=None), name="membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} - {self.get_role_display()} - {self.organization}"


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    def current(self, on: date) -> Self:
        """Supervisions in force on ``on`` (first and last day included)."""
        return self.filter(in_force(on))

    def visible_to(self, user: User) -> Self:
        """Those one takes part in, and those of people one may see."""
        return self.filter(Q(supervisor=user) | Q(supervisee__in=get_user_model().objects.visible_to(user)))


class Supervision(models.Model):
    """A named person entrusted to a supervisor who holds a recorded qualification."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="supervisions_given", verbose_name=_("supervisor")
    )
    supervisee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="supervisions_received", verbose_name=_("person")
    )
    qualification = models.CharField(_("qualification of the supervisor"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision")
        verbose_name_plural = _("supervisions")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="supervision_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(supervisor=F("supervisee")), name="supervision_of_another_person"),
            models.CheckConstraint(condition=~Q(qualification=""), name="supervision_names_qualification"),
            models.UniqueConstraint(
                fields=["supervisor", "supervisee"], condition=Q(ends_on=None), name="supervision_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor} > {self.supervisee}"
