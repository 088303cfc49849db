"""Pure.  The two QR of a certificate (ISO/IEC 18004): a small one on the front page with the verification address and
nothing else, a dense one on the back page with the signed token behind it.  As a picture it is PNG (ISO/IEC 15948)
written here, for a library takes longer over a few lines than over the symbol."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import zxingcpp

LARGEST: Final = 37
# Tokens of usual length come to 69x69; only the longest names that a record can hold need more than 77x77.
LARGEST_DENSE: Final = 129
LEVEL: Final = "M"
_AS_DIGITS: Final = bytes(48 + (shade < 128) for shade in range(256))
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class QrTooDense(ValueError):
    """The text needs more modules than its place on the paper can show to photocopies and cheap cameras."""


def qr_rows(address: str, *, largest: int = LARGEST) -> list[str]:
    """The symbol without its quiet zone, a row of ``1`` and ``0`` per line of modules.  Raises QrTooDense."""
    side, shades = _shades(address, largest=largest)
    digits = shades.translate(_AS_DIGITS).decode()
    return [digits[start : start + side] for start in range(0, len(digits), side)]


def _shades(content: str, *, largest: int) -> tuple[int, bytes]:
    """The modules in a row and one byte for each, 0 or 255."""
    symbol = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL)
    shades = memoryview(symbol.to_image(scale=1, add_quiet_zones=False))
    if len(shades) > largest:
        raise QrTooDense(content)
    return len(shades), shades.tobytes()


def qr_svg(address: str) -> str:
    """The front page's symbol as one vector path, one unit per module.  Raises QrTooDense."""
    return _svg(qr_rows(address))


def dense_qr_svg(url: str) -> str:
    """The back page's symbol for a ``token_url``, to be printed at 50 mm.  Its digits are packed by the mixed mode of
    the encoder.  Raises QrTooDense."""
    return _svg(qr_rows(url, largest=LARGEST_DENSE))


def qr_png(content: str, *, largest: int = LARGEST) -> bytes:
    """The symbol as a picture of one dot a module, without its quiet zone; ``compacting`` draws it finer.  Raises
    QrTooDense."""
    side, shades = _shades(content, largest=largest)
    lines = b"".join(b"\0" + shades[start : start + side] for start in range(0, len(shades), side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return _PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines, 1)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _svg(rows: list[str]) -> str:
    path = "".join(_runs(row, line) for line, row in enumerate(rows))
    side = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'


def _runs(row: str, line: int) -> str:
    pieces, start = [], None
    for column, dark in enumerate(f"{row}0"):
        if dark == "1" and start is None:
            start = column
        elif dark == "0" and start is not None:
            pieces.append(f"M{start} {line}h{column - start}v1h{start - column}z")
            start = None
    return "".join(pieces)
