"""Say something to people: the message and its rows of the outbox, in the transaction of what caused them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TypedDict

from django.conf import settings
from django.db import transaction

from accounts.models import Organization, User
from cms.messaging import texts
from cms.messaging.kinds import LINK, NAME, Kind, kind_of
from cms.messaging.timing import next_clock
from cms.messaging.wishes import Wish, wishes_of
from cms.models import Delivery, Message

Name = tuple[str, str, int]  # kind, key, person
#: So many people are told in one round of statements.
ROUND = 500


class When(TypedDict):
    next_try_at: datetime
    in_digest: bool


@dataclass(frozen=True)
class Notice:
    """One thing to say to one person.  ``key`` makes it unique among messages of its kind to this person.

    ``context`` holds the kind's placeholders, ``url`` a path of ours.  ``organization`` chooses the wording, ``about``
    names what it belongs to ("cohort:<uuid>"); it is shown and sent from ``not_before`` until ``until``.
    """

    kind: str
    user: User
    key: str
    context: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    organization: Organization | None = None
    about: str = ""
    not_before: datetime | None = None
    until: datetime | None = None


def notify(
    kind: str,
    user: User,
    *,
    key: str,
    context: Mapping[str, str],
    url: str = "",
    at: datetime,
    not_before: datetime | None = None,
    organization: Organization | None = None,
    about: str = "",
    until: datetime | None = None,
) -> Message:
    """Say ``kind`` to ``user`` once per ``key``.  Safe to repeat: the message made first is returned as it stands.

    Raises UnknownKind, KeyError for a placeholder without value.  Nothing is sent before the transaction commits.
    """
    notice = Notice(kind, user, key, context, url, organization, about, not_before, until)
    return notify_many([notice], at=at)[0]


def notify_many(notices: Iterable[Notice], *, at: datetime) -> list[Message]:
    """``notify`` for many people; the number of statements does not grow with them (per round of 500).

    Answers one message per notice, in their order.
    """
    wanted = list(notices)
    made: list[Message] = []
    for start in range(0, len(wanted), ROUND):
        made += _one_round(wanted[start : start + ROUND], at)
    return made


def _one_round(notices: Sequence[Notice], at: datetime) -> list[Message]:
    said = _standing(notices)
    new = [notice for notice in notices if _name(notice) not in said]
    if new:
        said |= _say(new, at)
    return [said[_name(notice)] for notice in notices]


@transaction.atomic
def _say(notices: Sequence[Notice], at: datetime) -> dict[Name, Message]:
    """Messages and deliveries stand or fall together: there is no message that nobody sends."""
    wordings = texts.Wordings(notice.kind for notice in notices)
    drafts = {_name(notice): _draft(notice, wordings, at) for notice in reversed(notices)}
    Message.objects.bulk_create(drafts.values(), ignore_conflicts=True)
    standing = _standing(notices)
    # What another transaction said first keeps its own public id: only ours gets rows in the outbox.
    ours = [standing[name] for name, draft in drafts.items() if standing[name].public_id == draft.public_id]
    if ours:
        _enqueue(ours, {notice.user.pk: notice.user for notice in notices}, at)
    return standing


def _name(notice: Notice) -> Name:
    return (notice.kind, notice.key, notice.user.pk)


def _standing(notices: Sequence[Notice]) -> dict[Name, Message]:
    rows = Message.objects.filter(
        kind__in={n.kind for n in notices}, key__in={n.key for n in notices}, user__in={n.user.pk for n in notices}
    )
    return {(row.kind, row.key, row.user_id): row for row in rows}


def _draft(notice: Notice, wordings: texts.Wordings, at: datetime) -> Message:
    kind = kind_of(notice.kind)
    subject, text = wordings.wording(kind, notice.organization)
    values = {NAME: notice.user.full_name, LINK: settings.PUBLIC_BASE_URL + notice.url, **notice.context}
    start = notice.not_before or at
    until = notice.until or (start + kind.useful_for if kind.useful_for else None)
    return Message(
        kind=kind.slug,
        key=notice.key,
        user=notice.user,
        organization=notice.organization,
        about=notice.about,
        subject=texts.one_line(texts.fill(subject, values))[:200],
        text=texts.fill(text, values),
        url=notice.url,
        urgent=kind.urgent,
        created_at=at,
        not_before=start,
        expires_at=until,
    )


def _enqueue(messages: Sequence[Message], people: Mapping[int, User], at: datetime) -> None:
    """One row of the outbox for each way on which each message goes; a task is only a hint that there are some."""
    from cms.tasks import send_messages  # the task module imports what sends

    wishes = wishes_of({message.user_id for message in messages})
    rows = [row for m in messages for row in _rows(m, people[m.user_id], wishes[m.user_id])]
    Delivery.objects.bulk_create(rows)
    if any(row.next_try_at <= at for row in rows):
        send_messages.enqueue()


def _rows(message: Message, person: User, wish: Wish) -> list[Delivery]:
    kind = kind_of(message.kind)
    ways = wish.channels(kind, email=person.email, phone=person.phone)
    return [
        Delivery(message=message, channel=channel, subscription=device, due_at=when["next_try_at"], **when)
        for channel, device in ways
        for when in [_when(kind, message, channel, wish)]
    ]


def _when(kind: Kind, message: Message, channel: str, wish: Wish) -> When:
    """Urgent at once; else after the quiet hours, or with the e-mail summary of the day for who chose it."""
    start = message.not_before
    if kind.urgent:
        return When(next_try_at=start, in_digest=False)
    chosen = wish.preference
    if chosen.digest and channel == Delivery.Channel.EMAIL:
        return When(next_try_at=next_clock(start, time(chosen.digest_hour), wish.zone), in_digest=True)
    return When(next_try_at=wish.quiet.after(start) if wish.quiet else start, in_digest=False)
