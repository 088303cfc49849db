"""Marks that people give by rubric: who is asked, what each chose, and what was released."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.querysets import MarkingTaskQuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from assessments.models.attempts import Attempt

#: An exact fraction, written ``n/d`` as in a stored result.
FRACTION = 60


class MarkingTask(models.Model):
    """One answer, to be marked by one assessor.  Places 1 and 2 are asked from the start, place 3 after a disagreement.

    The task belongs to the very text it names by its SHA-256: where another text comes to count (a late answer that was
    accepted), this task rests and a new one asks for the new text.  ``points`` and ``comment`` are those of the last of
    ``number`` times that its assessor marked it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an assessor")
        TAKEN = "taken", _("In hand")
        DONE = "done", _("Marked")
        IDLE = "idle", _("Not asked any more")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt: models.ForeignKey[Attempt, Attempt] = models.ForeignKey(
        "assessments.Attempt", on_delete=models.PROTECT, related_name="marking_tasks"
    )
    slot = models.PositiveSmallIntegerField()
    text_sha256 = models.CharField(max_length=64)
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    marker: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="marking_tasks"
    )
    waits_since = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    number = models.PositiveSmallIntegerField(default=0)
    points = models.CharField(max_length=FRACTION, blank=True)
    comment = models.TextField(blank=True)

    objects = MarkingTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("marking task")
        verbose_name_plural = _("marking tasks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "slot", "text_sha256", "place"], name="marking_task_place_once"),
            models.UniqueConstraint(
                fields=["attempt", "slot", "text_sha256", "marker"],
                condition=Q(marker__isnull=False),
                name="marking_task_another_assessor",
            ),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=3), name="marking_task_place"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "idle"], marker=None, taken_at=None, done_at=None)
                | Q(state="taken", marker__isnull=False, taken_at__isnull=False, done_at=None)
                | (Q(state="done", marker__isnull=False, done_at__isnull=False, number__gte=1) & ~Q(points="")),
                name="marking_task_state_has_times",
            ),
        ]
        indexes = [
            models.Index(fields=["waits_since"], condition=Q(state__in=["open", "taken"]), name="marking_task_waits")
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:mark_answer", args=[self.public_id])

    @property
    def code(self) -> str:
        """What the answer is called where its person has no name: "3F2A-91BC"."""
        return f"{self.public_id.hex[:4]}-{self.public_id.hex[4:8]}".upper()


class RubricMark(models.Model):
    """The level that one assessor chose for one criterion.  A trigger refuses changes: who thinks again marks anew."""

    task = models.ForeignKey(MarkingTask, on_delete=models.PROTECT, related_name="rubric_marks")
    number = models.PositiveSmallIntegerField()
    criterion = models.CharField(max_length=64)
    level = models.CharField(max_length=64)
    points = models.CharField(max_length=FRACTION)
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = _("mark by rubric")
        verbose_name_plural = _("marks by rubric")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number", "criterion"], name="rubric_mark_once_per_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.number}/{self.criterion}"


class ReleasedMark(models.Model):
    """The points of one answer as they count: the first from the release, each later one from a correction.

    The highest ``number`` counts, for the text it names.  ``chosen`` of a correction: criterion id to level id.  A
    trigger refuses changes."""

    attempt: models.ForeignKey[Attempt, Attempt] = models.ForeignKey(
        "assessments.Attempt", on_delete=models.PROTECT, related_name="released_marks"
    )
    slot = models.PositiveSmallIntegerField()
    text_sha256 = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField(default=1)
    points = models.CharField(max_length=FRACTION)
    chosen: models.JSONField[Any, dict[str, str]] = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    # Why a released mark was corrected; empty for the release.
    reason = models.TextField(blank=True)
    decided_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("released mark")
        verbose_name_plural = _("released marks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "slot", "text_sha256", "number"], name="released_mark_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="released_mark_change_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.slot}/{self.number}"
