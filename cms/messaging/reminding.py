"""Reminders that time brings: beat asks each source what is due by the state of the database.

A source answers everything that ought to have been said by now.  Saying it twice is impossible (the message is unique
per kind, key and person), so a missed tick is made good by the next one and a repeated tick changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from cms.messaging.notifying import Notice, notify_many

#: What a source answers.
Reminder = Notice
ReminderSource = Callable[[datetime], Iterable[Notice]]

_sources: list[ReminderSource] = []
logger = logging.getLogger(__name__)


def register_reminder(source: ReminderSource) -> None:
    """Add ``source(at) -> Iterable[Reminder]``; called from ``AppConfig.ready()``.  Repeating is harmless."""
    if source not in _sources:
        _sources.append(source)


def make_reminders(*, at: datetime) -> int:
    """Say everything that is due and not yet said; how many messages are new.

    A source that fails is logged and never keeps the others from speaking: it is asked again at the next tick.
    """
    made = 0
    for source in _sources:
        try:
            made += _ask(source, at)
        except Exception:
            logger.exception("reminder source failed source=%s", source.__name__)
    if made:
        logger.info("reminders made count=%s", made)
    return made


def _ask(source: ReminderSource, at: datetime) -> int:
    return sum(message.created_at == at for message in notify_many(source(at), at=at))
