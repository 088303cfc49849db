"""A list of certificates that somebody had checked: what was asked, what the register said, and the sealed minutes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.listed_querysets import CheckedListQuerySet

if TYPE_CHECKING:
    from accounts.models import Organization, User


class CheckedList(models.Model):
    """One list and its life; the row is the queue.  ``counts`` are answers by word, frozen when the last row was
    answered; sheet and minutes are stored under their hash and named once."""

    class State(models.TextChoices):
        RUNNING = "running", _("Being checked")
        CHECKED = "checked", _("Checked, minutes being made")
        MADE = "made", _("Ready")
        FAILED = "failed", _("Stopped")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+"
    )
    actor: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    attempts = models.PositiveSmallIntegerField(default=0)
    counts: models.JSONField[Any, dict[str, int]] = models.JSONField(default=dict)
    sheet_sha256 = models.CharField(max_length=64, blank=True)
    minutes_sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    checked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    made_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    # The rows hold names that strangers typed: they go after a while, counts and minutes stay.
    emptied_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    objects = CheckedListQuerySet.as_manager()

    class Meta:
        verbose_name = _("Checked list")
        verbose_name_plural = _("Checked lists")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["state"], condition=Q(state__in=["running", "checked"]), name="checked_list_at_work"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", checked_at=None, sheet_sha256="", minutes_sha256="")
                | Q(state="checked", checked_at__isnull=False, minutes_sha256="")
                | (Q(state="made", checked_at__isnull=False, made_at__isnull=False) & ~Q(minutes_sha256=""))
                | Q(state="failed", minutes_sha256=""),
                name="checked_list_state_has_files",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class CheckedBatch(models.Model):
    """Some rows of a list, and the answer to each once they were looked up.  Rows are [line, code or number, name];
    answers [word, further cells] in the same order."""

    checked_list = models.ForeignKey(CheckedList, on_delete=models.CASCADE, related_name="batches")
    position = models.PositiveIntegerField()
    rows: models.JSONField[Any, list[list[Any]]] = models.JSONField()
    answers: models.JSONField[Any, list[list[Any]] | None] = models.JSONField(null=True)

    class Meta:
        verbose_name = _("Part of a checked list")
        verbose_name_plural = _("Parts of checked lists")
        ordering = ["checked_list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["checked_list", "position"], name="checked_batch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.checked_list_id}/{self.position}"
