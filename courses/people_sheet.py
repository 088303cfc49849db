"""The table of an angkatan as a spreadsheet: everything the page shows, as filtered there, on one sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet, write_xlsx
from courses.columns import Column, Value
from courses.models import Cohort, Enrolment
from courses.people_table import Line, chosen_seats, lines_of, seats_of
from courses.roll import Asked


def sheet_of(cohort: Cohort, asked: Asked, *, at: datetime) -> bytes:
    """XLSX with all who fit ``asked``, in its order; statements do not grow with them."""
    lines, columns = lines_of(cohort, chosen_seats(cohort, seats_of(cohort), asked, at=at), at=at)
    title = _("Participants")
    return write_xlsx([Sheet(title, headings(cohort, columns), list(rows(cohort, lines)), _widths(columns))])


def headings(cohort: Cohort, columns: Sequence[Column]) -> list[str]:
    """The first row."""
    seen = _("Last seen (%(zone)s)") % {"zone": cohort.abbreviation}
    before = [_("Name"), _("Number"), _("Unit"), _("Modules read"), _("Modules")]
    return [*before, *(str(one.label) for one in columns), seen, _("Days silent"), _("Still lacks"), _("State")]


def rows(cohort: Cohort, lines: Sequence[Line]) -> Iterator[list[Cell]]:
    """One row a person, in order."""
    zone = ZoneInfo(cohort.time_zone)
    for line in lines:
        one = line.enrolment
        yield [
            one.user.full_name,
            one.user.participant_number or "",
            one.organization.name if one.organization else "",
            line.overview.modules_read,
            len(line.overview.modules),
            *(plain(cell.value) for cell in line.cells),
            line.seen_at.astimezone(zone) if line.seen_at else None,
            line.silent_days or None,
            line.lacks,
            state_word(one),
        ]


def plain(value: Value) -> Cell:
    """A lazy word said; everything else as it is."""
    return str(value) if isinstance(value, Promise) else value


def state_word(enrolment: Enrolment) -> str:
    """Where a person stands, in the word that the page's chip has."""
    if enrolment.status != Enrolment.Status.ACTIVE:
        return enrolment.get_status_display()
    if not enrolment.user.last_login:
        return _("Never signed in")
    return _("In progress") if getattr(enrolment, "begun", False) else _("Not started")


def _widths(columns: Sequence[Column]) -> list[int]:
    return [34, 18, 34, 14, 10, *(16 if one.is_numeric else 28 for one in columns), 20, 12, 44, 18]
