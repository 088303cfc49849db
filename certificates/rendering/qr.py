"""Pure.  The small QR of the front page: the verification address and nothing else (ISO/IEC 18004)."""

from __future__ import annotations

from typing import Final

import zxingcpp

LARGEST: Final = 37
LEVEL: Final = "M"


class QrTooDense(ValueError):
    """The address needs more than 37x37 modules, which photocopies and cheap cameras lose."""


def qr_rows(address: str) -> list[str]:
    """The symbol without its quiet zone, a row of ``1`` and ``0`` per line of modules.  Raises QrTooDense."""
    symbol = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL)
    shades: list[list[int]] = memoryview(symbol.to_image(scale=1, add_quiet_zones=False)).tolist()  # type: ignore[assignment]
    if len(shades) > LARGEST:
        raise QrTooDense(address)
    return ["".join("0" if shade else "1" for shade in row) for row in shades]


def qr_svg(address: str) -> str:
    """The symbol as one vector path, one unit per module."""
    rows = qr_rows(address)
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
