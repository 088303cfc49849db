"""Pure: an essay.  A person marks it by its rubric; an empty one is worth nothing and waits for nobody."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from assessments.kinds import numeric, writing
from assessments.kinds.base import NOTHING, Answer, Body, Kind, Slot, Words, failing

MAX_CRITERIA, MIN_LEVELS, MAX_LEVELS, MAX_LEVEL_TEXT = 8, 2, 6, 500
MAX_WORDS = 3000


class Essay(Kind):
    slug = "essay"
    is_written = True
    is_marked_by_person = True

    def problems(self, body: Body) -> list[Words]:
        rubric = body["rubric"]
        levels = [level for criterion in rubric for level in criterion["levels"]]
        least, most = body["least_words"], body["most_words"]
        return failing(
            [
                (not rubric, _("An essay needs a rubric with at least one criterion, so that it is marked alike.")),
                (len(rubric) > MAX_CRITERIA, _("A rubric has at most eight criteria.")),
                (any(not criterion["title"].strip() for criterion in rubric), _("One criterion has no title.")),
                (
                    any(not MIN_LEVELS <= len(criterion["levels"]) <= MAX_LEVELS for criterion in rubric),
                    _("Each criterion has two to six levels."),
                ),
                (any(not level["text"].strip() for level in levels), _("One level of the rubric has no description.")),
                (
                    any(len(level["text"]) > MAX_LEVEL_TEXT for level in levels),
                    _("One level of the rubric is longer than 500 characters."),
                ),
                (
                    any(_points(level["points"]) is None for level in levels),
                    _("One level has no points, such as 0 or 2,5."),
                ),
                (
                    least is not None and most is not None and least > most,
                    _("The least words are more than the most words."),
                ),
                (most is not None and most > MAX_WORDS, _("An essay has at most 3,000 words.")),
            ]
        )

    def key(self, body: Body) -> object:
        return frozenset(
            (criterion["id"], level["id"], _points(level["points"]))
            for criterion in body["rubric"]
            for level in criterion["levels"]
        )

    def texts(self, body: Body) -> dict[str, str]:
        levels = {level["id"]: level["text"] for criterion in body["rubric"] for level in criterion["levels"]}
        return levels | {criterion["id"]: criterion["title"] for criterion in body["rubric"]}

    def key_changed(self, old: Body, new: Body) -> bool:
        return self.key(old) != self.key(new)

    def valid(self, slot: Slot, answer: Answer) -> bool:
        return writing.is_written(answer)

    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        return None if answer else NOTHING

    def right_answer_words(self, body: Body) -> list[str]:
        """What the best levels describe."""
        return [f"{criterion['title']}: {_best(criterion)['text']}" for criterion in body["rubric"]]

    def answer_words(self, body: Body, slot: Slot, answer: Answer) -> list[str]:
        return [writing.text_of(answer)] if answer else []


def maximum(body: Body) -> Fraction:
    """What the rubric gives at most: the best level of each criterion, added up."""
    return sum((_points(_best(criterion)["points"]) or NOTHING for criterion in body["rubric"]), NOTHING)


def _best(criterion: Body) -> Body:
    best: Body = max(criterion["levels"], key=lambda level: _points(level["points"]) or NOTHING)
    return best


def _points(text: str) -> Fraction | None:
    points = numeric.value(text)
    return points if points is not None and points >= 0 else None
