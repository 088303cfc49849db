"""Who was there: evidence (appended), what follows from it (derived), claims and objections."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Enrolment
from courses.models.sessions import LiveSession

if TYPE_CHECKING:
    from accounts.models import User


class SessionReport(models.Model):
    """A participant report of a meeting provider, as read.  Counts while ``state`` is committed.

    ``rows`` are what the file said, one a name; ``choices`` maps a row to the public id of an enrolment ("" means
    nobody) where a person confirmed it.  ``batch`` numbers the commits: only evidence of the last one counts.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("Read, not counted yet")
        COMMITTED = "committed", _("Counted")
        WITHDRAWN = "withdrawn", _("Taken back")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="reports")
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=200)
    provider = models.CharField(max_length=10)
    rows: models.JSONField[Any, list[dict[str, Any]]] = models.JSONField(default=list)
    choices: models.JSONField[Any, dict[str, str]] = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CHECKED)
    batch = models.PositiveIntegerField(default=0)
    uploaded_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("participant report")
        verbose_name_plural = _("participant reports")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "sha256"], name="session_report_once"),
            models.CheckConstraint(
                condition=Q(state="checked") | Q(committed_at__isnull=False), name="session_report_committed_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class Presence(models.Model):
    """One piece of evidence about one person in one session.  Rows are added, never changed (trigger).

    ``starts_at``/``ends_at`` bound an interval (report) or are null; ``counts`` False takes back (tick), says absent
    (override) or is only a trace (join).  Of ticks and of overrides the last one holds; everything else adds up.
    """

    class Source(models.TextChoices):
        TICK = "tick", _("Ticked by the trainer")
        JOIN = "join", _("Opened the join link")
        CODE = "code", _("Typed the code")
        LATE = "late", _("Late claim accepted")
        REPORT = "report", _("Report of the meeting")
        OVERRIDE = "override", _("Decided by the trainer")

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="presences")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="presences")
    source = models.CharField(max_length=8, choices=Source.choices)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    counts = models.BooleanField(default=True)
    report: models.ForeignKey[SessionReport | None, SessionReport | None] = models.ForeignKey(
        SessionReport, on_delete=models.PROTECT, null=True, blank=True, related_name="presences"
    )
    batch = models.PositiveIntegerField(default=0)
    recorded_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    evidence: models.JSONField[Any, dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("evidence of attendance")
        verbose_name_plural = _("evidence of attendance")
        ordering = ["pk"]
        indexes = [models.Index(fields=["session", "enrolment"], name="presence_of_whom")]
        constraints = [
            # A double click, a code typed twice and a claim accepted twice are one row each, whatever the race.
            models.UniqueConstraint(
                fields=["session", "enrolment", "source"],
                condition=Q(source__in=["join", "code", "late"]),
                name="presence_once_by_the_person",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gte=F("starts_at")),
                name="presence_interval_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(source="report") | Q(starts_at__isnull=False, report__isnull=False),
                name="presence_of_report_has_interval",
            ),
            models.CheckConstraint(
                condition=~Q(source="override") | ~Q(reason="") & Q(recorded_by__isnull=False),
                name="presence_override_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id} {self.source}"


class SessionResult(models.Model):
    """What the evidence about one person in one session comes to; derived, and derived again, by ``settling``."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="results")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="session_results")
    minutes = models.PositiveSmallIntegerField(default=0)
    attended = models.BooleanField(default=False)
    decided_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="session_result_once")]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id} {self.minutes}"


class LateClaim(models.Model):
    """A person says, after the fact, that they were there.  Once per session; the trainer decides."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for the trainer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="claims")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="session_claims")
    reason = models.CharField(max_length=500)
    claimed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decided_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("late claim")
        verbose_name_plural = _("late claims")
        ordering = ["claimed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="late_claim_once"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decided_by=None)
                | Q(state__in=["accepted", "refused"], decided_at__isnull=False, decided_by__isnull=False),
                name="late_claim_decided_has_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id} {self.state}"


class Objection(models.Model):
    """A person does not agree with what stands about them in one session; one may be open at a time."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for the trainer")
        UPHELD = "upheld", _("Agreed: attendance was changed")
        DECLINED = "declined", _("Not agreed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="objections")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="session_objections")
    text = models.CharField(max_length=1000)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answered_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"], condition=Q(state="open"), name="objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="") & ~Q(state="open"),
                name="objection_answered_has_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id} {self.state}"
