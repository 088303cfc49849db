"""From the ended attempts of an angkatan at one quiz to its signals.  Six statements, however many attempts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from django.db.models import Count, Max, Min

from assessments import exposure, kinds, marking, protocol
from assessments.health.gathering import CHOSEN_KINDS, family_key
from assessments.health.reporting import is_over_exposed
from assessments.models import AnswerRow, Attempt, QuestionVersion
from assessments.noticing import devices, likeness, pace
from assessments.noticing.devices import Overlap, Stay
from assessments.noticing.likeness import Pair
from assessments.noticing.pace import Pace
from courses.models import Cohort, EditionPart

#: The newest; an angkatan is far smaller, and a page must not take for ever.
MOST_ATTEMPTS = 2000


@dataclass(frozen=True)
class Exposed:
    """A question that stood on more papers than its pool would have it; shares are 0 to 1."""

    version: QuestionVersion
    share: float
    expected: float


@dataclass(frozen=True)
class Signals:
    """``fast`` and ``together`` name attempts, ``alike`` pairs of them; ``people`` were compared."""

    attempts: int
    people: int
    fast: Sequence[tuple[Attempt, Pace]]
    together: Sequence[tuple[Attempt, Overlap]]
    alike: Sequence[tuple[Attempt, Attempt, Pair]]
    exposed: Sequence[Exposed]
    left_out: bool = False


def gather(cohort: Cohort, part: EditionPart) -> Signals:
    """Everything there is to be looked into."""
    attempts = _ended(cohort, part)
    versions = _versions(attempts)
    bodies = {public_id: version.body for public_id, version in versions.items()}
    last = list({attempt.enrolment_id: attempt for attempt in attempts}.values())
    alike = likeness.pairs([_wrong(attempt, versions) for attempt in last])
    return Signals(
        attempts=len(attempts),
        people=len(last),
        fast=[each for each in _paces(attempts, bodies) if each[1].is_faster_than_reading],
        together=_together(attempts),
        alike=[(last[pair.one], last[pair.other], pair) for pair in alike],
        exposed=_exposed(cohort, part, versions),
        left_out=len(attempts) == MOST_ATTEMPTS,
    )


def _ended(cohort: Cohort, part: EditionPart) -> list[Attempt]:
    """Oldest first, so that a person's last attempt is the last of theirs."""
    ended = Attempt.objects.filter(part=part, enrolment__cohort=cohort).exclude(status=Attempt.Status.OPEN)
    light = ended.select_related("enrolment__user").only(
        "public_id", "number", "paper", "answers", "result", "opened_at", "enrolment__user__full_name"
    )
    return list(light.order_by("-pk")[:MOST_ATTEMPTS])[::-1]


def _versions(attempts: Sequence[Attempt]) -> dict[str, QuestionVersion]:
    met = {slot["version"] for attempt in attempts for slot in attempt.paper["slots"]}
    found = QuestionVersion.objects.filter(public_id__in=met).select_related("question")
    return {str(version.public_id): version for version in found}


def _paces(attempts: Sequence[Attempt], bodies: Mapping[str, Mapping[str, Any]]) -> list[tuple[Attempt, Pace]]:
    found = []
    for attempt in attempts:
        lengths = {
            slot["slot"]: pace.characters(kinds.asked(slot, bodies[slot["version"]]))
            for slot in attempt.paper["slots"]
            if slot["version"] in bodies
        }
        opened = protocol.milliseconds(attempt.opened_at)
        found.append((attempt, pace.pace(attempt.answers, lengths, opened_ms=opened)))
    return sorted(found, key=lambda each: -each[1].per_second)


def _together(attempts: Sequence[Attempt]) -> list[tuple[Attempt, Overlap]]:
    """One statement.  The plain form is no device of its own: a browser without a store falls back to it."""
    rows = (
        AnswerRow.objects.filter(attempt__in=[attempt.pk for attempt in attempts])
        .order_by()
        .values("attempt", "device")
        .annotate(first=Min("time_ms"), last=Max("time_ms"), answers=Count("pk"))
    )
    stays: dict[int, dict[Any, Stay]] = defaultdict(dict)
    for row in rows:
        stays[row["attempt"]][row["device"]] = Stay(row["first"], row["last"], row["answers"])
    found = []
    for attempt in attempts:
        stays[attempt.pk].pop(uuid5(attempt.public_id, "form"), None)
        both = devices.overlap(stays[attempt.pk].values())
        if both is not None:
            found.append((attempt, both))
    return sorted(found, key=lambda each: -each[1].minutes)


def _wrong(attempt: Attempt, versions: Mapping[str, QuestionVersion]) -> dict[str, str]:
    """What one person chose where it did not earn everything.  Questions left open say nothing about copying."""
    answers = protocol.current_answers(attempt.answers)
    found = {}
    for slot in attempt.paper["slots"]:
        answer, version = answers.get(slot["slot"]), versions.get(slot["version"])
        if slot["kind"] not in CHOSEN_KINDS or not answer or version is None:
            continue
        share = marking.share_of(attempt.result, slot["slot"])
        if share is not None and share < 1:
            options = {option["token"]: option["option_id"] for option in slot["options"]}
            found[family_key(version, slot)] = ",".join(sorted(options.get(token, token) for token in answer))
    return found


def _exposed(cohort: Cohort, part: EditionPart, versions: Mapping[str, QuestionVersion]) -> list[Exposed]:
    """One statement, and one for versions on papers that are still being answered."""
    counts, papers = exposure.shown(cohort.pk, part.pk)
    pool = len(part.json["pool"])
    expected = sum(counts.values()) / papers / pool if papers and pool else 0.0
    over = [name for name, count in counts.items() if is_over_exposed(count / papers, expected, papers)]
    missing = [name for name in over if name not in versions]
    known = dict(versions)
    for version in QuestionVersion.objects.filter(public_id__in=missing).select_related("question") if missing else ():
        known[str(version.public_id)] = version
    found = [Exposed(known[name], counts[name] / papers, expected) for name in over if name in known]
    return sorted(found, key=lambda each: -each.share)
