"""A quiz and its blueprint: rules and counts, no questions.  Frozen into each edition (``assessments.quizzes``)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.models import PreviewableMixin

from accounts import roles
from accounts.roles import Action
from assessments import quiz_rules
from assessments.errors import QuizInUse
from assessments.quiz_form import QuizForm
from courses.models import EditionPart

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models import CoursePage


PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class QuizQuerySet(models.QuerySet["Quiz"]):
    def visible_to(self, user: User) -> Self:
        """Quizzes of the organizations whose bank the person writes or publishes."""
        return self.filter(organization__in=roles.organizations_where(user, Action.EDIT_BANK))

    def in_force(self) -> Self:
        return self.filter(archived_at=None)

    def in_use(self) -> Self:
        """Frozen into an edition: results hang on it, so it is kept."""
        keys = [str(public_id) for public_id in self.values_list("public_id", flat=True)]
        frozen = EditionPart.objects.filter(kind="quiz", key__in=keys).values_list("key", flat=True)
        return self.filter(public_id__in=set(frozen))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises QuizInUse, and deletes nothing, when one of them stands in an edition."""
        if self.in_use().exists():
            raise QuizInUse
        return super().delete()


class Quiz(PreviewableMixin, ClusterableModel):  # type: ignore[misc]
    """What is asked of a participant and by which rules.  Its numbers are each course's own, so they are data."""

    class Kind(models.TextChoices):
        PRETEST = "pretest", _("pre-test (never counts)")
        PRACTICE = "practice", _("practice")
        POSTTEST = "posttest", _("post-test")

    class Review(models.TextChoices):
        """When a participant sees the key and the explanations."""

        NEVER = "never", _("never")
        AFTER_SUBMIT = "after_submit", _("after each submission")
        AFTER_CLOSE = "after_close", _("after the angkatan has closed")

    class GradeOf(models.TextChoices):
        """Which attempt decides (``assessments.deciding_grade``)."""

        HIGHEST = quiz_rules.HIGHEST, _("the highest score")
        AVERAGE = quiz_rules.AVERAGE, _("the average of all attempts")
        FIRST = quiz_rules.FIRST, _("the first attempt")
        LAST = quiz_rules.LAST, _("the last attempt")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", editable=False, verbose_name=_("organization")
    )
    course: models.ForeignKey[CoursePage | None, CoursePage | None] = models.ForeignKey(
        "courses.CoursePage", models.SET_NULL, null=True, related_name="quizzes", verbose_name=_("course")
    )
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PRACTICE)
    module = models.CharField(
        _("module"), max_length=20, blank=True, help_text=_("The module after which a practice quiz stands.")
    )
    is_required = models.BooleanField(
        _("must be passed"), default=False, help_text=_("A pre-test never counts; a post-test usually does.")
    )
    pass_mark = models.DecimalField(
        _("pass mark"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("70.00"),
        validators=PERCENT,
        help_text=_("Percentage from 0 to 100."),
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("number of attempts"),
        null=True,
        blank=True,
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: not limited."),
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit."),
    )
    grace_seconds = models.PositiveSmallIntegerField(
        _("grace in seconds"), default=60, help_text=_("Answers received this long after the time is up still count.")
    )
    cuts_running = models.BooleanField(
        _("the closing of the angkatan ends running attempts"),
        default=False,
        help_text=_(
            "Otherwise whoever has begun before the closing has the whole time. Participants are told which holds."
        ),
    )
    shuffle = models.BooleanField(_("shuffle questions and options"), default=True)
    review = models.CharField(_("review"), max_length=12, choices=Review.choices, default=Review.AFTER_SUBMIT)
    grade_of = models.CharField(
        _("what counts of several attempts"), max_length=8, choices=GradeOf.choices, default=GradeOf.HIGHEST
    )
    delay_minutes = models.PositiveSmallIntegerField(
        _("minutes between attempts"),
        default=0,
        help_text=_("From the end of one attempt to the start of the next. 0: none; 1440 is a day."),
    )
    unit_minimum = models.DecimalField(
        _("minimum per competency unit"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=PERCENT,
        help_text=_("Percentage to reach in every unit, whatever the total. Empty: none."),
    )
    exposure_percent = models.PositiveSmallIntegerField(
        _("exposure limit in percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "A question that stands in a larger share of the angkatan's papers is drawn only when nothing else fills "
            "its row. Empty: none."
        ),
    )
    markers = models.PositiveSmallIntegerField(
        _("assessors per written answer"),
        choices=[(1, _("one")), (2, _("two, who do not see each other's marks"))],
        default=1,
        help_text=_("For essays and for essays in case studies. Two need at least three assessors."),
    )
    third_beyond = models.DecimalField(
        _("a third assessor beyond"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("20.00"),
        validators=PERCENT,
        help_text=_("With two: when their points lie further apart than this percentage of what the answer can earn."),
    )
    access_code = models.BooleanField(
        _("asks for an access code"),
        default=False,
        help_text=_("Each angkatan has its own code, which its trainer makes on the page of the angkatan."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = QuizQuerySet.as_manager()
    base_form_class = QuizForm

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["course", "kind", "module", "title"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="pretest", is_required=True), name="pretest_never_counts"),
            models.CheckConstraint(
                condition=~Q(kind="posttest", review="after_submit"), name="posttest_key_stays_until_close"
            ),
            models.CheckConstraint(condition=Q(pass_mark__gte=0, pass_mark__lte=100), name="quiz_pass_mark_in_percent"),
            models.CheckConstraint(
                condition=Q(max_attempts=None) | Q(max_attempts__gte=1), name="quiz_attempts_above_0"
            ),
            models.CheckConstraint(
                condition=Q(time_limit_minutes=None) | Q(time_limit_minutes__gte=1), name="quiz_time_above_0"
            ),
            models.CheckConstraint(
                condition=Q(unit_minimum=None) | Q(unit_minimum__gte=0, unit_minimum__lte=100),
                name="quiz_unit_minimum_in_percent",
            ),
            models.CheckConstraint(
                condition=Q(exposure_percent=None) | Q(exposure_percent__gte=1, exposure_percent__lte=100),
                name="quiz_exposure_in_percent",
            ),
            models.CheckConstraint(condition=Q(markers__in=[1, 2]), name="quiz_one_or_two_assessors"),
            models.CheckConstraint(
                condition=Q(third_beyond__gte=0, third_beyond__lte=100), name="quiz_third_beyond_in_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "assessments/quiz_preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        from assessments import quiz_preview  # drawing a sample needs the models

        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return context | quiz_preview.shown(self)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises QuizInUse when an edition holds the quiz: it is archived instead."""
        if self.pk and Quiz.objects.in_use().filter(pk=self.pk).exists():
            raise QuizInUse
        result: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)
        return result

    def clean(self) -> None:
        super().clean()
        if self.course is not None:
            self.organization = self.course.organization
        if not self.organization_id:
            raise ValidationError({"course": _("Choose the course that this quiz belongs to.")})
        if self.kind == self.Kind.PRETEST and self.is_required:
            raise ValidationError({"is_required": _("A pre-test never counts.")})
        if self.kind == self.Kind.POSTTEST and self.review == self.Review.AFTER_SUBMIT:
            raise ValidationError({"review": _("The key of a post-test is not shown before the angkatan has closed.")})
