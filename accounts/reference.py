"""Reference data that ships with the product: regions and units.  Loading adds what is missing, nothing else.

What people have edited stays as it is: a row is recognised by its Kemendagri code or its ``external_id``, not by what
can be edited.  The source of the regions stands at the head of data/regions.tsv.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from accounts import timezones
from accounts.models import Organization, Region

PROVINCE = 2  # characters of a province's code; its kabupaten/kota begin with it
DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Loaded:
    """How many rows were added by one run."""

    regions: int
    organizations: int


def read_regions(text: str) -> list[tuple[str, str]]:
    """Pure.  (code, name) of each region in data/regions.tsv, provinces before their kabupaten/kota."""
    lines = (line.partition("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return sorted((code, name) for code, _tab, name in lines)


def split_kind(name: str) -> tuple[str, str]:
    """Pure.  'Kota Serang' -> (kota, 'Serang'); a province has no such word before its name."""
    for kind, word in ((Region.Kind.CITY, "Kota "), (Region.Kind.REGENCY, "Kabupaten ")):
        if name.startswith(word):
            return kind.value, name.removeprefix(word)
    return Region.Kind.PROVINCE.value, name


@transaction.atomic
def load() -> Loaded:
    """Add the regions and units that are missing.  Safe to repeat; never changes a row that is there."""
    regions = _load_regions(read_regions((DATA / "regions.tsv").read_text(encoding="utf-8")))
    units = yaml.safe_load((DATA / "units.yaml").read_text(encoding="utf-8"))["unit"]
    return Loaded(regions, load_units(units))


def _load_regions(rows: Iterable[tuple[str, str]]) -> int:
    """Provinces first: their kabupaten/kota name them.  One statement for each of the two levels."""
    there = dict(Region.objects.values_list("code", "pk"))
    missing = [(code, *split_kind(name)) for code, name in rows if code not in there]
    for level in (
        [row for row in missing if len(row[0]) == PROVINCE],
        [row for row in missing if len(row[0]) > PROVINCE],
    ):
        made = Region.objects.bulk_create(
            Region(code=code, name=bare, kind=kind, parent_id=there[code[:PROVINCE]] if len(code) > PROVINCE else None)
            for code, kind, bare in level
        )
        there |= {region.code: region.pk for region in made}
    return len(missing)


def load_units(units: Iterable[Mapping[str, Any]], *, is_demo: bool = False) -> int:
    """Add units given as in data/units.yaml (kunci, nama, jenis, kode, induk, wilayah, perlu_konfirmasi).

    A parent must stand before its children.  Answers how many were added.
    """
    there = set(Organization.objects.exclude(external_id=None).values_list("external_id", flat=True))
    regions = dict(Region.objects.values_list("code", "pk"))
    added = 0
    for unit in units:
        if unit["kunci"] in there:
            continue
        fields = {
            "external_id": unit["kunci"],
            "name": unit["nama"],
            "kind": Organization.Kind(unit["jenis"]),
            "code": _free_code(unit["kode"]),
            "region_id": regions[unit["wilayah"]],
            "time_zone": timezones.zone_of(unit["wilayah"]),
            "needs_confirmation": unit.get("perlu_konfirmasi", False),
            "is_demo": is_demo,
        }
        parent = unit.get("induk")
        if parent:
            Organization.objects.get(external_id=parent).add_child(**fields)
        else:
            Organization.add_root(**fields)
        added += 1
    return added


def _free_code(code: str) -> str:
    """``code``, or with a number behind it when people gave that code to another organization."""
    number, free = 1, code
    while Organization.objects.filter(code=free).exists():
        number += 1
        free = f"{code}-{number}"
    return free
