"""What a person, or everybody of an angkatan, is given beyond the rule of a quiz, for as long as it holds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import roles
from courses.models import CohortTrainer

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort, Enrolment

MOST_PERCENT = 300
MOST_MINUTES = 600
MOST_ATTEMPTS = 20


class AccommodationQuerySet(models.QuerySet["Accommodation"]):
    def visible_to(self, user: User) -> Self:
        """For whoever may grant in the angkatan the person is in now.  A reason may tell of a person's health, so
        nobody else reads it but that person, on a page of their own."""
        organizations = roles.organizations_where(user, roles.Action.GRANT_ATTEMPT)
        entrusted = CohortTrainer.objects.filter(user=user).values("cohort")
        wide = Q(cohort__organization__in=organizations) | Q(cohort__in=entrusted)
        own = Q(enrolment__cohort__organization__in=organizations) | Q(enrolment__cohort__in=entrusted)
        return self.filter(Q(wide, enrolment=None) | Q(own, enrolment__isnull=False))

    def of_people(self, enrolments: Sequence[Enrolment]) -> Self:
        """What holds or held for these people: their own, wherever it was granted, and that of their angkatan."""
        cohorts = {enrolment.cohort_id for enrolment in enrolments}
        return self.filter(Q(enrolment__in=enrolments) | Q(enrolment=None, cohort__in=cohorts))

    def in_force(self) -> Self:
        return self.filter(ended_at=None)


class Accommodation(models.Model):
    """``enrolment`` None means everybody of ``cohort``, ``part`` "" every quiz, otherwise the key of one.

    ``extra_percent`` is of the quiz's own time limit.  A trigger keeps what was granted; only its end is written later.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort: models.ForeignKey[Cohort, Cohort] = models.ForeignKey(
        "courses.Cohort", on_delete=models.PROTECT, related_name="accommodations"
    )
    enrolment: models.ForeignKey[Enrolment | None, Enrolment | None] = models.ForeignKey(
        "courses.Enrolment", on_delete=models.PROTECT, null=True, blank=True, related_name="accommodations"
    )
    part = models.CharField(max_length=64, blank=True, default="")
    extra_percent = models.PositiveSmallIntegerField(
        _("extra time in percent"), default=0, validators=[MaxValueValidator(MOST_PERCENT)]
    )
    extra_minutes = models.PositiveSmallIntegerField(
        _("extra minutes"), default=0, validators=[MaxValueValidator(MOST_MINUTES)]
    )
    extra_attempts = models.PositiveSmallIntegerField(
        _("further attempts"), default=0, validators=[MaxValueValidator(MOST_ATTEMPTS)]
    )
    closes_later_until: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("may begin until"), null=True, blank=True
    )
    reason = models.TextField(_("reason"))
    granted_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    ended_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.TextField(_("reason"), blank=True)

    objects = AccommodationQuerySet.as_manager()

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(extra_percent__gt=0)
                | Q(extra_minutes__gt=0)
                | Q(extra_attempts__gt=0)
                | Q(closes_later_until__isnull=False),
                name="accommodation_gives_something",
            ),
            models.CheckConstraint(
                condition=Q(
                    extra_percent__lte=MOST_PERCENT, extra_minutes__lte=MOST_MINUTES, extra_attempts__lte=MOST_ATTEMPTS
                ),
                name="accommodation_within_bounds",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="accommodation_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="accommodation_end_says_who_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["cohort"], condition=Q(enrolment=None), name="accommodation_of_angkatan"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.enrolment_id or '*'}/{self.part or '*'}"

    def held_since(self, moment: datetime) -> bool:
        """Whether it was in force at ``moment`` or came into force later."""
        return self.ended_at is None or self.ended_at > moment
