"""Somebody made a code for a person's account: said to them on every way that is open, never with the code itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import User
from accounts.timezones import abbreviation
from cms.messaging.kinds import Kind
from cms.messaging.notifying import Notice, notify_many
from cms.messaging.wishes import wishes_of
from cms.models import Delivery, Message

CODE_ISSUED = Kind(
    slug="code-issued",
    label=_("A code was made for the account"),
    placeholders={"pembuat": "Budi Santoso", "waktu": "22 November 2026 pukul 10.00 WIB"},
    default_subject="Kode masuk dibuat untuk akun Anda",
    default_text="{nama}, {pembuat} membuat kode masuk untuk akun Anda ({waktu}). Kode itu tidak pernah dikirim lewat "
    "pesan ini; mintalah langsung kepada pembuatnya. Jika Anda tidak memintanya, buka {tautan} lalu pilih “Itu bukan "
    "saya”.",
    urgent=True,
    copyable=False,
)


def tell_of_codes(people: Sequence[User], actor: User, at: datetime) -> None:
    """Tell those who can be reached outside; the others learn it with the code.  Safe to repeat."""
    wishes = wishes_of([person.pk for person in people])
    reached = [one for one in people if wishes[one.pk].channels(CODE_ISSUED, email=one.email, phone=one.phone)]
    notices = [
        Notice(
            CODE_ISSUED.slug,
            one,
            key=at.isoformat(),
            context={"pembuat": actor.full_name, "waktu": _moment(at, wishes[one.pk].zone)},
            url="/akun/",
        )
        for one in reached
    ]
    if notices:
        notify_many(notices, at=at)


def _moment(at: datetime, zone: str) -> str:
    with override("id"):
        local = at.astimezone(ZoneInfo(zone))
        return f"{date_format(local, 'j F Y')} pukul {local:%H.%M} {abbreviation(zone)}"


def unsent_deliveries(user_ids: Sequence[int]) -> QuerySet[Delivery]:
    """Rows of the outbox that reached nobody: they go away with a person whom a list brought in by mistake."""
    return Delivery.objects.filter(message__in=unheard_messages(user_ids))


def unheard_messages(user_ids: Sequence[int]) -> QuerySet[Message]:
    """Messages that were neither opened nor handed over on any way."""
    went = Delivery.objects.filter(message=OuterRef("pk"), state__in=[Delivery.State.SENT, Delivery.State.BUNDLED])
    rows = Message.objects.filter(user__in=user_ids, read_at=None, dismissed_at=None)
    return rows.filter(~Exists(went))
