"""A real worker killed in the middle of a list, and in the middle of undoing it: nothing is lost or done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import Event, PeopleList, Role, User
from accounts.people_lists import checking, running, undoing
from accounts.people_lists.checking import Purpose
from accounts.spreadsheets import read_pasted
from accounts.tasks import run_people_list
from tests.accounts.stalling import SIZE
from tests.factories_accounts import AT, make_organization, make_person
from tests.processes import Processes, eventually

pytestmark = [pytest.mark.worker, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 10
TEXT = "No. Peserta\tNama\n" + "".join(f"PST-{n}\tOrang {chr(65 + n)}a\n" for n in range(PEOPLE))


def recorded() -> int:
    return User.objects.filter(participant_number__startswith="PST-").count()


def killed_in(step: str, processes: Processes, folder: Path, made: PeopleList) -> None:
    """The worker does one batch, stalls in the second before it commits, and dies there with its message."""
    stalled = folder / step
    env = {"SULUH_TEST_STALL": step, "SULUH_TEST_STALLED": str(stalled)}
    processes.start_worker("default", name=step, app="tests.accounts.stalling", env=env)
    run_people_list.enqueue(made.pk)
    eventually(stalled.exists, seconds=60, what=f"the second batch of the {step}")
    processes.kill(step)


def test_a_list_is_taken_in_and_undone_though_the_worker_is_killed_in_the_middle_of_each(
    processes: Processes, tmp_path: Path
) -> None:
    dinas = make_organization()
    budi = make_person(name="Budi", role=Role.TRAINER, organization=dinas)
    made = checking.receive(read_pasted(TEXT), Purpose(dinas), actor=budi, at=AT)
    running.start(made, actor=budi, at=AT)
    killed_in("import", processes, tmp_path, made)
    assert recorded() == SIZE, "the batch in hand is not there, the one before it is"
    # The control: the message is gone with the worker, so a new worker alone does others' work and leaves this one.
    processes.start_worker("default")
    other = checking.receive(read_pasted("No. Peserta\tNama\nLAIN-1\tSiti"), Purpose(dinas), actor=budi, at=AT)
    run_people_list.enqueue(running.start(other, actor=budi, at=AT).pk)
    eventually(PeopleList.objects.filter(pk=other.pk, state="done").exists, what="the other list")
    assert (recorded(), running.unfinished()) == (SIZE, [made.pk])
    processes.start_beat(env={"SULUH_SWEEP_SECONDS": "1"})
    eventually(PeopleList.objects.filter(pk=made.pk, state="done").exists, what="the list, by the sweep")
    imported = Event.objects.filter(verb="person.imported").count()
    assert (recorded(), imported) == (PEOPLE, PEOPLE + 1), "each of them once, and the one of the other list"
    processes.stop("beat")
    processes.stop("default")
    undoing.start(made, actor=budi, at=AT)
    killed_in("undo", processes, tmp_path, made)
    assert recorded() == PEOPLE - SIZE
    assert undoing.progress(made) == (SIZE, PEOPLE)
    processes.start_worker("default")
    processes.start_beat(env={"SULUH_SWEEP_SECONDS": "1"})
    eventually(PeopleList.objects.filter(pk=made.pk, state="undone").exists, what="the undone list, by the sweep")
    assert (recorded(), Event.objects.filter(verb="list.undone").get().details["people"]) == (0, PEOPLE)
