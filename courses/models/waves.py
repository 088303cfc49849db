"""Several angkatan made together (gelombang), the people waiting to be dealt out, and runs over all of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import timezones
from courses.models.cohorts import Enrolment
from courses.querysets import WaveQuerySet

if TYPE_CHECKING:
    from accounts.models import Organization, Region, User
    from courses.models.editions import Edition
    from courses.models.pages import CoursePage


class Wave(models.Model):
    """A gelombang: angkatan of one course under one organizer.

    The patterns, days and capacity are what the next angkatan of it is made from; each angkatan has its own afterwards.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="waves", verbose_name=_("organizer")
    )
    course: models.ForeignKey[CoursePage | None, CoursePage | None] = models.ForeignKey(
        "courses.CoursePage", on_delete=models.SET_NULL, null=True, related_name="waves", verbose_name=_("course")
    )
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=40)
    name_pattern = models.CharField(max_length=80)
    code_pattern = models.CharField(max_length=40)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=20, choices=timezones.TimeZone.choices)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True, validators=[MinValueValidator(1)])
    created_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="wave_code_once_per_organization"),
            models.CheckConstraint(
                condition=Q(time_zone__in=timezones.TimeZone.values), name="wave_zone_is_indonesian"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="wave_days_in_order"
            ),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="wave_capacity_is_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("courses:wave", args=[self.public_id])

    @property
    def abbreviation(self) -> str:
        """WIB, WITA or WIT."""
        return timezones.abbreviation(self.time_zone)


class WaveMember(models.Model):
    """Somebody on the list of a wave, in the order of the list; ``enrolment`` is what dealing out made of it."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="members")
    user: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wave_members"
    )
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, null=True, related_name="+"
    )
    region: models.ForeignKey[Region | None, Region | None] = models.ForeignKey(
        "accounts.Region", on_delete=models.PROTECT, null=True, related_name="+"
    )
    enrolment: models.OneToOneField[Enrolment | None, Enrolment | None] = models.OneToOneField(
        Enrolment, on_delete=models.SET_NULL, null=True, related_name="wave_member"
    )
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("person of a wave")
        verbose_name_plural = _("people of waves")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["wave", "user"], name="wave_member_once")]

    def __str__(self) -> str:
        return f"{self.wave_id}/{self.user_id}"


class WaveRun(models.Model):
    """Opening or closing all angkatan of a wave: one task, and this row is its queue.

    ``outcomes`` holds, by the angkatan's public id, why it was left as it was (empty: done).  All that one run opens
    read ``edition``.
    """

    class Action(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSE = "close", _("Close")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="runs")
    action = models.CharField(max_length=5, choices=Action.choices)
    edition: models.ForeignKey[Edition | None, Edition | None] = models.ForeignKey(
        "courses.Edition", on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcomes: models.JSONField[Any, dict[str, str]] = models.JSONField(default=dict)
    total = models.PositiveIntegerField()
    actor: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run over a wave")
        verbose_name_plural = _("runs over waves")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["wave"], condition=Q(finished_at=None), name="wave_run_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.action}"

    @property
    def done(self) -> int:
        """Angkatan that were looked at."""
        return len(self.outcomes)
