"""What a course asks people to hand in, and what trainers decided about it in one angkatan."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.roles import Action
from assessments.errors import AssignmentInUse
from assessments.question_form import AssignmentForm
from courses.models import EditionPart

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models import Cohort, CoursePage

#: What one request may carry behind the proxy (deploy/Caddyfile) bounds a single file.
MOST_MEGABYTES = 20


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
