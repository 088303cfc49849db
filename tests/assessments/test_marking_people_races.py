"""Two assessors, and the release, at the same moment: real connections on PostgreSQL, each with a negative control."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from assessments.errors import AnswerSettled, AnswerTaken, NothingToRelease
from assessments.grading import judging, releasing, standing, taking
from assessments.models import Attempt, MarkingTask, ReleasedMark
from assessments.querysets import AttemptQuerySet
from tests.factories_marking import LATER, Room, give
from tests.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_who_reach_for_the_same_answer_get_it_once_and_two_who_press_next_get_two() -> None:
    room = Room()
    task = MarkingTask.objects.get(attempt=room.sit())
    got: list[Any] = []

    def reach(actor: Any) -> None:
        try:
            got.append(taking.take(task, actor=actor, at=LATER).marker_id)
        except AnswerTaken as error:
            got.append(error)

    at_once([partial(reach, actor) for actor in room.assessors])
    won = [one for one in got if isinstance(one, int)]
    task.refresh_from_db()
    assert (len(won), len(got)) == (1, 3)
    assert task.marker_id == won[0]
    for minute in range(3, 6):
        room.sit(minute=minute)
    taken: list[Any] = []
    at_once([partial(lambda who: taken.append(taking.take_next(who, at=LATER)), actor) for actor in room.assessors])
    assert len({one.pk for one in taken}) == 3


def test_without_the_condition_the_same_answer_is_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks first and writes afterwards takes what another one has taken meanwhile."""
    room = Room()
    task = MarkingTask.objects.get(attempt=room.sit())
    both_looked = threading.Barrier(2)

    def look_then_write(task: MarkingTask, *, actor: Any, at: Any) -> bool:
        free = taking.on_offer(actor, at=at).filter(pk=task.pk).exists()
        both_looked.wait(20)
        MarkingTask.objects.filter(pk=task.pk).update(state="taken", marker=actor, taken_at=at)
        return free

    monkeypatch.setattr(taking, "_claim", look_then_write)
    won: list[Any] = []
    works = [partial(lambda who: won.append(taking.take(task, actor=who, at=LATER)), who) for who in room.assessors[:2]]
    at_once(works)
    assert len(won) == 2


def finish_together(room: Room, attempt: Attempt) -> int:
    """Both assessors mark the same answer at once, far apart; how many thirds are asked."""
    tasks = [room.take_next(0), room.take_next(1)]
    works = [
        partial(judging.judge, task, give(points), actor=actor, at=LATER)
        for task, points, actor in zip(tasks, ("0", "5"), room.assessors, strict=False)
    ]
    at_once(works)
    return MarkingTask.objects.filter(attempt=attempt, place=3).count()


def together(monkeypatch: pytest.MonkeyPatch, *, within: float) -> None:
    """Each waits for the other one after it has stored its marks, so that neither is ahead."""
    barrier = threading.Barrier(2)
    store = judging._store

    def slow(*given: Any, **named: Any) -> None:
        store(*given, **named)
        try:
            barrier.wait(within)
        except threading.BrokenBarrierError:
            return

    monkeypatch.setattr(judging, "_store", slow)


def test_two_who_finish_at_the_same_moment_see_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(markers=2, third_beyond="10.00")
    together(monkeypatch, within=1)
    assert finish_together(room, room.sit()) == 1


def test_without_the_lock_nobody_asks_a_third(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(markers=2, third_beyond="10.00")
    attempt = room.sit()
    together(monkeypatch, within=20)
    monkeypatch.setattr(AttemptQuerySet, "for_saving", lambda self: self)
    assert finish_together(room, attempt) == 0


def mark_against_release(room: Room, attempt: Attempt, monkeypatch: pytest.MonkeyPatch, *, waits: bool) -> list[str]:
    """The assessor thinks again while the trainer releases: what was said of it, once both are through."""
    task = room.mark(attempt, 0, "5")
    looked, go_on = threading.Event(), threading.Event()
    standing_of = standing.standing_of
    said: list[str] = []

    def slow(*given: Any) -> Any:
        found = standing_of(*given)
        looked.set()
        go_on.wait(20)
        return found

    monkeypatch.setattr(releasing, "standing_of", slow)

    def think_again() -> None:
        looked.wait(20)
        if waits:
            threading.Timer(1, go_on.set).start()
        try:
            judging.judge(task, give("0"), actor=room.assessors[0], at=LATER)
            said.append("kept")
        except AnswerSettled:
            said.append("settled")
        go_on.set()

    at_once([partial(room.release), partial(think_again)])
    return said


def test_a_mark_that_comes_during_a_release_is_told_that_it_is_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    attempt = room.sit()
    assert mark_against_release(room, attempt, monkeypatch, waits=True) == ["settled"]
    assert (MarkingTask.objects.get().points, ReleasedMark.objects.get().points) == ("5", "5")


def test_without_the_lock_a_mark_is_kept_that_was_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    attempt = room.sit()
    monkeypatch.setattr(AttemptQuerySet, "for_saving", lambda self: self)
    assert mark_against_release(room, attempt, monkeypatch, waits=False) == ["kept"]
    assert (MarkingTask.objects.get().points, ReleasedMark.objects.get().points) == ("0", "5")


def test_two_trainers_who_release_at_once_release_once() -> None:
    room = Room()
    for minute in (2, 3):
        room.mark(room.sit(minute=minute), 0, "5")
    done: list[Any] = []

    def press() -> None:
        try:
            done.append(room.release())
        except NothingToRelease as error:
            done.append(error)

    at_once([partial(press), partial(press)])
    assert sorted(type(one).__name__ for one in done) == ["NothingToRelease", "Release"]
    assert ReleasedMark.objects.count() == 2
