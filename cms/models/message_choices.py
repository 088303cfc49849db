"""How each person wants to be reached, and how each organization words its messages."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from accounts import timezones
from cms.models.messaging import Delivery

if TYPE_CHECKING:
    from accounts.models import Organization

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(6, 0)


class MessagePreference(models.Model):
    """How one person wants to be reached; no row means the defaults written here."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="message_preference")
    email = models.BooleanField(_("Email"), default=True)
    push = models.BooleanField(_("Notification on the device"), default=True)
    gateway = models.BooleanField(_("WhatsApp or SMS"), default=True)
    digest = models.BooleanField(_("one summary a day instead of single messages"), default=False)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the summary"), default=7)
    quiet = models.BooleanField(_("keep quiet hours"), default=True)
    quiet_from = models.TimeField(_("quiet from"), default=QUIET_FROM)
    quiet_until = models.TimeField(_("quiet until"), default=QUIET_UNTIL)
    # Empty: the zone of the unit the person works in.
    time_zone = models.CharField(_("time zone"), max_length=20, choices=timezones.TimeZone.choices, blank=True)

    class Meta:
        verbose_name = _("message preference")
        verbose_name_plural = _("message preferences")
        constraints = [
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="preference_hour_of_day"),
            models.CheckConstraint(
                condition=Q(time_zone="") | Q(time_zone__in=timezones.TimeZone.values),
                name="preference_zone_is_indonesian",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class MutedKind(models.Model):
    """A kind of message that a person does not want on one channel.  It still stands on /pemberitahuan/."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="muted_kinds")
    kind = models.SlugField(max_length=60)
    channel = models.CharField(max_length=8, choices=Delivery.Channel.choices)
    muted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("muted kind of message")
        verbose_name_plural = _("muted kinds of messages")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="kind_muted_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.channel}"


class MessageText(PreviewableMixin, models.Model):  # type: ignore[misc]
    """The wording of one kind, for everybody or for one organization and all below it; else the text in the code."""

    kind = models.SlugField(_("kind of message"), max_length=60)
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
        help_text=_("Empty: for every organization."),
    )
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "organization"], name="message_text_once"),
            models.UniqueConstraint(fields=["kind"], condition=Q(organization=None), name="message_text_default_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} - {self.organization or '*'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever saves it, a text with an unknown placeholder is refused (ValidationError)."""
        self.clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        from cms.messaging import texts  # the package imports these models

        texts.check(self.kind, self.subject, self.text)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/messages/text_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The message as a person would read it, with the examples of its kind."""
        from cms.messaging import texts  # the package imports these models

        return {"filled": texts.example(self.kind, self.subject, self.text)}

    @property
    def label(self) -> str:
        """The kind in words."""
        from cms.messaging.kinds import known  # the package imports these models

        kind = known(self.kind)
        return str(kind.label) if kind else self.kind

    @property
    def for_whom(self) -> str:
        return str(self.organization or _("Every organization"))
