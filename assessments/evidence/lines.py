"""Practice evidence beside assignments in the pages and reports of courses: one line and column for all stages.

Both kinds of work are read in the same statements, so a training without evidence costs nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.assignments import reporting, standing
from assessments.assignments.parts import PART_KIND
from assessments.assignments.standing import Glance, State, glances, parts_of
from assessments.querysets import PRACTICE
from courses.activities import Activity, ActivityState
from courses.columns import Column, ColumnSet, Value
from courses.models import Cohort, EditionPart, Enrolment
from courses.reporting.sections import Section, Table

Parts = Mapping[int, list[EditionPart]]
COLUMN = "practice"


def work_activities(enrolments: Sequence[Enrolment]) -> list[Activity]:
    """A line per assignment, and one for the practice evidence; at most four statements, one where neither is asked."""
    parts = parts_of((one.cohort.edition_id for one in enrolments), kinds=(PART_KIND, PRACTICE))
    if not parts:
        return []
    seen = glances(enrolments, parts, drafts=True)
    practice = _only(parts, PRACTICE)
    lines = standing.lines_of(enrolments, _only(parts, PART_KIND), seen)
    return lines + [_line(one, practice[pk], seen) for one in enrolments if (pk := one.cohort.edition_id) in practice]


def work_columns(enrolments: Sequence[Enrolment]) -> ColumnSet:
    """The columns of assignments, and (in the spreadsheet) how many stages are signed; at most three statements."""
    parts = parts_of((one.cohort.edition_id for one in enrolments), kinds=(PART_KIND, PRACTICE))
    if not parts:
        return ColumnSet()
    seen = glances(enrolments, parts)
    found = reporting.columns_with(_only(parts, PART_KIND), seen)
    practice = _only(parts, PRACTICE)
    if not practice:
        return found
    values: dict[tuple[int, str], Value] = {
        (one.pk, COLUMN): _signed_words(practice[pk], _states(one, practice[pk], seen))
        for one in enrolments
        if (pk := one.cohort.edition_id) in practice
    }
    column = Column(COLUMN, _("Practice evidence"), "state", wide=True)
    return replace(found, columns=[*found.columns, column], values=found.values | values)


def section(cohort: Cohort, people: Sequence[Enrolment], *, at: datetime) -> Section | None:
    """A part of the closing report: how far the practice evidence of each stage has come; nobody is named."""
    parts = parts_of([cohort.edition_id], kinds=(PRACTICE,))
    counting = [one for one in people if one.status != Enrolment.Status.DROPPED]
    seen = glances(counting, parts)
    rows = []
    for part in parts.get(cohort.edition_id or 0, []):
        states = Counter(seen[one.pk, part.pk].state for one in counting if (one.pk, part.pk) in seen)
        numbers = [
            states[State.ACCEPTED],
            states[State.RETURNED],
            states[State.WAITING],
            len(counting) - states.total(),
        ]
        rows.append([str(part.json["stage"]["title"]), *map(str, numbers)])
    if not rows:
        return None
    headings = [_("Stage"), _("Signed"), _("To be improved"), _("Waiting"), _("Not handed in")]
    said = _("Signed or returned by the supervisor of each person; the newest version counts.")
    return Section(_("Practice evidence"), [said], tables=[Table(headings, rows, "lrrrr")])


def _only(parts: Parts, kind: str) -> dict[int | None, list[EditionPart]]:
    rows = {edition: [part for part in row if part.kind == kind] for edition, row in parts.items()}
    return {edition: row for edition, row in rows.items() if row}


def _states(enrolment: Enrolment, parts: Sequence[EditionPart], seen: Mapping[tuple[int, int], Glance]) -> Counter[str]:
    """How many stages stand where; "draft" for what is begun and was never handed in."""
    glanced = [seen.get((enrolment.pk, part.pk), Glance()) for part in parts]
    return Counter(one.state or ("draft" if one.has_draft else "") for one in glanced)


def _line(enrolment: Enrolment, parts: Sequence[EditionPart], seen: Mapping[tuple[int, int], Glance]) -> Activity:
    states = _states(enrolment, parts, seen)
    is_open = enrolment.cohort.status == Cohort.Status.OPEN and enrolment.status != Enrolment.Status.DROPPED
    state = state_of(states, len(parts), is_open=is_open)
    return Activity(
        enrolment_id=enrolment.pk,
        kind=PRACTICE,
        key="",
        title=_("Practice evidence"),
        url=reverse("assessments:evidence_overview", args=[enrolment.public_id]),
        state=state,
        position=parts[0].json["position"],
        note=_signed_words(parts, states) if states.total() > states[""] else "",
        word=_("Continue") if state == ActivityState.STARTED else _("Open"),
        counts=bool(parts[0].json["counts"]),
    )


def state_of(states: Counter[str], asked: int, *, is_open: bool) -> ActivityState:
    """Pure.  What the line says: something to write comes before what waits for the supervisor."""
    if states[State.ACCEPTED] == asked:
        return ActivityState.DONE
    if states[State.ACCEPTED] + states[State.WAITING] == asked:
        return ActivityState.WAITING
    if not is_open:
        return ActivityState.LOCKED
    return ActivityState.TODO if states[""] == asked else ActivityState.STARTED


def _signed_words(parts: Sequence[EditionPart], states: Counter[str]) -> str:
    said = _("%(signed)s of %(total)s signed") % {"signed": states[State.ACCEPTED], "total": len(parts)}
    if states[State.RETURNED]:
        said += " · " + _("%(number)s to be improved") % {"number": states[State.RETURNED]}
    if states[State.WAITING]:
        said += " · " + _("%(number)s waiting") % {"number": states[State.WAITING]}
    return said
