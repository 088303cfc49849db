"""The angkatan: a group of people who follow one edition between two dates."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import timezones
from courses.querysets import CohortQuerySet, EnrolmentQuerySet

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models.editions import Edition
    from courses.models.pages import CoursePage
    from courses.models.waves import Wave


class Cohort(models.Model):
    """One angkatan.  ``opens_at`` and ``closes_at`` bound reading and quizzes; no ``closes_at`` means open-ended."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        OPEN = "open", pgettext_lazy("angkatan", "Open")
        CLOSED = "closed", _("Closed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("organizer")
    )
    # Set to null when the page is deleted: an opened angkatan reads from its edition.
    course: models.ForeignKey[CoursePage | None, CoursePage | None] = models.ForeignKey(
        "courses.CoursePage", on_delete=models.SET_NULL, null=True, related_name="cohorts", verbose_name=_("course")
    )
    edition: models.ForeignKey[Edition | None, Edition | None] = models.ForeignKey(
        "courses.Edition", on_delete=models.PROTECT, null=True, blank=True, related_name="cohorts"
    )
    wave: models.ForeignKey[Wave | None, Wave | None] = models.ForeignKey(
        "courses.Wave", on_delete=models.PROTECT, null=True, blank=True, related_name="cohorts", verbose_name=_("wave")
    )
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=40)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=20, choices=timezones.TimeZone.choices, default=timezones.TimeZone.JAKARTA
    )
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    # Places: bounds dealing out, self-enrolment and moving in; a trainer's own list may go beyond it, knowingly.
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True, validators=[MinValueValidator(1)])
    self_enrol = models.BooleanField(_("people may enrol themselves"), default=False)
    join_opens_at = models.DateTimeField(_("enrolment opens at"), null=True, blank=True)
    join_closes_at = models.DateTimeField(_("enrolment closes at"), null=True, blank=True)
    join_needs_approval = models.BooleanField(_("a trainer approves each enrolment"), default=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="cohort_code_once_per_organization"),
            models.CheckConstraint(
                condition=Q(time_zone__in=timezones.TimeZone.values), name="cohort_zone_is_indonesian"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="cohort_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")), name="cohort_times_in_order"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", edition=None, opened_at=None, closed_at=None)
                | Q(status="open", edition__isnull=False, opened_at__isnull=False, closed_at=None)
                | Q(status="closed", edition__isnull=False, opened_at__isnull=False, closed_at__isnull=False),
                name="cohort_open_has_edition",
            ),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="cohort_capacity_is_positive"),
            models.CheckConstraint(
                condition=Q(join_opens_at=None) | Q(join_closes_at=None) | Q(join_closes_at__gt=F("join_opens_at")),
                name="cohort_join_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("courses:cohort", args=[self.public_id])

    @property
    def title(self) -> str:
        """The course's title, as frozen once the angkatan is open."""
        if self.edition is not None:
            return self.edition.title
        return self.course.title if self.course else ""

    @property
    def abbreviation(self) -> str:
        """WIB, WITA or WIT."""
        return timezones.abbreviation(self.time_zone)

    @property
    def is_closed(self) -> bool:
        """Closed by a person.  Final, unlike a last day that has passed: that can still be moved."""
        return self.status == self.Status.CLOSED

    def is_running(self, *, at: datetime) -> bool:
        """Whether people may read and answer at ``at``."""
        return self.status == self.Status.OPEN and self.opens_at <= at and not self.has_ended(at=at)

    def has_ended(self, *, at: datetime) -> bool:
        """Closed by a trainer, or past its last moment."""
        return self.is_closed or (self.closes_at is not None and self.closes_at <= at)


class CohortTrainer(models.Model):
    """A trainer or facilitator entrusted with one angkatan; may come from another organization.

    Both run it; ``part`` says who leads the training and who helps, on screens and in reports.
    """

    class Part(models.TextChoices):
        TRAINER = "trainer", _("Trainer")
        FACILITATOR = "facilitator", _("Facilitator")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="trainer_links")
    user: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cohort_trainer_links"
    )
    part = models.CharField(_("part"), max_length=11, choices=Part.choices, default=Part.TRAINER)
    assigned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("trainer of a cohort")
        verbose_name_plural = _("trainers of cohorts")
        constraints = [models.UniqueConstraint(fields=["cohort", "user"], name="cohort_trainer_once")]

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.user_id}"


class Enrolment(models.Model):
    """One person in one angkatan, with the unit the person belonged to when enrolled."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Following")
        COMPLETED = "completed", _("Completed")
        DROPPED = "dropped", pgettext_lazy("enrolment", "Left")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    user: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ACTIVE)
    enrolled_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "user"], name="enrolment_once_per_cohort"),
            models.CheckConstraint(
                condition=Q(status="active", completed_at=None, dropped_at=None)
                | Q(status="completed", completed_at__isnull=False, dropped_at=None)
                | Q(status="dropped", dropped_at__isnull=False),
                name="enrolment_status_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.user_id}"

    def get_absolute_url(self) -> str:
        return reverse("courses:cohort_home", args=[self.cohort.public_id])
