"""From ended attempts to the matrix that ``assessments.statistics`` reads.  Four statements, however many attempts.

An item is followed across its versions: the versions of one series are one item.  One attempt per person counts.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from django.db.models import Count, Max, QuerySet, Sum

from assessments import correcting, kinds, protocol
from assessments.correcting import Overlay
from assessments.models import Attempt, Correction, ItemReport, QuestionVersion, Quiz
from assessments.statistics import Choice, Item, Vector
from courses.models import Cohort, EditionPart

Mark = tuple[Mapping[str, Any], Fraction, Fraction]
CHOSEN_KINDS = frozenset({"single", "multiple", "truefalse"})


@dataclass
class Family:
    """The versions of one series that stood on a paper; words are those of the newest."""

    series: str
    number: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    question: int = 0
    versions: set[str] = field(default_factory=set)
    maximum: Fraction = Fraction(0)
    marks: dict[int, Fraction] = field(default_factory=dict)
    chosen: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def take(self, version: QuestionVersion, slot: Mapping[str, Any], bodies: Mapping[str, Any]) -> None:
        """Count a version in; the words of the newest stand.  ``bodies`` hold the key that counts now."""
        self.versions.add(str(version.public_id))
        if version.number > self.number:
            self.number, self.body = version.number, kinds.asked(slot, bodies[slot["version"]])
            self.code, self.question = version.question.external_id, version.question_id

    @property
    def module(self) -> str:
        return str(self.body.get("module") or "")


@dataclass(frozen=True)
class Gathered:
    """``families`` in the order of module and code, as ``items``; ``slots`` by place of the paper, None where papers
    have no common places; ``percents`` are the people's scores from 0 to 100, ``maxima`` what
    each one's paper was worth."""

    families: Sequence[Family]
    items: Sequence[Item]
    totals: Vector
    slots: Sequence[Vector] | None
    percents: Sequence[Decimal]
    maxima: Sequence[float]
    pass_mark: Decimal
    pool: int


@dataclass(frozen=True)
class Sat:
    """One person's attempt with the slots that count: what each earned and was worth."""

    attempt: Attempt
    marks: Sequence[Mark]

    @property
    def total(self) -> float:
        return float(sum((earned for _slot, earned, _most in self.marks), Fraction(0)))

    @property
    def maximum(self) -> float:
        return float(sum((most for _slot, _earned, most in self.marks), Fraction(0)))


def ended(quiz: Quiz, cohort: Cohort | None) -> QuerySet[Attempt]:
    """Attempts at ``quiz``, in whatever edition, that have a score."""
    found = Attempt.objects.filter(part__kind="quiz", part__key=str(quiz.public_id), score__isnull=False)
    return found if cohort is None else found.filter(enrolment__cohort=cohort)


def fingerprint(quiz: Quiz, cohort: Cohort | None) -> str:
    """Changes with every attempt that ends, every score that is set anew and every correction that comes into force or
    has been carried out; two statements."""
    state = ended(quiz, cohort).aggregate(n=Count("pk"), last=Max("ended_at"), newest=Max("pk"), scores=Sum("score"))
    corrections = Correction.objects.in_force().filter(organization=quiz.organization_id).order_by()
    said = corrections.aggregate(corrections=Count("pk"), corrected=Max("finished_at"))
    # Without corrections the name of the data is what it was before there were any.
    state |= said if said["corrections"] else {}
    return hashlib.sha256(repr(sorted(state.items())).encode()).hexdigest()


def gather(quiz: Quiz, cohort: Cohort | None, *, sitting: str) -> Gathered:
    """Everything the statistics of ``quiz`` are made of."""
    parts = list(EditionPart.objects.filter(kind="quiz", key=str(quiz.public_id)).order_by("-edition__number"))
    attempts = _one_each(ended(quiz, cohort).order_by("enrolment__user", "opened_at", "pk"), sitting)
    sat = [Sat(attempt, list(_marks(attempt))) for attempt in attempts]
    families, keys, overlay = _families(sat, str(quiz.public_id))
    ordered = sorted(families.values(), key=lambda one: (one.module, one.code, one.question, one.number))
    return Gathered(
        families=ordered,
        items=[_item(family, len(sat)) for family in ordered],
        totals=np.array([one.total for one in sat], dtype=np.float64),
        slots=_slots(families, keys),
        percents=[attempt.score for attempt in attempts if attempt.score is not None],
        maxima=[one.maximum for one in sat],
        pass_mark=overlay.pass_mark(parts[0].json["pass_mark"]) if parts else quiz.pass_mark,
        pool=len(parts[0].json["pool"]) if parts else 0,
    )


