"""A list as its trainer reads it: rows by outcome, page by page, and the spreadsheets that go out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PeopleList, PeopleListRow
from accounts.people_lists.columns import FIELDS, TEMPLATE
from accounts.people_lists.reasons import sentence
from accounts.spreadsheets import Sheet, write_xlsx

PAGE_SIZE = 50
_OUTCOME = PeopleListRow.Outcome
_TONES = {_OUTCOME.NEW: "good", _OUTCOME.CHANGED: "info", _OUTCOME.KNOWN: "plain", _OUTCOME.REFUSED: "bad"}
FILTERS: dict[str, tuple[str | Promise, Q]] = {
    "semua": (gettext_lazy("All"), Q()),
    "ditolak": (_OUTCOME.REFUSED.label, Q(outcome=_OUTCOME.REFUSED)),
    "baru": (_OUTCOME.NEW.label, Q(outcome=_OUTCOME.NEW)),
    "berubah": (_OUTCOME.CHANGED.label, Q(outcome=_OUTCOME.CHANGED)),
    "ada": (_OUTCOME.KNOWN.label, Q(outcome=_OUTCOME.KNOWN)),
    "catatan": (gettext_lazy("With a remark"), ~Q(notices=[])),
}


@dataclass(frozen=True)
class Filter:
    """A link above the table: how many rows, and whether they are the ones shown."""

    key: str
    label: str | Promise
    count: int
    is_current: bool


@dataclass(frozen=True)
class Line:
    """One row in words."""

    row: PeopleListRow
    number: str
    name: str
    unit: str
    word: str
    tone: str
    reasons: list[str]
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Shown:
    """One page of rows under one filter."""

    filters: list[Filter]
    page: Page[PeopleListRow]
    lines: list[Line]
    current: str

    @property
    def query(self) -> str:
        """What the links to other pages repeat of this one's address."""
        return urlencode({"saring": self.current}) + "&"


def rows(people_list: PeopleList, *, wanted: str, page: str | int = 1) -> Shown:
    """One page under the filter ``wanted`` (unknown: all); three statements, however long the list is."""
    current = wanted if wanted in FILTERS else "semua"
    counts = people_list.rows.aggregate(**{f"n_{key}": Count("pk", filter=rule) for key, (_l, rule) in FILTERS.items()})
    shown = people_list.rows.filter(FILTERS[current][1]).select_related("organization", "person").order_by("line")
    found = Paginator(shown, PAGE_SIZE).get_page(page)
    filters = [
        Filter(key, label, counts[f"n_{key}"], key == current)
        for key, (label, _rule) in FILTERS.items()
        if counts[f"n_{key}"] or key in ("semua", current)
    ]
    return Shown(filters, found, [line_of(row) for row in found], current)


def line_of(row: PeopleListRow) -> Line:
    """A row in words; what is recorded by now stands before what was written."""
    person = row.person if row.created else None
    values = row.values
    changes = [(str(FIELDS[name]), before, after) for name, (before, after) in row.changes.items()]
    return Line(
        row,
        (person.participant_number if person else "") or values.get("number", "") or values.get("nip", ""),
        (person.full_name if person else "") or values.get("name", ""),
        row.organization.name if row.organization else values.get("unit", ""),
        str(row.get_outcome_display()),
        _TONES.get(_OUTCOME(row.outcome), "plain") if row.outcome else "plain",
        [sentence(each) for each in (*row.reasons, *row.notices)],
        changes,
    )


def template() -> bytes:
    """An empty list to fill in, and a sheet that says what each column takes."""
    told = {
        "number": _("Required, unless there is a NIP. 3 to 40 letters and digits."),
        "nip": _("18 digits, as text. May be left empty when there is a participant number."),
        "name": _("Required. Exactly as it shall be printed, with titles and accents."),
        "unit": _("Name or code of the unit. Left empty: the organizer."),
        "region": _("Only where a name stands for both, write Kabupaten or Kota before it."),
        "province": _("Helps where two regions bear one name."),
        "email": _("May be left empty; nobody needs one."),
        "phone": _("May be left empty. Its last four digits go with a first code."),
    }
    example = {
        "number": "PST-0001",
        "nip": "198705122023211012",
        "name": "Siti Nur'aini, S.Tr.Sos.",
        "unit": "Sentra Galih Pakuan",
        "region": "Kabupaten Bogor",
        "province": "Jawa Barat",
        "email": "siti@example.org",
        "phone": "0812 3456 7890",
    }
    headings, widths = list(TEMPLATE.values()), (16, 22, 36, 34, 24, 24, 28, 20)
    guide = [(TEMPLATE[field], told[field], example[field]) for field in TEMPLATE]
    return write_xlsx(
        [
            Sheet(_("Participants"), headings, [], widths),
            Sheet(_("Guide"), (_("Column"), _("What it takes"), _("Example")), guide, (22, 70, 34)),
        ]
    )


def refused_rows(people_list: PeopleList) -> bytes:
    """The refused rows as they came, each with its reasons, to be corrected and sent again."""
    width = len(people_list.headings)
    headings = [heading or _column_name(index) for index, heading in enumerate(people_list.headings)]
    refused = people_list.rows.filter(outcome=_OUTCOME.REFUSED).order_by("line")

    def cells(row: PeopleListRow) -> Sequence[str]:
        own = [*row.cells, *[""] * (width - len(row.cells))][:width]
        return [*own, str(row.line), " ".join(sentence(each) for each in row.reasons)]

    sheet = Sheet(_("Refused"), [*headings, _("Row in the list"), _("Why")], [cells(row) for row in refused])
    return write_xlsx([sheet])


def _column_name(index: int) -> str:
    return _("Column %(number)s") % {"number": index + 1}


@dataclass(frozen=True)
class Column:
    """A column of the table with what stands in it, for naming it by hand."""

    index: int
    heading: str
    examples: list[str]


def columns_of(people_list: PeopleList) -> list[Column]:
    """Every column with up to three of its first filled cells."""
    first = list(people_list.rows.order_by("line").values_list("cells", flat=True)[:20])
    found = []
    for index, heading in enumerate(people_list.headings):
        filled = [cells[index] for cells in first if index < len(cells) and cells[index]]
        found.append(Column(index, heading or _column_name(index), [cell[:40] for cell in dict.fromkeys(filled)][:3]))
    return found
