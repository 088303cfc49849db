"""Pure.  The part of CBOR (RFC 8949) that tokens use: whole numbers, bytes, text, lists, maps, one tag.

Only the deterministic encoding of section 4.2.1 is written and read: shortest heads, definite lengths, keys in the
order of their bytes, each once.  So one value has one spelling, and a reader is done with hostile bytes at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

Value: TypeAlias = "int | bytes | str | list[Value] | dict[int, Value] | Tagged"

DEEPEST: Final = 4
LONGEST_INPUT: Final = 1200

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG = range(7)


class BadCbor(ValueError):
    """Bytes that are no CBOR, not its deterministic form, or beyond the limits."""


@dataclass(frozen=True)
class Tagged:
    """A value with its tag."""

    tag: int
    value: Value


def encode(value: Value) -> bytes:
    """The deterministic encoding."""
    if isinstance(value, Tagged):
        return _head(_TAG, value.tag) + encode(value.value)
    if isinstance(value, int):
        return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _head(_TEXT, len(text)) + text
    if isinstance(value, list):
        return _head(_LIST, len(value)) + b"".join(map(encode, value))
    pairs = sorted((encode(key), encode(item)) for key, item in value.items())
    return _head(_MAP, len(value)) + b"".join(key + item for key, item in pairs)


def decode(encoded: bytes) -> Value:
    """The value in these bytes, all of them.  Raises BadCbor."""
    if len(encoded) > LONGEST_INPUT:
        raise BadCbor("too long")
    value, end = _read(encoded, 0, DEEPEST)
    if end != len(encoded):
        raise BadCbor("more bytes than one value")
    return value


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([major << 5 | argument])
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes([major << 5 | extra]) + argument.to_bytes(size, "big")
    raise BadCbor("too large a number")


def _read_head(encoded: bytes, at: int) -> tuple[int, int, int]:
    if at >= len(encoded):
        raise BadCbor("ends early")
    major, short = encoded[at] >> 5, encoded[at] & 31
    if short < 24:
        return major, short, at + 1
    if short > 27:
        raise BadCbor("no definite length")
    size = 1 << (short - 24)
    argument = int.from_bytes(encoded[at + 1 : at + 1 + size], "big")
    end = at + 1 + size
    if end > len(encoded) or encoded[at:end] != _head(major, argument):
        raise BadCbor("not the shortest head")
    return major, argument, end


def _read(encoded: bytes, at: int, depth: int) -> tuple[Value, int]:
    if depth == 0:
        raise BadCbor("too deep")
    major, argument, at = _read_head(encoded, at)
    if major in (_UNSIGNED, _NEGATIVE):
        return (argument if major == _UNSIGNED else -1 - argument), at
    if major in (_BYTES, _TEXT):
        return _read_string(encoded, at, argument, text=major == _TEXT)
    if major in (_LIST, _MAP):
        return (_read_list if major == _LIST else _read_map)(encoded, at, argument, depth)
    if major != _TAG:
        raise BadCbor("a kind of value that tokens do not use")
    # Looked at before reading on: a thousand tags, one in the other, would be as many calls.
    if encoded[at : at + 1] and encoded[at] >> 5 == _TAG:
        raise BadCbor("two tags")
    value, at = _read(encoded, at, depth)
    return Tagged(argument, value), at


def _read_string(encoded: bytes, at: int, length: int, *, text: bool) -> tuple[Value, int]:
    end = at + length
    if end > len(encoded):
        raise BadCbor("ends early")
    if not text:
        return encoded[at:end], end
    try:
        return encoded[at:end].decode(), end
    except UnicodeDecodeError as error:
        raise BadCbor("no UTF-8") from error


def _read_list(encoded: bytes, at: int, length: int, depth: int) -> tuple[Value, int]:
    if length > len(encoded) - at:
        raise BadCbor("ends early")
    items: list[Value] = []
    for _position in range(length):
        item, at = _read(encoded, at, depth - 1)
        items.append(item)
    return items, at


def _read_map(encoded: bytes, at: int, length: int, depth: int) -> tuple[Value, int]:
    if length > len(encoded) - at:
        raise BadCbor("ends early")
    members: dict[int, Value] = {}
    before = b""
    for _position in range(length):
        start = at
        key, at = _read(encoded, at, depth - 1)
        if not isinstance(key, int):
            raise BadCbor("a key that is no number")
        if encoded[start:at] <= before:
            raise BadCbor("keys out of order or twice")
        before = encoded[start:at]
        members[key], at = _read(encoded, at, depth - 1)
    return members, at
