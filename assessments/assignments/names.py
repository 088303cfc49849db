"""Pure: names of files as they may be stored, shown and put into an archive."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST = 100
# Not allowed in names on some system, or meant for its shell.
_UNSAFE = re.compile(r"[<>:\"/\\|?*%\x00-\x1f\x7f]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_name(written: str, extension: str) -> str:
    """The last part of what somebody called a file, readable everywhere, ending as its content says.

    "..\\CON.exe" that holds a PDF becomes "_CON.exe.pdf".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", written))[-1]
    # Invisible letters (such as those that turn the direction of reading) could hide the real ending.
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    stem = " ".join(_UNSAFE.sub(" ", seen).split()).strip(" .")
    for ending in (f".{extension}", ".jpeg" if extension == "jpg" else f".{extension}"):
        if stem.lower().endswith(ending):
            stem = stem[: -len(ending)].strip(" .")
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem[: LONGEST - len(extension) - 1].strip(' .') or 'berkas'}.{extension}"


def folder_name(written: str) -> str:
    """A person's name as the name of a folder."""
    return safe_name(re.sub(r"[/\\]", "-", written), "x")[:-2]


def unlike(name: str, taken: Collection[str]) -> str:
    """``name``, or "name (2).ext" and so on until nobody has it; case makes no difference."""
    known = {each.casefold() for each in taken}
    stem, dot, extension = name.rpartition(".")
    number, found = 2, name
    while found.casefold() in known:
        found, number = f"{stem} ({number}){dot}{extension}", number + 1
    return found


def shown(written: str) -> str:
    """What somebody called a file, fit to be named in a sentence."""
    last = re.split(r"[/\\]", written)[-1]
    seen = " ".join("".join(letter for letter in last if unicodedata.category(letter)[0] != "C").split())
    return seen[:LONGEST] or "?"
