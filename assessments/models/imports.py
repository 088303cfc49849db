"""One import of questions: what a file held, what became of it, and how to take it back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.roles import Action

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models import CoursePage


class QuestionImportQuerySet(models.QuerySet["QuestionImport"]):
    def visible_to(self, user: User) -> Self:
        """As for questions: an import holds their keys."""
        return self.filter(organization__in=roles.organizations_where(user, Action.EDIT_BANK))


class QuestionImport(models.Model):
    """A file on its way into the bank of a course.  Nobody as ``actor`` is the operator.

    ``rows`` is the report, one entry for each question of the file: {line, element, title, outcome, reasons}; outcome
    is new, known, unsupported or fault.  ``drafts`` holds the questions between preview and import, ``made`` the
    [public id, revision] of each question made: an import is undone as long as those are untouched.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("only shown")
        DONE = "done", _("taken in")
        UNDONE = "undone", _("undone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+"
    )
    course: models.ForeignKey[CoursePage | None, CoursePage | None] = models.ForeignKey(
        "courses.CoursePage", models.SET_NULL, null=True, related_name="question_imports"
    )
    actor: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    format = models.CharField(max_length=12)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    rows: models.JSONField[Any, list[dict[str, Any]]] = models.JSONField(default=list)
    notes: models.JSONField[Any, list[str]] = models.JSONField(default=list)
    drafts: models.JSONField[Any, list[dict[str, Any]]] = models.JSONField(default=list)
    made: models.JSONField[Any, list[list[Any]]] = models.JSONField(default=list)
    state = models.CharField(max_length=6, choices=State.choices, default=State.SHOWN)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of questions")
        verbose_name_plural = _("imports of questions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="shown", done_at=None, undone_at=None)
                | Q(state="done", done_at__isnull=False, undone_at=None)
                | Q(state="undone", done_at__isnull=False, undone_at__isnull=False),
                name="question_import_state_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name or self.format} ({self.created_at:%Y-%m-%d})"

    def count(self, *outcomes: str) -> int:
        """How many questions of the file came out so."""
        return sum(row["outcome"] in outcomes for row in self.rows)

    @property
    def new(self) -> int:
        return self.count("new")

    @property
    def skipped(self) -> int:
        return self.count("known", "unsupported")

    @property
    def faults(self) -> int:
        return self.count("fault")
