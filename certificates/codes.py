"""Pure.  The public code of a certificate: what stands in its address, its QR and under its number.

Seventeen random symbols and one check symbol from an alphabet of 29, so 17 * log2(29) = 82.6 random bits: nobody
finds a certificate by guessing.  Of every group of characters that people mistake for one another (0 O, 1 I L, 2 Z,
5 S, 8 B, V U) the alphabet holds one, and reading accepts the others in its place.  Twenty-nine is prime and the 18
weights differ, so the check symbol finds every wrong symbol and every exchange of two symbols.

docs/formats.md describes the format for others; tests/vectors/public-code holds it still.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from operator import mul
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ALPHABET: Final = "0123456789ACDEFGHJKMNPQRTVWXY"
LENGTH: Final = 18
GROUP: Final = 3
LOOK_ALIKES: Final = str.maketrans("OILZSBU", "011258V")

_VALUE: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_SEPARATORS: Final = re.compile(r"[\s\-‐‑‒–—−_.·]+")
_ADDRESS: Final = re.compile(r"/v/([^/?#]+)", re.IGNORECASE)


class MalformedCode(ValueError):
    """What was typed cannot be a public code; ``reason`` is one of ``empty``, ``length``, ``character``, ``check``."""

    messages: Final[dict[str, Promise]] = {
        "empty": _("Type the code printed on the certificate."),
        "length": _("A code has 18 characters. Check that none is missing."),
        "character": _("The code holds a character that no code has. Use letters and digits only."),
        "check": _("The code holds a typing mistake. Compare it with the paper once more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def message(self) -> Promise:
        """What the person who typed the code should do, in the interface's language."""
        return self.messages[self.reason]


def check_symbol(body: str) -> str:
    """The symbol that follows these 17 symbols: the sum of (position * value), counted from 1, must be 0 modulo 29."""
    weighted = sum(map(mul, range(1, LENGTH), map(_VALUE.__getitem__, body)))
    modulus = len(ALPHABET)
    return ALPHABET[-weighted * pow(LENGTH, -1, modulus) % modulus]


def grouped(code: str) -> str:
    """Eighteen symbols as they are stored, printed and addressed: six groups of three with dashes."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def new_code(*, choose: Callable[[str], str] = secrets.choice) -> str:
    """A fresh code in its grouped form; ``choose`` picks one symbol of the alphabet."""
    body = "".join(choose(ALPHABET) for _position in range(LENGTH - 1))
    return grouped(body + check_symbol(body))


def normalize(text: str) -> str:
    """The grouped form of what a person typed or pasted.

    Lower case, spaces, missing or other dashes, look-alikes and a whole ``.../v/<code>`` address are accepted.
    Raises MalformedCode with a reason.
    """
    address = _ADDRESS.search(text)
    symbols = _SEPARATORS.sub("", address[1] if address else text).upper().translate(LOOK_ALIKES)
    if not symbols:
        raise MalformedCode("empty")
    if any(symbol not in _VALUE for symbol in symbols):
        raise MalformedCode("character")
    if len(symbols) != LENGTH:
        raise MalformedCode("length")
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise MalformedCode("check")
    return grouped(symbols)


def is_normal(code: str) -> bool:
    """Whether this is a public code as it is stored: grouped, with the check symbol that its other symbols ask for."""
    symbols = code.replace("-", "")
    return (
        len(symbols) == LENGTH
        and _VALUE.keys() >= set(symbols)
        and check_symbol(symbols[:-1]) == symbols[-1]
        and grouped(symbols) == code
    )


def is_code(text: str) -> bool:
    """Whether ``normalize`` takes the text."""
    try:
        normalize(text)
    except MalformedCode:
        return False
    return True
