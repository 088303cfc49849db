"""Corrections shown beside a frozen text: the text itself never changes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.querysets import ErratumProposalQuerySet

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models.editions import Edition


class ErratumQuerySet(models.QuerySet["Erratum"]):
    def for_edition(self, edition: Edition) -> Self:
        """Corrections of this edition's course that are younger than it; a later edition has them in its text."""
        return self.filter(course_uuid=edition.facts["public_id"], published_at__gt=edition.frozen_at)


class Erratum(models.Model):
    """A dated correction of one module (``block`` empty) or of one block, for every edition frozen before it.

    Points at the course by its public id, because the page may be deleted while angkatan are running.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+"
    )
    course_uuid = models.UUIDField(db_index=True)
    module_key = models.CharField(max_length=20)
    block = models.CharField(max_length=8, blank=True)
    text = models.TextField(_("correction"))
    published_at = models.DateTimeField()
    published_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = ErratumQuerySet.as_manager()

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["published_at", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="erratum_says_something")]

    def __str__(self) -> str:
        return f"{self.module_key}: {self.text[:60]}"


class ErratumProposal(models.Model):
    """A correction on its way: one person words it, a publisher who is somebody else puts it beside the text."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for approval")
        PUBLISHED = "published", pgettext_lazy("erratum", "Published")
        REFUSED = "refused", pgettext_lazy("erratum", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("erratum", "Withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition: models.ForeignKey[Edition, Edition] = models.ForeignKey(
        "courses.Edition", on_delete=models.PROTECT, related_name="erratum_proposals"
    )
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+"
    )
    module_key = models.CharField(max_length=20)
    block = models.CharField(max_length=8, blank=True)
    text = models.TextField(_("correction"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    proposed_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    erratum = models.OneToOneField(Erratum, on_delete=models.PROTECT, null=True, related_name="proposal")

    objects = ErratumProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed erratum")
        verbose_name_plural = _("proposed errata")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="erratum_proposal_says_something"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None, erratum=None)
                | Q(state="published", decided_at__isnull=False, erratum__isnull=False)
                | Q(state__in=["refused", "withdrawn"], decided_at__isnull=False, erratum=None),
                name="erratum_proposal_state_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "refused"]) | ~Q(decided_by=F("proposed_by")),
                name="erratum_needs_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_key}: {self.text[:60]}"
