"""Live sessions of an angkatan, the codes shown in them, and the addresses of calendars."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort
from courses.models.pages import validate_half_hours
from courses.querysets import LiveSessionQuerySet

if TYPE_CHECKING:
    from accounts.models import User

#: The join link is shown from this long before the start until the end.
JOIN_OPENS = timedelta(minutes=30)
#: A code may be shown and typed from JOIN_OPENS before the start until this long after the end.
CODE_GRACE = timedelta(minutes=30)


class LiveSession(models.Model):
    """One live meeting.  ``jp`` counts as *sinkron* for those who attended ``threshold_percent`` of its minutes.

    Never deleted: a cancelled one stays, so that calendars can say so.  ``sequence`` is the SEQUENCE of RFC 5545: it
    grows with every change that people must be told of.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    jp = models.DecimalField(
        _("JP live"), max_digits=4, decimal_places=1, default=Decimal("0.0"), validators=[validate_half_hours]
    )
    facilitator: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="facilitated_sessions"
    )
    facilitator_name = models.CharField(_("facilitator"), max_length=150, blank=True)
    join_url = models.URLField(_("join link"), max_length=1000, blank=True)
    threshold_percent = models.PositiveSmallIntegerField(
        _("minutes needed, in percent"), default=75, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    claim_days = models.PositiveSmallIntegerField(
        _("days for a late claim"), default=3, validators=[MaxValueValidator(60)]
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PLANNED)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "title", "starts_at"], condition=Q(status="planned"), name="session_planned_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_times_in_order"),
            models.CheckConstraint(condition=Q(jp__gte=0), name="session_jp_not_negative"),
            models.CheckConstraint(
                condition=Q(threshold_percent__gte=1, threshold_percent__lte=100), name="session_threshold_is_percent"
            ),
            models.CheckConstraint(
                condition=Q(status="planned", cancelled_at=None) | Q(status="cancelled", cancelled_at__isnull=False),
                name="session_cancelled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("courses:session", args=[self.public_id])

    @property
    def minutes(self) -> int:
        """Length in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def led_by(self) -> str:
        """The facilitator's name: typed, or that of the person."""
        return self.facilitator_name or (self.facilitator.full_name if self.facilitator else "")

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.PLANNED

    @property
    def claim_until(self) -> datetime:
        """The last moment of a late claim."""
        return self.ends_at + timedelta(days=self.claim_days)

    def may_be_joined(self, *, at: datetime) -> bool:
        """Whether the join link is shown at ``at``."""
        return self.is_planned and bool(self.join_url) and self.starts_at - JOIN_OPENS <= at <= self.ends_at

    def takes_codes(self, *, at: datetime) -> bool:
        """Whether codes are shown and accepted at ``at``."""
        return self.is_planned and self.starts_at - JOIN_OPENS <= at <= self.ends_at + CODE_GRACE


class SessionCode(models.Model):
    """Six digits shown by the trainer.  Several may be valid at once; none outside ``valid_until`` or its session."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=6)
    made_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        verbose_name = _("session code")
        verbose_name_plural = _("session codes")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("made_at")), name="session_code_has_a_life"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.made_at:%Y-%m-%d %H:%M}"


class CalendarFeed(models.Model):
    """The secret address of a calendar: of one person, or of one angkatan.  Only the SHA-256 of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="calendar_feeds"
    )
    cohort: models.ForeignKey[Cohort | None, Cohort | None] = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, null=True, related_name="calendar_feeds"
    )
    made_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, cohort__isnull=False) | Q(user__isnull=False, cohort=None),
                name="calendar_of_person_or_cohort",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None, user__isnull=False), name="calendar_one_per_person"
            ),
            models.UniqueConstraint(
                fields=["cohort"], condition=Q(ended_at=None, cohort__isnull=False), name="calendar_one_per_cohort"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.cohort_id} {self.made_at:%Y-%m-%d}"
