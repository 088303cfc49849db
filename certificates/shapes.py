"""Pure.  Rules for the members of a frozen JSON: what is not allowed is refused, by the place where it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfoNotFoundError

# A run of 15 or more digits, however spaced, is a NIK (16) or NIP (18): it has no place in a promise to the public.
_PERSONAL_NUMBER: Final = re.compile(r"(?:\d[ .]?){15,}")
# ASCII that every rule of texts takes: words one space apart, too few digits for a personal number.
_PLAIN: Final = re.compile(r"(?!(?:[^0-9]*+[0-9]){15})(?:[!-~]++(?: [!-~]++)*+)?")

Rule = Callable[[Any, str], None]


class MalformedRecord(ValueError):
    """A record says something that its version cannot say; ``member`` names the place."""

    def __init__(self, member: str, why: str) -> None:
        super().__init__(f"{member}: {why}")
        self.member = member


def demand(holds: bool, member: str, why: str) -> None:
    """Raise MalformedRecord about this member unless ``holds``."""
    if not holds:
        raise MalformedRecord(member, why)


def text(low: int, high: int, letters: re.Pattern[str]) -> Rule:
    """A text of ``low`` to ``high`` of these letters, in normal form, without stray spaces and personal numbers."""

    def rule(value: Any, member: str) -> None:
        if type(value) is str and low <= len(value) <= high and _PLAIN.fullmatch(value):
            return  # what nearly every text is; a scan reads some fifty of them
        demand(isinstance(value, str), member, "not a text")
        demand(low <= len(value) <= high, member, f"not {low} to {high} characters")
        demand(value == value.strip() and "  " not in value, member, "stray spaces")
        demand(unicodedata.is_normalized("NFC", value), member, "not in Unicode normal form C")
        demand(letters.fullmatch(value) is not None, member, "a character that cannot be printed")
        demand(_PERSONAL_NUMBER.search(value) is None, member, "looks like a NIK or NIP")

    return rule


def pattern(shape: str) -> Rule:
    """A text of exactly this shape."""

    compiled = re.compile(shape)

    def rule(value: Any, member: str) -> None:
        demand(isinstance(value, str) and compiled.fullmatch(value) is not None, member, "wrong shape")

    return rule


def whole(low: int, high: int) -> Rule:
    """A whole number within these bounds."""

    def rule(value: Any, member: str) -> None:
        demand(type(value) is int and low <= value <= high, member, f"not a whole number from {low} to {high}")

    return rule


def one_of(*choices: object) -> Rule:
    """One of these values, of the same type."""

    def rule(value: Any, member: str) -> None:
        demand(any(type(value) is type(choice) and value == choice for choice in choices), member, "unknown value")

    return rule


def rows(rule_of_row: Rule, low: int, high: int) -> Rule:
    """A list whose every row keeps the rule."""

    def rule(value: Any, member: str) -> None:
        demand(isinstance(value, list) and low <= len(value) <= high, member, f"not {low} to {high} rows")
        for position, row in enumerate(value):
            rule_of_row(row, f"{member}[{position}]")

    return rule


def members(**rules: Rule) -> Rule:
    """An object with exactly these members."""

    def rule(value: Any, member: str) -> None:
        demand(isinstance(value, dict), member, "not an object")
        demand(value.keys() == rules.keys(), member, "missing or unknown members")
        for name, rule_of_member in rules.items():
            rule_of_member(value[name], f"{member}.{name}" if member else name)

    return rule


def parsed_by(parse: Callable[[str], object], why: str) -> Rule:
    """A text that ``parse`` reads as something true."""

    def rule(value: Any, member: str) -> None:
        try:
            held = isinstance(value, str) and bool(parse(value))
        except (ValueError, ZoneInfoNotFoundError):
            held = False
        demand(held, member, why)

    return rule


def empty_or(other: Rule) -> Rule:
    """The empty text, or what the other rule allows."""

    def rule(value: Any, member: str) -> None:
        if value != "" or not isinstance(value, str):
            other(value, member)

    return rule
