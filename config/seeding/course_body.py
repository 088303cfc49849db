"""Pure.  Turns the modules of config/demo/modules.yaml into the blocks of a module's body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Block = tuple[str, dict[str, Any]]


def blocks(parts: Sequence[Mapping[str, Any]], sources: Mapping[str, Any]) -> list[Block]:
    """The parts of one module as (block name, value); ``sources`` gives the Source behind a code such as "S4"."""
    return [_block(part, sources) for part in parts]


def _block(part: Mapping[str, Any], sources: Mapping[str, Any]) -> Block:
    if "belum" in part:
        return "unconfirmed", {"text": _paragraph(part["belum"]), "where": "JDIH" if "JDIH" in part["belum"] else ""}
    if "fakta" in part:
        facts = [{"fact": _paragraph(f["teks"]), "sources": _references(f, sources)} for f in part["fakta"]]
        return "key_facts", {"title": "Ringkasan", "facts": facts}
    if "periksa" in part:
        asked = part["periksa"]
        return "check_yourself", {
            "question": asked["pertanyaan"],
            "options": [],
            "answer": _paragraph(asked["jawaban"]),
        }
    heading = f"<h2>{escape(part['judul'], quote=False)}</h2>" if "judul" in part else ""
    return "text", {"text": heading + _paragraph(part["teks"]), "sources": _references(part, sources)}


def _paragraph(text: str) -> str:
    return f"<p>{escape(' '.join(text.split()), quote=False)}</p>"


def _references(part: Mapping[str, Any], sources: Mapping[str, Any]) -> list[dict[str, Any]]:
    named = [(sources[entry["kode"]], entry.get("lokasi", "")) for entry in part.get("sumber", [])]
    return [{"source": source, "place": place} for source, place in named]
