"""A course's quizzes: do their pools suffice, and what an edition freezes of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assessments import quiz_problems
from assessments.drawing import PAPERS_WANTED, missing_counts
from assessments.kinds import KINDS
from assessments.kinds.base import folded
from assessments.models import BlueprintRow, QuestionVersion, Quiz
from assessments.pool import PartEntry, PoolEntry, Row
from assessments.quiz_rules import QuizRules, Section
from courses.activities import POSITION_FIRST, POSITION_LAST, POSITION_STEP
from courses.models import CoursePage, ModulePage
from courses.parts import PartDraft, Problem, RequirementDraft

PART_KIND = "quiz"


@dataclass(frozen=True)
class RowState:
    """What the editor shows of one blueprint row; ``missing`` is 0 when the pool fills it beside the other rows.

    ``repeats``: how many of its questions a person who uses all attempts meets again, at best."""

    row: BlueprintRow
    available: int
    missing: int
    repeats: int = 0

    @property
    def is_thin(self) -> bool:
        """A final row whose pool holds under three papers: neighbours would meet largely the same questions."""
        return self.row.usage == "final" and self.available < PAPERS_WANTED * self.row.count

    @property
    def share(self) -> int:
        """In how many percent of the papers a question of the row stands on average, rounded up."""
        return -(-100 * self.row.count // self.available) if self.available else 100

    @property
    def wanted(self) -> int:
        return PAPERS_WANTED * self.row.count


def pool_of(course: CoursePage, rows: Sequence[Row]) -> list[PoolEntry]:
    """Current versions of the course's questions that some row accepts, in a lasting order.  One statement."""
    versions = (
        QuestionVersion.objects.current()
        .filter(question__course=course)
        .select_related("question")
        .order_by("question__module", "question__external_id", "question_id")
    )
    entries = [entry_of(version) for version in versions]
    return [entry for entry in entries if any(row.accepts(entry) for row in rows)]


def entry_of(version: QuestionVersion) -> PoolEntry:
    """What the drawing needs of a version; ids and their order say nothing about the key.

    Difficulty is no member of the first schema, so there it is the question's own as it stands published."""
    return pool_entry(str(version.public_id), version.sha256, version.body, difficulty=version.question.difficulty)


def pool_entry(version: str, sha256: str, body: Mapping[str, Any], *, difficulty: str) -> PoolEntry:
    """Pure: the entry of a version, or of a draft that is only shown; ``difficulty`` is for bodies without one."""
    kind = KINDS[body["kind"]]
    lists = {name: tuple(ids) for name, ids in kind.ids(body).items()}
    return PoolEntry(
        version=version,
        sha256=sha256,
        module=body["module"],
        usage=body["usage"],
        kind=body["kind"],
        units=tuple(body["units"]),
        options=lists.pop("options", ()),
        points=body.get("points", "1"),
        difficulty=body.get("difficulty", difficulty),
        tags=tuple(body.get("tags", ())),
        lists=lists,
        parts=tuple(_part_entry(part) for part in body.get("parts", ())),
    )


def _part_entry(part: Mapping[str, Any]) -> PartEntry:
    lists = {name: tuple(ids) for name, ids in KINDS[part["kind"]].ids(part).items()}
    return PartEntry(id=part["id"], kind=part["kind"], points=part["points"], lists=lists)


def rows_of(quiz: Quiz) -> list[Row]:
    """The blueprint as the drawing reads it."""
    return [
        Row(
            module=row.module,
            unit=row.unit.code if row.unit else None,
            usage=row.usage,
            count=row.count,
            difficulty=row.difficulty,
            tag=folded(row.tag),
            section=row.section,
        )
        for row in quiz.blueprint.select_related("unit").order_by("sort_order", "pk")
    ]


def rules_of(quiz: Quiz) -> QuizRules:
    """The rules that schema 3 of the part adds; one statement."""
    return QuizRules(
        grade_of=str(quiz.grade_of),
        delay_minutes=quiz.delay_minutes,
        sections=tuple(Section(one.key, one.title, one.minimum) for one in quiz.sections.all()),
        unit_minimum=quiz.unit_minimum,
        exposure_percent=quiz.exposure_percent,
        access_code=quiz.access_code,
    )


@dataclass(frozen=True)
class Repeats:
    """How many questions a person meets again who uses ``attempts`` attempts, at best.  ``fresh``: with how many of
    them no question comes again."""

    attempts: int
    questions: int
    fresh: int = 0


