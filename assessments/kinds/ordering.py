"""Pure: putting things in order.

An answer holds ``<place>-<item token>``, places from 1.  An item has one place at most; two items may be put on one
place while a person still changes them about, and then neither counts.  Worth, by the question's rule: ``all`` 1 or 0,
``places`` the share of items that stand at their right absolute place.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from assessments.kinds.base import (
    EVERYTHING,
    NOTHING,
    Answer,
    Body,
    Kind,
    Slot,
    Words,
    by_token,
    failing,
    text_problems,
)

MIN_ITEMS, MAX_ITEMS = 2, 10
ALL, PLACES = "all", "places"


class Ordering(Kind):
    slug = "ordering"
    lists = ("items",)
    always_shuffled = frozenset({"items"})

    def problems(self, body: Body) -> list[Words]:
        items = body["items"]
        return failing(
            [
                (len(items) < MIN_ITEMS, _("An ordering question needs at least two steps.")),
                (len(items) > MAX_ITEMS, _("An ordering question has at most ten steps.")),
                (body["rule"] not in (ALL, PLACES), _("Choose how the order is marked.")),
                *text_problems([item["text"] for item in items]),
            ]
        )

    def key(self, body: Body) -> object:
        return tuple(item["id"] for item in body["items"]), body["rule"]

    def valid(self, slot: Slot, answer: Answer) -> bool:
        items = by_token(slot, "items")
        most = len(items)
        placed = [one.partition("-") for one in answer]
        fits = all(_is_place(place, most) and token in items for place, _dash, token in placed)
        return fits and len({token for _place, _dash, token in placed}) == len(placed)

    def complete(self, slot: Slot, answer: Answer) -> bool:
        return len({one.partition("-")[0] for one in answer}) == len(slot["items"])

    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        right = {place: item["id"] for place, item in enumerate(body["items"], start=1)}
        placed = _placed(slot, answer)
        matches = sum(placed.get(place) == item for place, item in right.items())
        if body["rule"] == ALL:
            return EVERYTHING if right and matches == len(right) else NOTHING
        return Fraction(matches, len(right)) if right else NOTHING

    def right_answer_words(self, body: Body) -> list[str]:
        return [f"{place}. {item['text']}" for place, item in enumerate(body["items"], start=1)]

    def answer_words(self, body: Body, slot: Slot, answer: Answer) -> list[str]:
        texts, items = {item["id"]: item["text"] for item in body["items"]}, by_token(slot, "items")
        placed = sorted((int(one.partition("-")[0]), one.partition("-")[2]) for one in answer)
        return [f"{place}. {texts[items[token]]}" for place, token in placed if token in items]


def _is_place(text: str, most: int) -> bool:
    return text in {str(place) for place in range(1, most + 1)}


def _placed(slot: Slot, answer: Answer) -> dict[int, str]:
    """Item id by place; a place that carries two items is left out."""
    items = by_token(slot, "items")
    parted = [one.partition("-") for one in answer]
    pairs = [(int(place), items[token]) for place, _dash, token in parted if token in items]
    crowded = Counter(place for place, _item in pairs)
    return {place: item for place, item in pairs if crowded[place] == 1}
