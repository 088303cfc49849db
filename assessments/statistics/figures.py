"""Pure.  The figures of a test and of its items."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from assessments.statistics.alarms import alarms
from assessments.statistics.kinds import Choice, Distribution, Item, ItemFigures, OptionFigures, Report
from assessments.statistics.moments import (
    Chosen,
    Vector,
    correlation,
    covariance,
    fisher_interval,
    kurtosis,
    skewness,
    variance,
)


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
        alarms=alarms(item, given, marks, rest, discrimination, options),
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


def _efficiency(marks: Vector, rest: Vector) -> float | None:
    """What part of the discrimination that these marks could have had is there, in percent."""
    together, most = covariance(marks, rest), covariance(np.sort(marks), np.sort(rest))
    return None if together is None or not most else 100 * together / most


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


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None
