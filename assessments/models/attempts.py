"""Attempts at a quiz: the paper that was drawn, every answer row that arrived, and what people decided about it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.querysets import AttemptQuerySet, RecommendationQuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from assessments.models.honesty import HonestyStatement
    from courses.models import CompetencyUnit, EditionPart, Enrolment


class Attempt(models.Model):
    """One person's go at one quiz of an edition.

    ``paper`` is the drawn paper, stored whole; ``seed`` is evidence of the draw and is never read back.  ``answers``
    is the merge state of save protocol v1 (assessments.protocol.State) and ``chain_head`` the head of the hash chain
    over all ``chain_length`` rows.  ``closes_at`` is due plus grace, kept as a column so that beat can find it.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("In progress")
        SUBMITTED = "submitted", _("Sent")
        CLOSED = "closed", _("Closed by the clock")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment: models.ForeignKey[Enrolment, Enrolment] = models.ForeignKey(
        "courses.Enrolment", on_delete=models.PROTECT, related_name="attempts"
    )
    part: models.ForeignKey[EditionPart, EditionPart] = models.ForeignKey(
        "courses.EditionPart", on_delete=models.PROTECT, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField()
    paper: models.JSONField[Any, dict[str, Any]] = models.JSONField()
    seed = models.CharField(max_length=64)
    # Tokens are derived from the nonce and the secret key; the hashes let a token outlive a change of that key.
    token_nonce = models.CharField(max_length=64)
    token_hashes: models.JSONField[Any, list[str]] = models.JSONField(default=list)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    # The closing of the angkatan, where the quiz says that it ends a running attempt; then it is never before due.
    cut_at = models.DateTimeField(null=True, blank=True)
    grace_seconds = models.PositiveIntegerField()
    closes_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # What the person declared before the start, and when; nothing for a quiz that asks for no declaration.
    statement: models.ForeignKey[HonestyStatement | None, HonestyStatement | None] = models.ForeignKey(
        "assessments.HonestyStatement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    # A submission that arrived after the end; kept for a person to judge.
    late_submitted_at = models.DateTimeField(null=True, blank=True)
    answers: models.JSONField[Any, dict[str, Any]] = models.JSONField(default=dict)
    chain_head = models.CharField(max_length=64)
    chain_length = models.PositiveIntegerField(default=0)
    late_rows = models.PositiveIntegerField(default=0)
    # Characters of all written answers that arrived: bounds what one attempt can store.
    written_characters = models.PositiveIntegerField(default=0)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    # Answers of an ended attempt that wait for a person's mark; until then there is no score.
    pending = models.PositiveSmallIntegerField(default=0)
    result: models.JSONField[Any, dict[str, Any]] = models.JSONField(default=dict)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "part", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["enrolment", "part"], condition=Q(status="open"), name="attempt_open_once_per_quiz"
            ),
            models.CheckConstraint(
                condition=Q(status="open", submitted_at=None, ended_at=None, score=None, pending=0)
                | Q(status="submitted", submitted_at__isnull=False, ended_at=F("submitted_at"))
                | Q(status="closed", submitted_at=None, ended_at__isnull=False),
                name="attempt_status_has_times",
            ),
            models.CheckConstraint(
                condition=Q(status="open", passed=None)
                | Q(pending=0, score__isnull=False)
                | Q(pending__gt=0, score=None, passed=None),
                name="attempt_has_score_or_waits",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None, closes_at=None)
                | Q(due_at__isnull=False, closes_at__gte=F("due_at"), due_at__gte=F("opened_at")),
                name="attempt_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(cut_at=None) | Q(due_at__isnull=False, due_at__lte=F("cut_at")),
                name="attempt_due_by_its_cut",
            ),
            models.CheckConstraint(
                condition=Q(statement=None, agreed_at=None) | Q(statement__isnull=False, agreed_at__isnull=False),
                name="attempt_agreement_has_time",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="attempt_score_is_percentage"
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"], condition=Q(status="open", closes_at__isnull=False), name="attempt_overdue"
            ),
            models.Index(fields=["cut_at"], condition=Q(status="open", cut_at__isnull=False), name="attempt_to_be_cut"),
            models.Index(fields=["ended_at"], condition=Q(pending__gt=0), name="attempt_waits_for_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.part_id}/{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:attempt", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def counts_until(self) -> datetime | None:
        """The last moment at which something received counts; None while there is no end in sight."""
        if self.is_open:
            return self.closes_at
        return self.submitted_at or self.closes_at or self.ended_at


class AnswerRow(models.Model):
    """One change that a device reported, exactly as it arrived (save protocol v1).  A trigger refuses changes.

    ``time_ms`` is the clamped device time that orders devices; ``late`` rows are kept and do not count.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="rows", db_index=False)
    device = models.UUIDField()
    seq = models.PositiveIntegerField()
    slot = models.PositiveSmallIntegerField()
    answer: models.JSONField[Any, list[str]] = models.JSONField()
    opened_ms = models.PositiveBigIntegerField()
    elapsed_ms = models.PositiveBigIntegerField()
    time_ms = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    # Place in the hash chain, from 1, in order of arrival.
    position = models.PositiveIntegerField()
    # The chain's head after this row (32 bytes), so that an audit can name the row that was changed.  Rows from before
    # this column existed have none.
    head = models.BinaryField(null=True, max_length=32)

    class Meta:
        verbose_name = _("answer row")
        verbose_name_plural = _("answer rows")
        ordering = ["attempt", "position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "device", "seq"], name="answer_row_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.device}/{self.seq}"


class Grant(models.Model):
    """A trainer gave one person more attempts or more time at one quiz.  A trigger refuses changes."""

    enrolment: models.ForeignKey[Enrolment, Enrolment] = models.ForeignKey(
        "courses.Enrolment", on_delete=models.PROTECT, related_name="grants"
    )
    part: models.ForeignKey[EditionPart, EditionPart] = models.ForeignKey(
        "courses.EditionPart", on_delete=models.PROTECT, related_name="+"
    )
    extra_attempts = models.PositiveSmallIntegerField(_("further attempts"), default=0)
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"), default=0)
    reason = models.TextField(_("reason"))
    granted_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(extra_attempts__gt=0) | Q(extra_minutes__gt=0), name="grant_gives_something"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.part_id} +{self.extra_attempts}/+{self.extra_minutes}"


class Recommendation(models.Model):
    """What an assessor recommends about one candidate and one competency unit.

    A later row takes the place of an earlier one; none is changed (a trigger refuses it)."""

    class Result(models.TextChoices):
        COMPETENT = "competent", _("Competent")
        NOT_YET = "not_yet", _("Not yet competent")

    enrolment: models.ForeignKey[Enrolment, Enrolment] = models.ForeignKey(
        "courses.Enrolment", on_delete=models.PROTECT, related_name="recommendations"
    )
    unit: models.ForeignKey[CompetencyUnit, CompetencyUnit] = models.ForeignKey(
        "courses.CompetencyUnit", on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(_("result"), max_length=9, choices=Result.choices)
    reason = models.TextField(_("reason"))
    assessor: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recommendations_given"
    )
    at = models.DateTimeField()

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="recommendation_has_reason")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.unit_id} {self.result}"
