"""Pure: a case study.  Its parts are ordinary slots of a paper that stand together; the case itself has none."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments import kinds
from assessments.kinds.base import NOTHING, Answer, Body, Kind, Slot, Words, failing

MAX_PARTS, MAX_VIGNETTE = 8, 6000


class Case(Kind):
    slug = "case"

    def problems(self, body: Body) -> list[Words]:
        found = failing(
            [
                (not body["vignette"].strip(), _("The case has no text.")),
                (len(body["vignette"]) > MAX_VIGNETTE, _("The case is longer than 6,000 characters.")),
                (not body["parts"], _("A case needs at least one question.")),
                (len(body["parts"]) > MAX_PARTS, _("A case has at most eight questions.")),
            ]
        )
        for number, part in enumerate(body["parts"], start=1):
            words = gettext("Question %(number)s of the case: %(problem)s")
            found += [words % {"number": number, "problem": problem} for problem in kinds.problems(part)]
        return found

    def key(self, body: Body) -> object:
        return {part["id"]: (part["kind"], kinds.KINDS[part["kind"]].key(part)) for part in body["parts"]}

    def texts(self, body: Body) -> dict[str, str]:
        found = {"vignette": body["vignette"]}
        for part in body["parts"]:
            found[part["id"]] = part["stem"]
            inner = kinds.KINDS[part["kind"]].texts(part)
            found |= {f"{part['id']}/{one}": text for one, text in inner.items()}
        return found

    def key_changed(self, old: Body, new: Body) -> bool:
        before = {part["id"]: part for part in old["parts"]}
        after = {part["id"]: part for part in new["parts"]}
        return before.keys() != after.keys() or any(kinds.key_changed(before[one], after[one]) for one in before)

    def valid(self, slot: Slot, answer: Answer) -> bool:
        return not answer

    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        return NOTHING

    def right_answer_words(self, body: Body) -> list[str]:
        """Every part's own, numbered."""
        return [
            f"{number}) {words}"
            for number, part in enumerate(body["parts"], start=1)
            for words in kinds.KINDS[part["kind"]].right_answer_words(part)
        ]

    def answer_words(self, body: Body, slot: Slot, answer: Answer) -> list[str]:
        return []
