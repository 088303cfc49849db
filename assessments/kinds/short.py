"""Pure: short answers, compared exactly (*no fuzzy matching*: "wajib" and "tidak wajib" must differ).

Both sides are brought into normal form C, invisible format characters are dropped and runs of white space become one
space; unless the author asks for it, case is ignored.  ``*`` in an accepted answer stands for any run of characters,
also none; ``\\*`` is a star.  The pattern has to fit the whole answer.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from assessments.kinds import writing
from assessments.kinds.base import EVERYTHING, NOTHING, Answer, Body, Kind, Slot, Words, failing, text_problems

MAX_ACCEPTED, MAX_ACCEPTED_LENGTH = 20, 200
_ESCAPED = "\ue000"  # private use: stands for \* while the pattern is cut at its stars


class Short(Kind):
    slug = "short"
    is_written = True

    def problems(self, body: Body) -> list[Words]:
        accepted = body["accepted"]
        return failing(
            [
                (not accepted, _("Give at least one accepted answer.")),
                (len(accepted) > MAX_ACCEPTED, _("A short answer question has at most twenty accepted answers.")),
                (
                    any(not compared(one.replace("*", ""), case=False) for one in accepted if one.strip()),
                    _("An accepted answer of nothing but * would accept anything."),
                ),
                *text_problems(accepted, most=MAX_ACCEPTED_LENGTH),
            ]
        )

    def key(self, body: Body) -> object:
        return frozenset(compared(one, case=body["case"]) for one in body["accepted"]), body["case"]

    def valid(self, slot: Slot, answer: Answer) -> bool:
        return writing.is_written(answer)

    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        case = body["case"]
        given = compared(writing.text_of(answer), case=case)
        return EVERYTHING if any(_fits(one, given, case=case) for one in body["accepted"]) else NOTHING

    def right_answer_words(self, body: Body) -> list[str]:
        return list(body["accepted"])

    def answer_words(self, body: Body, slot: Slot, answer: Answer) -> list[str]:
        return [writing.text_of(answer)] if answer else []


def compared(text: str, *, case: bool) -> str:
    """The form in which two texts are the same answer."""
    visible = "".join(one for one in unicodedata.normalize("NFC", text) if unicodedata.category(one) != "Cf")
    folded = " ".join(visible.split())
    return unicodedata.normalize("NFC", folded if case else folded.casefold())


def fits(pattern: str, text: str, *, case: bool) -> bool:
    """Whether ``text`` is an answer that ``pattern`` accepts; an empty text never is."""
    return _fits(pattern, compared(text, case=case), case=case)


def _fits(pattern: str, given: str, *, case: bool) -> bool:
    """The same for a text in its compared form.  No backtracking, whatever the stars."""
    pieces = [
        piece.replace(_ESCAPED, "*") for piece in compared(pattern.replace("\\*", _ESCAPED), case=case).split("*")
    ]
    if not given:
        return False
    if len(pieces) == 1:
        return given == pieces[0]
    first, *middle, last = pieces
    if len(given) < len(first) + len(last) or not given.startswith(first) or not given.endswith(last):
        return False
    start, end = len(first), len(given) - len(last)
    for piece in middle:
        found = given.find(piece, start, end)
        if found < 0:
            return False
        start = found + len(piece)
    return True
