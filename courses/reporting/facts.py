"""The facts of a report, gathered in one go: people, marks, attendance, certificates so far, sessions, parts of others.

Everything is said in Indonesian, as documents are, and stored as JSON; files are made of nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Cohort, LiveSession
from courses.people_sheet import state_word
from courses.people_table import Line, lines_of, seats_of
from courses.reporting.cells import pack
from courses.reporting.sections import sections
from courses.roll import Asked, chosen
from courses.templatetags.course_times import days, jp, moment

SCHEMA = 1


def gather(cohort: Cohort, *, number: int, reason: str, actor: User, at: datetime) -> dict[str, Any]:
    """What the report number ``number`` of this angkatan says as of ``at``; statements do not grow with the people."""
    with translation.override(settings.LANGUAGE_CODE):
        everybody = seats_of(cohort)
        left = sum(seat.has_left for seat in everybody)
        lines, columns = lines_of(cohort, chosen(everybody, Asked(), at=at), at=at)
        meetings = _sessions(cohort)
        parts = sections(cohort, [line.enrolment for line in lines], at=at)
        headings = [_("Name"), _("Number"), _("Unit"), _("Modules read"), *(str(one.label) for one in columns)]
        numeric = [False, False, False, True, *(one.is_numeric for one in columns)]
        return {
            "schema": SCHEMA,
            "title": _("Report of the angkatan")
            if number == 1
            else _("Supplement %(number)s") % {"number": number - 1},
            "number": number,
            "reason": reason,
            "cohort": {"name": cohort.name, "code": cohort.code, "title": cohort.title},
            "pairs": _pairs(cohort, reason=reason, actor=actor, at=at),
            "totals": _totals(lines, left, meetings),
            "people": {
                "headings": [*headings, _("Still lacks"), _("State")],
                "numeric": [*numeric, False, False],
                "wide": [False] * 4 + [one.wide for one in columns] + [False, False],
                "rows": [_row(line) for line in lines],
            },
            "sessions": [_session_row(one, cohort) for one in meetings],
            "parts": [part.as_json() for part in parts],
            "frozen_at": at.isoformat(),
        }


def _pairs(cohort: Cohort, *, reason: str, actor: User, at: datetime) -> list[tuple[str, str]]:
    trainers = cohort.trainer_links.select_related("user").order_by("user__full_name")
    edition = cohort.edition
    found = [
        (_("Training"), cohort.title),
        (_("Cohort"), f"{cohort.name} ({cohort.code})"),
        (_("Organizer"), cohort.organization.name),
        (_("When"), days(cohort)),
        (_("Trainers"), "; ".join(link.user.full_name for link in trainers)),
        (
            _("Edition"),
            _("%(number)s, %(jp)s JP") % {"number": edition.number, "jp": jp(edition.jp)} if edition else "",
        ),
        (_("As of"), moment(at, cohort.time_zone)),
        (_("Closed by") if not reason else _("Asked for by"), actor.full_name),
        (_("Reason"), reason),
    ]
    return [(label, value) for label, value in found if value]


def _totals(lines: Sequence[Line], left: int, meetings: Sequence[LiveSession]) -> list[tuple[str, str]]:
    states = Counter(line.enrolment.status for line in lines)
    live = sum((one.jp for one in meetings), Decimal(0))
    return [
        (_("Participants"), str(len(lines))),
        (_("Completed"), str(states["completed"])),
        (_("Not completed"), str(states["active"])),
        (_("Left the angkatan"), str(left)),
        (_("Live sessions"), _("%(sessions)s, %(jp)s JP") % {"sessions": len(meetings), "jp": jp(live)}),
    ]


def _row(line: Line) -> list[Any]:
    one = line.enrolment
    read = f"{line.overview.modules_read}/{len(line.overview.modules)}"
    unit = one.organization.name if one.organization else ""
    cells = [pack(cell.value) for cell in line.cells]
    return [one.user.full_name, one.user.participant_number or "", unit, read, *cells, line.lacks, state_word(one)]


def _sessions(cohort: Cohort) -> list[LiveSession]:
    came = Count("results", filter=Q(results__attended=True))
    return list(cohort.sessions.planned().select_related("facilitator").annotate(came=came).order_by("starts_at"))


def _session_row(one: LiveSession, cohort: Cohort) -> list[Any]:
    start = one.starts_at.astimezone(ZoneInfo(cohort.time_zone))
    when = f"{date_format(start, 'j F Y')}, {date_format(start, 'H.i')} {cohort.abbreviation}"
    return [when, one.title, one.led_by, one.minutes, pack(one.jp), getattr(one, "came", 0)]
