"""Pure: the kinds of question there are.  To add one: a module here, and its name in ``KINDS``.

Everything that differs between kinds is asked of ``KINDS[slug]``: what keeps it from being asked, what its key is, what
a paper gives tokens to, which answers fit, what they are worth and how they read.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.kinds import base, essay, numeric
from assessments.kinds.base import Answer, Body, Kind, Slot, Words
from assessments.kinds.case import Case
from assessments.kinds.choosing import Choice, SeveralChoices, TrueOrFalse
from assessments.kinds.essay import Essay
from assessments.kinds.matching import Matching
from assessments.kinds.numeric import Numeric
from assessments.kinds.ordering import Ordering
from assessments.kinds.short import Short

__all__ = ["KINDS", "Answer", "Body", "Kind", "Slot", "Words", "asked", "bodies_asked", "maximum", "problems"]

KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Choice(),
        SeveralChoices(),
        TrueOrFalse(),
        Matching(),
        Ordering(),
        Short(),
        Numeric(),
        Essay(),
        Case(),
    )
}
MAX_STEM, MAX_EXPLANATION = 2000, 4000
MAX_POINTS = 100


def problems(body: Body) -> list[Words]:
    """Everything that keeps a body, or one part of a case, from being asked; empty when it may be published."""
    stem, explanation = body["stem"], body.get("explanation", "")
    common = base.failing(
        [
            (not stem.strip(), _("The question has no text.")),
            (len(stem) > MAX_STEM, _("The question is longer than 2,000 characters.")),
            (len(explanation) > MAX_EXPLANATION, _("The explanation is longer than 4,000 characters.")),
            (not 0 < maximum(body) <= MAX_POINTS, _("The points are a number above 0 and at most 100.")),
            (any(not image["alt"].strip() for image in body.get("images", ())), _("One image has no description.")),
        ]
    )
    return common + KINDS[body["kind"]].problems(body)


def key_changed(old: Body, new: Body) -> bool:
    """Whether ``new`` asks for another answer than ``old``."""
    return bool(old["kind"] != new["kind"] or KINDS[old["kind"]].key_changed(old, new))


def texts(body: Body) -> dict[str, str]:
    """Everything a participant reads of a question, by place: what a typo may change within a series."""
    shown = [f"{one['place']} {one['sha256']} {one['alt']}" for one in body.get("images", ())]
    images = {f"image {number}": words for number, words in enumerate(shown)}
    return {"stem": body["stem"], **KINDS[body["kind"]].texts(body), **images}


def maximum(body: Body) -> Fraction:
    """The points a right answer is worth: the rubric's for an essay, the sum of its parts for a case."""
    if body["kind"] == Essay.slug:
        return essay.maximum(body)
    if body["kind"] == Case.slug:
        return sum((maximum(part) for part in body["parts"]), Fraction(0))
    return numeric.value(body.get("points", "1")) or Fraction(0)


def asked(slot: Slot, body: Body) -> Body:
    """The body that a slot asks: the version's own, or the part of the case that the slot names.

    A part counts for module and units of its case."""
    if "part" not in slot:
        return body
    part = next(one for one in body["parts"] if one["id"] == slot["part"])
    return {"module": body.get("module", ""), "units": body.get("units", []), **part}


def bodies_asked(paper: Mapping[str, Any], bodies: Mapping[str, Body]) -> dict[int, Body]:
    """What each slot of a paper asks; ``bodies`` are version bodies by version id."""
    return {slot["slot"]: asked(slot, bodies[slot["version"]]) for slot in paper["slots"]}
