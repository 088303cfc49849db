"""What a quiz is made of: its sections and its blueprint rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from assessments.models.bank import Question, Usage
from assessments.models.quiz import PERCENT, Quiz

if TYPE_CHECKING:
    from courses.models import CompetencyUnit


class QuizSection(Orderable):  # type: ignore[misc]
    """Questions that stand together under a heading, perhaps with a minimum of their own."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(_("short name"), max_length=20, help_text=_("Such as A. The rows of the blueprint name it."))
    title = models.CharField(_("title"), max_length=120, help_text=_("Stands above its questions."))
    minimum: models.DecimalField[Decimal | None, Decimal | None] = models.DecimalField(
        _("minimum"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=PERCENT,
        help_text=_("Percentage to reach in this section, whatever the total. Empty: none."),
    )

    class Meta(Orderable.Meta):  # type: ignore[misc]
        verbose_name = _("section of a quiz")
        verbose_name_plural = _("sections of a quiz")
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(minimum__gte=0, minimum__lte=100), name="quiz_section_minimum_in_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}. {self.title}"


class BlueprintRow(Orderable):  # type: ignore[misc]
    """So many questions of one module, of one unit, or of any."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="blueprint")
    section = models.CharField(
        _("section"),
        max_length=20,
        blank=True,
        default="",
        help_text=_("Short name of a section above, if there are any."),
    )
    module = models.CharField(_("module"), max_length=20, blank=True, help_text=_("Empty: any module."))
    unit: models.ForeignKey[CompetencyUnit | None, CompetencyUnit | None] = models.ForeignKey(
        "courses.CompetencyUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("competency unit"),
    )
    usage = models.CharField(_("usage"), max_length=8, choices=Usage.choices, default=Usage.PRACTICE)
    difficulty = models.CharField(
        _("difficulty"),
        max_length=6,
        blank=True,
        default="",
        choices=Question.Difficulty.choices,
        help_text=_("Empty: any."),
    )
    tag = models.CharField(_("tag"), max_length=60, blank=True, default="", help_text=_("Empty: any."))
    count = models.PositiveSmallIntegerField(_("number of questions"), default=1, validators=[MinValueValidator(1)])

    class Meta(Orderable.Meta):  # type: ignore[misc]
        verbose_name = _("blueprint row")
        verbose_name_plural = _("blueprint rows")
        constraints = [models.CheckConstraint(condition=Q(count__gte=1), name="blueprint_row_asks_for_questions")]

    def __str__(self) -> str:
        return f"{self.count} {self.module} {self.unit or ''} {self.get_usage_display()}"
