"""Where the apps above put their lines into the pages of participants and trainers (quizzes, certificate state).

``courses`` never imports upward, so an upper app registers a source in its ``AppConfig.ready()``::

    register_activity_source(quiz_activities)      # quiz_activities(enrolments) -> list[Activity]

A source answers for all enrolments of a page at once, in a number of statements that does not grow with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from courses.models import Enrolment

#: Module number n stands at n * 100; what belongs to it follows with a little more; the end of the course is 30000.
POSITION_STEP = 100
POSITION_FIRST = 50
POSITION_LAST = 30000


class ActivityState(StrEnum):
    """What a line says about itself."""

    TODO = "todo"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    WAITING = "waiting"
    LOCKED = "locked"


@dataclass(frozen=True)
class Activity:
    """One line.  ``url`` may be empty (nothing to open); ``state`` is an ActivityState; ``note`` is a few words more.

    ``post`` says that opening it is a POST (starting an attempt changes something).  ``counts`` is False for what is
    offered but not needed, such as a pre-test or a practice quiz.
    """

    enrolment_id: int
    kind: str
    key: str
    title: str
    url: str
    state: str
    minutes: int = 0
    position: int = POSITION_LAST
    note: str | Promise = ""
    post: bool = False
    counts: bool = True


ActivitySource = Callable[[Sequence[Enrolment]], Iterable[Activity]]
_sources: list[ActivitySource] = []


def register_activity_source(source: ActivitySource) -> None:
    """Add a source once; called from an upper app's ``ready()``."""
    if source not in _sources:
        _sources.append(source)


def activities_of(enrolments: Sequence[Enrolment]) -> dict[int, list[Activity]]:
    """Every source's lines by enrolment id, in the order of their position."""
    found: dict[int, list[Activity]] = defaultdict(list)
    if enrolments:
        for source in _sources:
            for activity in source(enrolments):
                found[activity.enrolment_id].append(activity)
    for lines in found.values():
        lines.sort(key=lambda activity: activity.position)
    return found
