"""A table of people somebody sent, and what became of each of its rows."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.people_lists.registry import list_sources
from accounts.roles import Action, organizations_where

if TYPE_CHECKING:
    from accounts.models.organizations import Organization
    from accounts.models.people import User
    from accounts.models.regions import Region


class PeopleListQuerySet(models.QuerySet["PeopleList"]):
    def visible_to(self, user: User) -> Self:
        """Lists one sent oneself, those of organizations one runs angkatan for, and what upper apps add."""
        seen = Q(actor=user) | Q(organization__in=organizations_where(user, Action.RUN_COHORT).values("pk"))
        for source in list_sources:
            added = source(user)
            if added is not None:
                seen |= added
        return self.filter(seen)


class PeopleList(models.Model):
    """One list and its life.  ``mapping`` says which column holds which field; nobody as ``actor`` is the operator."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be named")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Being taken in")
        DONE = "done", _("Taken in")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Stopped")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="people_lists"
    )
    actor: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=100, blank=True)
    headings: models.JSONField[Any, list[str]] = models.JSONField(default=list)
    mapping: models.JSONField[Any, dict[str, int]] = models.JSONField(default=dict)
    # What follows the import: a kind that an upper app registered, and the public id of its object.
    follow_kind = models.CharField(max_length=40, blank=True)
    follow_key = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    takes_partly = models.BooleanField(default=False)
    takes_suggestions = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    # Who has it undone, from the moment of asking.
    undone_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = PeopleListQuerySet.as_manager()

    class Meta:
        verbose_name = _("people list")
        verbose_name_plural = _("people lists")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state"], condition=Q(state__in=["running", "undoing"]), name="people_list_at_work"),
            models.Index(fields=["follow_kind", "follow_key"], name="people_list_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["uploaded", "checked"], started_at=None, finished_at=None, undone_at=None)
                | Q(state__in=["running", "failed"], started_at__isnull=False, finished_at=None, undone_at=None)
                | Q(state="undoing", started_at__isnull=False, undone_at=None)
                | Q(state="done", started_at__isnull=False, finished_at__isnull=False, undone_at=None)
                | Q(state="undone", started_at__isnull=False, finished_at__isnull=False, undone_at__isnull=False),
                name="people_list_state_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.public_id)

    @property
    def to_take(self) -> int:
        """Rows that taking the list in would go through."""
        return self.new + self.changed + self.known


class PeopleListRowQuerySet(models.QuerySet["PeopleListRow"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(people_list__in=PeopleList.objects.visible_to(user))

    def standing(self) -> Self:
        """Rows that were taken in and not taken back."""
        return self.exclude(done_at=None).filter(undone_at=None)

    def waiting(self) -> Self:
        """Rows that a running list still has to take in."""
        return self.filter(done_at=None).exclude(outcome__in=["", PeopleListRow.Outcome.REFUSED])


class PeopleListRow(models.Model):
    """One row: what stood there, what was found, what became of it.

    ``reasons`` and ``notices`` are [code, {words}] (``accounts.people_lists.reasons``); ``values`` holds the fields as
    they would be stored; ``changes`` field -> [before, after]; ``key`` becomes the public id of a new person;
    ``follow_ref`` is what a follow-up made.
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("New")
        KNOWN = "known", _("Known")
        CHANGED = "changed", _("Changed")
        REFUSED = "refused", _("Refused")

    people_list = models.ForeignKey(PeopleList, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    cells: models.JSONField[Any, list[str]] = models.JSONField(default=list)
    rounded: models.JSONField[Any, list[int]] = models.JSONField(default=list)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    reasons: models.JSONField[Any, list[list[Any]]] = models.JSONField(default=list)
    notices: models.JSONField[Any, list[list[Any]]] = models.JSONField(default=list)
    values: models.JSONField[Any, dict[str, str]] = models.JSONField(default=dict)
    changes: models.JSONField[Any, dict[str, list[str]]] = models.JSONField(default=dict)
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        "accounts.Organization", models.PROTECT, null=True, related_name="+"
    )
    region: models.ForeignKey[Region | None, Region | None] = models.ForeignKey(
        "accounts.Region", models.PROTECT, null=True, related_name="+"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="list_rows"
    )
    created = models.BooleanField(default=False)
    follow_ref = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = PeopleListRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a people list")
        verbose_name_plural = _("rows of people lists")
        ordering = ["people_list", "line"]
        constraints = [
            models.UniqueConstraint(fields=["people_list", "line"], name="people_list_line_once"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(outcome__in=["new", "known", "changed"]),
                name="people_list_row_done_is_good",
            ),
            models.CheckConstraint(
                condition=Q(created=False) | Q(outcome="new"), name="people_list_row_new_is_created"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(done_at__isnull=False), name="people_list_row_undone_was_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.people_list_id}/{self.line}"
