"""Pure.  What a record may hold, version by version and member by member; nothing more and nothing less is accepted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from . import codes
from .shapes import (
    MalformedRecord,
    Rule,
    demand,
    empty_or,
    members,
    one_of,
    parsed_by,
    pattern,
    rows,
    text,
    whole,
)

__all__ = [
    "LONGEST_ADDRESS",
    "LONGEST_LAW",
    "MOST_LAWS",
    "NEWEST",
    "MalformedRecord",
    "check_holder",
    "check_legal_basis",
    "check_record",
    "check_rule",
    "text_of_today",
]

# What the typefaces of each version can print.  Version 1: Latin with its marks, and the punctuation of names and
# titles.  Version 2 (rendering/fonts): Javanese and Arabic letters besides, and no soft hyphen, which nobody sees.
_LATIN: Final = "\u0180-\u0217\u1e00-\u1e99\u1ea0-\u1ef9‘’“”–—…ʼʻ"
_JAVANESE: Final = "\ua980-\ua9cd\ua9cf-\ua9d9\ua9de-\ua9df"
_ARABIC: Final = "\u060c\u0620-\u0655\u0660-\u0669\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f"
_PRINTABLE_1: Final = re.compile(f"[ -~\u00a1-\u017f{_LATIN}]*")
_PRINTABLE_2: Final = re.compile(f"[ -~\u00a1-\u00ac\u00ae-\u017f{_LATIN}{_JAVANESE}{_ARABIC}]*")
_HOURS: Final = re.compile(r"(0|[1-9]\d{0,3})(\.5)?")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_KINDS: Final = ("training", "competence")

# Address and code must fit a QR of 37x37 modules at level M (84 bytes).
LONGEST_ADDRESS: Final = 58


def _text_1(low: int, high: int) -> Rule:
    return text(low, high, _PRINTABLE_1)


def text_of_today(low: int, high: int) -> Rule:
    """A text that the paper of today prints.  A mark without the letter below it would stand on a circle that nobody
    typed."""
    rule_of_letters = text(low, high, _PRINTABLE_2)

    def rule(value: Any, member: str) -> None:
        rule_of_letters(value, member)
        if not value[:1].isascii():
            demand(not unicodedata.category(value[0]).startswith("M"), member, "begins with a mark")

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


_DAY: Final = parsed_by(lambda value: len(value) == 10 and date.fromisoformat(value), "not a date")
_MOMENT: Final = parsed_by(_is_instant, "not a time in UTC")
_UUID: Final = pattern(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEX: Final = pattern(r"[0-9a-f]{64}")
_SALT: Final = pattern(r"[A-Za-z0-9_-]{22}")
_JP: Final = pattern(_HOURS.pattern)

# Legal bases of one certificate, and characters of each: more than these no record holds.
MOST_LAWS: Final = 8
LONGEST_LAW: Final = 255

_LANGUAGES: Final = ("id", "id-en")
# Who signs the paper: our own seal, BSrE e-sign, or the signatory with a certificate of their own.
SIGNINGS: Final = ("own-seal", "bsre", "signatory")
REPLACEMENTS: Final = ("correction", "duplicate")


def _set(*kinds: str, version: int) -> dict[str, Rule]:
    """How a paper is set, since version 2."""
    templates = one_of(*(f"{kind}-{version}" for kind in kinds))
    return {"language": one_of(*_LANGUAGES), "template": templates, "design": empty_or(_HEX)}


@dataclass(frozen=True)
class _Schema:
    """The rules of one version: a whole record, the erasable name, the legal bases, what an award rule decides."""

    record: Rule
    holder: Rule
    laws: Rule
    rule: Rule


def _issuer(words: Callable[[int, int], Rule]) -> Rule:
    return members(
        id=_UUID,
        name=words(1, 200),
        place=words(0, 80),
        address=parsed_by(_is_address, "not a bare web address"),
        licence=words(0, 80),
    )


def _schema(version: int, words: Callable[[int, int], Rule], **added: Rule) -> _Schema:
    laws = rows(words(1, LONGEST_LAW), 0, MOST_LAWS)
    number, result, place = words(1, 80), words(1, 60), words(0, 80)
    signatory = members(name=words(1, 120), position=words(1, 200), acting=words(0, 200))
    scheme = members(code=words(0, 40), title=words(0, 255))
    units = rows(members(code=words(1, 40), title=words(1, 255), result=words(1, 60)), 0, 60)
    record = members(
        format=one_of("suluh-record"),
        version=one_of(version),
        salt=_SALT,
        code=parsed_by(lambda value: codes.normalize(value) == value, "not a public code"),
        number=number,
        kind=one_of(*_KINDS),
        demo=one_of(0, 1),
        key=pattern(r"[a-z0-9-]{4,40}"),
        issuer=_issuer(words),
        holder=_HEX,
        course=members(id=_UUID, code=words(1, 40), title=words(1, 255)),
        scheme=scheme,
        edition=members(number=whole(1, 100_000), sha256=_HEX),
        held=members(cohort=words(0, 120), starts_on=_DAY, ends_on=_DAY),
        modules=rows(members(key=words(1, 40), title=words(1, 255), jp_async=_JP, jp_sync=_JP), 0, 60),
        jp=members(total=_JP, note=words(0, 40)),
        units=units,
        result=result,
        issued_on=_DAY,
        issued_at=_MOMENT,
        time_zone=parsed_by(ZoneInfo, "not a time zone"),
        valid_until=empty_or(_DAY),
        legal_basis=laws,
        signatory=signatory,
        name_confirmed_at=_MOMENT,
        replaces=words(0, 80),
        status=members(list=pattern(r"[a-z0-9-]{1,40}"), index=whole(0, 2**31 - 1)),
        **added,
    )
    of_rule = members(
        result=result, legal_basis=laws, signatory=signatory, place=place, scheme=scheme, units=units, number=number
    )
    return _Schema(record, members(name=words(1, 80), salt=_SALT), laws, of_rule)


_SCHEMAS: Final = {
    1: _schema(1, _text_1),
    2: _schema(2, text_of_today, **_set(*_KINDS, version=2)),
    3: _schema(
        3,
        text_of_today,
        signing=one_of(*SIGNINGS),
        replacement=members(kind=one_of("", *REPLACEMENTS), issued_on=empty_or(_DAY)),
        **_set(*_KINDS, version=3),
    ),
}
NEWEST: Final = max(_SCHEMAS)


def check_record(members: Any) -> dict[str, Any]:
    """The members of a record of any version, exactly.  Raises MalformedRecord."""
    version = members.get("version") if isinstance(members, dict) else None
    schema = _SCHEMAS.get(version) if type(version) is int else None
    if schema is None:
        raise MalformedRecord("version", "unknown version")
    schema.record(members, "")
    record: dict[str, Any] = members
    _check_sums(record)
    _check_kind(record)
    if record["version"] > 2:
        _check_replacement(record)
    return record


def _check_sums(record: dict[str, Any]) -> None:
    total = sum((Decimal(row["jp_async"]) + Decimal(row["jp_sync"]) for row in record["modules"]), Decimal(0))
    demand(Decimal(record["jp"]["total"]) == total, "jp.total", "not the sum of the modules")
    demand(record["held"]["starts_on"] <= record["held"]["ends_on"], "held", "ends before it starts")
    demand(not record["valid_until"] or record["valid_until"] >= record["issued_on"], "valid_until", "before issue")


def _check_replacement(record: dict[str, Any]) -> None:
    said = record["replacement"]
    halves = {bool(record["replaces"]), bool(said["kind"]), bool(said["issued_on"])}
    demand(len(halves) == 1, "replacement", "half said")


def _check_kind(record: dict[str, Any]) -> None:
    if record["version"] > 1:
        demand(record["template"] == f"{record['kind']}-{record['version']}", "template", "another kind's template")
    if record["kind"] == "competence":
        demand(bool(record["issuer"]["licence"]), "issuer.licence", "competence needs a licensed issuer")
        demand(bool(record["scheme"]["title"] and record["units"]), "scheme", "competence needs a scheme and units")
    else:
        demand(not record["issuer"]["licence"] and not record["scheme"]["title"], "kind", "only competence has these")


def check_legal_basis(lines: list[str]) -> None:
    """Raise MalformedRecord unless a record of today can hold these legal bases."""
    _SCHEMAS[NEWEST].laws(lines, "legal_basis")


def check_rule(members: Any) -> None:
    """What an award rule decides, before anything is promised by it.  Raises MalformedRecord."""
    _SCHEMAS[NEWEST].rule(members, "")


def check_holder(member: Any, version: int = NEWEST) -> dict[str, str]:
    """The members of an erasable name beside a record of this version, exactly.  Raises MalformedRecord."""
    _SCHEMAS[version].holder(member, "holder")
    holder: dict[str, str] = member
    return holder
