"""The stages of one person: where each stands, and what a page about one of them shows around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from accounts.models import Supervision
from assessments.assignments.standing import Standing
from assessments.evidence import supervisors
from assessments.evidence.parts import Stage, stage_of
from assessments.models import AssignmentMark, AssignmentWork, Submission
from assessments.querysets import PRACTICE
from courses.models import EditionPart, Enrolment

State = Submission.State


@dataclass(frozen=True)
class StageState:
    """One stage of one person.  ``current`` is the version that says where it stands; ``has_draft``: something is
    written, whether or not it was handed in."""

    stage: Stage
    url: str
    current: Submission | None = None
    has_draft: bool = False
    marks: list[AssignmentMark] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The state of the current version; empty while nothing has been handed in."""
        return str(self.current.state) if self.current else ""

    @property
    def is_signed(self) -> bool:
        return self.state == State.ACCEPTED

    @property
    def mark(self) -> AssignmentMark | None:
        """The judgement that counts."""
        return self.marks[-1] if self.marks else None


def parts_of(edition_id: int | None) -> list[EditionPart]:
    """The stages that an edition asks for, in their order; one statement, none without an edition."""
    if edition_id is None:
        return []
    parts = EditionPart.objects.filter(edition=edition_id, kind=PRACTICE)
    return sorted(parts, key=lambda part: (part.json["stage"]["number"], part.key))


def stages_of(enrolment: Enrolment, parts: Sequence[EditionPart] | None = None) -> list[StageState]:
    """Every stage with its standing; a constant number of statements, one where the training asks for no evidence."""
    asked = parts_of(enrolment.cohort.edition_id) if parts is None else parts
    if not asked:
        return []
    begun = set(AssignmentWork.objects.filter(enrolment=enrolment, part__in=asked).values_list("part_id", flat=True))
    judged = AssignmentMark.objects.select_related("marked_by", "practice_review").order_by("number")
    rows = Submission.objects.deciding().filter(work__enrolment=enrolment, work__part__in=asked)
    current = {
        row.work.part_id: row
        for row in rows.select_related("work__part").prefetch_related(Prefetch("all_marks", judged))
    }
    return [_state(enrolment, part, current.get(part.pk), part.pk in begun) for part in asked]


def _state(enrolment: Enrolment, part: EditionPart, current: Submission | None, has_draft: bool) -> StageState:
    url = reverse("assessments:assignment", args=[enrolment.public_id, part.key])
    marks = list(current.all_marks.all()) if current is not None else []
    return StageState(stage_of(part.key, part.json), url, current, has_draft, marks)


def signed(enrolment: Enrolment) -> list[StageState]:
    """For assessors: the stages as they stand; what is not signed has no version to read."""
    return [
        one if one.is_signed else StageState(one.stage, "", has_draft=one.has_draft) for one in stages_of(enrolment)
    ]


def supervisors_now(enrolment: Enrolment, *, at: datetime) -> list[Supervision]:
    """To whom something handed in at ``at`` would go."""
    return supervisors.supervisors_of(enrolment.user, on=timezone.localdate(at))


def around(standing: Standing, *, at: datetime) -> dict[str, Any]:
    """What the page of one stage shows beside the work: its stage, who will read it, and the stages before and after.

    Two statements.
    """
    parts = parts_of(standing.part.edition_id)
    place = next(number for number, part in enumerate(parts) if part.pk == standing.part.pk)
    following = parts[place + 1] if place + 1 < len(parts) else None
    return {
        "stage": stage_of(standing.part.key, standing.part.json),
        "stages": len(parts),
        "supervisions": supervisors_now(standing.enrolment, at=at),
        "previous": stage_of(parts[place - 1].key, parts[place - 1].json) if place else None,
        "following": stage_of(following.key, following.json) if following else None,
    }
