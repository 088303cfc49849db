"""The event table: who did what, where, why and when.  Rows are added, never changed (triggers, both databases)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Action, organizations_where

if TYPE_CHECKING:
    from accounts.models.people import User


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, obj: models.Model) -> Self:
        """Events about ``obj``, oldest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=object_key(obj)).order_by("at", "pk")

    def visible_to(self, user: User) -> Self:
        """What one did oneself, what is about oneself, and what happened in organizations one administers."""
        managed = organizations_where(user, Action.MANAGE_ORGANIZATION)
        about_me = Q(object_type="accounts.user", object_id=str(user.public_id))
        return self.filter(Q(actor=user) | about_me | Q(organization__in=managed))


class Event(models.Model):
    """One thing that happened.  ``verb`` is a stable word such as 'code.issued'; ``details`` holds ids and facts."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    object_label = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id", "at"], name="event_about")]
        constraints = [
            models.CheckConstraint(condition=~Q(verb="") & ~Q(object_id=""), name="event_says_what_about_whom")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.object_label}"


def object_key(obj: models.Model) -> str:
    """Pure.  How an object is named in events: its public id, else its primary key."""
    return str(getattr(obj, "public_id", None) or obj.pk)
