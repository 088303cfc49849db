"""Pure.  Multibase base58btc (the letter ``z`` and base 58 in the alphabet of Bitcoin): how a proof spells its bytes.

>>> encode(b"\\x00Suluh")
'z1AR8Csm1'
>>> decode('z1AR8Csm1')
b'\\x00Suluh'
"""

from __future__ import annotations

from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
LONGEST: Final = 200


def encode(content: bytes) -> str:
    """The bytes as multibase text."""
    number = int.from_bytes(content)
    letters = []
    while number:
        number, value = divmod(number, 58)
        letters.append(_ALPHABET[value])
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + _ALPHABET[0] * zeros + "".join(reversed(letters))


def decode(text: str) -> bytes:
    """The bytes of ``encode``'s text.  Raises ValueError for anything else."""
    if not text.startswith("z") or len(text) > LONGEST or not set(text[1:]) <= _VALUES.keys():
        raise ValueError("not multibase base58btc")
    number = 0
    for letter in text[1:]:
        number = number * 58 + _VALUES[letter]
    zeros = len(text) - 1 - len(text[1:].lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
