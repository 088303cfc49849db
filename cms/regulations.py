"""Loads regulations and sources from a content file (see config/demo/rujukan.yaml for the shape).

Repeating changes nothing, and what somebody has edited since is never overwritten: a row that exists stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from cms.models import Regulation, RegulationRelation, Source

SHORT_NAME = re.compile(
    r"(?P<kind>UU|PP|Perpres|Permensos|Kepmensos|Perdirjen|Kepdirjen|Perda|Pergub)\s+"
    r"(?:(?P<number>\d+)\s*/\s*(?P<year>\d{4})|Nomor\s+(?P<number2>\d+)\s+Tahun\s+(?P<year2>\d{4}))",
    re.IGNORECASE,
)
# Keys of the file that say what a regulation does, or what is done to it (then the named one is the subject).
RELATIONS = {"mengubah": ("mengubah", False), "diubah_oleh": ("mengubah", True), "mengganti": ("mengganti", False),
             "diganti_oleh": ("mengganti", True), "melaksanakan": ("melaksanakan", False)}  # fmt: skip


@dataclass
class Loaded:
    """What a file names: ``sources`` by its key (S4), ``regulations`` by short name (Permensos 15/2025)."""

    sources: dict[str, Source] = field(default_factory=dict)
    regulations: dict[str, Regulation] = field(default_factory=dict)


@transaction.atomic
def load(data: Mapping[str, Any], *, namespace: str = "") -> Loaded:
    """Load ``peraturan`` and ``sumber`` of a content file and find what its ``pelatihan.dasar_hukum`` names.

    ``namespace`` keeps the source keys (S0, F01) of several files apart.
    """
    loaded = Loaded()
    rows = data.get("peraturan") or []
    for row in rows:
        regulation = _regulation(row)
        loaded.regulations[regulation.short_name] = regulation
    for row in rows:
        _relations(row)
    for key, row in (data.get("sumber") or {}).items():
        loaded.sources[key] = _source(f"{namespace}{key}", row)
    for row in (data.get("pelatihan") or {}).get("dasar_hukum") or []:
        for regulation in named_in(row["nama"]):
            loaded.regulations[regulation.short_name] = regulation
    return loaded


def named_in(text: str) -> list[Regulation]:
    """Regulations of ours that a sentence names ("Permensos 7/2021", "UU Nomor 14 Tahun 2019"), in its order."""
    found = []
    for match in SHORT_NAME.finditer(text):
        number, year = match["number"] or match["number2"], match["year"] or match["year2"]
        regulation = Regulation.objects.filter(kind=match["kind"].lower(), number=number, year=int(year)).first()
        if regulation is not None and regulation not in found:
            found.append(regulation)
    return found


def _regulation(row: Mapping[str, Any]) -> Regulation:
    kind = slugify(row["jenis"])
    known = kind if kind in Regulation.Kind.values else Regulation.Kind.OTHER
    since = row.get("berlaku_sejak")
    regulation: Regulation = Regulation.objects.get_or_create(
        kind=known,
        number=str(row["nomor"]),
        year=int(row["tahun"]),
        defaults={
            "title": row["tentang"],
            "status": row.get("status", Regulation.Status.UNKNOWN),
            "note": row.get("catatan", ""),
            "in_force_from": date.fromisoformat(str(since)) if since else None,
        },
    )[0]
    return regulation


def _relations(row: Mapping[str, Any]) -> None:
    this = _regulation(row)
    for key, (kind, reverse) in RELATIONS.items():
        for other in named_in(str(row.get(key, ""))):
            subject, target = (other, this) if reverse else (this, other)
            RegulationRelation.objects.get_or_create(regulation=subject, kind=kind, target=target)


def _source(key: str, row: Mapping[str, Any]) -> Source:
    """A row whose reference is an address is a page; its words then stand in ``keterangan``."""
    reference = str(row["rujukan"])
    is_address = reference.startswith(("http://", "https://"))
    kind = row.get("jenis", "")
    source: Source = Source.objects.get_or_create(
        external_id=key,
        defaults={
            "kind": kind if kind in Source.Kind.values else Source.Kind.OTHER,
            "title": (row.get("keterangan") or reference) if is_address else reference,
            "address": reference if is_address else "",
            "note": "" if is_address else row.get("keterangan", ""),
        },
    )[0]
    return source
