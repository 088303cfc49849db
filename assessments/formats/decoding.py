"""Pure: the bytes of an uploaded text as text, or a clear refusal."""

from __future__ import annotations

import codecs

from django.utils.translation import gettext as _

from accounts import delimited
from assessments.formats.exchanged import Refused, visible

MEGABYTE = 1024 * 1024
MOST_TEXT_BYTES = 5 * MEGABYTE
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_size(data: bytes, most: int) -> None:
    """Raises Refused above ``most`` bytes, before anything is read from the file."""
    if len(data) > most:
        raise Refused(_("The file is larger than %(limit)s MB. Nothing was read.") % {"limit": most // MEGABYTE})


def text_of(data: bytes, most: int = MOST_TEXT_BYTES) -> tuple[str, str]:
    """The text of a file and a note when its encoding had to be guessed.  Raises Refused."""
    check_size(data, most)
    if not data.strip(b" \t\r\n\x00"):
        raise Refused(_("The file is empty."))
    text = delimited.decode(data)
    if text is None:
        raise Refused(_("This is no text in UTF-8, UTF-16 or Windows-1252. Save it as UTF-8 and send it again."))
    note = "" if _is_unicode(data) else _("The file is not UTF-8; it was read as Windows-1252. Check the letters.")
    return visible(text), note


def _is_unicode(data: bytes) -> bool:
    """Whether the text says its encoding.  Raises Refused for UTF-8 with damaged places: guessing would garble it."""
    if data.startswith(_MARKS) or b"\x00" in data[:2000]:
        return True
    try:
        data.decode()
    except UnicodeDecodeError as error:
        readable = data.decode(errors="ignore")
        if not readable.isascii():
            line = data.count(b"\n", 0, error.start) + 1
            raise Refused(
                _("The text is UTF-8 with damaged places, the first on line %(line)s. Save it again as UTF-8.")
                % {"line": line},
                line,
            ) from error
        return False
    return True
