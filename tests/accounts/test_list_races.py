"""Two workers and two lists at once on PostgreSQL: each row is taken in once, each person recorded and removed once."""

from __future__ import annotations

import contextlib
import threading
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Event, Organization, PeopleList, Role, User
from accounts.people_lists import checking, running, undoing
from accounts.people_lists.checking import Purpose
from accounts.people_lists.planning import Judge
from accounts.spreadsheets import read_pasted
from tests.factories_accounts import AT, make_organization, make_person
from tests.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
# By their NIP alone: no constraint of the database tells two of them apart.
TEXT = "NIP\tNama\n" + "".join(f"19870512202321{1001 + n}\tOrang {chr(65 + n)}a\n" for n in range(20))


@pytest.fixture
def lists() -> list[PeopleList]:
    dinas = make_organization()
    budi = make_person(name="Budi", role=Role.TRAINER, organization=dinas)
    made = [checking.receive(read_pasted(TEXT), Purpose(dinas), actor=budi, at=AT) for _time in range(2)]
    return [running.start(one, actor=budi, at=AT) for one in made]


def meeting(monkeypatch: pytest.MonkeyPatch, *, wait: float) -> None:
    """Two lists meet after each has judged its rows and before either writes, if nothing keeps them apart."""
    barrier, judge = threading.Barrier(2), Judge.judge

    def meet(self: Any, entries: Any) -> Any:
        judged = judge(self, entries)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other one waits for its turn, as it should
            barrier.wait(timeout=wait)
        return judged

    monkeypatch.setattr(Judge, "judge", meet)


def recorded() -> int:
    return User.objects.filter(nip__startswith="19870512").count()


def test_two_lists_of_the_same_people_and_two_workers_each_record_everybody_once(
    lists: list[PeopleList], monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting(monkeypatch, wait=0.5)
    at_once([partial(running.run, one.pk, at=AT) for one in lists * 2])
    assert recorded() == 20
    assert Event.objects.filter(verb="person.imported").count() == 20
    assert sorted((one.state, one.new, one.known) for one in PeopleList.objects.all()) == [
        ("done", 0, 20),
        ("done", 20, 0),
    ]


def test_without_the_lock_everybody_would_be_recorded_twice(
    lists: list[PeopleList], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: two lists that do not wait for each other both find the people missing."""
    unlocked = SimpleNamespace(select_for_update=lambda **_options: Organization.objects.all(), filter=None)
    unlocked.filter = Organization.objects.filter
    monkeypatch.setattr(running, "Organization", SimpleNamespace(objects=unlocked))
    meeting(monkeypatch, wait=30)
    at_once([partial(running.run, one.pk, at=AT) for one in lists])
    assert recorded() == 40


def test_two_workers_undo_a_list_once(lists: list[PeopleList]) -> None:
    first, again = lists
    running.run(first.pk, at=AT)
    running.run(again.pk, at=AT)
    for one in (again, first):
        undoing.start(one, actor=one.actor, at=AT)
    at_once([partial(undoing.run, one.pk, at=AT) for one in (first, again, first, again)])
    assert recorded() == 0
    assert Event.objects.filter(verb="list.undone").count() == 2
    assert {one.state for one in PeopleList.objects.all()} == {"undone"}
