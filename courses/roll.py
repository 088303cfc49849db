"""Pure.  Everybody on the list of an angkatan as light rows: who fits a filter and a search, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Whoever follows an angkatan and was not seen for so long counts as silent.
SILENT_AFTER: Final = timedelta(days=7)
EVERYBODY: Final = "semua"
BY_NAME: Final = "nama"


@dataclass(frozen=True)
class Seat:
    """One person of an angkatan.  ``seen_at`` is the last sign-in, reading or answer; None means never."""

    pk: int
    name: str
    number: str
    unit: str
    status: str
    read: int
    begun: bool
    has_signed_in: bool
    name_confirmed: bool
    seen_at: datetime | None
    cohort_id: int = 0

    @property
    def is_following(self) -> bool:
        return self.status == "active"

    @property
    def has_left(self) -> bool:
        return self.status == "dropped"

    def silent_for(self, at: datetime) -> timedelta | None:
        """How long a following person who was here once has not been seen; None unless that is long."""
        if not self.is_following or self.seen_at is None or at - self.seen_at < SILENT_AFTER:
            return None
        return at - self.seen_at


@dataclass(frozen=True)
class Filter:
    """A link above a table: how many there are, and whether it is the one shown."""

    key: str
    label: str | Promise
    count: int
    is_current: bool


Rule = Callable[[Seat, datetime], bool]
SILENT: Final = "diam"
NEVER_HERE: Final = "belum-masuk"
FILTERS: dict[str, tuple[str | Promise, Rule]] = {
    EVERYBODY: (_("All"), lambda one, at: not one.has_left),
    "belum-mulai": (_("Not started"), lambda one, at: one.is_following and not one.begun),
    "berjalan": (_("In progress"), lambda one, at: one.is_following and one.begun),
    SILENT: (_("Silent"), lambda one, at: one.silent_for(at) is not None),
    "selesai": (_("Completed"), lambda one, at: one.status == "completed"),
    NEVER_HERE: (_("Never signed in"), lambda one, at: one.is_following and not one.has_signed_in),
    "nama": (_("Name not confirmed"), lambda one, at: not one.has_left and not one.name_confirmed),
    "keluar": (pgettext_lazy("enrolment", "Left"), lambda one, at: one.has_left),
}
_STATES = ("dropped", "active", "completed")
ORDERS: dict[str, tuple[str | Promise, Callable[[Seat], Any]]] = {
    BY_NAME: (_("Name"), lambda one: one.name.casefold()),
    "nomor": (_("Number"), lambda one: one.number),
    "unit": (_("Unit"), lambda one: one.unit.casefold() or None),
    "modul": (_("Modules"), lambda one: one.read),
    "terlihat": (_("Last seen"), lambda one: one.seen_at),
    "keadaan": (_("State"), lambda one: (_STATES.index(one.status), one.begun, one.has_signed_in)),
}


@dataclass(frozen=True)
class Asked:
    """Which people a page shows: an address as data.  ``lacking`` is "kind:key" of a requirement, or empty."""

    filter: str = EVERYBODY
    search: str = ""
    order: str = BY_NAME
    lacking: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """From an address or a posted form; what is not known falls back to everybody by name."""
        wanted = given.get("saring", "")
        return cls(
            filter=wanted if wanted in FILTERS else EVERYBODY,
            search=given.get("cari", "").strip()[:100],
            order=given.get("urut", "")[:120] or BY_NAME,
            lacking=given.get("kurang", "")[:100],
        )

    @property
    def fields(self) -> dict[str, str]:
        """Names and values of the address, without what is usual."""
        order = "" if self.order == BY_NAME else self.order
        named = {"saring": self.filter, "cari": self.search, "kurang": self.lacking, "urut": order}
        return {name: value for name, value in named.items() if value}

    @property
    def query(self) -> str:
        """What links to other pages repeat of this one's address."""
        return urlencode(self.fields) + "&"

    @property
    def rest(self) -> str:
        """What links to another filter keep: the search, the order and what is lacking."""
        kept = {name: value for name, value in self.fields.items() if name != "saring"}
        return f"&{urlencode(kept)}" if kept else ""

    @property
    def descending(self) -> bool:
        return self.order.startswith("-")

    @property
    def order_key(self) -> str:
        return self.order.removeprefix("-")

    def turned(self, key: str) -> str:
        """The address that orders by ``key``, the other way round when it does already."""
        order = f"-{key}" if self.order == key else key
        return urlencode({**self.fields, "urut": order})


def counts(seats: Iterable[Seat], *, at: datetime) -> dict[str, int]:
    """How many people each filter holds."""
    found = dict.fromkeys(FILTERS, 0)
    for seat in seats:
        for key, (_label, rule) in FILTERS.items():
            found[key] += rule(seat, at)
    return found


def chosen(seats: Iterable[Seat], asked: Asked, *, at: datetime, among: set[int] | None = None) -> list[Seat]:
    """Those who fit filter and search, by name; ``among`` narrows it to these enrolments."""
    rule, wanted = FILTERS[asked.filter][1], asked.search.casefold()
    found = [
        seat
        for seat in seats
        if rule(seat, at)
        and (wanted in seat.name.casefold() or wanted in seat.number.casefold() or wanted in seat.unit.casefold())
        and (among is None or seat.pk in among)
    ]
    return sorted(found, key=lambda seat: (seat.name.casefold(), seat.pk))


def ordered(seats: Iterable[Seat], asked: Asked, value_of: Callable[[Seat], Any]) -> list[Seat]:
    """By ``value_of``; whoever has no value stands last, whichever way; equals stay by name."""
    rows = [(seat, value_of(seat)) for seat in seats]
    known = [(seat, comparable(value)) for seat, value in rows if value is not None and value != ""]
    known.sort(key=lambda row: row[1], reverse=asked.descending)
    return [seat for seat, _value in known] + [seat for seat, value in rows if value is None or value == ""]


def comparable(value: Any) -> Any:
    """Words by their letters, numbers by size; a lazy word is said first."""
    return value if isinstance(value, int | float | Decimal | datetime | tuple) else str(value).casefold()
