"""Wishes to join an angkatan, and moves from one angkatan to another."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.models.cohorts import Cohort, Enrolment
from courses.querysets import JoinRequestQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class JoinRequest(models.Model):
    """One person's wish to join an angkatan.

    ``requested`` waits for a trainer; ``waiting`` lacks nothing but a place, and ``asked_at`` is its turn.  A wish that
    has ended (accepted, refused, withdrawn) stays as a row; a new wish is a new row.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waits for an answer")
        WAITING = "waiting", _("Waits for a place")
        ACCEPTED = "accepted", pgettext_lazy("wish", "Accepted")
        REFUSED = "refused", pgettext_lazy("wish", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("wish", "Withdrawn")

    PENDING = (State.REQUESTED, State.WAITING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="join_requests")
    user: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="join_requests"
    )
    state = models.CharField(max_length=9, choices=State.choices)
    reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    decided_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish to join")
        verbose_name_plural = _("wishes to join")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"], condition=Q(ended_at=None), name="join_request_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "waiting"], ended_at=None)
                | Q(state__in=["accepted", "refused", "withdrawn"], ended_at__isnull=False),
                name="join_request_state_has_time",
            ),
            models.CheckConstraint(condition=~Q(state="refused", reason=""), name="join_request_refusal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.user_id}"


class EnrolmentMove(models.Model):
    """A person moved to another angkatan of the same edition, with everything done so far."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Moves made together share this.
    batch = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="moves")
    from_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="moves_out")
    to_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="moves_in")
    reason = models.CharField(max_length=300, blank=True)
    moved_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    moved_at = models.DateTimeField()
    undone_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("move between cohorts")
        verbose_name_plural = _("moves between cohorts")
        ordering = ["-moved_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_cohort=F("to_cohort")), name="enrolment_move_goes_elsewhere"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="enrolment_move_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.from_cohort_id} > {self.to_cohort_id}"
