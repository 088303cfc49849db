"""The queue of certificates to be: one row per enrolment and frozen rule, moved only by conditional updates."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.rules import AwardKind, AwardMode
from certificates.querysets import AwardQuerySet


class Award(models.Model):
    """One enrolment's way to one certificate.  ``state`` says what the row waits for; ``ready`` is the signing
    worker's queue.  A replacement has an award of its own, which names the certificate it replaces."""

    class State(models.TextChoices):
        WAITING_REQUIREMENTS = "waiting_requirements", _("Waiting for the remaining requirements")
        WAITING_EVIDENCE = "waiting_evidence", _("Waiting for signed practice evidence")
        WAITING_NAME = "waiting_name", _("Waiting for the name to be confirmed")
        WAITING_APPROVAL = "waiting_approval", _("Waiting for the graduation to be approved")
        WAITING_DECISION = "waiting_decision", _("Waiting for the competence decision")
        WAITING_LICENCE = "waiting_licence", _("Waiting for a valid LSP licence")
        READY = "ready", _("Being issued")
        PAUSED = "paused", _("Issuing is paused")
        ISSUED = "issued", _("Issued")
        REFUSED = "refused", _("Not awarded")
        BLOCKED = "blocked", _("Held up; an administrator must look")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey("courses.Enrolment", on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey("courses.EditionPart", on_delete=models.PROTECT, related_name="+")
    rule_key = models.CharField(max_length=64)
    # Copies of the frozen rule, for lists: the rule itself is ``part.json``.
    issuer = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=AwardKind.choices)
    mode = models.CharField(max_length=10, choices=AwardMode.choices)
    state = models.CharField(_("State"), max_length=20, choices=State.choices)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    # Of a row that is held up: another number template would help (``renumbering``), nothing else.
    about_number = models.BooleanField(default=False)
    since = models.DateTimeField(_("Since"), help_text=_("When the present state began."))
    created_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "certificates.Certificate", on_delete=models.PROTECT, null=True, related_name="replacing_award"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("Award")
        verbose_name_plural = _("Awards")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "rule_key"], condition=Q(replaces=None), name="award_once_per_enrolment_and_rule"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "blocked"]) | ~Q(reason=""), name="award_held_up_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="ready"), name="award_ready"),
            models.Index(
                fields=["state", "id"],
                condition=Q(
                    state__in=["waiting_requirements", "waiting_evidence", "waiting_name", "waiting_licence", "paused"]
                ),
                name="award_may_move",
            ),
            models.Index(
                fields=["issuer", "id"],
                condition=Q(state__in=["waiting_name", "waiting_approval", "waiting_decision"]),
                name="award_to_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id} {self.state}"


class Decision(models.Model):
    """Who decided on an award, when and why: the approval of a graduation or of competence.  Append-only; the last
    row counts, so a candidate who was not yet competent can be decided on again."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="decisions")
    accepted = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    # The protocol that names this decision; decisions on competence stand alone, with their grounds.
    graduation = models.ForeignKey(
        "certificates.Graduation", on_delete=models.PROTECT, null=True, related_name="decisions"
    )

    class Meta:
        verbose_name = _("Decision")
        verbose_name_plural = _("Decisions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(accepted=True) | ~Q(reason=""), name="decision_refusal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}: {'yes' if self.accepted else 'no'}"
