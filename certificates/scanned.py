"""Pure.  The text of our QR code in a picture of a paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import zxingcpp

from . import codes

if TYPE_CHECKING:
    from PIL import Image

LONGEST_TEXT: Final = 4_000
_PATH: Final = re.compile(r"/v/([^/?#\s]+)(#?)")


def code_text(grey: Image.Image) -> str:
    """The text of the QR code that says most about one of our papers; "" when the picture shows none.

    QR codes alone are looked for: the modules of a dense one can be read as a linear code of four digits, and an
    answer about those would be about nothing.  Among several, a code with a token comes first, then any address of
    a certificate, then whatever stands first (another office's code beside ours must not decide what is judged).
    Texts of more than LONGEST_TEXT characters are none.
    """
    found = [one.text for one in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)]
    return max((text for text in found if len(text) <= LONGEST_TEXT), key=_says, default="")


def _says(text: str) -> int:
    path = _PATH.search(text)
    if path and codes.is_code(path[1]):
        return 3 if path[2] else 2
    return 1 if "#" in text else 0
