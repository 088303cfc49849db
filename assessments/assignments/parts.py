"""What an edition freezes of a course's assignments (docs/formats.md, assignment part), and how a part is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.assignments.kinds import CONTENT_TYPES
from assessments.models import Assignment
from courses.activities import POSITION_LAST, POSITION_STEP
from courses.models import CoursePage, ModulePage
from courses.parts import PartDraft, Problem, RequirementDraft

PART_KIND = "assignment"
SCHEMA = 1
MEGABYTE = 1_048_576
# Behind the quiz of the same place: what was learned is applied last.
_BEHIND = 10


@dataclass(frozen=True)
class Rules:
    """A frozen assignment as the verbs and pages read it.  ``pass_mark`` is None where nothing is counted in marks."""

    title: str
    instructions: str
    position: int
    counts: bool
    pass_mark: Decimal | None
    due_days: int | None
    takes_text: bool
    kinds: tuple[str, ...]
    most_files: int
    most_bytes: int

    @property
    def most_megabytes(self) -> int:
        return self.most_bytes // MEGABYTE


def rules_of(json: dict[str, Any]) -> Rules:
    """The rules in the JSON of a part."""
    return Rules(
        title=json["title"],
        instructions=json["instructions"],
        position=json["position"],
        counts=json["counts"],
        pass_mark=None if json["pass_mark"] is None else Decimal(json["pass_mark"]),
        due_days=json["due_days"],
        takes_text=json["takes_text"],
        kinds=tuple(json["kinds"]),
        most_files=json["most_files"],
        most_bytes=json["most_bytes"],
    )


def write_parts(course: CoursePage) -> Iterable[PartDraft]:
    """For ``courses.parts.register_part_writer``: one part for each assignment, a requirement only if it counts."""
    asked = list(Assignment.objects.in_force().filter(course=course).order_by("pk"))
    keys = ModulePage.objects.child_of(course).live().order_by("path").values_list("key", flat=True) if asked else []
    modules = {key: number * POSITION_STEP for number, key in enumerate(keys, start=1)}
    for assignment in asked:
        place = modules.get(assignment.module)
        position = (POSITION_LAST if place is None else place + POSITION_STEP // 2) + _BEHIND
        yield PartDraft(
            kind=PART_KIND,
            key=str(assignment.public_id),
            json=part_of(assignment, position),
            requirement=RequirementDraft(assignment.title, position) if assignment.is_required else None,
        )


def part_of(assignment: Assignment, position: int) -> dict[str, Any]:
    """The assignment part of an edition, schema 1."""
    return {
        "schema": SCHEMA,
        "title": assignment.title,
        "instructions": assignment.instructions.replace("\r\n", "\n").strip(),
        "module": assignment.module,
        "position": position,
        "counts": assignment.is_required,
        "pass_mark": f"{assignment.pass_mark:.2f}" if assignment.grading == Assignment.Grading.SCORE else None,
        "due_days": assignment.due_days,
        "takes_text": assignment.takes_text,
        "kinds": [kind for kind in CONTENT_TYPES if kind in assignment.kinds],
        "most_files": assignment.most_files,
        "most_bytes": assignment.most_megabytes * MEGABYTE,
    }


def check_readiness(course: CoursePage) -> Iterable[Problem]:
    """For ``courses.parts.register_readiness_check``."""
    for assignment in Assignment.objects.in_force().filter(course=course):
        said = {"title": assignment.title}
        if not assignment.instructions.strip():
            yield Problem(_("Assignment “%(title)s” has no instructions yet.") % said)
        if not assignment.takes_text and not assignment.kinds:
            yield Problem(_("Assignment “%(title)s” takes neither a text nor a file.") % said)
