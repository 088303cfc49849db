"""The transparency log: what was done to certificates and keys, in an order that can only grow.

An entry is written in the transaction of the change it tells of and has no position yet; the signing worker numbers
it.  Triggers on both databases keep entries, checkpoints, gaps and reconciliations as they are.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.register import Certificate
from certificates.models.rules import AwardKind


class LogEntry(models.Model):
    """One change.  ``details`` are the committed facts with their salt, ``entry`` what everybody may read."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        FILED = "filed", _("File made")
        LIFTED = "lifted", _("Signature renewed for the long term")
        SUSPENDED = "suspended", _("Suspended")
        REINSTATED = "reinstated", _("Suspension lifted")
        REVOKED = "revoked", _("Revoked")
        REPLACED = "replaced", _("Replaced")
        ERASED = "erased", _("Name erased")
        KEY_ADDED = "key_added", _("Key added")
        KEY_RETIRED = "key_retired", _("Key retired")
        KEY_COMPROMISED = "key_compromised", _("Key compromised")
        LOST = "lost", _("Lost with a database")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, null=True, related_name="log_entries")
    key_id = models.CharField(max_length=40, blank=True)
    # Empty only for an entry that came back after a restore without its facts.
    details = models.TextField(blank=True)
    entry = models.TextField()
    # The leaf's place in the tree, from 0; given once, by the signing worker.
    position = models.PositiveBigIntegerField(null=True, unique=True)

    class Meta:
        verbose_name = _("Log entry")
        verbose_name_plural = _("Log entries")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "kind"],
                condition=Q(kind__in=["issued", "filed", "revoked", "replaced", "erased"]),
                name="log_entry_once_per_certificate",
            ),
            models.UniqueConstraint(
                fields=["key_id", "kind"],
                condition=Q(kind__in=["key_added", "key_retired"]),
                name="log_entry_once_per_key",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(position=None), name="log_entry_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class LogCheckpoint(models.Model):
    """A size of the tree for which we signed the root.  ``frontier`` are the roots of its perfect subtrees."""

    size = models.PositiveBigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    frontier: models.JSONField[Any, list[str]] = models.JSONField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Checkpoint")
        verbose_name_plural = _("Checkpoints")
        ordering = ["size"]

    def __str__(self) -> str:
        return f"{self.size}"


class Reconciliation(models.Model):
    """How issuing was opened again after a restore: what was known outside, what came back, what is lost."""

    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    # The tree of the restored database, the largest one known outside, and how far it could be rebuilt.
    size_restored = models.PositiveBigIntegerField()
    size_known = models.PositiveBigIntegerField()
    size_rebuilt = models.PositiveBigIntegerField()
    # Checkpoints that the tree cannot be made to agree with any more (their notes).
    given_up: models.JSONField[Any, list[str]] = models.JSONField(default=list)
    findings: models.JSONField[Any, list[str]] = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Reconciliation")
        verbose_name_plural = _("Reconciliations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(by="") & ~Q(reason=""), name="reconciliation_says_who_and_why")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class NumberGap(models.Model):
    """Numbers that no certificate of this register bears and none ever will: handed out before a restore, or skipped
    because nobody can say whether they were."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="gaps")
    issuer_key = models.UUIDField()
    kind = models.CharField(max_length=12, choices=AwardKind.choices)
    year = models.PositiveSmallIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    # Up to here a source outside the database proves the hand-over; beyond it an operator skipped to be safe.
    last_known = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("Gap in the numbers")
        verbose_name_plural = _("Gaps in the numbers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer_key", "kind", "year", "first"], name="number_gap_once"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="number_gap_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.first}-{self.last}"


class WitnessMail(models.Model):
    """One checkpoint on its way to the witness: a row of an outbox, as ``cms.models.Delivery`` is for people.

    ``public_id`` names the hand-over for good, so that a mail that is repeated after a crash can be recognised.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    checkpoint = models.OneToOneField(LogCheckpoint, on_delete=models.PROTECT, related_name="mail")
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("Mail to the witness")
        verbose_name_plural = _("Mails to the witness")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.checkpoint_id}"
