"""Two trainers close an angkatan, or act on the same people, at one moment: real connections, with controls."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts import events
from accounts.models import Event
from cms.models import Message
from courses import bulk
from courses.bulk_kinds import NudgePeople
from courses.cohorts import close_cohort
from courses.models import BulkAction, Cohort, CohortReport, Enrolment
from tests.factories_courses import AT, make_cohort, make_enrolment
from tests.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cohort() -> Cohort:
    cohort = make_cohort()
    for _number in range(3):
        make_enrolment(cohort=cohort)
    return cohort


def closed() -> int:
    return Event.objects.filter(verb="cohort.closed").count()


def test_four_clicks_close_an_angkatan_once_with_one_report(cohort: Cohort) -> None:
    trainer = cohort.trainer_links.get().user
    at_once([partial(close_cohort, Cohort.objects.get(pk=cohort.pk), actor=trainer, at=AT) for _click in range(4)])
    assert (closed(), CohortReport.objects.filter(cohort=cohort).count()) == (1, 1)


def test_without_the_condition_each_click_would_close_it(cohort: Cohort) -> None:
    """The control: looking first and writing afterwards lets everybody through."""
    everyone_has_looked = threading.Barrier(4)

    def look_then_write() -> None:
        found = Cohort.objects.get(pk=cohort.pk, status="open")
        everyone_has_looked.wait(30)
        Cohort.objects.filter(pk=found.pk).update(status="closed", closed_at=AT)
        events.record("cohort.closed", found, actor=None, at=AT, organization=None)

    at_once([partial(look_then_write) for _click in range(4)])
    assert closed() == 4


def nudges(cohort: Cohort, monkeypatch: pytest.MonkeyPatch, tokens: Sequence[UUID], *, wait: float) -> int:
    """Send a nudge per token at one moment; they meet after judging whom to nudge, if nothing keeps them apart."""
    barrier, judge = threading.Barrier(len(tokens)), NudgePeople.judge

    def meet(self: NudgePeople, *args: Any, **kwargs: Any) -> Any:
        found = judge(self, *args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other one waits for its turn, as it should
            barrier.wait(timeout=wait)
        return found

    monkeypatch.setattr(NudgePeople, "judge", meet)
    people = list(Enrolment.objects.filter(cohort=cohort).select_related("user"))
    trainer, words = cohort.trainer_links.get().user, {"text": "Mohon lanjutkan.", "again": False}
    acts = [
        partial(bulk.act, NudgePeople(), cohort, people, words, token=token, actor=trainer, at=AT) for token in tokens
    ]
    at_once(acts)
    return Message.objects.filter(kind="nudge").count()


def test_a_double_click_is_one_action(cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    token = uuid4()
    assert nudges(cohort, monkeypatch, [token, token], wait=0.5) == 3
    assert BulkAction.objects.count() == 1


def test_two_trainers_at_once_nudge_everybody_once(cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    assert nudges(cohort, monkeypatch, [uuid4(), uuid4()], wait=0.5) == 3
    assert BulkAction.objects.count() == 2


def test_without_the_lock_everybody_would_be_nudged_twice(cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: neither of the two sees what the other is about to send."""
    unlocked = SimpleNamespace(select_for_update=lambda **_options: Cohort.objects.all())
    monkeypatch.setattr(bulk, "Cohort", SimpleNamespace(objects=unlocked))
    assert nudges(cohort, monkeypatch, [uuid4(), uuid4()], wait=30) == 6
