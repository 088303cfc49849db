"""Pure.  What record v1 may hold, member by member; nothing more and nothing less is accepted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import codes

# What the certificate's typeface can print: Latin with its marks, and the punctuation of names and titles.
_PRINTABLE: Final = re.compile("[ -~\u00a1-\u017f\u0180-\u0217\u1e00-\u1e99\u1ea0-\u1ef9‘’“”–—…ʼʻ]*")
# A run of 15 or more digits, however spaced, is a NIK (16) or NIP (18): it has no place in a promise to the public.
_PERSONAL_NUMBER: Final = re.compile(r"(?:\d[ .]?){15,}")
_HOURS: Final = re.compile(r"(0|[1-9]\d{0,3})(\.5)?")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_KINDS: Final = ("training", "competence")

# Address and code must fit a QR of 37x37 modules at level M (84 bytes).
LONGEST_ADDRESS: Final = 58

Rule = Callable[[Any, str], None]


class MalformedRecord(ValueError):
    """A record says something that record v1 cannot say; ``member`` names the place."""

    def __init__(self, member: str, why: str) -> None:
        super().__init__(f"{member}: {why}")
        self.member = member


def _demand(holds: bool, member: str, why: str) -> None:
    if not holds:
        raise MalformedRecord(member, why)


def _text(low: int, high: int) -> Rule:
    def rule(value: Any, member: str) -> None:
        _demand(isinstance(value, str), member, "not a text")
        _demand(low <= len(value) <= high, member, f"not {low} to {high} characters")
        _demand(value == value.strip() and "  " not in value, member, "stray spaces")
        _demand(unicodedata.is_normalized("NFC", value), member, "not in Unicode normal form C")
        _demand(_PRINTABLE.fullmatch(value) is not None, member, "a character that cannot be printed")
        _demand(_PERSONAL_NUMBER.search(value) is None, member, "looks like a NIK or NIP")

    return rule


def _pattern(pattern: str) -> Rule:
    compiled = re.compile(pattern)

    def rule(value: Any, member: str) -> None:
        _demand(isinstance(value, str) and compiled.fullmatch(value) is not None, member, "wrong shape")

    return rule


def _whole(low: int, high: int) -> Rule:
    def rule(value: Any, member: str) -> None:
        _demand(type(value) is int and low <= value <= high, member, f"not a whole number from {low} to {high}")

    return rule


def _one_of(*choices: object) -> Rule:
    def rule(value: Any, member: str) -> None:
        _demand(any(type(value) is type(choice) and value == choice for choice in choices), member, "unknown value")

    return rule


def _rows(rule_of_row: Rule, low: int, high: int) -> Rule:
    def rule(value: Any, member: str) -> None:
        _demand(isinstance(value, list) and low <= len(value) <= high, member, f"not {low} to {high} rows")
        for position, row in enumerate(value):
            rule_of_row(row, f"{member}[{position}]")

    return rule


def _members(**rules: Rule) -> Rule:
    def rule(value: Any, member: str) -> None:
        _demand(isinstance(value, dict), member, "not an object")
        _demand(set(value) == set(rules), member, "missing or unknown members")
        for name, rule_of_member in rules.items():
            rule_of_member(value[name], f"{member}.{name}".lstrip("."))

    return rule


def _parsed_by(parse: Callable[[str], object], why: str) -> Rule:
    def rule(value: Any, member: str) -> None:
        try:
            held = isinstance(value, str) and bool(parse(value))
        except (ValueError, ZoneInfoNotFoundError):
            held = False
        _demand(held, member, why)

    return rule


def _empty_or(other: Rule) -> Rule:
    def rule(value: Any, member: str) -> None:
        if value != "" or not isinstance(value, str):
            other(value, member)

    return rule


def _is_address(value: str) -> bool:
    parts = urlsplit(value)
    bare = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    return (
        bare
        and value == f"{parts.scheme}://{parts.netloc}"
        and value == value.lower()
        and len(value) <= LONGEST_ADDRESS
    )


def _is_instant(value: str) -> bool:
    return _INSTANT.fullmatch(value) is not None and bool(datetime.fromisoformat(value))


_DAY: Final = _parsed_by(lambda value: len(value) == 10 and date.fromisoformat(value), "not a date")
_MOMENT: Final = _parsed_by(_is_instant, "not a time in UTC")
_UUID: Final = _pattern(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEX: Final = _pattern(r"[0-9a-f]{64}")
_SALT: Final = _pattern(r"[A-Za-z0-9_-]{22}")
_JP: Final = _pattern(_HOURS.pattern)

# Legal bases of one certificate, and characters of each: more than these no record holds.
MOST_LAWS: Final = 8
LONGEST_LAW: Final = 255

_LAWS: Final = _rows(_text(1, LONGEST_LAW), 0, MOST_LAWS)
_NUMBER: Final = _text(1, 80)
_RESULT: Final = _text(1, 60)
_SIGNATORY: Final = _members(name=_text(1, 120), position=_text(1, 200), acting=_text(0, 200))
_SCHEME: Final = _members(code=_text(0, 40), title=_text(0, 255))
_UNITS: Final = _rows(_members(code=_text(1, 40), title=_text(1, 255), result=_text(1, 60)), 0, 60)
# What an award rule alone decides of a record.
_OF_RULE: Final = _members(
    result=_RESULT,
    legal_basis=_LAWS,
    signatory=_SIGNATORY,
    place=_text(0, 80),
    scheme=_SCHEME,
    units=_UNITS,
    number=_NUMBER,
)

_HOLDER: Final = _members(name=_text(1, 80), salt=_SALT)
_RECORD: Final = _members(
    format=_one_of("suluh-record"),
    version=_one_of(1),
    salt=_SALT,
    code=_parsed_by(lambda value: codes.normalize(value) == value, "not a public code"),
    number=_NUMBER,
    kind=_one_of(*_KINDS),
    demo=_one_of(0, 1),
    key=_pattern(r"[a-z0-9-]{4,40}"),
    issuer=_members(
        id=_UUID,
        name=_text(1, 200),
        place=_text(0, 80),
        address=_parsed_by(_is_address, "not a bare web address"),
        licence=_text(0, 80),
    ),
    holder=_HEX,
    course=_members(id=_UUID, code=_text(1, 40), title=_text(1, 255)),
    scheme=_SCHEME,
    edition=_members(number=_whole(1, 100_000), sha256=_HEX),
    held=_members(cohort=_text(0, 120), starts_on=_DAY, ends_on=_DAY),
    modules=_rows(_members(key=_text(1, 40), title=_text(1, 255), jp_async=_JP, jp_sync=_JP), 0, 60),
    jp=_members(total=_JP, note=_text(0, 40)),
    units=_UNITS,
    result=_RESULT,
    issued_on=_DAY,
    issued_at=_MOMENT,
    time_zone=_parsed_by(ZoneInfo, "not a time zone"),
    valid_until=_empty_or(_DAY),
    legal_basis=_LAWS,
    signatory=_SIGNATORY,
    name_confirmed_at=_MOMENT,
    replaces=_text(0, 80),
    status=_members(list=_pattern(r"[a-z0-9-]{1,40}"), index=_whole(0, 2**31 - 1)),
)


def check_record(members: Any) -> dict[str, Any]:
    """The members of a record v1, exactly.  Raises MalformedRecord."""
    _RECORD(members, "")
    record: dict[str, Any] = members
    total = sum((Decimal(row["jp_async"]) + Decimal(row["jp_sync"]) for row in record["modules"]), Decimal(0))
    _demand(Decimal(record["jp"]["total"]) == total, "jp.total", "not the sum of the modules")
    _demand(record["held"]["starts_on"] <= record["held"]["ends_on"], "held", "ends before it starts")
    _demand(not record["valid_until"] or record["valid_until"] >= record["issued_on"], "valid_until", "before issue")
    if record["kind"] == "competence":
        _demand(bool(record["issuer"]["licence"]), "issuer.licence", "competence needs a licensed issuer")
        _demand(bool(record["scheme"]["title"] and record["units"]), "scheme", "competence needs a scheme and units")
    else:
        _demand(not record["issuer"]["licence"] and not record["scheme"]["title"], "kind", "only competence has these")
    return record


def check_legal_basis(lines: list[str]) -> None:
    """Raise MalformedRecord unless a record can hold these legal bases."""
    _LAWS(lines, "legal_basis")


def check_rule(members: Any) -> None:
    """What an award rule decides, before anything is promised by it.  Raises MalformedRecord."""
    _OF_RULE(members, "")


def check_holder(member: Any) -> dict[str, str]:
    """The members of an erasable name, exactly.  Raises MalformedRecord."""
    _HOLDER(member, "holder")
    holder: dict[str, str] = member
    return holder
