"""Item statistics of 5,000 attempts of 50 items with four options each: ``python -m benchmarks.statistics``.

Baseline, alternating with it in the same process: numpy's own correlation matrix of the same marks.
"""

from __future__ import annotations

import statistics as figures
import sys
import time

import numpy as np

from assessments.statistics import Choice, Item, analyse

PEOPLE, ITEMS, ROUNDS = 5_000, 50, 5


def made(seed: int = 1) -> list[Item]:
    """Ten of the fifty have a wrong key or are noise: those take the bootstrap."""
    generator = np.random.default_rng(seed)
    able = generator.normal(size=PEOPLE)
    items = []
    for place in range(ITEMS):
        chance = 1 / (1 + np.exp(-(able - generator.normal())))
        knows = generator.random(PEOPLE) < (chance if place >= 5 else 0.25)
        picked = np.where(knows, 0, generator.integers(1, 4, size=PEOPLE))
        key = 1 if 5 <= place < 10 else 0
        choices = [Choice("ABCD"[option], option == key, picked == option) for option in range(4)]
        items.append(Item(f"i{place:02d}", 1.0, (picked == key).astype(np.float64), choices))
    return items


def measure() -> list[str]:
    """Lines to print."""
    items = made()
    matrix = np.array([item.marks for item in items])
    ours, theirs = [], []
    for _round in range(ROUNDS):
        began = time.process_time()
        analyse(items)
        ours.append(time.process_time() - began)
        began = time.process_time()
        for _again in range(10):
            np.corrcoef(matrix)
        theirs.append((time.process_time() - began) / 10)
    ratio = [one / other for one, other in zip(ours, theirs, strict=True)]
    return [
        f"item statistics, {PEOPLE} attempts of {ITEMS} items: {figures.median(ours):.2f} s CPU "
        f"({min(ours):.2f} to {max(ours):.2f}); {figures.median(ratio):.0f} times a bare correlation matrix"
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(measure()) + "\n")
