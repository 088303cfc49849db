"""The summary of the day: several e-mails that are not urgent become one, at the hour the person chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cms.messaging import texts
from cms.messaging.kinds import Kind, kind_of
from cms.messaging.timing import next_clock
from cms.messaging.wishes import Wish, wishes_of
from cms.models import Delivery, Message
from cms.models.messaging import DIGEST

DIGEST_KIND = Kind(
    slug=DIGEST,
    label=_("Summary of the day"),
    placeholders={"jumlah": "3"},
    default_subject="Ringkasan hari ini: {jumlah} pemberitahuan",
    default_text="Ada {jumlah} pemberitahuan untuk Anda.",
    copyable=False,
)
#: People taken up in one run.
MOST_PEOPLE = 200


def bundle_due(*, at: datetime) -> int:
    """Make a summary for everybody whose hour has come; how many were made.  Repeating makes none twice."""
    due = Delivery.objects.due_in_digest(at=at).order_by("message__user").values_list("message__user", flat=True)
    people = list(due.distinct()[:MOST_PEOPLE])
    if not people:
        return 0
    wishes = wishes_of(people)
    return sum(_bundle(user_id, wishes[user_id], at) for user_id in people)


@transaction.atomic
def _bundle(user_id: int, wish: Wish, at: datetime) -> bool:
    """One person's rows into one message, or each on its own way again when there is only one."""
    # The lock makes a second worker wait and then find nothing left.
    rows = list(
        Delivery.objects.due_in_digest(at=at)
        .filter(message__user=user_id)
        .select_for_update(of=("self",))
        .select_related("message__user")
        .order_by("pk")
    )
    rows = _useful(rows, at)
    ids = [row.pk for row in rows]
    if len(rows) < 2:
        Delivery.objects.filter(pk__in=ids).update(in_digest=False)
        return False
    day = at.astimezone(ZoneInfo(wish.zone)).date().isoformat()
    if Message.objects.filter(kind=DIGEST, key=day, user=user_id).exists():  # one a day: the rest waits for tomorrow
        tomorrow = next_clock(at, time(wish.preference.digest_hour), wish.zone)
        Delivery.objects.filter(pk__in=ids).update(next_try_at=tomorrow)
        return False
    summary = _summary(rows, day, at)
    Delivery.objects.create(message=summary, channel=Delivery.Channel.EMAIL, due_at=at, next_try_at=at)
    Delivery.objects.filter(pk__in=ids).update(state=Delivery.State.BUNDLED, settled_at=at, bundled_in=summary)
    return True


def _useful(rows: Sequence[Delivery], at: datetime) -> list[Delivery]:
    """Without what was read on the site meanwhile, or has been overtaken by time."""
    stale = [row.pk for row in rows if row.message.read_at or (row.message.expires_at and row.message.expires_at <= at)]
    Delivery.objects.filter(pk__in=stale).update(
        state=Delivery.State.DROPPED, settled_at=at, trouble="overtaken before the summary"
    )
    return [row for row in rows if row.pk not in stale]


def _summary(rows: Sequence[Delivery], day: str, at: datetime) -> Message:
    person: User = rows[0].message.user
    kind = kind_of(DIGEST)
    subject, text = texts.Wordings([DIGEST]).wording(kind, None)
    values = {
        "nama": person.full_name,
        "tautan": f"{settings.PUBLIC_BASE_URL}/pemberitahuan/",
        "jumlah": str(len(rows)),
    }
    return Message.objects.create(
        kind=DIGEST,
        key=day,
        user=person,
        subject=texts.one_line(texts.fill(subject, values))[:200],
        text="\n\n".join([texts.fill(text, values), *(_item(row.message) for row in rows)]),
        url="/pemberitahuan/",
        created_at=at,
        not_before=at,
    )


def _item(message: Message) -> str:
    link = f"\n{settings.PUBLIC_BASE_URL}{message.url}" if message.url else ""
    return f"* {message.subject}\n{message.text.strip()}{link}"
