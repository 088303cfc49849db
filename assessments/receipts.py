"""Pure: receipt codes.  A save answers with one; it names the state of the log that the server then had.

The code is made of the head of the attempt's hash chain, so it depends on every row up to there.  Whoever noted it can
have it looked up for as long as the attempt is kept (docs/formats.md, "Receipt code").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.drawing import ALPHABET as LOWER_CASE

if TYPE_CHECKING:
    from assessments.models import Attempt

# 28 symbols without vowels and without what is misread: nothing is spelled, nothing mistaken over the telephone.
ALPHABET = LOWER_CASE.upper()
LENGTH = 8


def code_of(head: str) -> str:
    """The code of a chain head (64 hexadecimal digits): ``K7DM-2PXQ``, 38 bits."""
    value = int(head, 16)
    symbols = []
    for _place in range(LENGTH):
        value, index = divmod(value, len(ALPHABET))
        symbols.append(ALPHABET[index])
    return grouped("".join(reversed(symbols)))


def of(attempt: Attempt) -> str:
    """The code of what has arrived so far; empty as long as nothing has."""
    return code_of(attempt.chain_head) if attempt.chain_length else ""


def read(text: str) -> str | None:
    """The code that a person wrote, as ``code_of`` writes it; None when it cannot be one."""
    symbols = "".join(text.upper().replace("-", " ").split())
    fits = len(symbols) == LENGTH and all(symbol in ALPHABET for symbol in symbols)
    return grouped(symbols) if fits else None


def grouped(symbols: str) -> str:
    """Two groups of four."""
    return f"{symbols[:4]}-{symbols[4:]}"