@dataclass(frozen=True)
class BankState:
    """How well the published questions fill a quiz."""

    rows: list[RowState]
    repeats: Repeats


def bank_state(quiz: Quiz) -> BankState:
    """Three statements.  Repeats are told for the attempts the quiz allows, two where it sets no limit: what the pool
    lacks for so many papers."""
    rows = rows_of(quiz)
    pool = pool_of(quiz.course, rows) if quiz.course else []
    attempts = quiz.max_attempts or 2

    def lacking(papers: int) -> list[int]:
        return missing_counts(pool, [replace(row, count=row.count * papers) for row in rows])

    stored = quiz.blueprint.select_related("unit").order_by("sort_order", "pk")
    states = [
        RowState(saved, sum(row.accepts(entry) for entry in pool), missing, repeats)
        for saved, row, missing, repeats in zip(stored, rows, lacking(1), lacking(attempts), strict=True)
    ]
    fresh = bisect_left(range(1, attempts + 1), True, key=lambda papers: any(lacking(papers)))
    return BankState(states, Repeats(attempts, sum(state.repeats for state in states), fresh))


def check_readiness(course: CoursePage) -> Iterable[Problem]:
    """For ``courses.parts.register_readiness_check``."""
    for quiz in Quiz.objects.in_force().filter(course=course).select_related("course"):
        yield from quiz_problems.problems_of(quiz, bank_state(quiz))


def write_parts(course: CoursePage) -> Iterable[PartDraft]:
    """For ``courses.parts.register_part_writer``: one part for each quiz, a requirement only if it counts."""
    positions = _module_positions(course)
    for quiz in Quiz.objects.in_force().filter(course=course).select_related("course").order_by("pk"):
        position = _position(quiz, positions)
        yield PartDraft(
            kind=PART_KIND,
            key=str(quiz.public_id),
            json=part_of(quiz, position),
            requirement=RequirementDraft(quiz.title, position) if quiz.is_required else None,
        )


def part_of(quiz: Quiz, position: int) -> dict[str, Any]:
    """The quiz part of an edition (docs/formats.md, quiz part): the lowest schema that says everything, so that a
    course that uses nothing of a later one keeps the hash of its edition."""
    rows, rules = rows_of(quiz), rules_of(quiz)
    pool = pool_of(quiz.course, rows) if quiz.course else []
    plain = all(row.fits_schema_1 for row in rows) and all(entry.fits_schema_1 for entry in pool)
    marked = marking_members(quiz) | closing_members(quiz)
    schema = (1 if plain else 2) if rules.are_plain and not marked else 3
    part = {
        "schema": schema,
        "title": quiz.title,
        "kind": str(quiz.kind),
        "module": quiz.module,
        "position": position,
        "counts": quiz.is_required,
        "pass_mark": f"{quiz.pass_mark:.2f}",
        "max_attempts": quiz.max_attempts,
        "time_limit_minutes": quiz.time_limit_minutes,
        "grace_seconds": quiz.grace_seconds,
        "shuffle": quiz.shuffle,
        "review": str(quiz.review),
        "blueprint": [row.to_json(schema=schema) for row in rows],
        "pool": [entry.to_json(schema=schema) for entry in pool],
    }
    return part if schema < 3 else part | rules.to_json() | marked


def marking_members(quiz: Quiz) -> dict[str, Any]:
    """How people mark its essays, where that is not by one assessor."""
    return {"markers": quiz.markers, "third_beyond": f"{quiz.third_beyond:.2f}"} if quiz.markers > 1 else {}


def closing_members(quiz: Quiz) -> dict[str, Any]:
    """That the closing of the angkatan ends running attempts, where it does."""
    return {"cuts_running": True} if quiz.cuts_running else {}


def _module_positions(course: CoursePage) -> dict[str, int]:
    keys = ModulePage.objects.child_of(course).live().order_by("path").values_list("key", flat=True)
    return {key: number * POSITION_STEP for number, key in enumerate(keys, start=1)}


def _position(quiz: Quiz, modules: dict[str, int]) -> int:
    """Where the quiz stands among the lines of the course: first, behind its module, or last."""
    if quiz.kind == Quiz.Kind.PRETEST:
        return POSITION_FIRST
    if quiz.kind == Quiz.Kind.PRACTICE and quiz.module in modules:
        return modules[quiz.module] + POSITION_STEP // 2
    return POSITION_LAST
