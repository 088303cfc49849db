"""What sealed a certificate's file, the files that wait for a signature made elsewhere, and the later copies with
evidence for the decades after the signer's certificate has ended."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.register import Certificate
from certificates.querysets import SealRequestQuerySet


class SealEvidence(models.Model):
    """Which backend signed the file with which key, at which level and when.  Append-only; nothing secret."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="seals")
    file_sha256 = models.CharField(max_length=64, unique=True)
    backend = models.CharField(_("Signed by"), max_length=20)
    level = models.CharField(_("Level"), max_length=10)
    key_id = models.CharField(max_length=40)
    signed_at = models.DateTimeField(_("Signed at"))

    class Meta:
        verbose_name = _("Evidence of a seal")
        verbose_name_plural = _("Evidence of seals")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.backend} {self.level}"


class SealRequest(models.Model):
    """A file that is signed elsewhere: made once, signed once, and never asked for blindly a second time."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a signature")
        TAKEN = "taken", _("Downloaded for signing")
        ASKED = "asked", _("Sent; it is not known whether it was signed")
        SIGNED = "signed", _("Signed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="seal_request")
    backend = models.CharField(max_length=20)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.WAITING)
    content_sha256 = models.CharField(max_length=64)
    # Why it was not signed, in words for the operator, and as a word that programs decide by.
    problem = models.CharField(_("Problem"), max_length=40, blank=True)
    problem_kind = models.CharField(max_length=40, blank=True, default="", db_default="")
    since = models.DateTimeField(_("Since"))
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SealRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("File to be signed elsewhere")
        verbose_name_plural = _("Files to be signed elsewhere")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=~Q(state="signed"), name="seal_request_open"),
            models.Index(fields=["content_sha256"], name="seal_request_content"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.state}"


class LiftedFile(models.Model):
    """A later copy of a file: its bytes and, behind them, evidence for a time when the signer's certificate has ended.
    Append-only; the newest is what people download, the first file stays."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="lifted")
    from_sha256 = models.CharField(max_length=64, unique=True)
    file_sha256 = models.CharField(max_length=64, unique=True)
    level = models.CharField(_("Level"), max_length=10)
    lifted_at = models.DateTimeField(_("Lifted at"))
    # When the certificate of the authority that time-stamped this copy ends; empty without a time-stamp, and for copies
    # made before this was written down.
    stamped_until = models.DateTimeField(_("Time-stamp carries until"), null=True)

    class Meta:
        verbose_name = _("Later copy of a file")
        verbose_name_plural = _("Later copies of files")
        ordering = ["id"]
        indexes = [models.Index(fields=["stamped_until"], name="lifted_file_stamped_until")]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.level}"
