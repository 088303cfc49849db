"""What the two pages of an evaluation show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from courses import progress
from courses.evaluations import hooks
from courses.evaluations.answering import has_answered, has_read_all, is_time
from courses.evaluations.freezing import Frozen
from courses.evaluations.results import Outcome, Results, Subject
from courses.models import Enrolment


@dataclass(frozen=True)
class ShownPart:
    """One subject on the trainer's page; ``svg`` is drawn by us from numbers."""

    subject: Subject
    heading: str
    svg: str
    mean: str

    @property
    def rows(self) -> list[tuple[Outcome, str]]:
        return [(one, hooks.said_mean(one)) for one in self.subject.scales]


def of_participant(mine: Enrolment, evaluation: Frozen, *, at: datetime) -> dict[str, Any]:
    """Whether the sheet is open, sent or not yet there, and what comes next after it."""
    sent = has_answered(mine)
    told: dict[str, Any] = {"evaluation": evaluation, "sent": sent, "enrolment": mine}
    if sent:
        overview = progress.overview(mine)
        return told | {"next_step": overview.next_step, "completed": mine.status == Enrolment.Status.COMPLETED}
    return told | {"is_open": is_time(mine.cohort, read_all=has_read_all(mine), at=at)}


def parts_of(found: Results) -> list[ShownPart]:
    """Subjects in the order of the page, each with its picture."""
    parts = []
    for place, subject in enumerate(found.subjects):
        svg = hooks.picture(subject, name=f"plot-{place}") if subject.scales else ""
        mean = number_format(subject.mean) if subject.mean is not None else ""
        parts.append(ShownPart(subject, subject.title or _("The training"), svg, mean))
    return parts
