"""Pure: single choice, several right answers, true or false.

An answer holds the tokens of the chosen options.  One right option is worth 1 or 0; of several, each right one is worth
1/k and each wrong one that was chosen costs 1/w, clipped to 0..1 (design, section 6: ticking everything scores 0).
"""

from __future__ import annotations

from fractions import Fraction

from assessments import content
from assessments.kinds.base import EVERYTHING, NOTHING, Answer, Body, Kind, Slot, Words, by_token


class Choice(Kind):
    """One option is right."""

    slug = content.SINGLE
    lists = ("options",)

    def problems(self, body: Body) -> list[Words]:
        options = [content.Option(o["text"], o["correct"], o["id"]) for o in body["options"]]
        return list(content.option_problems(self.slug, options))

    def key(self, body: Body) -> object:
        return frozenset((option["id"], option["correct"]) for option in body["options"])

    def valid(self, slot: Slot, answer: Answer) -> bool:
        return by_token(slot, "options").keys() >= set(answer)

    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        known = _chosen(slot, answer)
        return EVERYTHING if len(known) == 1 and known <= _right(body) else NOTHING

    def right_answer_words(self, body: Body) -> list[str]:
        return [option["text"] for option in body["options"] if option["correct"]]

    def answer_words(self, body: Body, slot: Slot, answer: Answer) -> list[str]:
        chosen = _chosen(slot, answer)
        return [option["text"] for option in body["options"] if option["id"] in chosen]


class SeveralChoices(Choice):
    """One or more options are right."""

    slug = content.MULTIPLE

    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        chosen, right = _chosen(slot, answer), _right(body)
        wrong = {option["id"] for option in body["options"]} - right
        gained = Fraction(len(chosen & right), len(right)) if right else NOTHING
        lost = Fraction(len(chosen & wrong), len(wrong)) if wrong else NOTHING
        return max(NOTHING, min(EVERYTHING, gained - lost))


class TrueOrFalse(Choice):
    """Benar or Salah, always in this order."""

    slug = content.TRUEFALSE
    never_shuffled = frozenset({"options"})


def _chosen(slot: Slot, answer: Answer) -> set[str]:
    """The ids behind the tokens; tokens of other slots are ignored."""
    known = by_token(slot, "options")
    return {known[token] for token in answer if token in known}


def _right(body: Body) -> set[str]:
    return {option["id"] for option in body["options"] if option["correct"]}
