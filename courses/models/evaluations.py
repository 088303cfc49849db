"""Evaluation of a training and of those who teach it: the form that trainers write, and answers that name nobody.

Who answered (a receipt) and what was answered (rows without person, enrolment or time) are kept apart (ADR 0070).
"""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from accounts import roles
from courses.models.cohorts import Cohort, Enrolment

if TYPE_CHECKING:
    from accounts.models import Organization, User

LABELS = 5


def new_key() -> str:
    """Names a question for good, also when its place or wording changes."""
    return secrets.token_hex(4)


def read_labels(text: str) -> list[str]:
    """The words of the scale, one a line."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def validate_labels(text: str) -> None:
    """Exactly five words or short phrases."""
    if len(read_labels(text)) != LABELS:
        raise ValidationError(_("Write exactly five lines, from the lowest (1) to the highest (5)."))
    if any(len(line) > 60 for line in read_labels(text)):
        raise ValidationError(_("Each line has at most 60 characters."))


class EvaluationFormQuerySet(models.QuerySet["EvaluationForm"]):
    def visible_to(self, user: User) -> Self:
        """Forms of organizations whose content this person writes."""
        return self.filter(organization__in=roles.organizations_where(user, roles.Action.EDIT_CONTENT))

    def usable_in(self, organization: Organization) -> Self:
        """What a course of ``organization`` may choose: its own forms and those of organizations above it."""
        return self.filter(organization__path__in=organization.own_and_ancestor_paths)


class EvaluationForm(ClusterableModel):  # type: ignore[misc]
    """What participants are asked at the end.  Frozen into each edition (``courses.evaluations.freezing``)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    title = models.CharField(_("title"), max_length=120)
    intro = models.TextField(
        _("introduction"), blank=True, help_text=_("One or two sentences above the questions. May stay empty.")
    )
    labels = models.TextField(
        _("words of the scale"),
        validators=[validate_labels],
        help_text=_("Five lines, from the lowest (1) to the highest (5)."),
        default="Sangat kurang\nKurang\nCukup\nBaik\nSangat baik",
    )
    is_default = models.BooleanField(
        _("standard form of the organization"),
        default=False,
        help_text=_("Used by every course that chooses no form of its own. Ticking it here unticks it elsewhere."),
    )

    objects = EvaluationFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation form")
        verbose_name_plural = _("evaluation forms")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True), name="evaluation_one_standard_per_organization"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def validate_constraints(self, exclude: set[str] | None = None) -> None:
        """A second standard form is no mistake: saving it unticks the first."""
        super().validate_constraints(exclude={*(exclude or ()), "is_default"})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """The newest standard form is the only one."""
        if self.is_default:
            others = EvaluationForm.objects.filter(organization=self.organization_id, is_default=True)
            others.exclude(pk=self.pk).update(is_default=False)
        super().save(*args, **kwargs)


class EvaluationQuestion(Orderable):  # type: ignore[misc]
    """One question: about the training, or asked again for each facilitator of the angkatan."""

    class About(models.TextChoices):
        TRAINING = "training", _("the training")
        FACILITATOR = "facilitator", _("each facilitator")

    class Kind(models.TextChoices):
        LIKERT = "likert", _("scale from 1 to 5")
        TEXT = "text", _("free text")

    form = ParentalKey(EvaluationForm, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(max_length=8, default=new_key, editable=False)
    about = models.CharField(_("about"), max_length=11, choices=About.choices, default=About.TRAINING)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.LIKERT)
    text = models.CharField(_("question"), max_length=300)
    is_required = models.BooleanField(
        _("must be answered"), default=True, help_text=_("Free texts are better left optional.")
    )
    labels = models.TextField(
        _("words of the scale"),
        blank=True,
        validators=[validate_labels],
        help_text=_("Five lines, only where they differ from those of the form."),
    )

    class Meta(Orderable.Meta):  # type: ignore[misc]
        verbose_name = _("question of an evaluation")
        verbose_name_plural = _("questions of an evaluation")
        constraints = [models.UniqueConstraint(fields=["form", "key"], name="evaluation_question_key_once")]

    def __str__(self) -> str:
        return self.text


class EvaluationBox(models.Model):
    """The ballot box of one angkatan: how many sheets lie in it.  Whoever puts one in holds the angkatan's row."""

    cohort = models.OneToOneField(Cohort, on_delete=models.PROTECT, primary_key=True, related_name="evaluation_box")
    sheets = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("evaluation of an angkatan")
        verbose_name_plural = _("evaluations of angkatan")

    def __str__(self) -> str:
        return f"{self.cohort_id}: {self.sheets}"


class EvaluationReceipt(models.Model):
    """This enrolment has answered.  Says neither what nor when; a random key, so that its order says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="evaluation_receipt")

    class Meta:
        verbose_name = _("receipt of an evaluation")
        verbose_name_plural = _("receipts of evaluations")

    def __str__(self) -> str:
        return str(self.enrolment_id)


class EvaluationAnswer(models.Model):
    """One answer to one question; never a person, an enrolment, a time or which answers lay on one sheet.

    ``group`` counts sheets in fives: results grow by whole groups, so that nobody's answer is seen arriving.
    ``facilitator`` is whom the answer is about, never who gave it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="evaluation_answers")
    group = models.PositiveIntegerField()
    question = models.CharField(max_length=8)
    facilitator: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    score: models.PositiveSmallIntegerField[int | None, int | None] = models.PositiveSmallIntegerField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("answer of an evaluation")
        verbose_name_plural = _("answers of evaluations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=LABELS, text="") | Q(score=None) & ~Q(text=""),
                name="evaluation_answer_is_score_or_text",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.question}"
