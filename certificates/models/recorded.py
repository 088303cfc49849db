"""Earlier paper certificates of an organization: entered afterwards by one person, agreed to by another.

They were never signed electronically and no answer calls them genuine; a mistake is put right by a new row that takes
the place of the wrong one, never by editing it.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.listed_querysets import RecordedBatchQuerySet, RecordedCertificateQuerySet

if TYPE_CHECKING:
    from accounts.models import Organization, User


class RecordedBatch(models.Model):
    """What one person entered at once, a single paper or a list, and the second person's word about it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a second person")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(_("Source"), max_length=300)
    file_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    entered_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    decided_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    answer = models.CharField(_("Answer"), max_length=300, blank=True)

    objects = RecordedBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("Entry of earlier papers")
        verbose_name_plural = _("Entries of earlier papers")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="recorded_batch_has_source"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (
                    Q(state__in=["agreed", "declined"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("entered_by"))
                ),
                name="recorded_batch_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class RecordedCertificate(models.Model):
    """One earlier paper.  ``corrects`` names the row whose place this one takes; ``struck`` takes it without saying
    anything else: the entry should not have been made."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(RecordedBatch, on_delete=models.PROTECT, related_name="papers")
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(_("Certificate number"), max_length=160)
    name = models.CharField(_("Name of the holder"), max_length=200)
    training = models.CharField(_("Training"), max_length=200, blank=True)
    issued_on: models.DateField[date, date] = models.DateField(_("Issued on"))
    scan_sha256 = models.CharField(max_length=64, blank=True)
    scan_kind = models.CharField(max_length=4, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    struck = models.BooleanField(default=False)

    objects = RecordedCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("Earlier paper certificate")
        verbose_name_plural = _("Earlier paper certificates")
        ordering = ["-issued_on", "-pk"]
        indexes = [models.Index(Upper("number"), name="recorded_number")]
        constraints = [
            models.CheckConstraint(condition=~Q(number="") & ~Q(name=""), name="recorded_has_number_and_name"),
            models.CheckConstraint(condition=Q(struck=False) | Q(corrects__isnull=False), name="recorded_struck_which"),
            models.CheckConstraint(
                condition=Q(scan_sha256="", scan_kind="") | (~Q(scan_sha256="") & ~Q(scan_kind="")),
                name="recorded_scan_has_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificates:recorded", args=[self.public_id])
