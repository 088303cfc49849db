"""Single-use first codes: the way in for somebody who has no password (or lost it) and no e-mail address."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.people import User as Person
from accounts.roles import Action

if TYPE_CHECKING:
    from accounts.models.people import User


class FirstCodeQuerySet(models.QuerySet["FirstCode"]):
    def open(self, *, at: datetime) -> Self:
        """Neither used nor void nor past their last moment."""
        return self.filter(used_at=None, voided_at=None, expires_at__gt=at)

    def visible_to(self, user: User) -> Self:
        """State of one's own codes, and of those one may renew; the code itself is nowhere."""
        return self.filter(Q(user=user) | Q(user__in=Person.objects.reached_by(user, Action.ISSUE_CODE)))


class FirstCode(models.Model):
    """``digest`` is a keyed hash over person and code; the plain code is shown once and kept nowhere.

    ``wrong_digits`` counts how often the right code came with wrong four digits, ``wrong_at`` is the last time.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="first_codes")
    digest = models.CharField(max_length=64)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    wrong_digits = models.PositiveIntegerField(default=0, db_default=0)
    wrong_at = models.DateTimeField(null=True, blank=True)

    objects = FirstCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("first code")
        verbose_name_plural = _("first codes")
        ordering = ["-issued_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="first_code_has_a_life"),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(voided_at=None), name="first_code_used_or_void_not_both"
            ),
            models.CheckConstraint(
                condition=Q(wrong_digits=0) | Q(wrong_at__isnull=False), name="first_code_wrong_has_time"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(used_at=None, voided_at=None), name="first_code_one_open"
            ),
        ]

    class State(models.TextChoices):
        """What a person reads about a code; the order in which it is decided."""

        USED = "used", _("used")
        VOID = "void", pgettext_lazy("first code", "void")
        EXPIRED = "expired", pgettext_lazy("first code", "expired")
        OPEN = "open", _("not used yet")

    def __str__(self) -> str:
        return f"{self.user} {self.issued_at:%Y-%m-%d}"

    def state(self, *, at: datetime) -> State:
        """Pure.  Used, void, expired or still open at ``at``."""
        if self.used_at:
            return self.State.USED
        if self.voided_at:
            return self.State.VOID
        return self.State.EXPIRED if self.expires_at <= at else self.State.OPEN
