"""Pure.  Variance, covariance and the like, as the statistics of a test define them; ``None`` where undefined."""

from __future__ import annotations

from math import atanh, sqrt, tanh
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Chosen = NDArray[np.bool_]
NORMAL_95: Final = 1.959963984540054


def variance(values: Vector) -> float | None:
    """With n - 1; exactly 0 where all are equal.  None below two values."""
    if len(values) < 2:
        return None
    return 0.0 if constant(values) else float(values.var(ddof=1))


def skewness(values: Vector) -> float | None:
    """k3 / k2^1.5 from k-statistics; None below three values, or where all are equal."""
    s = len(values)
    if s < 3 or constant(values):
        return None
    away = values - values.mean()
    k2 = float((away**2).sum()) / (s - 1)
    k3 = s * float((away**3).sum()) / ((s - 1) * (s - 2))
    return float(k3 / k2**1.5)


def kurtosis(values: Vector) -> float | None:
    """k4 / k2^2 from k-statistics (0 for a normal distribution); None below four values, or where all are equal."""
    s = len(values)
    if s < 4 or constant(values):
        return None
    away = values - values.mean()
    m2, m4 = float((away**2).mean()), float((away**4).mean())
    k2 = s * m2 / (s - 1)
    k4 = s**2 * ((s + 1) * m4 - 3 * (s - 1) * m2**2) / ((s - 1) * (s - 2) * (s - 3))
    return float(k4 / k2**2)


def covariance(first: Vector, second: Vector) -> float | None:
    """With n - 1; exactly 0 where one does not vary.  None below two people."""
    if len(first) < 2:
        return None
    if constant(first) or constant(second):
        return 0.0
    return float(((first - first.mean()) * (second - second.mean())).sum() / (len(first) - 1))


def correlation(first: Vector, second: Vector) -> float | None:
    """Pearson's; None where one of them does not vary."""
    if len(first) < 2 or constant(first) or constant(second):
        return None
    one, other = first - first.mean(), second - second.mean()
    return float(np.clip((one * other).sum() / sqrt(float((one**2).sum()) * float((other**2).sum())), -1, 1))


def fisher_interval(percent: float | None, n: int) -> tuple[float, float] | None:
    """95 % interval of a correlation given in percent; None below four people."""
    if percent is None or n < 4:
        return None
    if abs(percent) >= 100:
        return percent, percent
    z, half = atanh(percent / 100), NORMAL_95 / sqrt(n - 3)
    return 100 * tanh(z - half), 100 * tanh(z + half)


def constant(values: Vector) -> bool:
    """Equal but for the rounding of sums of fractions."""
    return bool(np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max())))
