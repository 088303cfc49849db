"""Pure.  Statistics of a test and of its items, after classical test theory.

The definitions are those of Moodle's "Quiz statistics calculations", with this project's decisions: an item is always
compared with the rest of the test (also one drawn from a pool), a discrimination carries its interval, and a key is
called wrong only when a distractor leads it beyond chance.  Marks are points; figures named percentages run from 0 to
100, correlations from -1 to 1; ``None`` stands for what is undefined.

Marks come as a matrix of people and items; ``nan`` says that an item did not stand on that person's paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atanh, isfinite, sqrt, tanh
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Chosen = NDArray[np.bool_]

#: Below this many people a figure is shown greyed, with its n, and raises no alarm.
FEWEST: Final = 20
NORMAL_95: Final = 1.959963984540054
RESAMPLES: Final = 1000
SEED: Final = 20260101
#: Resamples drawn at once: bounds memory to some tens of megabytes for 5,000 people.
AT_ONCE: Final = 100
#: The key's own correlation from which on nothing is said against it.
KEY_SPEAKS_FOR_ITSELF: Final = 0.1
GOOD_DISCRIMINATION, WEAK_DISCRIMINATION = 30, 20
EASY, HARD = 80, 30
GOOD_ALPHA, POOR_ALPHA = 75, 64
WRONG_KEY, WEAK, DEAD_DISTRACTOR = "wrong_key", "weak", "dead_distractor"


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


def analyse(items: Sequence[Item], *, totals: Vector | None = None, slots: Sequence[Vector] | None = None) -> Report:
    """All figures of a test.

    ``totals`` are the people's totals (default: the sum of what stood on each one's paper).  ``slots`` are the marks
    by place on the paper, for papers drawn from pools: internal consistency is a matter of the paper's places, the
    other figures of the items.  Without them it needs items that everybody was given.
    """
    if totals is None:
        totals = np.nansum(np.array([item.marks for item in items]), axis=0) if items else np.zeros(0)
    columns = [item.marks for item in items] if slots is None else list(slots)
    test = _distribution(totals, columns, len(items))
    weights = _effective_weights(items, totals)
    whole = sum(item.maximum for item in items)
    return Report(
        test,
        tuple(_figures(item, totals, weight, whole) for item, weight in zip(items, weights, strict=True)),
    )


# The test


def _distribution(totals: Vector, columns: Sequence[Vector], items: int) -> Distribution:
    n = len(totals)
    if not n:
        return Distribution(n=0, items=items)
    k2 = variance(totals)
    alpha = _alpha(columns, k2)
    # Beyond 100 only by rounding: a perfectly consistent test has no error.
    error_ratio = None if alpha is None else 100 * sqrt(max(0.0, 1 - alpha / 100))
    sd = None if k2 is None else sqrt(k2)
    return Distribution(
        n=n,
        items=items,
        mean=float(totals.mean()),
        median=float(np.median(totals)),
        sd=sd,
        skewness=skewness(totals),
        kurtosis=kurtosis(totals),
        alpha=alpha,
        error_ratio=error_ratio,
        sem=None if error_ratio is None or sd is None else error_ratio * sd / 100,
    )


def _alpha(columns: Sequence[Vector], k2: float | None) -> float | None:
    """Cronbach's alpha in percent; may be negative.  Undefined for one column, or one that not everybody was given."""
    p = len(columns)
    if p < 2 or not k2 or any(np.isnan(column).any() for column in columns):
        return None
    return 100 * p / (p - 1) * (1 - sum(variance(column) or 0.0 for column in columns) / k2)


def variance(values: Vector) -> float | None:
    """With n - 1; exactly 0 where all are equal.  None below two values."""
    if len(values) < 2:
        return None
    return 0.0 if _constant(values) else float(values.var(ddof=1))


def skewness(values: Vector) -> float | None:
    """k3 / k2^1.5 from k-statistics; None below three values, or where all are equal."""
    s = len(values)
    if s < 3 or _constant(values):
        return None
    away = values - values.mean()
    k2 = float((away**2).sum()) / (s - 1)
    k3 = s * float((away**3).sum()) / ((s - 1) * (s - 2))
    return float(k3 / k2**1.5)


def kurtosis(values: Vector) -> float | None:
    """k4 / k2^2 from k-statistics (0 for a normal distribution); None below four values, or where all are equal."""
    s = len(values)
    if s < 4 or _constant(values):
        return None
    away = values - values.mean()
    m2, m4 = float((away**2).mean()), float((away**4).mean())
    k2 = s * m2 / (s - 1)
    k4 = s**2 * ((s + 1) * m4 - 3 * (s - 1) * m2**2) / ((s - 1) * (s - 2) * (s - 3))
    return float(k4 / k2**2)


