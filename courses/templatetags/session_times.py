"""When a session is, as people here read it: "Selasa, 24 November 2026, 09.00-10.30 WITA"."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format

from accounts import timezones
from courses.models import LiveSession

register = template.Library()


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Day and hours in ``zone``; the second day is named only when it is another one."""
    tz = ZoneInfo(zone)
    start, end = starts_at.astimezone(tz), ends_at.astimezone(tz)
    until = date_format(end, "H.i") if start.date() == end.date() else date_format(end, "j F Y, H.i")
    return f"{date_format(start, 'l, j F Y, H.i')}-{until} {timezones.abbreviation(zone)}"


@register.filter
def when(session: LiveSession, zone: str) -> str:
    """Day and hours of a session in ``zone``."""
    return span(session.starts_at, session.ends_at, zone)


@register.filter
def hour(value: datetime, zone: str) -> str:
    """An hour of the clock with its zone: "09.05 WIB"."""
    return f"{date_format(value.astimezone(ZoneInfo(zone)), 'H.i')} {timezones.abbreviation(zone)}"


@register.filter
def clock(value: datetime, zone: str) -> str:
    """An hour of the clock with seconds, for intervals: "09.05.20"."""
    return date_format(value.astimezone(ZoneInfo(zone)), "H.i.s")
