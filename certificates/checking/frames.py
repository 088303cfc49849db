"""Length-prefixed messages between the web process and the processes that look at files."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

HEAD: Final = struct.Struct(">I")
# The first byte of a question says what the rest is.
PDF: Final = b"p"
CREDENTIAL: Final = b"c"
CODE: Final = b"q"
SIGNED: Final = b"s"


def write_frame(sink: BinaryIO, content: bytes) -> None:
    """One message: four bytes of length, then the content."""
    sink.write(HEAD.pack(len(content)) + content)
    sink.flush()


def read_frame(source: BinaryIO) -> bytes | None:
    """The next message, or None when the other side is gone."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    (length,) = HEAD.unpack(head)
    content = source.read(length)
    return content if len(content) == length else None
