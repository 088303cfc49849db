"""Pure: what every kind of question answers for itself.  No Django model, no database, no clock.

A *body* is a question version's document, or one part of a case; a *slot* is one place of a drawn paper; an *answer*
is the list of strings of save protocol v1, sorted (docs/formats.md: question version, drawn paper, answers).
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Body = Mapping[str, Any]
Slot = Mapping[str, Any]
Answer = Sequence[str]
Words = str | Promise

#: The lists of a body whose entries get tokens on a paper, and what a slot calls the entry behind a token.
ID_NAMES = {"options": "option_id", "prompts": "prompt_id", "choices": "choice_id", "items": "item_id"}
MAX_TEXT = 500

NOTHING, EVERYTHING = Fraction(0), Fraction(1)


class Kind(ABC):
    """One kind of question.  Without state: there is one object of each kind (``assessments.kinds.KINDS``)."""

    slug: ClassVar[str]
    #: Which lists of the body get tokens, in the order in which a slot names them.
    lists: ClassVar[tuple[str, ...]] = ()
    #: Lists that come in random order even where the quiz does not shuffle: their own order would tell the key.
    always_shuffled: ClassVar[frozenset[str]] = frozenset()
    #: Lists that keep the author's order even where the quiz shuffles.
    never_shuffled: ClassVar[frozenset[str]] = frozenset()
    #: Whether an answer is one written text instead of chosen tokens.
    is_written: ClassVar[bool] = False
    #: Whether an answer waits for a person's mark.
    is_marked_by_person: ClassVar[bool] = False

    @abstractmethod
    def problems(self, body: Body) -> list[Words]:
        """Everything of this kind that keeps the question from being asked, in words; empty when nothing does."""

    @abstractmethod
    def key(self, body: Body) -> object:
        """What must not change within a series: compared for equality only."""

    @abstractmethod
    def valid(self, slot: Slot, answer: Answer) -> bool:
        """Whether ``answer`` can be stored for ``slot``; an empty one always can.  It need not be complete."""

    @abstractmethod
    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        """The share of the question's points, 0 to 1, that ``answer`` earns; None: a person has to mark it."""

    @abstractmethod
    def right_answer_words(self, body: Body) -> list[str]:
        """The right answer as a person reads it, one line each; for reviews, previews and prints."""

    @abstractmethod
    def answer_words(self, body: Body, slot: Slot, answer: Answer) -> list[str]:
        """What a person answered, as a person reads it, one line each; empty for no answer."""

    def complete(self, slot: Slot, answer: Answer) -> bool:
        """Whether nothing is left to fill in; said to the person before sending, and never asked for."""
        return bool(answer)

    def ids(self, body: Body) -> dict[str, list[str]]:
        """The ids that get tokens on a paper, by list, in an order that says nothing of the key."""
        return {name: self._ids(name, body) for name in self.lists}

    def _ids(self, name: str, body: Body) -> list[str]:
        found = [entry["id"] for entry in body[name]]
        return sorted(found) if name in self.always_shuffled else found

    def texts(self, body: Body) -> dict[str, str]:
        """The wording beside the stem, by id: a changed text is a typo or another question, as the author says."""
        return {entry["id"]: entry["text"] for name in self.lists for entry in body[name]}

    def key_changed(self, old: Body, new: Body) -> bool:
        """Whether ``new`` asks for another answer than ``old``: another key, or a text that moved to another place."""
        return self.key(old) != self.key(new) or _moved(self.texts(old), self.texts(new))

    def slot_tokens(
        self, ids: Mapping[str, Sequence[str]], tokens: list[str], rng: random.Random, *, shuffle: bool
    ) -> dict[str, list[dict[str, str]]]:
        """The lists of one slot: ids in the order shown, each with a token taken from the end of ``tokens``."""
        found = {}
        for name in self.lists:
            order = list(ids[name])
            if name in self.always_shuffled or (shuffle and name not in self.never_shuffled):
                rng.shuffle(order)
            found[name] = [{"token": tokens.pop(), ID_NAMES[name]: one} for one in order]
        return found


def by_token(slot: Slot, name: str) -> dict[str, str]:
    """The ids behind the tokens of one list of a slot."""
    return {entry["token"]: entry[ID_NAMES[name]] for entry in slot[name]}


def folded(text: str) -> str:
    """For comparing an author's wording: spaces folded, case ignored."""
    return " ".join(text.split()).casefold()


def failing(checks: Sequence[tuple[bool, Words]]) -> list[Words]:
    """The words of the checks that are true."""
    return [words for wrong, words in checks if wrong]


def text_problems(texts: Sequence[str], *, most: int = MAX_TEXT) -> list[tuple[bool, Words]]:
    """Checks that every list of an author's texts has to pass."""
    seen = [folded(text) for text in texts]
    return [
        (not all(seen), _("One line has no text.")),
        (any(len(text) > most for text in texts), _("One line is longer than 500 characters.")),
        (len({text for text in seen if text}) < sum(map(bool, seen)), _("Two lines say the same.")),
    ]


def _moved(old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Whether a text stands behind another id than before: that is no typo, whoever exchanged the words."""
    was = {folded(text): one for one, text in old.items()}
    return any(was.get(folded(text), one) != one for one, text in new.items())
