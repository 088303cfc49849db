"""The QR codes in a picture, as an outside reader finds them."""

from __future__ import annotations

import zxingcpp
from PIL import Image


def qr_codes(page: Image.Image) -> list[zxingcpp.Barcode]:
    """QR codes alone: one dense code in some two hundred also looks like a linear code of four digits."""
    return zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)


def qr_texts(page: Image.Image) -> list[str]:
    """What each code says."""
    return [code.text for code in qr_codes(page)]
