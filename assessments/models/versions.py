"""What was published of the question bank: immutable versions, which quizzes draw and attempts point at."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.roles import Action
from assessments.models.bank import Question

if TYPE_CHECKING:
    from accounts.models import User


class QuestionVersionQuerySet(models.QuerySet["QuestionVersion"]):
    def visible_to(self, user: User) -> Self:
        """As for questions: the versions hold the key."""
        return self.filter(question__organization__in=roles.organizations_where(user, Action.EDIT_BANK))

    def current(self) -> Self:
        """The newest version of each question that is published and not archived: what a quiz may draw today."""
        newest = self.annotate(newest=Max("question__versions__number")).filter(number=F("newest"))
        return newest.filter(question__live=True, question__archived_at=None)


class QuestionVersion(models.Model):
    """What was published, for ever: triggers refuse every change (docs/formats.md, question version).

    ``body`` is the document whose canonical bytes ``sha256`` names.  Versions of one ``series`` ask the same question
    in slightly other words and share their statistics.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    series = models.UUIDField(db_index=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    body: models.JSONField[Any, dict[str, Any]] = models.JSONField()
    revision_id = models.PositiveBigIntegerField(null=True, help_text="Provenance only: Wagtail's revision.")
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    objects = QuestionVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question version")
        verbose_name_plural = _("question versions")
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="question_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="question_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.question} ({self.number})"
