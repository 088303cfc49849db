"""Files with the quirks of their formats: what is read of them and what is written from that is frozen."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from assessments.formats import aiken, gift, gift_writing, moodle_writing, moodle_xml
from assessments.formats.exchanged import Exchange, Exchanged, Written

VECTORS = Path(__file__).parents[1] / "vectors" / "exchange"
FILES: dict[str, tuple[Callable[[bytes], Exchange], Callable[[Any], Written]]] = {
    "quirks.gift": (gift.read, gift_writing.write),
    "moodle.xml": (moodle_xml.read, moodle_writing.write),
    "as-people-write.aiken.txt": (aiken.read, aiken.write),
    "faults.aiken.txt": (aiken.read, aiken.write),
}


def told(found: Exchange) -> dict[str, Any]:
    """The reading as JSON: members that say something, fractions as text."""
    return {
        "questions": [_told(question) for question in found.questions],
        "faults": [str(one) for one in found.faults],
        "skipped": [str(one) for one in found.skipped],
        "notes": list(found.notes),
    }


def _told(question: Exchanged) -> dict[str, Any]:
    said = {name: value for name, value in vars(question).items() if value not in ("", (), None, False)}
    plain: dict[str, Any] = json.loads(json.dumps(said, default=_plain))
    return plain


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Fraction) else {k: v for k, v in vars(value).items() if v != ""}


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_quirks_is_read_and_written_as_frozen(name: str) -> None:
    read, write = FILES[name]
    with translation.override("en"):
        found = read((VECTORS / name).read_bytes())
        assert told(found) == json.loads((VECTORS / f"{name}.read.json").read_text())
        written = write(found.questions)
    frozen = (VECTORS / f"{name.partition('.')[0]}.written.{name.rpartition('.')[2]}").read_bytes()
    assert written.data == frozen
    again = read(frozen)
    assert (again.faults, again.skipped) == ((), ())
    assert write(again.questions).data == frozen


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["quirks.gift", "as-people-write.aiken.txt"])
def test_encodings_and_line_ends_do_not_matter(name: str, newline: str, encoding: str) -> None:
    text = (VECTORS / name).read_text().replace("Bumi itu bulat", "Bumi itu bulât – ya")
    read = FILES[name][0]
    found = read(text.replace("\n", newline).encode(encoding))
    assert (found.questions, found.faults, found.skipped) == (
        (plain := read(text.encode())).questions,
        plain.faults,
        plain.skipped,
    )
    assert bool(found.notes) >= (encoding == "cp1252" and "â" in text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_moodle_xml_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    text = (VECTORS / "moodle.xml").read_text().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    plain = moodle_xml.read((VECTORS / "moodle.xml").read_bytes())
    assert moodle_xml.read(text.encode(encoding)).questions == plain.questions
    assert moodle_xml.read(codecs.BOM_UTF8 + (VECTORS / "moodle.xml").read_bytes()).questions == plain.questions


def test_nothing_that_runs_survives() -> None:
    for name in ("quirks.gift", "moodle.xml"):
        said = str(FILES[name][0]((VECTORS / name).read_bytes()).questions)
        assert "<" not in said.replace("a < b", "").replace(" < 5", "").split("notes")[0]
        for sign in ("alert(1)", 'alert("x")', "onerror=", "javascript:"):
            assert sign not in said
