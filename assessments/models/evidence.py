"""Practice evidence: what a course asks for in each ATENSI stage, and in which capacity a supervisor judged it.

What people write and hand in for a stage is kept like an assignment (``assessments.models.assignments``).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.roles import Action
from assessments.errors import PracticeInUse, PracticeTwice
from assessments.models.assigning import MOST_MEGABYTES
from assessments.models.assignments import AssignmentMark
from assessments.querysets import PRACTICE
from assessments.question_form import AssignmentForm
from courses.models import EditionPart

if TYPE_CHECKING:
    from accounts.models import Organization, Supervision, User
    from courses.models import CoursePage


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: User) -> Self:
        """Those of the organizations whose bank the person writes or publishes."""
        return self.filter(organization__in=roles.organizations_where(user, Action.EDIT_BANK))

    def in_force(self) -> Self:
        return self.filter(archived_at=None)

    def in_use(self) -> Self:
        """Frozen into an edition: what people handed in hangs on it, so it is kept."""
        frozen = EditionPart.objects.filter(kind=PRACTICE, edition__course__in=self.values("course"))
        return self.filter(course__in=set(frozen.values_list("edition__course", flat=True)))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises PracticeInUse, and deletes nothing, when one of them stands in an edition."""
        if self.in_use().exists():
            raise PracticeInUse
        return super().delete()


class Practice(models.Model):
    """What a course asks people to show of their practice, once for each ATENSI stage; frozen into each edition."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", editable=False, verbose_name=_("organization")
    )
    course: models.ForeignKey[CoursePage | None, CoursePage | None] = models.ForeignKey(
        "courses.CoursePage", models.SET_NULL, null=True, related_name="practices", verbose_name=_("course")
    )
    instructions = models.TextField(
        _("instructions"),
        help_text=_(
            "What is to be shown in each of the seven stages, and what the supervisor will look at. Ask for examples "
            "without names, addresses, faces or papers of clients."
        ),
    )
    is_required = models.BooleanField(
        _("needed to complete the course"),
        default=False,
        help_text=_(
            "Nobody completes before every stage has been signed. Leave it empty when only the award rule of a "
            "certificate of competence asks for it."
        ),
    )
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

    objects = PracticeQuerySet.as_manager()
    base_form_class = AssignmentForm

    class Meta:
        verbose_name = _("practice evidence of a course")
        verbose_name_plural = _("practice evidence of courses")
        ordering = ["course", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(archived_at=None), name="practice_one_in_force_per_course"
            ),
            models.CheckConstraint(
                condition=Q(most_files__gte=1, most_megabytes__gte=1), name="practice_limits_above_0"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Practice evidence: %(course)s") % {"course": self.course or "-"})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises PracticeInUse when an edition holds it: it is archived instead."""
        if self.pk and Practice.objects.in_use().filter(pk=self.pk).exists():
            raise PracticeInUse
        result: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)
        return result

    def clean(self) -> None:
        super().clean()
        if self.course is not None:
            self.organization = self.course.organization
        if not self.organization_id:
            raise ValidationError({"course": _("Choose the course that this evidence belongs to.")})
        # The form does not show when something was archived, so it would leave the constraint unasked.
        if self.archived_at is None and self.others_in_force().exists():
            raise ValidationError({"course": PracticeTwice.message})

    def others_in_force(self) -> PracticeQuerySet:
        """What else the same course asks for; there may be one only."""
        return Practice.objects.in_force().filter(course=self.course_id or 0).exclude(pk=self.pk)


class PracticeReview(models.Model):
    """By which right a supervisor judged a version: the supervision in force that day and the qualification then.

    One row beside each mark of practice evidence.  A trigger refuses changes.
    """

    mark = models.OneToOneField(AssignmentMark, on_delete=models.PROTECT, related_name="practice_review")
    supervision: models.ForeignKey[Supervision, Supervision] = models.ForeignKey(
        "accounts.Supervision", on_delete=models.PROTECT, related_name="+"
    )
    qualification = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("review of practice evidence")
        verbose_name_plural = _("reviews of practice evidence")
        constraints = [models.CheckConstraint(condition=~Q(qualification=""), name="practice_review_has_qualification")]

    def __str__(self) -> str:
        return f"{self.mark_id}: {self.supervision_id}"
