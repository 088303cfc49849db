"""Pure.  Who goes into which angkatan: everybody once, nobody beyond a capacity, as even as capacities allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

REGION: Final = "region"
ORDER: Final = "order"

#: What it costs to part people between two angkatan: of two provinces, of one province, of one kabupaten or kota.
_APART, _IN_PROVINCE, _IN_REGENCY = 0, 1, 4
# After every Kemendagri code.
_NOWHERE = "~"


class NotEnoughPlaces(ValueError):
    """The angkatan together have fewer places than there are people; ``lacking`` says how many."""

    def __init__(self, lacking: int) -> None:
        super().__init__(f"{lacking} places are lacking")
        self.lacking = lacking


@dataclass(frozen=True)
class Sizes:
    """How many each angkatan takes, and which of them can take one more; ``extra`` of those do."""

    base: tuple[int, ...]
    growing: tuple[bool, ...]
    extra: int


def deal(
    people: Sequence[tuple[int, str]],
    *,
    capacities: Sequence[int | None],
    taken: Sequence[int] = (),
    by: str = REGION,
) -> list[list[int]]:
    """Deal ``people`` (id, region path such as "36.04", empty if unknown) into one group per capacity (None: no limit).

    ``taken`` says how many are in each group already.  Groups end within one of each other where capacities and those
    already there allow it.  By region, neighbours in the order of the codes stay together and a boundary between
    groups falls between provinces or kabupaten where sizes leave a choice; people without a region come last.  The
    same people in the same order always give the same groups.  Raises NotEnoughPlaces; ValueError for somebody twice.
    """
    if len({person for person, _region in people}) < len(people):
        raise ValueError("somebody is in the list twice")
    sizes = sizes_of(len(people), capacities=capacities, taken=taken or [0] * len(capacities))
    if by == REGION:
        people = sorted(people, key=lambda one: one[1] or _NOWHERE)
        larger = _least_parting([region or _NOWHERE for _person, region in people], sizes)
    else:
        growing = [index for index, grows in enumerate(sizes.growing) if grows]
        larger = frozenset(growing[: sizes.extra])
    groups, start = [], 0
    for index, base in enumerate(sizes.base):
        stop = start + base + (index in larger)
        groups.append([person for person, _region in people[start:stop]])
        start = stop
    return groups


def sizes_of(count: int, *, capacities: Sequence[int | None], taken: Sequence[int]) -> Sizes:
    """Fill all groups to one level, as water would.  Raises NotEnoughPlaces."""
    if not capacities:
        raise NotEnoughPlaces(count)
    pairs = zip(capacities, taken, strict=True)
    tops = [max(there, there + count if top is None else top) for top, there in pairs]
    lacking = count - sum(top - there for top, there in zip(tops, taken, strict=True))
    if lacking > 0:
        raise NotEnoughPlaces(lacking)

    def added(level: int) -> int:
        return sum(max(0, min(top, level) - there) for top, there in zip(tops, taken, strict=True))

    low, high = 0, max(tops)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if added(middle) <= count else (low, middle - 1)
    base = tuple(max(0, min(top, low) - there) for top, there in zip(tops, taken, strict=True))
    growing = tuple(there <= low < top for top, there in zip(tops, taken, strict=True))
    return Sizes(base, growing, count - sum(base))


def _least_parting(regions: Sequence[str], sizes: Sizes) -> frozenset[int]:
    """Which growing groups take one more, so that boundaries part as few neighbours as possible; earlier ones first."""
    starts = [0]
    for base in sizes.base:
        starts.append(starts[-1] + base)
    last = len(sizes.base)

    @cache
    def best(group: int, used: int) -> tuple[int, tuple[int, ...]]:
        """Least cost of the boundaries from ``group`` on when ``used`` earlier groups took one more."""
        if group == last:
            return (0, ()) if used == sizes.extra else (10**9, ())
        choices = []
        for more in (1, 0) if sizes.growing[group] and used < sizes.extra else (0,):
            cost, rest = best(group + 1, used + more)
            cut = _cost(regions, starts[group + 1] + used + more)
            choices.append((cost + cut, -more, ((group, *rest) if more else rest)))
        cost, _more, chosen = min(choices)
        return cost, chosen

    for group in range(last, 0, -1):  # from the end, so that no chain of calls grows with the number of groups
        for used in range(min(group, sizes.extra) + 1):
            best(group, used)
    return frozenset(best(0, 0)[1])


def _cost(regions: Sequence[str], position: int) -> int:
    if not 0 < position < len(regions):
        return _APART
    before, after = regions[position - 1], regions[position]
    if before == after:
        return _IN_REGENCY
    return _IN_PROVINCE if before[:2] == after[:2] else _APART
