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

from accounts.models import User
from courses.models import Cohort, Enrolment

#: Module number n stands at n * 100; what belongs to it follows with a little more; the end of the course is 30000.
POSITION_STEP = 100
POSITION_FIRST = 50
POSITION_LAST = 30000
#: Behind the quizzes and the evaluation: what a completed training led to.
POSITION_OUTCOME = 31000
#: The kind of line that says what a completed training led to.
OUTCOME = "certificate"


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

    ``post`` says that opening it is a POST (starting an attempt changes something); ``word`` is the verb of its button.
    ``counts`` is False for what is offered but not needed, such as a pre-test or a practice quiz.
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
    word: str | Promise = ""
    post: bool = False
    counts: bool = True


@dataclass(frozen=True)
class TrainerLink:
    """Something a trainer can do for one enrolment in an upper app (another attempt, extra time)."""

    enrolment_id: int
    label: str | Promise
    url: str


@dataclass(frozen=True)
class CohortLink:
    """A page of an upper app about a whole angkatan (the class before and after)."""

    label: str | Promise
    url: str


CohortLinkSource = Callable[[User, Cohort], Iterable[CohortLink]]
ActivitySource = Callable[[Sequence[Enrolment]], Iterable[Activity]]
TrainerLinkSource = Callable[[User, Sequence[Enrolment]], Iterable[TrainerLink]]
_sources: list[ActivitySource] = []
_link_sources: list[TrainerLinkSource] = []
_cohort_link_sources: list[CohortLinkSource] = []
_scripts: list[str] = []


def register_activity_source(source: ActivitySource) -> None:
    """Add a source once; called from an upper app's ``ready()``."""
    if source not in _sources:
        _sources.append(source)


def register_trainer_links(source: TrainerLinkSource) -> None:
    """Add a source of links for a trainer's page about one participant; called from ``ready()``."""
    if source not in _link_sources:
        _link_sources.append(source)


def register_cohort_links(source: CohortLinkSource) -> None:
    """Add a source of links on the page of an angkatan; called from ``ready()``."""
    if source not in _cohort_link_sources:
        _cohort_link_sources.append(source)


def cohort_links(user: User, cohort: Cohort) -> list[CohortLink]:
    """Every source's links for this angkatan that ``user`` may follow."""
    return [link for source in _cohort_link_sources for link in source(user, cohort)]


def register_learning_script(path: str) -> None:
    """Add a static ES module to /belajar/ (answers that wait for a signal are known to the device only)."""
    if path not in _scripts:
        _scripts.append(path)


def learning_scripts() -> list[str]:
    """Static paths of the registered modules."""
    return list(_scripts)


def trainer_links(user: User, enrolments: Sequence[Enrolment]) -> list[TrainerLink]:
    """Every source's links for these enrolments that ``user`` may follow."""
    return [link for source in _link_sources for link in source(user, enrolments)]


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
