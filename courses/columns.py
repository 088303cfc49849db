"""What upper apps know about the people of an angkatan, as columns: marks, attendance, certificates.

``courses`` never imports upward, so an app registers a source in its ``AppConfig.ready()``::

    register_column_source(mark_columns)           # mark_columns(enrolments) -> ColumnSet

A source answers for all enrolments at once, in a number of statements that does not grow with them.  The angkatan page,
its spreadsheet and the closing report show the same columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.utils.functional import Promise

from courses.models import Enrolment

Value = str | int | Decimal | date | datetime | Promise | None
Kind = Literal["text", "number", "percent", "date", "state"]


@dataclass(frozen=True)
class Column:
    """One column.  ``percent`` values are 0 to 100; ``state`` is a word; no value is an empty cell.

    ``wide`` columns stand in the spreadsheet and the report only: a phone has no room for them.
    """

    key: str
    label: str | Promise
    kind: Kind = "text"
    wide: bool = False

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("number", "percent")


@dataclass(frozen=True)
class ColumnSet:
    """Columns in order, and the values by (enrolment id, column key)."""

    columns: Sequence[Column] = ()
    values: dict[tuple[int, str], Value] = field(default_factory=dict)

    def of(self, enrolment_id: int, key: str) -> Value:
        """The value, None where the source had none."""
        return self.values.get((enrolment_id, key))


Source = Callable[[Sequence[Enrolment]], ColumnSet]
#: The latest sign of life that an app knows, by enrolment id.
LifeSource = Callable[[Sequence[int]], dict[int, datetime]]
_sources: list[Source] = []
_life_sources: list[LifeSource] = []


def register_column_source(source: Source) -> None:
    """Add a source once; columns stand in the order of registration."""
    if source not in _sources:
        _sources.append(source)


def register_life_source(source: LifeSource) -> None:
    """Add what counts as a sign of life beside signing in and reading: ``source(enrolment_ids)``."""
    if source not in _life_sources:
        _life_sources.append(source)


def columns_of(enrolments: Sequence[Enrolment]) -> ColumnSet:
    """Every source's columns and values; the number of statements does not grow with the enrolments."""
    columns: list[Column] = []
    values: dict[tuple[int, str], Value] = {}
    for source in _sources if enrolments else ():
        found = source(enrolments)
        columns += found.columns
        values |= found.values
    return ColumnSet(columns, values)


def signs_of_life(enrolment_ids: Sequence[int]) -> dict[int, datetime]:
    """The latest moment any source knows of, by enrolment id."""
    latest: dict[int, datetime] = {}
    for source in _life_sources if enrolment_ids else ():
        for enrolment_id, at in source(enrolment_ids).items():
            if enrolment_id not in latest or latest[enrolment_id] < at:
                latest[enrolment_id] = at
    return latest
