"""Pure: pairs of people who gave more of the same wrong answers than chance explains.

Right answers say nothing: who knows the matter answers alike.  Looked at are the questions that both answered wrongly.
Given what one of the two answered there, the other one, being wrong too, answers the same by chance with the share of
the class that did so; both people are counted in, so that a wrong answer that everybody gives is worth nothing, a rare
one much, and a small class is judged mildly.  The number of agreements is then a sum of independent draws whose upper
tail is computed exactly, from both sides, of which the milder one counts.  Times the number of pairs it is how many
such pairs chance alone is expected to make in the class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Wrong = Mapping[str, str]
"""One person's wrong answers: item -> what was answered."""

#: Fewer people make no class to compare with, fewer agreements no pattern.
FEWEST_PEOPLE = 10
FEWEST_SAME = 4
#: A pair is shown when chance alone is expected to make fewer such pairs than this in the whole class.
MOST_EXPECTED = 0.05
#: Pairs whose tail is computed exactly; the others agree less.
MOST_PAIRS = 2000


@dataclass(frozen=True)
class Pair:
    """Two places in the list of people: ``same`` of ``both`` wrong answers agree; ``expected`` such pairs by chance."""

    one: int
    other: int
    same: int
    both: int
    expected: float


def pairs(people: Sequence[Wrong]) -> list[Pair]:
    """The pairs to be shown, the least likely first."""
    if len(people) < FEWEST_PEOPLE:
        return []
    chances = shares(people)
    same, surplus = _counts(people, chances)
    upper = np.triu(same >= FEWEST_SAME, k=1) & (surplus > 0)
    order = np.argsort(-surplus[upper], kind="stable")[:MOST_PAIRS]
    number = len(people) * (len(people) - 1) / 2
    found = []
    for one, other in np.argwhere(upper)[order].tolist():
        both = sorted(people[one].keys() & people[other].keys())
        agreed = int(same[one, other])
        sides = ([chances[item, people[source][item]] for item in both] for source in (one, other))
        expected = number * max(tail(side, agreed) for side in sides)
        if expected < MOST_EXPECTED:
            found.append(Pair(one, other, agreed, len(both), expected))
    return sorted(found, key=lambda pair: (pair.expected, pair.one, pair.other))


def shares(people: Sequence[Wrong]) -> dict[tuple[str, str], float]:
    """(item, wrong answer) -> the share of those who are wrong there that gave it."""
    given = Counter((item, answer) for wrong in people for item, answer in wrong.items())
    wrong_there = Counter(item for wrong in people for item in wrong)
    return {(item, answer): count / wrong_there[item] for (item, answer), count in given.items()}


def tail(chances: Sequence[float], least: int) -> float:
    """The probability that at least ``least`` of independent draws with these chances succeed, exactly."""
    distribution = np.zeros(len(chances) + 1)
    distribution[0] = 1.0
    for chance in chances:
        distribution[1:] = distribution[1:] * (1 - chance) + distribution[:-1] * chance
        distribution[0] *= 1 - chance
    return float(distribution[least:].sum())


def _counts(people: Sequence[Wrong], chances: Mapping[tuple[str, str], float]) -> tuple[Any, Any]:
    """Matrices over pairs: the same wrong answers, and those beyond the expected in standard deviations, from the
    milder side (0 where nothing can be said)."""
    items = {item: column for column, item in enumerate(sorted({item for item, _answer in chances}))}
    answers = {answer: column for column, answer in enumerate(sorted(chances))}
    wrong_items, wrong_answers = np.zeros((len(people), len(items))), np.zeros((len(people), len(answers)))
    chance = np.zeros((len(people), len(items)))
    for row, wrong in enumerate(people):
        for item, answer in wrong.items():
            wrong_items[row, items[item]] = 1
            wrong_answers[row, answers[item, answer]] = 1
            chance[row, items[item]] = chances[item, answer]
    same = np.rint(wrong_answers @ wrong_answers.T)
    expected = wrong_items @ chance.T
    variance = wrong_items @ (chance * (1 - chance)).T
    with np.errstate(divide="ignore", invalid="ignore"):
        surplus = np.where(variance > 1e-12, (same - expected) / np.sqrt(variance), 0.0)
    return same, np.minimum(surplus, surplus.T)
