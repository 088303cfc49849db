"""Assignments of a course, what people write and hand in for them, and the marks of trainers."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.roles import Action
from assessments.assignments import kinds
from assessments.errors import AssignmentInUse
from assessments.querysets import SubmissionQuerySet, WorkFileQuerySet
from assessments.question_form import AssignmentForm
from courses.models import EditionPart

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models import Cohort, CoursePage, Enrolment

#: What one request may carry behind the proxy (deploy/Caddyfile) bounds a single file.
MOST_MEGABYTES = 20


def submission_storage() -> Storage:
    """What people hand in is private: served by a view to those who may read it, never by a web server's folder."""
    return storages["submissions"]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User) -> Self:
        """Assignments of the organizations whose bank the person writes or publishes."""
        return self.filter(organization__in=roles.organizations_where(user, Action.EDIT_BANK))

    def in_force(self) -> Self:
        return self.filter(archived_at=None)

    def in_use(self) -> Self:
        """Frozen into an edition: what people handed in hangs on it, so it is kept."""
        keys = [str(public_id) for public_id in self.values_list("public_id", flat=True)]
        frozen = EditionPart.objects.filter(kind="assignment", key__in=keys).values_list("key", flat=True)
        return self.filter(public_id__in=set(frozen))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises AssignmentInUse, and deletes nothing, when one of them stands in an edition."""
        if self.in_use().exists():
            raise AssignmentInUse
        return super().delete()


class Assignment(models.Model):
    """What a course asks people to hand in, and by which rules; frozen into each edition."""

    class Grading(models.TextChoices):
        ACCEPT = "accept", _("accepted, or returned for improvement")
        SCORE = "score", _("mark from 0 to 100 with a pass mark")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", editable=False, verbose_name=_("organization")
    )
    course: models.ForeignKey[CoursePage | None, CoursePage | None] = models.ForeignKey(
        "courses.CoursePage", models.SET_NULL, null=True, related_name="assignments", verbose_name=_("course")
    )
    title = models.CharField(_("title"), max_length=160, help_text=_("For example “Rencana tindak lanjut (RTL)”."))
    instructions = models.TextField(
        _("instructions"), help_text=_("What is to be handed in, and what the trainer will look at.")
    )
    module = models.CharField(
        _("module"), max_length=20, blank=True, help_text=_("The module after which it stands. Empty: at the end.")
    )
    is_required = models.BooleanField(
        _("needed to complete the course"), default=True, help_text=_("Nobody completes before it has been accepted.")
    )
    grading = models.CharField(_("marking"), max_length=6, choices=Grading.choices, default=Grading.ACCEPT)
    pass_mark = models.DecimalField(
        _("pass mark"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("70.00"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
        help_text=_("0 to 100; only for marking with a mark."),
    )
    due_days = models.PositiveSmallIntegerField(
        _("due so many days after the first day"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(730)],
        help_text=_("Empty: with the angkatan's last day. Trainers can set another date in each angkatan."),
    )
    takes_text = models.BooleanField(_("people can write a text"), default=True)
    kinds: models.JSONField[Any, list[str]] = models.JSONField(
        _("kinds of file"), default=list, blank=True, help_text=_("None: no files.")
    )
    most_files = models.PositiveSmallIntegerField(
        _("most files"), default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    most_megabytes = models.PositiveSmallIntegerField(
        _("most megabytes per file"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEGABYTES)],
        help_text=_("Phones send slowly: 5 MB are a minute or more on a weak signal."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()
    base_form_class = AssignmentForm

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["course", "module", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__gte=0, pass_mark__lte=100), name="assignment_pass_mark_in_percent"
            ),
            models.CheckConstraint(
                condition=Q(most_files__gte=1, most_megabytes__gte=1), name="assignment_limits_above_0"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises AssignmentInUse when an edition holds it: it is archived instead."""
        if self.pk and Assignment.objects.in_use().filter(pk=self.pk).exists():
            raise AssignmentInUse
        result: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)
        return result

    def clean(self) -> None:
        super().clean()
        if self.course is not None:
            self.organization = self.course.organization
        if not self.organization_id:
            raise ValidationError({"course": _("Choose the course that this assignment belongs to.")})
        if not self.takes_text and not self.kinds:
            raise ValidationError({"kinds": _("Allow a text or at least one kind of file.")})


class AssignmentTerm(models.Model):
    """What trainers decided about one assignment in one angkatan: another due date, or that nothing more is taken."""

    cohort: models.ForeignKey[Cohort, Cohort] = models.ForeignKey(
        "courses.Cohort", on_delete=models.PROTECT, related_name="assignment_terms"
    )
    key = models.CharField(max_length=64)
    due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("term of an assignment")
        verbose_name_plural = _("terms of assignments")
        constraints = [models.UniqueConstraint(fields=["cohort", "key"], name="assignment_term_once")]

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.key}"


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
    def receipt_words(self) -> str:
        """The receipt's code in groups: "3F2A-91BC-77D0"."""
        code = self.receipt_code.upper()
        return "-".join(code[n : n + 4] for n in (0, 4, 8))


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
