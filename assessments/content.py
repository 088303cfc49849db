"""Pure: what a question is made of, and what keeps it from being asked.  No Django model.

Limits are generous for people and small for machines: a question of a written test has 2 to 8 options, and a paper of
60 questions has to fit into the weight of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SINGLE, MULTIPLE, TRUEFALSE = "single", "multiple", "truefalse"
TRUE_TEXT, FALSE_TEXT = "Benar", "Salah"
MIN_OPTIONS, MAX_OPTIONS = 2, 8
MAX_STEM, MAX_OPTION, MAX_EXPLANATION = 2000, 500, 4000


@dataclass(frozen=True)
class Option:
    """One answer to choose from.  ``id`` is stable over the revisions of a question and never shown to a candidate."""

    text: str
    correct: bool
    id: str = ""


def folded(text: str) -> str:
    """For comparing wording: spaces folded, case ignored."""
    return " ".join(text.split()).casefold()


def kind_of(options: Sequence[Option]) -> str:
    """The kind that the options themselves show: Benar/Salah, one right answer, or several."""
    if [folded(option.text) for option in options] == [folded(TRUE_TEXT), folded(FALSE_TEXT)]:
        return TRUEFALSE
    return MULTIPLE if sum(option.correct for option in options) > 1 else SINGLE


def problems(kind: str, stem: str, options: Sequence[Option], explanation: str = "") -> list[str | Promise]:
    """Everything that keeps a question from being asked, in words; empty when it may be published."""
    checks: list[tuple[bool, str | Promise]] = [
        (not stem.strip(), _("The question has no text.")),
        (len(stem) > MAX_STEM, _("The question is longer than 2,000 characters.")),
        (len(explanation) > MAX_EXPLANATION, _("The explanation is longer than 4,000 characters.")),
    ]
    return [words for wrong, words in checks if wrong] + option_problems(kind, options)


def option_problems(kind: str, options: Sequence[Option]) -> list[str | Promise]:
    """Of ``problems``, what concerns the options and the key."""
    checks = [*_option_problems(options), *_key_problems(kind, options)]
    return [words for wrong, words in checks if wrong]


def _option_problems(options: Sequence[Option]) -> list[tuple[bool, str | Promise]]:
    texts = [folded(option.text) for option in options]
    return [
        (len(options) < MIN_OPTIONS, _("A question needs at least two options.")),
        (len(options) > MAX_OPTIONS, _("A question has at most eight options.")),
        (not all(texts), _("One option has no text.")),
        (any(len(option.text) > MAX_OPTION for option in options), _("One option is longer than 500 characters.")),
        (len(set(texts)) < len(texts), _("Two options say the same.")),
    ]


def _key_problems(kind: str, options: Sequence[Option]) -> list[tuple[bool, str | Promise]]:
    right = sum(option.correct for option in options)
    return [
        (right == 0, _("No option is marked as the right answer.")),
        (kind in (SINGLE, TRUEFALSE) and right > 1, _("Only one option may be right in a question of this kind.")),
        (
            kind == TRUEFALSE and kind_of(options) != TRUEFALSE,
            _("A true/false question has exactly the options Benar and Salah, in this order."),
        ),
    ]