# The items


def _figures(item: Item, totals: Vector, weight: float | None, whole: float) -> ItemFigures:
    given = ~np.isnan(item.marks)
    marks, rest = item.marks[given], (totals - item.marks)[given]
    n = len(marks)
    discrimination = _percent(correlation(marks, rest))
    options = tuple(_option(choice, given, rest, totals) for choice in item.choices)
    return ItemFigures(
        id=item.id,
        n=n,
        maximum=item.maximum,
        facility=100 * float(marks.mean()) / item.maximum if n and item.maximum else None,
        sd=_share(sqrt(spread), item.maximum) if (spread := variance(marks)) is not None else None,
        intended_weight=_share(item.maximum, whole),
        effective_weight=weight,
        discrimination=discrimination,
        interval=fisher_interval(discrimination, n),
        discriminative_efficiency=_efficiency(marks, rest),
        options=options,
        alarms=_alarms(item, given, marks, rest, discrimination, options),
    )


def _effective_weights(items: Sequence[Item], totals: Vector) -> list[float | None]:
    """Blank where an item goes against the test (its covariance with the total is negative): left out of the sum."""
    roots: list[float | None] = []
    for item in items:
        given = ~np.isnan(item.marks)
        together = covariance(item.marks[given], totals[given])
        roots.append(None if together is None or together < 0 else sqrt(together))
    whole = sum(root for root in roots if root is not None)
    return [None if root is None else _share(root, whole) for root in roots]


def covariance(first: Vector, second: Vector) -> float | None:
    """With n - 1; exactly 0 where one does not vary.  None below two people."""
    if len(first) < 2:
        return None
    if _constant(first) or _constant(second):
        return 0.0
    return float(((first - first.mean()) * (second - second.mean())).sum() / (len(first) - 1))


def correlation(first: Vector, second: Vector) -> float | None:
    """Pearson's; None where one of them does not vary."""
    if len(first) < 2 or _constant(first) or _constant(second):
        return None
    one, other = first - first.mean(), second - second.mean()
    return float(np.clip((one * other).sum() / sqrt(float((one**2).sum()) * float((other**2).sum())), -1, 1))


def _efficiency(marks: Vector, rest: Vector) -> float | None:
    """What part of the discrimination that these marks could have had is there, in percent."""
    together, most = covariance(marks, rest), covariance(np.sort(marks), np.sort(rest))
    return None if together is None or not most else 100 * together / most


def fisher_interval(percent: float | None, n: int) -> tuple[float, float] | None:
    """95 % interval of a correlation given in percent; None below four people."""
    if percent is None or n < 4:
        return None
    if abs(percent) >= 100:
        return percent, percent
    z, half = atanh(percent / 100), NORMAL_95 / sqrt(n - 3)
    return 100 * tanh(z - half), 100 * tanh(z + half)


def _option(choice: Choice, given: Chosen, rest: Vector, totals: Vector) -> OptionFigures:
    chosen = choice.chosen[given]
    order = np.argsort(totals[given], kind="stable")
    thirds = tuple(_percent(float(chosen[part].mean())) if len(part) else None for part in np.array_split(order, 3))
    return OptionFigures(
        option=choice.option,
        right=choice.right,
        share=100 * float(chosen.mean()) if len(chosen) else None,
        rest_correlation=correlation(chosen.astype(np.float64), rest),
        thirds=thirds,
    )


def _alarms(
    item: Item,
    given: Chosen,
    marks: Vector,
    rest: Vector,
    discrimination: float | None,
    options: Sequence[OptionFigures],
) -> tuple[str, ...]:
    """A wrong key, or else a weak item ("review"); and options that nobody takes.  Nothing below ``FEWEST`` people."""
    if len(marks) < FEWEST:
        return ()
    found = []
    if _key_is_doubtful(item, given, marks, rest):
        found.append(WRONG_KEY)
    elif discrimination is not None and discrimination < WEAK_DISCRIMINATION:
        found.append(WEAK)
    if any(not option.right and option.share == 0 for option in options):
        found.append(DEAD_DISTRACTOR)
    return tuple(found)


