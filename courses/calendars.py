"""Calendars of live sessions at a secret address: one per person, one per angkatan, renewed whenever somebody likes.

Whoever has the address reads the feed, so it holds what a notice board would: titles, times, trainings.  No name of a
participant, no attendance, no join link; the link in each entry leads to our page, which asks to sign in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import User
from courses import ics
from courses.cohorts import require_may_run
from courses.models import CalendarFeed, Cohort, Enrolment, LiveSession

BYTES = 24


def feed_of(*, user: User | None = None, cohort: Cohort | None = None) -> CalendarFeed | None:
    """The address in force, of a person or of an angkatan; its token is not known any more."""
    return CalendarFeed.objects.filter(user=user, cohort=cohort, ended_at=None).first()


@transaction.atomic
def renew_own(user: User, *, at: datetime, choose: Callable[[int], str] = secrets.token_urlsafe) -> str:
    """A new token for this person's calendar, answered once; the earlier address stops working."""
    # Two clicks at once must not both find no address in force.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    return _renew(choose(BYTES), user=user, cohort=None, made_by=user, at=at)


@transaction.atomic
def renew_for_cohort(
    cohort: Cohort, *, actor: User, at: datetime, choose: Callable[[int], str] = secrets.token_urlsafe
) -> str:
    """A new token for the calendar of an angkatan, answered once.  Raises NotAllowed."""
    require_may_run(actor, cohort)
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    return _renew(choose(BYTES), user=None, cohort=cohort, made_by=actor, at=at)


def read(token: str, *, address: Callable[[LiveSession], str]) -> bytes | None:
    """The calendar behind ``token``; None for one that never was or has been renewed."""
    feed = CalendarFeed.objects.filter(token_hash=_hash(token), ended_at=None).select_related("cohort").first()
    if feed is None:
        return None
    if feed.cohort is not None:
        sessions, name = LiveSession.objects.filter(cohort=feed.cohort), feed.cohort.name
    else:
        followed = Enrolment.objects.filter(user=feed.user_id, user__is_active=True).exclude(status="dropped")
        sessions, name = LiveSession.objects.filter(cohort__in=followed.values("cohort")), _("Suluh: my sessions")
    rows = sessions.with_cohort().order_by("starts_at", "pk")
    return ics.calendar(name, [_entry(session, address(session)) for session in rows])


def _renew(token: str, *, user: User | None, cohort: Cohort | None, made_by: User, at: datetime) -> str:
    CalendarFeed.objects.filter(user=user, cohort=cohort, ended_at=None).update(ended_at=at)
    CalendarFeed.objects.create(user=user, cohort=cohort, token_hash=_hash(token), made_by=made_by, made_at=at)
    organization = cohort.organization if cohort else None
    events.record("calendar.renewed", cohort or made_by, actor=made_by, at=at, organization=organization)
    return token


def _entry(session: LiveSession, address: str) -> ics.Entry:
    facts = [session.cohort.title, session.cohort.name]
    if session.led_by:
        facts.append(_("Facilitator: %(name)s") % {"name": session.led_by})
    facts.append(_("The join link stands on the page of the session from 30 minutes before it."))
    return ics.Entry(
        uid=f"{session.public_id}@suluh",
        sequence=session.sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        changed_at=session.changed_at,
        summary=session.title,
        description="\n".join(facts),
        url=address,
        cancelled=not session.is_planned,
    )


def _hash(token: str) -> str:
    """A random token of 192 bits needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
