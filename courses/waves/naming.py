"""Pure.  Names and codes of the angkatan of a wave, from a pattern such as "Angkatan {romawi}" or "G1-{nomor}"."""

from __future__ import annotations

import re
from collections.abc import Collection

_PLACES = re.compile(r"\{([^{}]*)\}")
_KNOWN = ("nomor", "romawi")
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def is_pattern(text: str) -> bool:
    """Whether ``text`` tells its angkatan apart: it holds {nomor} or {romawi}, and no other braces."""
    found = _PLACES.findall(text)
    rest = _PLACES.sub("", text)
    return bool(found) and all(each in _KNOWN for each in found) and "{" not in rest and "}" not in rest


def name_of(pattern: str, number: int) -> str:
    """The pattern with its number: 3 or III."""
    return pattern.replace("{nomor}", str(number)).replace("{romawi}", roman(number))


def code_of(pattern: str, number: int) -> str:
    """As ``name_of``, in capitals and with two digits at least, so that lists sort as people count."""
    return pattern.replace("{nomor}", f"{number:02d}").replace("{romawi}", roman(number)).upper()


def next_numbers(pattern: str, count: int, taken: Collection[str]) -> list[int]:
    """The ``count`` smallest numbers from 1 whose codes are not ``taken``."""
    found: list[int] = []
    number = 1
    while len(found) < count:
        if code_of(pattern, number) not in taken:
            found.append(number)
        number += 1
    return found


def roman(number: int) -> str:
    """Roman numeral of 1 to 399."""
    found = ""
    for value, sign in _ROMAN:
        found += sign * (number // value)
        number %= value
    return found
