"""The register: public keys, number sequences, certificates and the history of their status.

A certificate's facts live in its canonical record; columns repeat what lists and look-ups need.  A trigger on both
databases refuses to change an issued fact: links may only become empty, a file may be named once, and the name
member may be erased.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.models.rules import AwardKind
from certificates.querysets import CertificateQuerySet, SigningKeyQuerySet


class SigningKey(models.Model):
    """A public key of ours, kept for ever: a retired key still judges what it signed inside its window.

    How it ended is written once (a trigger sees to it); only a theft may turn out to have been earlier than thought.
    """

    class Purpose(models.TextChoices):
        RECORD = "record", _("Record signature (K1, Ed25519)")
        CODE = "code", _("Code on the paper (K2, P-256)")
        SEAL = "seal", _("Seal of the PDF (K3, X.509)")
        TOKEN = "token", _("Token for other systems (K4, P-256)")
        SIGNATORY = "signatory", _("Signature made elsewhere (X.509)")

    key_id = models.CharField(max_length=40, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    algorithm = models.CharField(max_length=30)
    public_key = models.TextField()
    certificates: models.JSONField[Any, list[str]] = models.JSONField(default=list)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    is_demo = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    retired_at = models.DateTimeField(_("Retired"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("Not trusted from"), null=True, blank=True)
    revoked_reason = models.CharField(_("Reason"), max_length=300, blank=True, default="", db_default="")

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Public signing key")
        verbose_name_plural = _("Public signing keys")
        ordering = ["not_before", "key_id"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key_id}"


class NumberSequence(models.Model):
    """The last number given out; taken inside the issuing transaction, so an abandoned one leaves no gap."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=AwardKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "year"], name="number_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.kind} {self.year}: {self.last}"


class Certificate(models.Model):
    """One issued certificate: a frozen record with its signature, and the file made from it once."""

    # Not entered among the uses of a page: ten thousand would bury them, and a course may be deleted without us.
    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("Code"), max_length=40, unique=True)
    number = models.CharField(_("Number"), max_length=160)
    kind = models.CharField(_("Kind"), max_length=12, choices=AwardKind.choices)
    issuer_key = models.UUIDField()
    number_year = models.PositiveSmallIntegerField()
    number_sequence = models.PositiveIntegerField()
    record_text = models.TextField()
    record_sha256 = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    key_id = models.CharField(max_length=40)
    name_member = models.TextField(blank=True)
    training = models.CharField(_("Training"), max_length=200)
    time_zone = models.CharField(max_length=40)
    issued_at = models.DateTimeField(_("Issued at"))
    issued_on = models.DateField(_("Issued on"))
    valid_until = models.DateField(_("Valid until"), null=True)
    is_demo = models.BooleanField(default=False)
    status_list = models.CharField(max_length=40)
    status_index = models.PositiveIntegerField()
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    # The file is named once, after it has been rendered, signed and stored; the picture when first asked for.
    file_sha256 = models.CharField(max_length=64, blank=True)
    picture_sha256 = models.CharField(max_length=64, blank=True)
    # Made before the file and carried by it; empty for what was issued before there were any.  The token (base64url)
    # names the holder and goes with the name.
    credential_sha256 = models.CharField(max_length=64, blank=True, default="")
    token = models.TextField(blank=True, default="")
    # Live rows may go; what was promised stays.
    award = models.OneToOneField("certificates.Award", on_delete=models.SET_NULL, null=True, related_name="certificate")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    enrolment = models.ForeignKey("courses.Enrolment", on_delete=models.SET_NULL, null=True, related_name="+")
    course = models.ForeignKey("courses.CoursePage", on_delete=models.SET_NULL, null=True, related_name="+")
    issuer = models.ForeignKey("accounts.Organization", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("Certificate")
        verbose_name_plural = _("Certificates")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer_key", "number"], name="certificate_number_once"),
            models.UniqueConstraint(
                fields=["issuer_key", "kind", "number_year", "number_sequence"], name="certificate_sequence_once"
            ),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="certificate_status_index_once"),
            models.CheckConstraint(
                condition=Q(file_sha256="", picture_sha256="") | ~Q(file_sha256=""), name="certificate_file_first"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(file_sha256=""), name="certificate_without_file"),
            models.Index(Upper("number"), name="certificate_number"),
            models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="certificate_lapsing"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificates:show", args=[self.code])


class StatusChange(models.Model):
    """What happened to a certificate after its issue.  Append-only; the last row is the status."""

    class Status(models.TextChoices):
        VALID = "valid", _("Valid")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")
        REPLACED = "replaced", _("Replaced")

    #: After these nothing happens any more.
    ENDINGS = (Status.REVOKED, Status.REPLACED)

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="status_changes")
    status = models.CharField(max_length=10, choices=Status.choices)
    reason = models.CharField(_("Reason"), max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Status change")
        verbose_name_plural = _("Status changes")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="status_change_has_reason"),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(status__in=["revoked", "replaced"]),
                name="status_change_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.status}"
