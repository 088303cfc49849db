"""Corrections of keys, points and pass marks: later documents beside frozen ones, which marking reads."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import roles
from accounts.roles import Action
from assessments.models.attempts import Attempt

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models import Enrolment


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> Self:
        """As for the bank: a correction tells the key."""
        return self.filter(organization__in=roles.organizations_where(user, Action.EDIT_BANK))

    def in_force(self) -> Self:
        """Those that marks are made with, in the order in which they were approved: the later word counts."""
        return self.filter(state__in=Correction.IN_FORCE).order_by("decided_at", "pk")

    def unfinished(self) -> Self:
        """Those that a task has to go on with."""
        return self.filter(state__in=Correction.WORKED_ON)


class Correction(models.Model):
    """One change of key, points or pass mark, or a voided question, on its way from a proposal to everybody's score.

    It names the question by its ``series`` (every version that asks the same) and perhaps one quiz (``quiz_key``, the
    key of its part), or for a pass mark the quiz alone.  ``change`` is the document (docs/formats.md, correction).
    """

    class Kind(models.TextChoices):
        KEY = "key", _("Another key")
        DROP = "drop", _("Question left out for everybody")
        FULL = "full", _("Full marks for everybody")
        POINTS = "points", _("Other points")
        RESTORE = "restore", _("As it was published")
        PASS_MARK = "pass_mark", _("Another pass mark")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being computed")
        CHECKED = "checked", _("Waits for a second person")
        APPROVED = "approved", pgettext_lazy("correction", "Approved")
        RUNNING = "running", _("Scores are being changed")
        DONE = "done", pgettext_lazy("correction", "Carried out")
        REFUSED = "refused", pgettext_lazy("correction", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("correction", "Withdrawn")

    IN_FORCE = (State.APPROVED, State.RUNNING, State.DONE)
    WORKED_ON = (State.DRAFT, State.APPROVED, State.RUNNING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    series = models.UUIDField(null=True, blank=True, db_index=True)
    quiz_key = models.CharField(max_length=64, blank=True, db_index=True)
    # The question or the quiz in words, for lists.
    title = models.CharField(max_length=200)
    change: models.JSONField[Any, dict[str, Any]] = models.JSONField()
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    # How far the task that looks for attempts has come: the last person seen, how many so far, how many in all.
    cursor = models.BigIntegerField(default=0)
    looked = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # What the dry run found, by name, and how many corrections of the organization were in force when it began.
    counts: models.JSONField[Any, dict[str, int]] = models.JSONField(default=dict)
    base = models.PositiveIntegerField(default=0)
    proposed_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    decided_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of marks")
        verbose_name_plural = _("corrections of marks")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="pass_mark", series=None) & ~Q(quiz_key=""))
                | (~Q(kind="pass_mark") & Q(series__isnull=False)),
                name="correction_names_what_it_corrects",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "checked"], decided_by=None, decided_at=None)
                | Q(
                    state__in=["approved", "running", "done", "refused", "withdrawn"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="correction_state_has_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "running", "done", "refused"]) | ~Q(decided_by=F("proposed_by")),
                name="correction_needs_a_second_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"], condition=Q(state__in=["draft", "approved", "running"]), name="correction_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:correction", args=[self.public_id])

    @property
    def is_in_force(self) -> bool:
        return self.state in self.IN_FORCE


class CorrectionRow(models.Model):
    """One ended attempt that the correction concerns: what the dry run says of it, and what came of it.

    Rows without ``done_at`` are the queue of the run.  ``after`` is the forecast until then, then the fact."""

    class Effect(models.TextChoices):
        """On the requirement of the person, all attempts at the quiz taken together."""

        NONE = "", _("none")
        GAINS = "gains", _("now met")
        LOSES = "loses", _("no longer met")

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="rows")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    enrolment: models.ForeignKey[Enrolment, Enrolment] = models.ForeignKey(
        "courses.Enrolment", on_delete=models.PROTECT, related_name="+"
    )
    before = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    after = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed_before = models.BooleanField(null=True)
    passed_after = models.BooleanField(null=True)
    effect = models.CharField(max_length=5, choices=Effect.choices, default=Effect.NONE, blank=True)
    # Ended between the dry run and the approval, so that nobody saw it beforehand.
    came_later = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("attempt concerned by a correction")
        verbose_name_plural = _("attempts concerned by a correction")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["correction", "attempt"], name="correction_row_once")]
        indexes = [
            models.Index(fields=["correction", "enrolment"], condition=Q(done_at=None), name="correction_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.correction_id}/{self.attempt_id}"

    @property
    def is_changed(self) -> bool:
        return self.before != self.after or self.passed_before != self.passed_after


class CorrectionTouchQuerySet(models.QuerySet["CorrectionTouch"]):
    def visible_to(self, user: User) -> Self:
        """Who approves or revokes at the issuer, and who writes the bank that was corrected."""
        return self.filter(
            Q(issuer__in=roles.organizations_where(user, Action.APPROVE_AWARD))
            | Q(issuer__in=roles.organizations_where(user, Action.REVOKE_CERTIFICATE))
            | Q(correction__organization__in=roles.organizations_where(user, Action.EDIT_BANK))
        )

    def reviewable_by(self, user: User) -> Self:
        """Those that the person answers for: what an approver or keeper of the register of the issuer looks at."""
        return self.filter(
            Q(issuer__in=roles.organizations_where(user, Action.APPROVE_AWARD))
            | Q(issuer__in=roles.organizations_where(user, Action.REVOKE_CERTIFICATE))
        )

    def waiting(self) -> Self:
        return self.filter(found_at__isnull=False, reviewed_at=None)


class CorrectionTouch(models.Model):
    """A certificate whose requirement is no longer met: to be reviewed by people, never changed by what took it away:
    a correction, or an ``attempt`` (a later, lower one where that counts, or a mark that changed).

    ``found_at`` is empty while it is a forecast of the dry run."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    correction: models.ForeignKey[Correction | None, Correction | None] = models.ForeignKey(
        Correction, on_delete=models.CASCADE, null=True, related_name="touches"
    )
    attempt: models.ForeignKey[Attempt | None, Attempt | None] = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, null=True, related_name="+"
    )
    enrolment: models.ForeignKey[Enrolment, Enrolment] = models.ForeignKey(
        "courses.Enrolment", on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=64)
    label = models.CharField(max_length=200)
    address = models.CharField(max_length=200)
    issuer: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, null=True, related_name="+"
    )
    found_at = models.DateTimeField(null=True)
    reviewed_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    objects = CorrectionTouchQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate to be reviewed")
        verbose_name_plural = _("certificates to be reviewed")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["correction", "key"], name="correction_touch_once"),
            models.UniqueConstraint(fields=["attempt", "key"], name="correction_touch_once_per_attempt"),
            models.CheckConstraint(
                condition=Q(correction=None, attempt__isnull=False) | Q(correction__isnull=False, attempt=None),
                name="correction_touch_has_one_cause",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None)
                | (Q(reviewed_by__isnull=False, reviewed_at__isnull=False, found_at__isnull=False) & ~Q(note="")),
                name="correction_touch_review_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def source_organization(self) -> Organization | None:
        """Whose correction or angkatan it came from."""
        if self.correction is not None:
            return self.correction.organization
        return self.attempt.enrolment.cohort.organization if self.attempt else None
