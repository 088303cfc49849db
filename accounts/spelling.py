"""Names that came in capitals or through a wrong encoding: found, and a better spelling suggested."""

from __future__ import annotations

import re
import unicodedata

# Titles as the field writes them, by their letters alone.
_TITLES = {
    letters: written
    for written in (  # noqa: SIM905 - read as one line of words, as they are printed
        "Dr. Drs. Dra. drg. drh. Ir. Prof. H. Hj. KH. Ns. Apt. S.Sos. S.Tr.Sos. S.ST. S.Pd. S.Pd.I. S.H. S.E. S.Psi. "
        "S.Kom. S.Kep. S.KM. S.Ag. S.IP. S.I.Kom. S.Th. S.T. S.P. S.Si. S.S. S.Hum. A.Md. A.Md.Keb. A.Ks. M.Si. M.Pd. "
        "M.M. M.H. M.Sos. M.Tr.Sos. M.PSDM. M.P.S.Sp. M.Kes. M.A. M.A.P. M.AP. M.Psi. M.Kom. M.T. M.Th. M.Hum. Ph.D. "
        "M.I.Kom. S.Farm. S.Gz. S.IAN. S.AP. S.A.P. Sp.KJ."
    ).split()
    for letters in [re.sub(r"\W", "", written).casefold()]
}
_PARTICLES = {"bin", "binti", "al", "van", "der", "de", "dan"}
_ROMAN = re.compile(r"^(?:II|III|IV|VI|VII|VIII|IX)$")
# Letters beyond ASCII whose UTF-8 bytes somebody read as Windows-1252.
_MISREAD = re.compile("[ÃÂâÅÄ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


# Hyphens and dashes that word processors and telephones write where a plain one is meant.
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")


def without_marks(text: str) -> str:
    """Pure.  Without what has no width: soft hyphens, joiners, changes of direction."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def plain_hyphens(text: str) -> str:
    """Pure.  'PDP\u2011001' -> 'PDP-001'."""
    return text.translate(_DASHES)


def in_capitals(name: str) -> bool:
    """Pure.  Whether every letter before the titles is a capital and there is a word to lower."""
    bare = name.split(",")[0]
    letters = [letter for letter in bare if letter.isalpha()]
    return len(letters) > 3 and all(letter.isupper() for letter in letters) and bool(re.search(r"[^\W\d_]{3}", bare))


def suggested(name: str) -> str:
    """Pure.  'SITI NUR'AINI, S.SOS., M.SI.' -> 'Siti Nur'aini, S.Sos., M.Si.'"""
    before, comma, after = name.partition(",")
    words = before.split()
    titled = [_title_or_name(word, index, len(words)) for index, word in enumerate(words)]
    told = [_title(part) for part in after.split(",")]
    return " ".join(titled) + (comma + " " + ", ".join(part for part in told if part) if comma else "")


def repaired(name: str) -> str:
    """Pure.  The name with its letters as they were before a wrong encoding; empty when nothing was misread."""
    if not _MISREAD.search(name):
        return ""
    try:
        right = name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return right if right != name else ""


def _title(part: str) -> str:
    return " ".join(_TITLES.get(re.sub(r"\W", "", word).casefold(), word) for word in part.split())


def _title_or_name(word: str, index: int, of: int) -> str:
    letters = re.sub(r"\W", "", word).casefold()
    is_title = letters in _TITLES and ("." in word or letters in {"dr", "drs", "dra", "ir", "prof", "hj", "kh"})
    if is_title and of > 1 and (index < of - 1 or "." in word):
        return _TITLES[letters]
    if index and word.casefold() in _PARTICLES:
        return word.casefold()
    if _ROMAN.match(word):
        return word
    return _name(word)


def _name(word: str) -> str:
    """Pure.  'NUR'AINI' -> 'Nur'aini', 'D'SOUZA' -> 'D'Souza', 'AL-FARIZI' -> 'Al-Farizi', 'A.R.' stays."""
    if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]?", word):
        return word
    parts = re.split(r"([-.])", word)
    return "".join(_cased(part) for part in parts)


def _cased(part: str) -> str:
    head, mark, tail = part.partition("'") if "'" in part else part.partition("’")
    if mark and len(head) == 1 and len(tail) > 1:
        return head.upper() + mark + tail.capitalize()
    return part[:1].upper() + part[1:].lower()
