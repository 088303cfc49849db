"""A sample paper of a quiz for its trainer: drawn as it would be for a participant, stored nowhere."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from assessments import drawing, quizzes, rule_words, sheets
from assessments.errors import PoolTooSmall
from assessments.models import QuestionVersion

if TYPE_CHECKING:
    from assessments.models import Quiz


def shown(quiz: Quiz) -> dict[str, Any]:
    """What the preview lays out; ``questions`` is None while the published questions do not fill the blueprint."""
    part = quizzes.part_of(quiz, 0)
    rules = quizzes.rules_of(quiz)
    context = {"quiz": part, "rules": rules, "what_counts": rule_words.what_counts(rules)}
    context["delay"] = rule_words.delay(rules)
    # Always the same paper: a preview that jumps at every change cannot be read.
    rng = random.Random(0)  # noqa: S311 - nothing secret hangs on a preview
    try:
        paper = drawing.draw_for_part(part, seen=(), rng=rng)
    except PoolTooSmall:
        return context | {"questions": None}
    drawn = {slot["version"] for slot in paper["slots"]}
    bodies = {str(one.public_id): _without_images(one.body) for one in _versions(drawn)}
    return context | {"questions": list(sheets.questions_of(paper, bodies, {}, str, rules.sections))}


def _versions(public_ids: set[str]) -> Any:
    return QuestionVersion.objects.filter(public_id__in=public_ids)


def _without_images(body: Mapping[str, Any]) -> dict[str, Any]:
    """Images have an address on a real paper only; here their descriptions stand for them."""
    told = [_("[Image: %(alt)s]") % {"alt": image["alt"]} for image in body.get("images", ())]
    return {**body, "images": [], "stem": "\n".join([body["stem"], *told])}
