"""A wrong name on an issued certificate, or a lost paper: one person asks, another agrees, a new certificate replaces
the old one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.assignments import kinds
from certificates.models.register import Certificate
from certificates.querysets import ReplacementEvidenceQuerySet, ReplacementRequestQuerySet


def evidence_storage() -> Storage:
    """Scans of private papers: served by a view to the few who may see them, never by a web server's folder."""
    return storages["evidence"]


class ReplacementRequest(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a second person")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction of the name")
        DUPLICATE = "duplicate", _("Duplicate of a lost paper")

    class Stage(models.TextChoices):
        """What the asker reads: the decision, and whether its certificate is there yet."""

        OPEN = "open", _("Waiting for a second person")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")
        ISSUED = "issued", _("Agreed and issued")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="replacement_requests")
    kind = models.CharField(
        _("Kind"), max_length=10, choices=Kind.choices, default=Kind.CORRECTION, db_default=Kind.CORRECTION
    )
    proposed_name = models.CharField(_("Correct name, as it is to be printed"), max_length=200)
    reason = models.CharField(_("Reason"), max_length=300)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("Answer"), max_length=300, blank=True)

    objects = ReplacementRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("Replacement request")
        verbose_name_plural = _("Replacement requests")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(state__in=["open", "agreed"]), name="replacement_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (
                    Q(state__in=["agreed", "declined"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                ),
                name="replacement_request_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.state}"

    @property
    def stage(self) -> Stage:
        """Where the request stands.  Reads the certificate's successor: select ``certificate__replaced_by`` with it."""
        if self.state == self.State.AGREED and hasattr(self.certificate, "replaced_by"):
            return self.Stage.ISSUED
        return self.Stage(self.state)

    @property
    def stage_word(self) -> str:
        return str(self.stage.label)


class ReplacementEvidence(models.Model):
    """A scan or photo that proves what the request says.  The bytes go some time after the decision
    (``evidence.forget_old``); the row stays and says that there was one, and when it was removed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(ReplacementRequest, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=4, choices=kinds.CHOICES)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=evidence_storage, max_length=200, blank=True)
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = ReplacementEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Evidence of a replacement request")
        verbose_name_plural = _("Evidence of replacement requests")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(removed_at=None) & ~Q(file="")) | Q(removed_at__isnull=False, file=""),
                name="replacement_evidence_there_or_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.public_id}"
