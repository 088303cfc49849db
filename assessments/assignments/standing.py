"""Where people stand in their assignments: one page of one person, and the same in few words for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessments.assignments.kinds import words
from assessments.assignments.parts import PART_KIND, Rules, rules_of
from assessments.assignments.terms import Terms, takes_work, terms_by_key, terms_here, terms_of
from assessments.models import AssignmentMark, AssignmentWork, Submission, WorkFile
from assessments.querysets import COUNTING, PRACTICE
from courses.activities import Activity, ActivityState
from courses.models import EditionPart, Enrolment
from courses.templatetags.course_times import moment

State = Submission.State


@dataclass(frozen=True)
class Version:
    """One version as people read it: its files and marks are loaded."""

    submission: Submission
    files: list[WorkFile]
    marks: list[AssignmentMark]
    is_late: bool

    @property
    def mark(self) -> AssignmentMark | None:
        """The mark that counts."""
        return self.marks[-1] if self.marks else None


@dataclass(frozen=True)
class Standing:
    """One person and one assignment.  ``versions`` are newest first, those taken back included."""

    enrolment: Enrolment
    part: EditionPart
    rules: Rules
    terms: Terms
    work: AssignmentWork | None = None
    draft: list[WorkFile] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    takes_work: bool = False

    @property
    def current(self) -> Version | None:
        """The version that says where the person stands."""
        return next((one for one in self.versions if one.submission.state in COUNTING), None)

    @property
    def state(self) -> str:
        """The state of the current version; empty while nothing has been handed in."""
        return str(self.current.submission.state) if self.current else ""

    @property
    def is_practice(self) -> bool:
        """Whether a supervisor reads it, not the trainer."""
        return self.part.kind == PRACTICE

    @property
    def may_write(self) -> bool:
        return self.takes_work and self.state != State.ACCEPTED

    @property
    def is_changed(self) -> bool:
        """Whether the draft says something else than the version that waits."""
        current, text = self.current, self.work.text.strip() if self.work else ""
        if current is None or current.submission.state != State.WAITING:
            return bool(text or self.draft)
        return text != current.submission.text or {f.pk for f in self.draft} != {f.pk for f in current.files}

    @property
    def kinds(self) -> str:
        return words(self.rules.kinds)

    @property
    def accept(self) -> str:
        """For the browser's file chooser: a hint only, the server looks inside."""
        return ",".join(f".{kind}" for kind in self.rules.kinds) + (",.jpeg" if "jpg" in self.rules.kinds else "")

    @property
    def room(self) -> int:
        """How many files may still be added."""
        return max(0, self.rules.most_files - len(self.draft))


def standing_of(enrolment: Enrolment, part: EditionPart, *, at: datetime) -> Standing:
    """Everything about one person's assignment, in a constant number of statements."""
    terms = terms_here(enrolment.cohort, part)
    rules = rules_of(part.json)
    work = AssignmentWork.objects.filter(enrolment=enrolment, part=part).first()
    if work is not None:
        work.enrolment, work.part = enrolment, part
    draft = list(work.files.filter(in_draft=True)) if work else []
    open_ = takes_work(enrolment, terms, at=at)
    return Standing(enrolment, part, rules, terms, work, draft, versions_of(work, terms) if work else [], open_)


def versions_of(work: AssignmentWork, terms: Terms) -> list[Version]:
    """All versions, newest first; three statements."""
    judged = AssignmentMark.objects.select_related("marked_by", "practice_review").order_by("number")
    marks = Prefetch("all_marks", judged)
    rows = work.submissions.prefetch_related("files", marks).order_by("-number")
    return [Version(row, list(row.files.all()), list(row.all_marks.all()), row.is_late(terms.due_at)) for row in rows]


# For many at once


@dataclass(frozen=True)
class Glance:
    """Where somebody stands in few words; ``state`` is empty while nothing has been handed in."""

    state: str = ""
    score: Decimal | None = None
    submitted_at: datetime | None = None
    is_late: bool = False
    has_draft: bool = False


def parts_of(edition_ids: Iterable[int | None], kinds: Sequence[str] = (PART_KIND,)) -> dict[int, list[EditionPart]]:
    """Frozen assignments (or work of these ``kinds``) by edition, in their order; one statement."""
    found: dict[int, list[EditionPart]] = defaultdict(list)
    for part in EditionPart.objects.filter(kind__in=kinds, edition__in={pk for pk in edition_ids if pk}):
        found[part.edition_id].append(part)
    for parts in found.values():
        parts.sort(key=lambda part: (part.json["position"], part.json["title"]))
    return found


