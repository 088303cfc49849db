"""Pure.  What a figure raises an alarm for; a key is called wrong only when a distractor leads it beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from assessments.statistics.kinds import Item, OptionFigures
from assessments.statistics.moments import Chosen, Vector, correlation

#: Below this many people a figure is shown greyed, with its n, and raises no alarm.
FEWEST: Final = 20
WRONG_KEY, WEAK, DEAD_DISTRACTOR = "wrong_key", "weak", "dead_distractor"
WEAK_DISCRIMINATION: Final = 20
#: The key's own correlation from which on nothing is said against it.
KEY_SPEAKS_FOR_ITSELF: Final = 0.1
RESAMPLES: Final = 1000
SEED: Final = 20260101
#: Resamples drawn at once: bounds memory to some tens of megabytes for 5,000 people.
AT_ONCE: Final = 100


def alarms(
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
