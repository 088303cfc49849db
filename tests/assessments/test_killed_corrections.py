"""A real worker killed in the middle of a correction: each change is made, written down and told exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import Event
from assessments.correcting import running
from assessments.models import Attempt, Correction
from assessments.tasks import sweep_corrections
from cms.models import Message
from tests.factories_corrections import Scene
from tests.processes import Processes, eventually

pytestmark = [pytest.mark.worker, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 4


def killed_in_the_middle(name: str, processes: Processes, folder: Path, **env: str) -> tuple[Correction, list[Attempt]]:
    """The worker that the approval called dies by SIGKILL while it tells the second person."""
    scene, stalled = Scene(required=False), folder / name
    attempts = [scene.sit("2112") for _person in range(PEOPLE)]
    correction = scene.approve(scene.check(scene.propose()))
    env |= {"SULUH_TEST_STALLED": str(stalled)}
    processes.start_worker("default", name=name, app="tests.assessments.stalling", env=env)
    eventually(stalled.exists, seconds=60, what="the second person")
    processes.kill(name)
    return correction, attempts


def what_came_of(attempts: list[Attempt]) -> tuple[int, int, int]:
    """How many scores are changed, written down, and told."""
    changed = Attempt.objects.filter(pk__in=[one.pk for one in attempts], score=75).count()
    written = Event.objects.filter(verb="attempt.rescored", object_id__in=[str(one.public_id) for one in attempts])
    told = Message.objects.filter(user__in=[one.enrolment.user_id for one in attempts])
    return changed, written.count(), told.count()


def test_a_correction_goes_on_after_its_worker_was_killed_and_without_its_transaction_it_would_forget_somebody(
    processes: Processes, tmp_path: Path
) -> None:
    correction, attempts = killed_in_the_middle("guarded", processes, tmp_path)
    assert what_came_of(attempts) == (1, 1, 1), "the person in hand is as before, the one before is done"
    control, forgotten = killed_in_the_middle("unguarded", processes, tmp_path, SULUH_TEST_UNGUARDED="1")
    assert what_came_of(forgotten) == (2, 2, 1), "changed and ticked off, and never told"
    assert running.unfinished() == ([], [correction.pk, control.pk])
    processes.start_worker("default")
    sweep_corrections.enqueue()
    done = Correction.objects.filter(state=Correction.State.DONE)
    eventually(lambda: done.count() == 2, seconds=60, what="both corrections, by the sweep")
    assert what_came_of(attempts) == (PEOPLE, PEOPLE, PEOPLE)
    assert what_came_of(forgotten) == (PEOPLE, PEOPLE, PEOPLE - 1)
