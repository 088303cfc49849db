"""/belajar/: of everything a person follows, what to do next and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.activities import Activity, ActivityState
from courses.editions import MODULE
from courses.models import Cohort, Enrolment
from courses.progress import Overview

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class NextStep:
    """The one card at the top: what, why, how long, until when."""

    title: str
    why: str
    minutes: int
    cohort: Cohort
    url: str
    word: str | Promise
    post: bool
    eyebrow: str = ""
    skip: Activity | None = None


@dataclass(frozen=True)
class Training:
    """One line of "my trainings"."""

    overview: Overview
    cohort: Cohort
    running: bool
    ended: bool

    @property
    def upcoming(self) -> bool:
        return not self.running and not self.ended


@dataclass(frozen=True)
class Desk:
    """What /belajar/ shows."""

    next_step: NextStep | None
    trainings: list[Training]


def desk(overviews: Sequence[Overview], *, at: datetime) -> Desk:
    """Pure.  Running trainings that close first come first; the next step is the first one's that has any."""
    trainings = [_training(overview, at) for overview in overviews]
    trainings.sort(key=lambda t: (not t.running, t.ended, t.cohort.closes_at or _FAR))
    for training in trainings:
        step = training.overview.next_step
        if step is not None and (training.running or step.kind != MODULE):
            return Desk(_next_step(training, step), trainings)
    return Desk(_outcome(trainings), trainings)


def _outcome(trainings: Sequence[Training]) -> NextStep | None:
    """Nothing is left to do: the newest completed training's certificate, issued or on its way."""
    for training in trainings:
        step = training.overview.outcome
        if step is not None and training.overview.enrolment.status == Enrolment.Status.COMPLETED:
            issued = step.state == ActivityState.DONE
            why = _("You have completed this training. Your certificate is here.") if issued else str(step.note)
            word = _("Show my certificate") if issued else _("See what it waits for")
            eyebrow = _("Completed") if issued else ""
            return NextStep(step.title, why, 0, training.cohort, step.url, word, post=False, eyebrow=eyebrow)
    return None


def _training(overview: Overview, at: datetime) -> Training:
    cohort = overview.enrolment.cohort
    return Training(overview, cohort, cohort.is_running(at=at), cohort.has_ended(at=at))


def _next_step(training: Training, step: Activity) -> NextStep:
    title, word = step.title, step.word
    if step.kind == MODULE:
        number = training.overview.modules.index(step) + 1
        title = _("Module %(number)s: %(title)s") % {"number": number, "title": step.title}
        word = _("Continue reading") if training.overview.modules_read else _("Start reading")
    return NextStep(
        title=title,
        why=_why(training, step),
        minutes=step.minutes,
        cohort=training.cohort,
        url=step.url,
        word=word or _("Open"),
        post=step.post,
        skip=None if step.counts else training.overview.next_counting,
    )


def _why(training: Training, step: Activity) -> str:
    """Pure.  One sentence on why this comes next."""
    if step.state == ActivityState.FAILED:
        return _("%(note)s. Open it to see whom to ask and what to read again.") % {"note": step.note}
    if step.note:
        return str(step.note)
    if step.state == ActivityState.STARTED:
        return _("You have begun; your answers are kept.")
    if not step.counts:
        return _("For practice: it does not count, and you may skip it.")
    left = training.overview.total - training.overview.done - 1
    if left <= 0:
        return _("This is the last thing needed to complete the training.")
    return ngettext(
        "After this, %(left)s more step completes the training.",
        "After this, %(left)s more steps complete the training.",
        left,
    ) % {"left": left}
