"""Two sources at once, and double clicks: real connections on PostgreSQL, with a negative control."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from courses.attendance import arriving, settling, ticking
from courses.models import Enrolment, LiveSession, Presence, SessionResult
from tests.factories_courses import AT, make_enrolment
from tests.factories_sessions import make_session, trainer_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Run all in threads of their own; what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(10)
            work()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def report_and_override(monkeypatch: pytest.MonkeyPatch, *, wait: float) -> tuple[bool, int]:
    """A code and a decision of the trainer meet after each has looked at the evidence, before either has written."""
    session = make_session()
    enrolment = make_enrolment(cohort=session.cohort)
    trainer = trainer_of(session.cohort)
    code = arriving.show_code(session, actor=trainer, at=AT).code
    settling.settle(session, [enrolment.pk], at=AT)
    barrier = threading.Barrier(2)
    look = settling._evidence

    def meet(one: LiveSession, people: set[int]) -> Any:
        found = look(one, people)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other one waits for the row, as it should
            barrier.wait(timeout=wait)
        return found

    monkeypatch.setattr(settling, "_evidence", meet)
    raised = at_once(
        lambda: arriving.redeem_code(session, enrolment, code, at=AT),
        lambda: ticking.decide(session, enrolment, attended=False, reason="Keluar.", actor=trainer, at=AT),
    )
    monkeypatch.setattr(settling, "_evidence", look)
    result = SessionResult.objects.filter(session=session, enrolment=enrolment).first()
    shown = (result.minutes, result.attended) if result else None
    settling.settle(session, [enrolment.pk], at=AT)
    result = SessionResult.objects.get(session=session, enrolment=enrolment)
    return not raised and shown == (result.minutes, result.attended), Presence.objects.count()


def test_the_second_of_two_sources_sees_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert report_and_override(monkeypatch, wait=1) == (True, 2)


def test_without_waiting_one_source_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the rows not held, what is shown is not what the evidence says (or a twin fails)."""
    monkeypatch.setattr(settling, "hold", lambda _ids: None)
    monkeypatch.setattr(ticking, "hold", lambda _ids: None)
    right, _rows = report_and_override(monkeypatch, wait=20)
    assert not right


def double_join(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Four clicks that have all found nothing before any of them writes."""
    session = make_session()
    enrolment = make_enrolment(cohort=session.cohort)
    own = Enrolment.objects.get(pk=enrolment.pk)
    barrier, add = threading.Barrier(4), settling.add

    def meet(*args: Any, **kwargs: Any) -> None:
        barrier.wait(30)
        add(*args, **kwargs)

    monkeypatch.setattr(arriving, "add", meet)
    return at_once(*[lambda: arriving.note_join(session, own, at=AT) for _n in range(4)])


def test_four_join_clicks_at_once_are_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    assert double_join(monkeypatch) == []
    assert Presence.objects.filter(source="join").count() == 1
    assert SessionResult.objects.count() == 1


def test_without_the_guard_join_clicks_stumble(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: not held and not allowed to be dropped, a twin hits the constraint."""
    monkeypatch.setattr(settling, "hold", lambda _ids: None)
    monkeypatch.setattr(settling, "ONCE", frozenset())
    assert double_join(monkeypatch) or Presence.objects.count() != 1


def test_ticking_a_class_from_two_devices_ticks_each_once() -> None:
    session = make_session()
    people = [make_enrolment(cohort=session.cohort) for _n in range(6)]
    trainer = trainer_of(session.cohort)
    forth, back = people, list(reversed(people))
    raised = at_once(
        lambda: ticking.tick(session, forth, present=True, actor=trainer, at=AT),
        lambda: ticking.tick(session, back, present=True, actor=trainer, at=AT),
    )
    assert raised == []
    assert Presence.objects.filter(source="tick").count() == 6
