"""A draft as participants will see it: drawn like a paper of its own, with the same controls."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from assessments import drawing, kinds, picturing, publishing, quizzes, sheets
from assessments.kinds import KINDS, Body, numeric
from assessments.pool import Row

if TYPE_CHECKING:
    from assessments.models import Question

VERSION = "preview"


def shown(question: Question, *, with_key: bool) -> dict[str, Any]:
    """Questions of the draft in the form of a paper; key and explanation only where they are asked for.

    What the author has not written yet is empty here: an unfinished draft has a preview too."""
    images, address = picturing.preview(question.kind, question.field)
    body = publishing.body_of(question, images=images)
    entry = quizzes.pool_entry(VERSION, "", body, difficulty=question.difficulty)
    row = Row(module=entry.module, unit=None, usage=entry.usage, count=1)
    # Always the same order: a preview that jumps at every letter typed cannot be read.
    rng = random.Random(0)  # noqa: S311 - nothing secret hangs on a preview
    paper = drawing.draw([entry], [row], seen=(), rng=rng, shuffle=False, schema=2)
    questions = list(sheets.questions_of(paper, {VERSION: body}, {}, address))
    asked = kinds.bodies_asked(paper, {VERSION: body})
    return {"questions": [(one, _key(asked[one.slot], body) if with_key else None) for one in questions]}


def _key(asked: Body, body: Body) -> dict[str, Any]:
    return {
        "right": KINDS[asked["kind"]].right_answer_words(asked),
        "explanation": asked.get("explanation") or body.get("explanation") or "",
        "points": numeric.written(asked.get("points", "1")),
    }
