"""What may end a certificate or take the name from it, and the lists that tell the world.

A revocation takes two people; a lawful erasure leaves a tombstone; a status list is signed anew and never edited.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.register import Certificate
from certificates.querysets import RevocationRequestQuerySet


class RevocationRequest(models.Model):
    """One person asks for a revocation, another one agrees (which revokes) or declines with an answer."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a second person")
        AGREED = "agreed", _("Agreed and revoked")
        DECLINED = "declined", _("Declined")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="revocation_requests")
    reason = models.CharField(_("Reason"), max_length=300)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("Answer"), max_length=300, blank=True)

    objects = RevocationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("Revocation request")
        verbose_name_plural = _("Revocation requests")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["certificate"], condition=Q(state="open"), name="revocation_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_reason"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (
                    Q(state__in=["agreed", "declined"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                ),
                name="revocation_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="revocation_refusal_has_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.state}"


class NameErasure(models.Model):
    """The tombstone of a name: who took it away, when and why.  ``files_removed_at`` is empty until the files that
    bear the name are gone from the store; the sweep finishes that."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="erasure")
    reason = models.CharField(_("Reason"), max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    files_removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Erased name")
        verbose_name_plural = _("Erased names")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="name_erasure_has_reason")]
        indexes = [models.Index(fields=["at"], name="name_erasure_at")]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.at}"


class StatusList(models.Model):
    """One Bitstring Status List of 131,072 places, under the address that its certificates name.  The newest list of
    an address takes new certificates; an old one is published as long as the house stands."""

    name = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=200)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Status list")
        verbose_name_plural = _("Status lists")
        ordering = ["id"]
        indexes = [models.Index(fields=["address", "-id"], name="status_list_newest")]

    def __str__(self) -> str:
        return self.name


class StatusListIssue(models.Model):
    """One signed edition of a list, exactly as it was served.  Append-only; the highest sequence is the current one."""

    class Purpose(models.TextChoices):
        REVOCATION = "revocation", _("Revocation")
        SUSPENSION = "suspension", _("Suspension")

    list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="issues")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    sequence = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        verbose_name = _("Issue of a status list")
        verbose_name_plural = _("Issues of status lists")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["list", "purpose", "sequence"], name="status_list_issue_sequence_once"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("made_at")), name="status_list_issue_window"),
        ]

    def __str__(self) -> str:
        return f"{self.list_id} {self.purpose} {self.sequence}"
