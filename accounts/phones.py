"""Phone numbers as people write them, and as a network or a WhatsApp link needs them."""

from __future__ import annotations

import re
from urllib.parse import quote

# E.164: at most 15 digits; Indonesian mobile numbers are 62 8 and 8 to 11 digits more.
_INTERNATIONAL = re.compile(r"[1-9][0-9]{7,14}")
_SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015/]")


def international(phone: str) -> str:
    """Pure.  '0812-3456 7890' or '+62 812...' as '6281234567890'; '' for what is no number.

    A number without country is Indonesian.
    """
    digits = _SEPARATORS.sub("", phone)
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = "62" + digits[1:]
    elif digits.startswith("8"):
        digits = "62" + digits
    return digits if _INTERNATIONAL.fullmatch(digits) else ""


def whatsapp_link(phone: str, text: str) -> str:
    """Pure.  The address that opens WhatsApp with ``text``; without a usable number WhatsApp itself asks whom."""
    return f"https://wa.me/{international(phone)}?text={quote(text, safe='')}"
