"""Units and regions as people write them: found by name or code, or answered with the nearest names."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from accounts.models import Organization, Region
from accounts.people_lists.reasons import Reason

T = TypeVar("T", Organization, Region)
_SHORT = {
    "kab": "kabupaten",
    "prov": "provinsi",
    "prop": "provinsi",
    "propinsi": "provinsi",
    "dinsos": "dinassosial",
    "kotamadya": "kota",
    "adm": "administrasi",
}
# Provinces by the names people use instead of the one in the list, by Kemendagri code.
_ALSO = {
    "11": ("NAD", "Nanggroe Aceh Darussalam"),
    "19": ("Bangka Belitung", "Babel"),
    "31": ("DKI Jakarta", "Jakarta", "DKI"),
    "34": ("DI Yogyakarta", "DIY", "Yogyakarta", "Jogja"),
    "52": ("NTB",),
    "53": ("NTT",),
}
_DINAS = (Organization.Kind.DINAS_KABKOTA, Organization.Kind.DINAS_PROVINSI)


@dataclass(frozen=True)
class Found(Generic[T]):
    """What a written name means: one thing, or a reason with the nearest names."""

    thing: T | None
    reason: Reason | None = None


class Names(Generic[T]):
    """Things by the keys people write for them; nearest keys by the letter groups they share."""

    def __init__(self) -> None:
        self._things: dict[str, dict[int, T]] = {}
        self._groups: dict[str, set[str]] = {}
        self._nearest: dict[str, list[str]] = {}

    def add(self, thing: T, *written: str) -> None:
        for key in {key_of(each) for each in written if each}:
            self._things.setdefault(key, {})[thing.pk] = thing
            for group in _groups(key):
                self._groups.setdefault(group, set()).add(key)

    def find(self, written: str) -> list[T]:
        return list(self._things.get(key_of(written), {}).values())

    def nearest(self, written: str) -> list[T]:
        """At most three things whose names come close."""
        key = key_of(written)[:80]
        if key not in self._nearest:
            shared = Counter(near for group in _groups(key) for near in self._groups.get(group, ()))
            likely = [near for near, _times in shared.most_common(12)]
            self._nearest[key] = difflib.get_close_matches(key, likely, n=3, cutoff=0.6)
        found = [next(iter(self._things[near].values())) for near in self._nearest[key]]
        return list({thing.pk: thing for thing in found}.values())


def key_of(name: str) -> str:
    """Pure.  A name or code without case, spacing and punctuation, common short forms written out."""
    words = re.sub(r"[\W_]+", " ", name).lower().split()
    return "".join(_SHORT.get(word, word) for word in words)


def _groups(key: str) -> set[str]:
    padded = f" {key} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


class Places:
    """All units and regions, read once for a whole list (two statements)."""

    def __init__(self) -> None:
        self._units: Names[Organization] = Names()
        self._regions: Names[Region] = Names()
        self._provinces: Names[Region] = Names()
        self._dinas: dict[int, Organization] = {}
        regions = {region.pk: region for region in Region.objects.all()}
        for region in regions.values():
            province = regions.get(region.parent_id) if region.parent_id else None
            self._regions.add(region, region.code, *_written(region, province))
            if province is None:
                self._provinces.add(region, region.code, *_written(region, None))
        self._parents = regions
        for unit in Organization.objects.filter(is_archived=False):
            self._units.add(unit, unit.name, unit.code)
            if unit.kind in _DINAS and unit.region_id:
                self._dinas[unit.region_id] = unit

    def unit(self, written: str) -> Found[Organization]:
        found = self._units.find(written)
        if len(found) == 1:
            return Found(found[0])
        if found:
            return Found(None, ("unit-many", {"unit": written[:200]}))
        near = "; ".join(unit.name for unit in self._units.nearest(written))
        return Found(None, ("unit-near" if near else "unit-unknown", {"unit": written[:200], "near": near}))

    def region(self, written: str, province: str) -> Found[Region]:
        """A kabupaten/kota, in ``province`` when that is written too; or the province alone."""
        if not written:
            return self._among(self._provinces, self._provinces.find(province), province)
        found = self._regions.find(written)
        inside = {parent.pk for parent in self._provinces.find(province)} if province else set()
        if inside and len(found) > 1:
            found = [region for region in found if region.parent_id in inside or region.pk in inside]
        below = [region for region in found if region.parent_id]
        return self._among(self._regions, below or found, written)

    def _among(self, names: Names[Region], found: list[Region], written: str) -> Found[Region]:
        if len(found) == 1:
            return Found(found[0])
        told = {"region": written[:200], "near": self._told(found or names.nearest(written))}
        if found:
            return Found(None, ("region-many", told))
        return Found(None, ("region-near" if told["near"] else "region-unknown", told))

    def _told(self, regions: Iterable[Region]) -> str:
        """'Kabupaten Serang (Banten); Kota Serang (Banten)'."""
        said = []
        for region in regions:
            province = self._parents.get(region.parent_id) if region.parent_id else None
            said.append(f"{region.full_name} ({province.name})" if province else region.full_name)
        return "; ".join(said)

    def dinas_of(self, region: Region) -> Organization | None:
        """The Dinas Sosial that answers for a region, if it is known here."""
        return self._dinas.get(region.pk)


def _written(region: Region, province: Region | None) -> list[str]:
    if province is None:
        return [name for each in (region.name, *_ALSO.get(region.code, ())) for name in (each, f"Provinsi {each}")]
    written = [region.full_name, region.name]
    bare = re.sub(r"^Administrasi ", "", region.name)
    if bare != region.name:
        written += [bare, f"{region.get_kind_display()} {bare}", f"{'Kota' if region.kind == 'kota' else 'Kab'} {bare}"]
    return written + [f"{each} {province.name}" for each in (region.full_name, region.name)]
