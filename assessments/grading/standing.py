"""How far the marking of one quiz in one angkatan is: numbers without names, and what could be released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils import timezone

from accounts import roles
from accounts.models import Membership
from assessments import grading, kinds, marking, protocol
from assessments.grading.agreeing import THIRD, agreed, counting, rules_of
from assessments.grading.judging import points_by_place
from assessments.models import Attempt, MarkingTask, QuestionVersion, ReleasedMark
from courses.models import EditionPart

if TYPE_CHECKING:
    from courses.models import Cohort

State = MarkingTask.State


@dataclass(frozen=True)
class Answer:
    """One answer that waits, with what was given for it.  ``points`` is None while it is not marked to the end."""

    attempt: Attempt
    slot: int
    tasks: Sequence[MarkingTask]
    points: Fraction | None
    counting: frozenset[int]

    @property
    def is_marked(self) -> bool:
        return self.points is not None

    @property
    def in_hand(self) -> bool:
        return not self.is_marked and any(task.state == State.TAKEN for task in self.tasks)

    @property
    def has_third(self) -> bool:
        return any(task.place == THIRD for task in self.tasks)


@dataclass(frozen=True)
class Standing:
    """One quiz of one angkatan.  ``ready``: attempts of which every answer is marked."""

    part: EditionPart
    answers: Sequence[Answer]
    released: int = 0
    ready: Mapping[int, Sequence[Answer]] = field(default_factory=dict)

    @property
    def people(self) -> int:
        return len({answer.attempt.enrolment_id for answer in self.answers})

    @property
    def attempts(self) -> int:
        return len({answer.attempt.pk for answer in self.answers})

    @property
    def left(self) -> int:
        """Attempts that a release now would leave behind."""
        return self.attempts - len(self.ready)

    @property
    def marked(self) -> int:
        return sum(answer.is_marked for answer in self.answers)

    @property
    def in_hand(self) -> int:
        return sum(answer.in_hand for answer in self.answers)

    @property
    def untouched(self) -> int:
        return len(self.answers) - self.marked - self.in_hand

    @property
    def thirds(self) -> int:
        return sum(answer.has_third for answer in self.answers)

    @property
    def is_complete(self) -> bool:
        return bool(self.answers) and self.marked == len(self.answers)

    @property
    def oldest(self) -> datetime | None:
        """Since when the first of those waits who are not marked."""
        return min((one.attempt.ended_at for one in self.answers if one.attempt.ended_at), default=None)


def waiting_attempts(cohort: Cohort) -> Any:
    """Attempts of the angkatan in which something waits for a person."""
    found = Attempt.objects.filter(enrolment__cohort=cohort, pending__gt=0).exclude(enrolment__status="dropped")
    return found.order_by("pk")


def answers_of(attempts: Sequence[Attempt]) -> list[Answer]:
    """Every answer of these attempts that waits; two statements.  The attempts come with their parts."""
    by_answer: dict[tuple[int, int, str], list[MarkingTask]] = defaultdict(list)
    for task in MarkingTask.objects.filter(attempt__in=attempts).exclude(state=State.IDLE).order_by("place"):
        by_answer[task.attempt_id, task.slot, task.text_sha256].append(task)
    maxima = _maxima(attempts)
    found = []
    for attempt in attempts:
        texts, rules = protocol.current_answers(attempt.answers), rules_of(attempt.part.json)
        for slot in attempt.result.get("pending", ()):
            tasks = by_answer[attempt.pk, slot, grading.digest_of(texts.get(slot, ()))]
            points, maximum = points_by_place(tasks), maxima[attempt.pk, slot]
            found.append(Answer(attempt, slot, tasks, agreed(points, maximum, rules), counting(points, maximum, rules)))
    return found


def _maxima(attempts: Sequence[Attempt]) -> dict[tuple[int, int], Fraction]:
    """What each waiting answer can earn; one statement."""
    slots = {
        (attempt.pk, slot): marking.slots_of(attempt.paper)[slot]
        for attempt in attempts
        for slot in attempt.result.get("pending", ())
    }
    named = {slot["version"] for slot in slots.values()}
    bodies = {str(one.public_id): one.body for one in QuestionVersion.objects.filter(public_id__in=named)}
    return {key: kinds.maximum(kinds.asked(slot, bodies[slot["version"]])) for key, slot in slots.items()}


def standings_of(cohort: Cohort) -> list[Standing]:
    """Every quiz of the angkatan in which something waits or was released; four statements."""
    waiting: dict[EditionPart, list[Attempt]] = defaultdict(list)
    for attempt in waiting_attempts(cohort).select_related("part"):
        waiting[attempt.part].append(attempt)
    answers = answers_of([attempt for attempts in waiting.values() for attempt in attempts])
    counted = ReleasedMark.objects.filter(attempt__enrolment__cohort=cohort, number=1).order_by()
    released = dict(counted.values_list("attempt__part").annotate(number=Count("pk")))
    parts = {part.pk: part for part in waiting}
    parts |= EditionPart.objects.in_bulk(released.keys() - parts.keys()) if released.keys() - parts.keys() else {}
    found = [
        _standing(part, [one for one in answers if one.attempt.part_id == part.pk], released.get(part.pk, 0))
        for part in parts.values()
    ]
    return sorted(found, key=lambda one: (one.part.json["position"], one.part.key))


def wanted(standings: Sequence[Standing]) -> int:
    """How many assessors the quizzes with waiting answers need at most."""
    rules = [rules_of(one.part.json) for one in standings if one.answers]
    return max((THIRD if one.markers > 1 else 1 for one in rules), default=0)


def standing_in(cohort: Cohort, part: EditionPart) -> Standing:
    """One quiz of the angkatan; three statements."""
    return standing_of(part, list(waiting_attempts(cohort).filter(part=part).select_related("part")))


def assessors_of(cohort: Cohort) -> int:
    """How many may mark answers of this angkatan; those who are entrusted with it as trainers may not."""
    held = Membership.objects.current(timezone.localdate()).filter(
        role__in=roles.roles_with(roles.Action.RECOMMEND),
        organization__path__in=cohort.organization.own_and_ancestor_paths,
        user__is_active=True,
    )
    strangers = held.exclude(user__in=cohort.trainer_links.values("user"))
    return strangers.order_by().values("user").distinct().count()


def standing_of(part: EditionPart, attempts: Sequence[Attempt]) -> Standing:
    """Two statements; ``attempts`` are those of the angkatan at this quiz in which something waits."""
    return _standing(part, answers_of(attempts))


def _standing(part: EditionPart, answers: Sequence[Answer], released: int = 0) -> Standing:
    by_attempt: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_attempt[answer.attempt.pk].append(answer)
    ready = {pk: found for pk, found in by_attempt.items() if all(one.is_marked for one in found)}
    return Standing(part, answers, released=released, ready=ready)
