"""What people write and hand in for assignments, and the marks of trainers."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.assignments import kinds
from assessments.querysets import PRACTICE, SubmissionQuerySet, WorkFileQuerySet
from courses.models import EditionPart

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Enrolment


def submission_storage() -> Storage:
    """What people hand in is private: served by a view to those who may read it, never by a web server's folder."""
    return storages["submissions"]


class AssignmentWork(models.Model):
    """One person's work on one assignment: the draft, kept while it is written.  ``revision`` rises with its text."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment: models.ForeignKey[Enrolment, Enrolment] = models.ForeignKey(
        "courses.Enrolment", on_delete=models.PROTECT, related_name="assignment_works"
    )
    part: models.ForeignKey[EditionPart, EditionPart] = models.ForeignKey(
        "courses.EditionPart", on_delete=models.PROTECT, related_name="assignment_works"
    )
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("work on an assignment")
        verbose_name_plural = _("works on assignments")
        constraints = [models.UniqueConstraint(fields=["enrolment", "part"], name="assignment_work_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.part_id}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:assignment", args=[self.enrolment.public_id, self.part.key])


class WorkFile(models.Model):
    """One file as it is kept.  In the draft it can be removed; a version that was handed in keeps what it names."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(AssignmentWork, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=4, choices=kinds.CHOICES)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=submission_storage, max_length=200)
    uploaded_at = models.DateTimeField()
    in_draft = models.BooleanField(default=True)

    objects = WorkFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an assignment")
        verbose_name_plural = _("files of assignments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.work_id}/{self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:work_file", args=[self.public_id])

    @property
    def short_sha256(self) -> str:
        """Enough to compare by eye: "3f2a 91bc 77d0"."""
        return " ".join(self.sha256[n : n + 4] for n in (0, 4, 8))


class Submission(models.Model):
    """One version that was handed in.  ``receipt`` names what it held; ``marks`` counts the marks it got."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a mark")
        REPLACED = "replaced", _("Replaced by a newer version")
        WITHDRAWN = "withdrawn", _("Taken back")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("To be improved")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(AssignmentWork, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    files = models.ManyToManyField(WorkFile, related_name="submissions")
    receipt: models.JSONField[Any, dict[str, Any]] = models.JSONField()
    receipt_code = models.CharField(max_length=12)
    submitted_at = models.DateTimeField()
    # What the person was told when handing in.
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)
    marks = models.PositiveSmallIntegerField(default=0)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment handed in")
        verbose_name_plural = _("assignments handed in")
        ordering = ["work", "number"]
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="submission_number_once"),
            models.UniqueConstraint(
                fields=["work"], condition=Q(state__in=["waiting", "accepted"]), name="submission_counts_once_per_work"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None, marks=0)
                | Q(state="replaced", ended_at__isnull=False, marks=0)
                | Q(state="withdrawn", ended_at__isnull=False, marks=0, text="")
                | Q(state__in=["accepted", "returned"], ended_at__isnull=False, marks__gte=1),
                name="submission_state_has_time_and_marks",
            ),
        ]
        indexes = [models.Index(fields=["submitted_at"], condition=Q(state="waiting"), name="submission_waiting")]

    def __str__(self) -> str:
        return f"{self.work_id}/{self.number}"

    def is_late(self, due_at: datetime | None) -> bool:
        """After what was due then and what is due now: more time given later counts, less time does not."""
        return all(due is not None and self.submitted_at > due for due in (self.due_at, due_at))

    @property
    def state_word(self) -> str:
        """The state as people read it; ``work.part`` is to be loaded."""
        said = PRACTICE_WORDS.get(self.State(self.state)) if self.work.part.kind == PRACTICE else None
        return str(said or self.get_state_display())

    @property
    def receipt_words(self) -> str:
        """The receipt's code in groups: "3F2A-91BC-77D0"."""
        code = self.receipt_code.upper()
        return "-".join(code[n : n + 4] for n in (0, 4, 8))


#: What a supervisor does is not marking.
PRACTICE_WORDS = {
    Submission.State.WAITING: _("Waiting for the supervisor"),
    Submission.State.ACCEPTED: _("Signed"),
}


class AssignmentMark(models.Model):
    """What a trainer decided about a version; the last one counts.  A trigger refuses changes."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("To be improved")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="all_marks")
    number = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=8, choices=Result.choices)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    comment = models.TextField(blank=True)
    # Why an earlier mark was changed; empty for the first.
    reason = models.TextField(blank=True)
    marked_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mark of an assignment")
        verbose_name_plural = _("marks of assignments")
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="assignment_mark_number_once"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="assignment_mark_is_percentage"
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="assignment_mark_change_has_reason"),
            models.CheckConstraint(condition=Q(result="accepted") | ~Q(comment=""), name="assignment_return_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.number}"
