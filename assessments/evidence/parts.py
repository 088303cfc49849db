"""What an edition freezes of a course's practice evidence (docs/formats.md, practice part): one part for each stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.assignments.kinds import CONTENT_TYPES
from assessments.assignments.parts import MEGABYTE
from assessments.models import Practice
from assessments.querysets import PRACTICE
from courses.activities import POSITION_LAST
from courses.models import CompetencyUnit, CoursePage
from courses.parts import PartDraft, Problem, RequirementDraft

SCHEMA = 1
# Behind the assignments, before the outcome: practice comes after learning.
_BEHIND = 500


@dataclass(frozen=True)
class Stage:
    """The stage that a frozen part asks for; ``number`` is its place among the stages."""

    key: str
    code: str
    title: str
    number: int


def stage_of(key: str, json: dict[str, Any]) -> Stage:
    """The stage in the JSON of a part."""
    stage = json["stage"]
    return Stage(key, stage["code"], stage["title"], stage["number"])


def stages() -> list[CompetencyUnit]:
    """The ATENSI stages in their order; they come with a migration."""
    return list(CompetencyUnit.objects.filter(kind=CompetencyUnit.Kind.STAGE).order_by("position", "code"))


def practice_of(course: CoursePage) -> Practice | None:
    """What the course asks for, if anything."""
    return Practice.objects.in_force().filter(course=course).first()


def write_parts(course: CoursePage) -> Iterable[PartDraft]:
    """For ``courses.parts.register_part_writer``: one part for each stage, a requirement only if it counts."""
    practice = practice_of(course)
    if practice is None:
        return
    for number, unit in enumerate(stages(), start=1):
        json = part_of(practice, unit, number)
        requirement = RequirementDraft(json["title"], json["position"]) if practice.is_required else None
        yield PartDraft(kind=PRACTICE, key=str(unit.public_id), json=json, requirement=requirement)


def part_of(practice: Practice, unit: CompetencyUnit, number: int) -> dict[str, Any]:
    """The practice part of one stage, schema 1; it is read by ``assignments.parts.rules_of`` too."""
    return {
        "schema": SCHEMA,
        "stage": {"code": unit.code, "title": unit.title, "number": number},
        "title": _("Practice evidence: %(stage)s") % {"stage": unit.title},
        "instructions": practice.instructions.replace("\r\n", "\n").strip(),
        "position": POSITION_LAST + _BEHIND + number,
        "counts": practice.is_required,
        "pass_mark": None,
        "due_days": None,
        "takes_text": True,
        "kinds": [kind for kind in CONTENT_TYPES if kind in practice.kinds],
        "most_files": practice.most_files,
        "most_bytes": practice.most_megabytes * MEGABYTE,
    }


def check_readiness(course: CoursePage) -> Iterable[Problem]:
    """For ``courses.parts.register_readiness_check``."""
    practice = practice_of(course)
    if practice is None:
        return
    if not practice.instructions.strip():
        yield Problem(_("The practice evidence of this training has no instructions yet."))
    if not stages():
        yield Problem(_("No ATENSI stage is recorded among the competency units, so no evidence could be asked for."))
