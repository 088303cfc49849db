"""Pure: a written answer as it travels, and what makes one storable.

A slot that is answered in words holds exactly one string, ``=`` and the text: in Unicode normal form C, at most 20,000
characters, without control characters but the line feed.  Browsers bring texts into this form before they send them
(``quiz.js``, ``cleaned`` below for the plain form); what does not have it was not written by them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

MARK = "="
MAX_CHARACTERS = 20_000
_FORBIDDEN = frozenset({"Cc", "Cs"})  # control characters, and halves of surrogate pairs: no text, no UTF-8


def is_written(answer: Sequence[str]) -> bool:
    """Whether ``answer`` is empty or one well-formed written text."""
    if not answer:
        return True
    if len(answer) != 1 or not answer[0].startswith(MARK):
        return False
    text = answer[0][1:]
    return (
        0 < len(text) <= MAX_CHARACTERS
        and not any(one != "\n" and unicodedata.category(one) in _FORBIDDEN for one in text)
        and unicodedata.is_normalized("NFC", text)
    )


def text_of(answer: Sequence[str]) -> str:
    """The written text; empty for no answer."""
    return answer[0][1:] if answer and answer[0].startswith(MARK) else ""


def as_answer(text: str) -> frozenset[str]:
    """What a form posted, as an answer: empty when there is nothing but space."""
    clean = cleaned(text)
    return frozenset({MARK + clean} if clean.strip() else ())


def cleaned(text: str) -> str:
    """NFC, line feeds only, tabs as spaces, control characters dropped.  Nothing is cut short."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(one for one in lines if one == "\n" or unicodedata.category(one) not in _FORBIDDEN)
    return unicodedata.normalize("NFC", kept)


def words(text: str) -> int:
    """How many words a text has, as the page counts them: runs of characters between white space."""
    return len(text.split())
