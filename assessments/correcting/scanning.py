"""Which ended attempts a correction concerns, and what it would make of them: people by the hundred, a fixed number of
statements for each hundred, nothing changed."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from assessments import marking
from assessments.correcting.overlay import Word, overlay_of, words_for
from assessments.deciding_grade import decide
from assessments.models import Attempt, Correction, CorrectionRow, QuestionVersion
from assessments.quiz_rules import QuizRules
from courses.models import EditionPart

PEOPLE = 100
Effect = CorrectionRow.Effect


@dataclass
class Scope:
    """What one task looks at.  Versions and corrections that were met once are not asked for again."""

    correction: Correction
    #: The versions that ask the corrected question; empty for a pass mark.
    asked: frozenset[str]
    parts: Mapping[int, EditionPart]
    versions: dict[str, QuestionVersion] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)

    @classmethod
    def of(cls, correction: Correction) -> Scope:
        """Two statements."""
        asked: frozenset[str] = frozenset()
        if correction.series:
            found = QuestionVersion.objects.filter(series=correction.series)
            asked = frozenset(str(one) for one in found.values_list("public_id", flat=True))
        parts = EditionPart.objects.filter(kind=marking.QUIZ, edition__organization=correction.organization_id)
        if correction.quiz_key:
            parts = parts.filter(key=correction.quiz_key)
        if correction.series:
            parts = _naming(parts, "json", asked)
        return cls(correction, asked, parts.in_bulk())

    @property
    def ended(self) -> QuerySet[Attempt]:
        """Every ended attempt at the quizzes concerned."""
        return Attempt.objects.filter(part__in=list(self.parts)).exclude(status=Attempt.Status.OPEN)

    @property
    def concerned(self) -> QuerySet[Attempt]:
        """Those of them that the correction concerns."""
        return _naming(self.ended, "paper", self.asked) if self.correction.series else self.ended

    @property
    def still_open(self) -> QuerySet[Attempt]:
        return Attempt.objects.filter(part__in=list(self.parts), status=Attempt.Status.OPEN)

    def concerns(self, attempt: Attempt) -> bool:
        return not self.asked or any(slot["version"] in self.asked for slot in attempt.paper["slots"])

    def learn(self, attempts: Sequence[Attempt]) -> None:
        """Fetch versions not met yet, and the corrections in force that concern them; two statements at most."""
        met = {slot["version"] for attempt in attempts for slot in attempt.paper["slots"]}
        unknown = met - self.versions.keys()
        if unknown or not self.versions:
            for version in QuestionVersion.objects.filter(public_id__in=unknown):
                self.versions[str(version.public_id)] = version
            keys = {part.key for part in self.parts.values()}
            self.words = words_for(keys, {version.series for version in self.versions.values()})


def _naming(rows: QuerySet[Any], field_name: str, versions: frozenset[str]) -> QuerySet[Any]:
    """Rows whose JSON names one of the versions.  As text, because both databases can: a UUID is found nowhere else."""
    if not versions:
        return rows.none()
    named = Q()
    for one in versions:
        named |= Q(as_text__contains=one)
    found: QuerySet[Any] = rows.annotate(as_text=Cast(field_name, TextField())).filter(named)
    return found


@dataclass(frozen=True)
class Looked:
    """One round: the people seen (``cursor`` is the last), rows for what is concerned, and whose requirement goes."""

    cursor: int
    people: int
    rows: list[CorrectionRow]
    losing: list[int]
    #: Papers on which nothing would be left to score.
    emptied: int


def look(scope: Scope, *, after: int) -> Looked | None:
    """What the correction makes of the next people's attempts; None when nobody is left.  Seven statements at most."""
    following = scope.concerned.filter(enrolment__gt=after).order_by("enrolment").values_list("enrolment", flat=True)
    people = list(following.distinct()[:PEOPLE])
    if not people:
        return None
    sat_by_them = scope.ended.filter(enrolment__in=people).order_by("enrolment", "part", "pk")
    # What people gave for essays is fetched for all at once; marking asks nobody one by one then.
    attempts = list(sat_by_them.prefetch_related("released_marks"))
    scope.learn(attempts)
    groups: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        attempt.part = scope.parts[attempt.part_id]
        groups[attempt.enrolment_id, attempt.part_id].append(attempt)
    rows: list[CorrectionRow] = []
    losing: list[int] = []
    emptied = 0
    for (enrolment_id, _part), sat in groups.items():
        made = [(one, forecast(scope, one)) for one in sat if scope.concerns(one)]
        effect = _effect(sat, {one.pk: then for one, then in made})
        emptied += sum(_is_empty(then) for _one, then in made)
        rows += [_row(scope.correction, one, then, effect) for one, then in made]
        if effect == Effect.LOSES:
            losing.append(enrolment_id)
    return Looked(people[-1], len(people), rows, losing, emptied)


def forecast(scope: Scope, attempt: Attempt) -> Attempt:
    """A copy of ``attempt``, marked as it would be with the correction: by the very code that the run uses."""
    then = copy.copy(attempt)
    versions = {slot["version"]: scope.versions[slot["version"]] for slot in attempt.paper["slots"]}
    words = scope.words
    if not scope.correction.is_in_force:
        words = [*words, Word.of(scope.correction)]
    marking.mark_with(then, versions, overlay_of(words, attempt.part.key, versions))
    return then


def _effect(sat: Sequence[Attempt], then: Mapping[int, Attempt]) -> Effect:
    """On the requirement: all attempts of a person at the quiz taken together."""
    if not sat[0].part.json["counts"]:
        return Effect.NONE
    rules = QuizRules.of_part(sat[0].part.json)
    before = bool(decide(rules, sat).passed)
    after = bool(decide(rules, [then.get(one.pk, one) for one in sat]).passed)
    if before == after:
        return Effect.NONE
    return Effect.GAINS if after else Effect.LOSES


def _is_empty(then: Attempt) -> bool:
    total = then.result["total"]
    return total is not None and total["maximum"] == "0"


def _row(correction: Correction, attempt: Attempt, then: Attempt, effect: Effect) -> CorrectionRow:
    return CorrectionRow(
        correction=correction,
        attempt=attempt,
        enrolment_id=attempt.enrolment_id,
        before=attempt.score,
        after=then.score,
        passed_before=attempt.passed,
        passed_after=then.passed,
        effect=effect,
    )