def _key_is_doubtful(item: Item, given: Chosen, marks: Vector, rest: Vector) -> bool:
    """A distractor leads the key in its correlation with the rest, beyond a bootstrap's 95 % interval, and the key's
    own correlation is below 0.1.  The key speaks through the item's marks, so several right answers are one key."""
    rivals = [choice.chosen[given].astype(np.float64) for choice in item.choices if not choice.right]
    own = correlation(marks, rest)
    if own is not None and own >= KEY_SPEAKS_FOR_ITSELF:
        return False
    ahead = [rival for rival in rivals if (its := correlation(rival, rest)) is not None and its > (own or 0.0)]
    return any(low > 0 for low, _high in leads(marks, ahead, rest))


def leads(key: Vector, rivals: Sequence[Vector], rest: Vector) -> list[tuple[float, float]]:
    """95 % bootstrap intervals of (a rival's correlation with the rest - the key's), seeded: the same every time.

    A key that nobody met correlates with nothing and counts as 0.
    """
    if not rivals:
        return []
    generator = np.random.default_rng(SEED)
    n = len(rest)
    columns = np.column_stack([key, *rivals])
    columns = columns - columns.mean(axis=0)
    away = rest - rest.mean()
    # All sums that correlations are made of, so that one product of matrices gives them for a batch of resamples.
    terms = np.column_stack([away, away**2, columns, columns**2, columns * away[:, None]])
    found = []
    for start in range(0, RESAMPLES, AT_ONCE):
        count = min(AT_ONCE, RESAMPLES - start)
        weights = np.array([np.bincount(generator.integers(n, size=n), minlength=n) for _again in range(count)])
        found.append(_correlations(weights.astype(np.float64) @ terms / n, columns.shape[1]))
    correlations = np.concatenate(found)
    intervals = []
    for place in range(1, columns.shape[1]):
        lead = correlations[:, place] - correlations[:, 0]
        low, high = np.percentile(lead, [2.5, 97.5])
        intervals.append((float(low), float(high)))
    return intervals


def _correlations(sums: Vector, width: int) -> Vector:
    """From the means of ``terms`` (resamples, 2 + 3 * width) to correlations (resamples, width); 0 without spread."""
    rest_mean, rest_square = sums[:, 0], sums[:, 1]
    means, squares, products = sums[:, 2 : 2 + width], sums[:, 2 + width : 2 + 2 * width], sums[:, 2 + 2 * width :]
    together = products - means * rest_mean[:, None]
    spread = (squares - means**2) * (rest_square - rest_mean**2)[:, None]
    found: Vector = np.where(spread > 1e-15, together / np.sqrt(np.where(spread > 1e-15, spread, 1)), 0.0)
    return found


# Small parts


def _constant(values: Vector) -> bool:
    """Equal but for the rounding of sums of fractions."""
    return bool(np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max())))


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


# As data


def as_data(report: Report) -> dict[str, Any]:
    """The report as it leaves the house (docs/formats.md, "Item statistics, version 1")."""
    test = report.test
    return {
        "test": {
            name: _plain(getattr(test, name))
            for name in (
                "n",
                "items",
                "mean",
                "median",
                "sd",
                "skewness",
                "kurtosis",
                "alpha",
                "error_ratio",
                "sem",
            )
        },
        "items": [_item_as_data(item) for item in report.items],
    }


def _item_as_data(item: ItemFigures) -> dict[str, Any]:
    figures = {
        name: _plain(getattr(item, name))
        for name in (
            "n",
            "facility",
            "sd",
            "discrimination",
            "discriminative_efficiency",
            "intended_weight",
            "effective_weight",
        )
    }
    return {
        "id": item.id,
        **figures,
        "discrimination_interval": None if item.interval is None else [_plain(edge) for edge in item.interval],
        "options": [
            {
                "option": option.option,
                "right": option.right,
                "share": _plain(option.share),
                "rest_correlation": _plain(option.rest_correlation),
                "thirds": [_plain(share) for share in option.thirds],
            }
            for option in item.options
        ],
        "alarms": list(item.alarms),
    }


def _plain(value: float | int | None) -> float | int | None:
    return value if value is None or isfinite(value) else None


def guessing_score(kind: str, fractions: Sequence[float] = (), choices: int = 0) -> float | None:
    """Share of an item's marks that blind guessing brings: 0 to 1.  None where guessing has no single expectation."""
    if kind == "truefalse":
        return 0.5
    if kind == "single":
        return sum(fractions) / len(fractions) if fractions else None
    if kind == "matching":
        return 1 / choices if choices else None
    return None
