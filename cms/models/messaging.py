"""Messages to people: what was said, the outbox of its deliveries (wishes and wordings: ``message_choices``).

A ``Message`` is made once per (kind, key, person) and stands on /belajar/ by itself.  A ``Delivery`` is one row of
the outbox: the row is the queue, whatever task, beat or worker dies.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Action

if TYPE_CHECKING:
    from accounts.models import Organization, User

#: The kind that carries others.
DIGEST = "digest"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """Only what was said to oneself."""
        return self.filter(user=user)

    def shown(self, *, at: datetime) -> Self:
        """Whose time has come.  A summary only carries what stands here anyway."""
        return self.filter(not_before__lte=at).exclude(kind=DIGEST)

    def listed(self, *, at: datetime) -> Self:
        """All of it, unread first, then the newest."""
        read = models.Case(models.When(read_at=None, then=0), default=1)
        return self.shown(at=at).order_by(read, "-not_before", "-pk")

    def standing(self, *, at: datetime) -> Self:
        """What still stands on /belajar/: not put away, not overtaken by time.  Unread first."""
        still = Q(expires_at=None) | Q(expires_at__gt=at)
        return self.listed(at=at).filter(still, dismissed_at=None)

    def handed_on_by(self, user: User) -> Self:
        """What a trainer may hand on by WhatsApp: messages to people they may write to."""
        from accounts.models import User as Person  # the user model is ready only after the models

        return self.filter(user__in=Person.objects.reached_by(user, Action.SEND_MESSAGE))


class Message(models.Model):
    """What was said to one person, in the words of that day.  ``key`` tells two messages of one kind apart."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(max_length=60)
    key = models.CharField(max_length=120)
    user: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices"
    )
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        "accounts.Organization", models.PROTECT, null=True, related_name="+"
    )
    # What the message belongs to, such as "cohort:<uuid>": lists of one angkatan ask for it.
    about = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-not_before", "-pk"]
        indexes = [
            models.Index(fields=["user", "-not_before"], name="message_of_person"),
            models.Index(fields=["about"], condition=~Q(about=""), name="message_about"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "user"], name="message_said_once"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(key="") & ~Q(subject=""), name="message_says_something"),
            models.CheckConstraint(
                condition=Q(url="") | (Q(url__startswith="/") & ~Q(url__startswith="//")), name="message_leads_here"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class PushSubscription(models.Model):
    """One device that agreed to be woken up.  It ends when the device or its push service says so."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000)
    # Public key and secret of the device (RFC 8291), base64url as the browser gives them.
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("device for notifications")
        verbose_name_plural = _("devices for notifications")
        ordering = ["-created_at"]
        constraints = [
            # A phone that changes hands belongs to whoever registered it last.
            models.UniqueConstraint(fields=["endpoint"], condition=Q(ended_at=None), name="push_endpoint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.public_id}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state=Delivery.State.WAITING)

    def due_in_digest(self, *, at: datetime) -> Self:
        """Rows that wait for the summary of the day, whose hour has come."""
        return self.waiting().filter(next_try_at__lte=at, in_digest=True)

    def due(self, *, at: datetime) -> Self:
        """Rows that a worker may take at ``at``: their time has come and nobody holds them."""
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.waiting().filter(free, next_try_at__lte=at, in_digest=False)


class Delivery(models.Model):
    """One message on one way to one person: a row of the outbox.

    ``public_id`` names the hand-over for good: Message-ID and idempotency key are made from it, so that a hand-over
    that is repeated after a crash can be recognised by whoever receives it.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("Email")
        PUSH = "push", _("Notification on the device")
        GATEWAY = "gateway", _("WhatsApp or SMS")
        COPY = "copy", _("Copied for WhatsApp")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")
        DROPPED = "dropped", _("No longer wanted")
        BUNDLED = "bundled", _("In the summary of the day")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    subscription = models.ForeignKey(PushSubscription, models.PROTECT, null=True, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    in_digest = models.BooleanField(default=False)
    bundled_in = models.ForeignKey(Message, models.PROTECT, null=True, related_name="bundle")
    # When it was to go at first; tries and waits do not move it, so its age is seen.
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    # Who holds the row, and until when: a worker that dies gives it back by the clock.
    lease: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # What the other side said, without anything about the person.
    receipt = models.CharField(max_length=200, blank=True)
    trouble = models.CharField(max_length=80, blank=True)
    handed_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["next_try_at", "pk"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["channel"], condition=Q(state="failed"), name="delivery_failed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel"], condition=Q(subscription=None), name="delivery_once_per_channel"
            ),
            models.UniqueConstraint(
                fields=["message", "subscription"],
                condition=Q(subscription__isnull=False),
                name="delivery_once_per_device",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None) | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="delivery_settled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(lease=None, leased_until=None) | Q(lease__isnull=False, leased_until__isnull=False),
                name="delivery_lease_has_end",
            ),
            models.CheckConstraint(condition=Q(lease=None) | Q(state="waiting"), name="delivery_lease_only_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}"
