"""Pure: matching.  Each prompt has one right choice; a choice may be right for several prompts or for none.

An answer holds ``<prompt token>-<choice token>`` for each prompt that was matched.  Worth: right pairs / prompts.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from assessments.kinds.base import (
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

MIN_PROMPTS, MAX_PROMPTS, MAX_CHOICES = 2, 10, 12


class Matching(Kind):
    slug = "matching"
    lists = ("prompts", "choices")
    always_shuffled = frozenset({"choices"})

    def problems(self, body: Body) -> list[Words]:
        prompts, choices = body["prompts"], body["choices"]
        known = {choice["id"] for choice in choices}
        return failing(
            [
                (len(prompts) < MIN_PROMPTS, _("A matching question needs at least two pairs.")),
                (len(prompts) > MAX_PROMPTS, _("A matching question has at most ten pairs.")),
                (len(choices) > MAX_CHOICES, _("A matching question has at most twelve different answers.")),
                (len(choices) < MIN_PROMPTS, _("A matching question needs at least two different answers.")),
                (any(body["pairs"].get(p["id"]) not in known for p in prompts), _("One pair has no right answer.")),
                *text_problems([prompt["text"] for prompt in prompts]),
                *text_problems([choice["text"] for choice in choices]),
            ]
        )

    def key(self, body: Body) -> object:
        return frozenset(body["pairs"].items()), frozenset(choice["id"] for choice in body["choices"])

    def valid(self, slot: Slot, answer: Answer) -> bool:
        prompts, choices = by_token(slot, "prompts"), by_token(slot, "choices")
        pairs = [one.partition("-") for one in answer]
        matched = [prompt for prompt, _dash, _choice in pairs]
        fits = all(prompt in prompts and choice in choices for prompt, _dash, choice in pairs)
        return fits and len(set(matched)) == len(matched)

    def complete(self, slot: Slot, answer: Answer) -> bool:
        return len(answer) == len(slot["prompts"])

    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        pairs = body["pairs"]
        if not pairs:
            return NOTHING
        chosen = _chosen(slot, answer)
        return Fraction(sum(chosen.get(prompt) == choice for prompt, choice in pairs.items()), len(pairs))

    def right_answer_words(self, body: Body) -> list[str]:
        return _lines(body, body["pairs"])

    def answer_words(self, body: Body, slot: Slot, answer: Answer) -> list[str]:
        return _lines(body, _chosen(slot, answer))


def _chosen(slot: Slot, answer: Answer) -> dict[str, str]:
    """Choice id by prompt id."""
    prompts, choices = by_token(slot, "prompts"), by_token(slot, "choices")
    pairs = [one.partition("-") for one in answer]
    return {prompts[p]: choices[c] for p, _dash, c in pairs if p in prompts and c in choices}


def _lines(body: Body, pairs: Mapping[str, str]) -> list[str]:
    choices = {choice["id"]: choice["text"] for choice in body["choices"]}
    return [f"{p['text']} \N{RIGHTWARDS ARROW} {choices[pairs[p['id']]]}" for p in body["prompts"] if p["id"] in pairs]
