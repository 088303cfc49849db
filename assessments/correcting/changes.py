"""Pure: the document of a correction (docs/formats.md, correction): what it may say, and what several come to.

No Django model, no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.kinds import MAX_POINTS, Body, numeric

SCHEMA = 1
KEY, DROP, FULL, POINTS, RESTORE, PASS_MARK = "key", "drop", "full", "points", "restore", "pass_mark"
#: Kinds whose key is a choice of options: the only ones whose key can be put right afterwards.
CHOSEN = frozenset({"single", "multiple", "truefalse"})
ONE_RIGHT = frozenset({"single", "truefalse"})

Change = Mapping[str, Any]


@dataclass(frozen=True)
class Effective:
    """What all corrections of one question come to; each member None or empty where nothing was corrected.

    ``void``: "drop" or "full"."""

    right: frozenset[str] | None = None
    points: str | None = None
    void: str = ""

    def after(self, change: Change) -> Effective:
        """The later word counts: a new key takes a voided question back in, a void makes the key idle."""
        match change["do"]:
            case "key":
                return replace(self, right=frozenset(change["right"]), void="")
            case "drop" | "full":
                return replace(self, void=change["do"])
            case "points":
                return replace(self, points=change["points"])
            case "restore":
                return Effective()
        return self


def effective(changes: Iterable[Change]) -> Effective:
    """What corrections of one question come to, in the order of their approval."""
    found = Effective()
    for change in changes:
        found = found.after(change)
    return found


def corrected(body: Body, found: Effective) -> Body:
    """The body that is asked with another key or other points; the frozen one stays as it is."""
    changed: dict[str, Any] = {}
    if found.right is not None and body.get("options"):
        changed["options"] = [{**one, "correct": one["id"] in found.right} for one in body["options"]]
    if found.points is not None:
        changed["points"] = found.points
    return {**body, **changed} if changed else body


def part_of(body: Body, part: str) -> Body | None:
    """The body itself, or the named part of a case; None when there is no such part."""
    if not part:
        return body
    return next((one for one in body.get("parts", ()) if one["id"] == part), None)


def problems(change: Change, body: Body) -> list[str]:
    """Why this cannot be said of a question with ``body`` (as it stands corrected so far); empty when it can."""
    asked = part_of(body, change.get("part", ""))
    if asked is None:
        return [_("The case has no such question.")]
    match change["do"]:
        case "key":
            return _key_problems(change, asked)
        case "points":
            return _points_problems(change, asked)
    return []


def _key_problems(change: Change, body: Body) -> list[str]:
    kind = body["kind"]
    if kind == "case":
        return [_("Choose the question of the case whose key is wrong.")]
    if kind not in CHOSEN:
        return [
            _(
                "The key of a question of this kind (%(kind)s) cannot be exchanged for finished attempts. Leave the "
                "question out or give everybody full marks, and publish it anew for later papers."
            )
            % {"kind": KIND_WORDS.get(kind, kind)}
        ]
    right, known = set(change["right"]), {option["id"] for option in body["options"]}
    if not right or not right <= known:
        return [_("Tick the right answer.")]
    if kind in ONE_RIGHT and len(right) > 1:
        return [_("Only one option may be right in a question of this kind.")]
    if right == {option["id"] for option in body["options"] if option["correct"]}:
        return [_("This is the key already.")]
    return []


def _points_problems(change: Change, body: Body) -> list[str]:
    if body["kind"] == "case":
        return [_("The points of a case are those of its questions: choose one of them.")]
    if body["kind"] == "essay":
        return [_("The points of an essay are those of its rubric; they cannot be changed for finished attempts.")]
    points = numeric.value(change["points"])
    if points is None or not 0 < points <= MAX_POINTS:
        return [_("The points are a number above 0 and at most 100.")]
    if points == (numeric.value(body.get("points", "1")) or Fraction(0)):
        return [_("These are the points already.")]
    return []


#: Kinds whose key is no choice of options, in words.
KIND_WORDS = {
    "matching": gettext_lazy("matching"),
    "ordering": gettext_lazy("ordering"),
    "short": gettext_lazy("short answer"),
    "numeric": gettext_lazy("number"),
    "essay": gettext_lazy("essay"),
}
