"""Two last requirements met at the same moment: real connections on PostgreSQL, with a negative control."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from courses import completing, parts
from courses.models import Enrolment
from tests.factories_courses import AT, make_enrolment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])


def both_at_once(enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch, *, wait: float) -> None:
    """Fulfil M1 and M2 in two transactions that meet after each has written and looked, before either commits."""
    barrier = threading.Barrier(2)
    look: Callable[[Enrolment], bool] = completing._all_met

    def meet(row: Enrolment) -> bool:
        met = look(row)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other one waits for the row, as it should
            barrier.wait(timeout=wait)
        return met

    monkeypatch.setattr(completing, "_all_met", meet)

    def work(key: str) -> None:
        try:
            completing.fulfil(enrolment.pk, "module", key, at=AT, evidence={})
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(key,)) for key in ("M1", "M2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_the_row_lock_lets_the_second_see_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = make_enrolment()
    both_at_once(enrolment, monkeypatch, wait=1)
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


def test_without_the_lock_nobody_completes(monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = make_enrolment()
    unlocked = Enrolment.objects.select_related("cohort__organization")
    monkeypatch.setattr(completing, "_locked", lambda pk: unlocked.get(pk=pk))
    both_at_once(enrolment, monkeypatch, wait=20)
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.fulfilments.count()) == ("active", 2)
