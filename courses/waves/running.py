"""Opening or closing all angkatan of a wave: one task, one angkatan a transaction, killed and repeated anywhere."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import events
from accounts.models import User
from courses import editions
from courses.cohorts import close_cohort, open_cohort
from courses.errors import CourseError, CourseNotReady, WaveBusy
from courses.models import Cohort, Wave, WaveRun
from courses.waves.making import require_may_run

_FROM = {WaveRun.Action.OPEN: Cohort.Status.DRAFT, WaveRun.Action.CLOSE: Cohort.Status.OPEN}


@transaction.atomic
def start(wave: Wave, action: WaveRun.Action, *, actor: User, at: datetime) -> WaveRun | None:
    """Begin a run; None when no angkatan is left to open or close.  The task ``courses.tasks.run_wave`` goes on.

    Raises NotAllowed, WaveBusy.
    """
    require_may_run(actor, wave)
    total = wave.cohorts.filter(status=_FROM[action]).count()
    if not total:
        return None
    try:
        with transaction.atomic():
            run = WaveRun.objects.create(wave=wave, action=action, total=total, actor=actor, started_at=at)
    except IntegrityError as error:
        raise WaveBusy from error
    details = {"action": str(action), "angkatan": total}
    events.record("wave.run", wave, actor=actor, at=at, organization=wave.organization, details=details)
    return run


def go_on(run_id: int, *, at: datetime) -> None:
    """Take what is left of a run, one angkatan after the other.  Any number of these may run at once."""
    while step(run_id, at=at):
        pass


@transaction.atomic
def step(run_id: int, *, at: datetime) -> bool:
    """Open or close the next angkatan and write down what came of it; False when the run is done."""
    run = (
        WaveRun.objects.select_for_update(of=("self",))
        .select_related("wave__organization", "wave__course", "actor", "edition")
        .filter(pk=run_id, finished_at=None)
        .first()
    )
    if run is None:
        return False
    seen = list(run.outcomes)
    following = run.wave.cohorts.filter(status=_FROM[WaveRun.Action(run.action)]).exclude(public_id__in=seen)
    cohort = following.select_related("organization", "course").order_by("pk").first()
    if cohort is None:
        WaveRun.objects.filter(pk=run.pk).update(finished_at=at)
        return False
    run.outcomes[str(cohort.public_id)] = _done(run, cohort, at=at)
    run.save(update_fields=["outcomes", "edition"])
    return True


def unfinished() -> list[int]:
    """Ids of runs whose task was lost or killed: for the sweep."""
    return list(WaveRun.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True))


def _done(run: WaveRun, cohort: Cohort, *, at: datetime) -> str:
    """What stood in the way, in words; empty when it was done."""
    before = run.edition
    try:
        with transaction.atomic():
            if run.action == WaveRun.Action.CLOSE:
                close_cohort(cohort, actor=run.actor, at=at)
            else:
                _open(run, cohort, at=at)
    except CourseError as error:
        run.edition = before  # one that was frozen just now is gone with the savepoint
        return str(error)
    return ""


def _open(run: WaveRun, cohort: Cohort, *, at: datetime) -> None:
    """All that a run opens read the text that stood when it opened the first one."""
    if run.edition is None:
        if run.wave.course is None:
            raise CourseNotReady
        run.edition = editions.freeze(run.wave.course, at=at, actor=run.actor)
    open_cohort(cohort, edition=run.edition, actor=run.actor, at=at)
