"""Pure.  The two QR of a certificate (ISO/IEC 18004): a small one on the front page with the verification address and
nothing else, a dense one on the back page with the signed token behind it."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import zxingcpp
from PIL import Image

LARGEST: Final = 37
# Tokens of usual length come to 69x69; only the longest names that a record can hold need more than 77x77.
LARGEST_DENSE: Final = 129
LEVEL: Final = "M"


class QrTooDense(ValueError):
    """The text needs more modules than its place on the paper can show to photocopies and cheap cameras."""


def qr_rows(address: str, *, largest: int = LARGEST) -> list[str]:
    """The symbol without its quiet zone, a row of ``1`` and ``0`` per line of modules.  Raises QrTooDense."""
    symbol = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL)
    shades: list[list[int]] = memoryview(symbol.to_image(scale=1, add_quiet_zones=False)).tolist()  # type: ignore[assignment]
    if len(shades) > largest:
        raise QrTooDense(address)
    return ["".join("0" if shade else "1" for shade in row) for row in shades]


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
    rows = qr_rows(content, largest=largest)
    out = BytesIO()
    dots = bytes(255 * (dot == "0") for row in rows for dot in row)
    Image.frombytes("L", (len(rows), len(rows)), dots).save(out, "PNG")
    return out.getvalue()


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
