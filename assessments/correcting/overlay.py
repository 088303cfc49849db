"""What marks are made with beside the frozen documents: the corrections in force, as marking reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from assessments.correcting import changes
from assessments.correcting.changes import PASS_MARK, Change, Effective
from assessments.kinds import Body, Slot

if TYPE_CHECKING:
    from assessments.models import Correction, QuestionVersion
    from courses.models import EditionPart


@dataclass(frozen=True)
class Word:
    """One correction in force: its public id, what it names, and its document."""

    public_id: str
    series: str
    quiz_key: str
    change: Change

    @classmethod
    def of(cls, row: Correction) -> Word:
        return cls(str(row.public_id), str(row.series or ""), row.quiz_key, row.change)


@dataclass(frozen=True)
class Overlay:
    """Corrections of one quiz and the versions that were asked for; without any, everything stays as it is frozen."""

    words: Sequence[Word] = ()
    series: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Public ids of the corrections that marks are made with, in the order of their approval."""
        asked = set(self.series.values())
        return [word.public_id for word in self.words if not word.series or word.series in asked]

    def bodies(self, bodies: Mapping[str, Body]) -> Mapping[str, Body]:
        """Version bodies by version id with the key and the points that count now."""
        if not self.words:
            return bodies
        return {version: self._body(version, body) for version, body in bodies.items()}

    def _body(self, version: str, body: Body) -> Body:
        found = self._changes(version)
        if not found:
            return body
        whole = changes.corrected(body, changes.effective(found[""]))
        parts: Any = body.get("parts")
        if not parts:
            return whole
        return {**whole, "parts": [changes.corrected(one, self._effective(version, one["id"])) for one in parts]}

    def void(self, slot: Slot) -> str:
        """ "drop", "full", or empty where the answer counts."""
        return self._effective(slot["version"], slot.get("part", "")).void

    def pass_mark(self, frozen: str) -> Decimal:
        """The pass mark in per cent; ``frozen`` is the one of the part."""
        said = [word.change["pass_mark"] for word in self.words if word.change["do"] == PASS_MARK]
        return Decimal(said[-1] if said else frozen)

    def _effective(self, version: str, part: str) -> Effective:
        found = self._changes(version)
        return changes.effective(change for change in found["*"] if change.get("part", "") in ("", part))

    def _changes(self, version: str) -> dict[str, list[Change]]:
        """By part of a case ("" for the whole), and under "*" all of them in their order."""
        found: dict[str, list[Change]] = defaultdict(list)
        series = self.series.get(version)
        for word in self.words:
            if word.series and word.series == series:
                found[word.change.get("part", "")].append(word.change)
                found["*"].append(word.change)
        return found


def words_for(quiz_keys: Iterable[str], series: Iterable[Any]) -> list[Word]:
    """Corrections in force of these quizzes and questions, in the order of their approval; one statement."""
    from assessments.models import Correction  # models need their app first

    named = Q(series=None, quiz_key__in=list(quiz_keys)) | Q(series__in=set(series))
    rows = Correction.objects.in_force().filter(named)
    return [Word.of(row) for row in rows.only("public_id", "series", "quiz_key", "change", "decided_at")]


def overlay_of(words: Iterable[Word], quiz_key: str, versions: Mapping[str, QuestionVersion]) -> Overlay:
    """Pure: of ``words`` those that concern the quiz and these versions (by public id)."""
    series = {public_id: str(version.series) for public_id, version in versions.items()}
    asked = set(series.values())
    kept = [
        word
        for word in words
        if (word.series in asked and word.quiz_key in ("", quiz_key)) or (not word.series and word.quiz_key == quiz_key)
    ]
    return Overlay(kept, series)


def overlay_for(quiz_key: str, versions: Mapping[str, QuestionVersion]) -> Overlay:
    """What marks of this quiz (the key of its part) are made with; one statement, however many questions."""
    return overlay_of(words_for([quiz_key], {one.series for one in versions.values()}), quiz_key, versions)


def rules_now(part: EditionPart) -> dict[str, Any]:
    """The frozen rules of a quiz with the pass mark that counts now; one statement."""
    overlay = overlay_of(words_for([part.key], ()), part.key, {})
    return {**part.json, "pass_mark": f"{overlay.pass_mark(part.json['pass_mark']):.2f}"}