def glances(
    enrolments: Sequence[Enrolment], parts: Mapping[int, list[EditionPart]], *, drafts: bool = False
) -> dict[tuple[int, int], Glance]:
    """(enrolment, part) -> where they stand, for whoever has begun; at most three statements."""
    if not parts:
        return {}
    by_id = {one.pk: one for one in enrolments}
    decided = terms_by_key(one.cohort_id for one in enrolments)
    rules = {part.pk: (part.key, rules_of(part.json)) for row in parts.values() for part in row}
    found: dict[tuple[int, int], Glance] = {}
    if drafts:
        begun = AssignmentWork.objects.filter(enrolment__in=by_id).values_list("enrolment_id", "part_id")
        found = dict.fromkeys(begun, Glance(has_draft=True))
    last = AssignmentMark.objects.filter(submission=OuterRef("pk")).order_by("-number").values("score")[:1]
    rows = Submission.objects.filter(work__enrolment__in=by_id, state__in=COUNTING).order_by("number")
    for row in rows.select_related("work").annotate(last_score=Subquery(last)):
        enrolment_id, part_id = row.work.enrolment_id, row.work.part_id
        if part_id in rules:
            key, rule = rules[part_id]
            cohort = by_id[enrolment_id].cohort
            due_at = terms_of(rule, cohort, decided.get((cohort.pk, key))).due_at
            score = getattr(row, "last_score", None)
            found[enrolment_id, part_id] = Glance(row.state, score, row.submitted_at, row.is_late(due_at), True)
    return found


def lines_of(
    enrolments: Sequence[Enrolment],
    parts: Mapping[int | None, list[EditionPart]],
    standings: Mapping[tuple[int, int], Glance],
) -> list[Activity]:
    """One line per enrolment and assignment; one statement, none where the courses have no assignment."""
    if not parts:
        return []
    decided, now = terms_by_key(one.cohort_id for one in enrolments), timezone.now()
    return [
        _line(one, part, standings.get((one.pk, part.pk), Glance()), decided.get((one.cohort_id, part.key)), now)
        for one in enrolments
        for part in parts.get(one.cohort.edition_id, [])
    ]


def _line(enrolment: Enrolment, part: EditionPart, glance: Glance, term: object, now: datetime) -> Activity:
    rules = rules_of(part.json)
    terms = terms_of(rules, enrolment.cohort, term)  # type: ignore[arg-type]
    open_ = takes_work(enrolment, terms, at=now)
    state = state_of(glance, is_open=open_)
    zone = enrolment.cohort.time_zone
    due = _("due %(moment)s") % {"moment": moment(terms.due_at, zone)} if terms.due_at and open_ else ""
    said = word_of(glance)
    if state in (ActivityState.TODO, ActivityState.STARTED):
        said = " · ".join(filter(None, (said, due)))
    return Activity(
        enrolment_id=enrolment.pk,
        kind=PART_KIND,
        key=part.key,
        title=rules.title,
        url=reverse("assessments:assignment", args=[enrolment.public_id, part.key]),
        state=state,
        position=rules.position,
        note=said or (_("Closed") if state == ActivityState.LOCKED else ""),
        word=_("Continue") if state == ActivityState.STARTED else _("Open"),
        counts=rules.counts,
    )


def state_of(glance: Glance, *, is_open: bool) -> ActivityState:
    """Pure.  What the line says."""
    if glance.state == State.ACCEPTED:
        return ActivityState.DONE
    if glance.state == State.WAITING:
        return ActivityState.WAITING
    if not is_open:
        return ActivityState.LOCKED
    return ActivityState.STARTED if glance.state or glance.has_draft else ActivityState.TODO


def word_of(glance: Glance) -> str:
    """Where somebody stands, in words; empty for who has not begun."""
    if not glance.state:
        return _("Draft, not handed in yet") if glance.has_draft else ""
    said = str(State(glance.state).label)
    if glance.score is not None:
        said += f" ({number_format(Decimal(f'{glance.score.normalize():f}'))})"
    return f"{said} · {_('late')}" if glance.is_late else said
