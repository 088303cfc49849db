"""Pure.  What goes into the statistics of a test, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assessments.statistics.moments import Chosen, Vector


@dataclass(frozen=True)
class Distribution:
    """The totals of the people, in points; ``alpha`` and ``error_ratio`` in percent, ``sem`` in points."""

    n: int
    items: int
    mean: float | None = None
    median: float | None = None
    sd: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    alpha: float | None = None
    error_ratio: float | None = None
    sem: float | None = None


@dataclass(frozen=True)
class OptionFigures:
    """``share``: percent of ``n`` who chose it; ``thirds``: the same among the low, middle and high third by total."""

    option: str
    right: bool
    share: float | None
    rest_correlation: float | None
    thirds: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class ItemFigures:
    """One item: ``interval`` is the 95 % interval of ``discrimination`` (Fisher z); weights and the like in percent."""

    id: str
    n: int
    maximum: float
    facility: float | None = None
    sd: float | None = None
    intended_weight: float | None = None
    effective_weight: float | None = None
    discrimination: float | None = None
    interval: tuple[float, float] | None = None
    discriminative_efficiency: float | None = None
    options: tuple[OptionFigures, ...] = ()
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One option of an item: who chose it (a mask over all people), and whether the key calls it right."""

    option: str
    right: bool
    chosen: Chosen


@dataclass(frozen=True)
class Item:
    """``marks``: points of every person, nan where the item was not on the paper."""

    id: str
    maximum: float
    marks: Vector
    choices: Sequence[Choice] = field(default=())


@dataclass(frozen=True)
class Report:
    test: Distribution
    items: tuple[ItemFigures, ...]