def _one_each(attempts: QuerySet[Attempt], sitting: str) -> list[Attempt]:
    """One attempt per person: the first, the last, or the best (of equal ones the earliest)."""
    kept: dict[int, Attempt] = {}
    rows = attempts.select_related("enrolment").only("paper", "answers", "result", "score", "enrolment__user")
    for attempt in rows.iterator(chunk_size=500):
        person = attempt.enrolment.user_id
        known = kept.get(person)
        better = known is not None and (attempt.score or 0) > (known.score or 0)
        if known is None or sitting == ItemReport.Sitting.LAST or (sitting == ItemReport.Sitting.BEST and better):
            kept[person] = attempt
    return list(kept.values())


def _families(sat: Sequence[Sat], quiz_key: str) -> tuple[dict[str, Family], list[list[tuple[str, float]]], Overlay]:
    """By series, marks and choices keyed by the row of the person; each paper's items and marks; the corrections."""
    met = {slot["version"] for one in sat for slot in one.attempt.paper["slots"]}
    versions = {
        str(version.public_id): version
        for version in QuestionVersion.objects.filter(public_id__in=met).select_related("question")
    }
    overlay = correcting.overlay_for(quiz_key, versions)
    bodies = overlay.bodies({public_id: version.body for public_id, version in versions.items()})
    families: dict[str, Family] = {}
    keys: list[list[tuple[str, float]]] = []
    for row, one in enumerate(sat):
        answers = protocol.current_answers(one.attempt.answers)
        keys.append([])
        for slot, earned, most in one.marks:
            version = versions[slot["version"]]
            key = family_key(version, slot)
            keys[row].append((key, float(earned)))
            family = families.setdefault(key, Family(key))
            family.take(version, slot, bodies)
            family.maximum = max(family.maximum, most)
            # The same item twice on one paper (a typo was mended between two pools) is counted once.
            family.marks.setdefault(row, earned)
            options = {option["token"]: option["option_id"] for option in slot.get("options", ())}
            for token in answers.get(slot["slot"], ()):
                if token in options:
                    family.chosen[options[token]].add(row)
    return families, keys, overlay


def family_key(version: QuestionVersion, slot: Mapping[str, Any]) -> str:
    """The series; a question of a case is an item of its own."""
    return f"{version.series}/{slot['part']}" if "part" in slot else str(version.series)


def _marks(attempt: Attempt) -> Iterator[Mark]:
    """The slots of a paper with the points they earned and were worth; left out are what
    waits for a person and what a correction left out for everybody."""
    points, maxima = attempt.result.get("slots", {}), attempt.result.get("maxima", {})
    for slot in attempt.paper["slots"]:
        earned, most = points.get(str(slot["slot"])), Fraction(maxima.get(str(slot["slot"]), 1))
        if earned is not None and most:
            yield slot, Fraction(earned), most


def _item(family: Family, people: int) -> Item:
    marks = np.full(people, np.nan)
    for row, earned in family.marks.items():
        marks[row] = float(earned)
    return Item(family.series, float(family.maximum), marks, _choices(family, people))


def _choices(family: Family, people: int) -> list[Choice]:
    if family.body.get("kind") not in CHOSEN_KINDS:
        return []
    return [
        Choice(option["id"], bool(option["correct"]), _mask(family.chosen.get(option["id"], set()), people))
        for option in family.body["options"]
    ]


def _mask(rows: Iterable[int], people: int) -> Any:
    mask = np.zeros(people, dtype=np.bool_)
    mask[list(rows)] = True
    return mask


def _slots(families: Mapping[str, Family], papers: Sequence[Sequence[tuple[str, float]]]) -> list[Vector] | None:
    """Marks by place of the blueprint.  Papers are shuffled, so their places are put in the order of modules and
    series; None where papers hold different numbers of questions of a module, for then nothing corresponds."""
    rows = [sorted((families[key].module, key, mark) for key, mark in paper) for paper in papers]
    shapes = {tuple(module for module, _key, _mark in row) for row in rows}
    if len(shapes) != 1:
        return None
    return [np.array(column) for column in zip(*([mark for _m, _k, mark in row] for row in rows), strict=True)]
