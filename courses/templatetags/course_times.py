"""Dates and times as people here read them: "30 November 2026, 23.59 WITA"."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import timezones
from courses.models import Cohort

register = template.Library()


@register.filter
def moment(value: datetime | None, zone: str) -> str:
    """A moment in ``zone``, with its abbreviation; empty for None."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    return f"{spelled(local.date())}, {local:%H.%M} {timezones.abbreviation(zone)}"


@register.filter
def moment_to_second(value: datetime | None, zone: str) -> str:
    """A moment in ``zone`` with its seconds: "30 November 2026, 23.59.07 WITA"; empty for None."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'j F Y')}, {date_format(local, 'H.i.s')} {timezones.abbreviation(zone)}"


@register.filter
def days(cohort: Cohort) -> str:
    """First to last day with the zone, for example "1 - 30 November 2026 (WITA)"."""
    first = date_format(cohort.starts_on, "j F Y")
    if cohort.ends_on is None:
        text = _("from %(first)s, open-ended") % {"first": first}
    elif cohort.ends_on == cohort.starts_on:
        text = first
    else:
        text = f"{_start(cohort.starts_on, cohort.ends_on)} - {date_format(cohort.ends_on, 'j F Y')}"
    return f"{text} ({cohort.abbreviation})"


def _start(first: date, last: date) -> str:
    """Pure.  The first day without what the last day says anyway."""
    if first.year != last.year:
        return date_format(first, "j F Y")
    return str(first.day) if first.month == last.month else date_format(first, "j F")


@register.filter
def has_ended(cohort: Cohort, at: datetime) -> bool:
    """Whether the angkatan's time is over at ``at``."""
    return cohort.has_ended(at=at)


@register.filter
def jp(value: Decimal | str) -> str:
    """JP without a useless decimal: "2", "1,5"."""
    return _jp(str(value), get_language())


def spelled(day: date) -> str:
    """A day as people write it: "30 November 2026"."""
    return _spelled(day, get_language())


# Spelling a day or a number costs more than most of what a page does, and the same ones come again and again.
@lru_cache(maxsize=4096)
def _spelled(day: date, _language: str | None) -> str:
    return date_format(day, "j F Y")


@lru_cache(maxsize=256)
def _jp(value: str, _language: str | None) -> str:
    amount = Decimal(value)
    return number_format(amount, 0 if amount == amount.to_integral_value() else 1)


@register.filter
def local_day(value: datetime | None, zone: str) -> str:
    """The day of a moment in ``zone``: "30 November 2026"."""
    return date_format(value.astimezone(ZoneInfo(zone)), "j F Y") if value else ""
