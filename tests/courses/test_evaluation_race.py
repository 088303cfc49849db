"""One sheet a person under double clicks and two tabs: real connections on PostgreSQL, with a negative control."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from courses import places
from courses.evaluations import answering
from courses.models import Enrolment, EvaluationAnswer, EvaluationBox, EvaluationReceipt
from tests.factories_courses import AT
from tests.factories_evaluations import given, make_angkatan, make_reader

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def all_at_once(people: list[Enrolment], monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Everybody sends when everybody is about to; what each was told."""
    barrier = threading.Barrier(len(people))
    sheet = given(people[0].cohort)
    told: list[bool] = []

    def work(one: Enrolment) -> None:
        try:
            barrier.wait(10)
            told.append(answering.send(one, sheet, at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def counted(sheet: int) -> tuple[int, int, float]:
    """Receipts, sheets in the box, and sheets by the answers that lie there."""
    return (
        EvaluationReceipt.objects.count(),
        EvaluationBox.objects.get().sheets,
        EvaluationAnswer.objects.count() / sheet,
    )


def test_four_tabs_send_one_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = make_reader(make_angkatan())
    told = all_at_once([reader] * 4, monkeypatch)
    assert sorted(told) == [False, False, False, True]
    assert counted(len(given(reader.cohort))) == (1, 1, 1)


def test_without_its_receipt_the_sheet_is_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: nobody looks at receipts."""
    monkeypatch.setattr(answering, "has_answered", lambda _one: False)
    monkeypatch.setattr(answering, "_take_receipt", lambda _pk: True)
    reader = make_reader(make_angkatan())
    told = all_at_once([reader] * 4, monkeypatch)
    assert told.count(True) == 4
    assert counted(len(given(reader.cohort)))[1:] == (4, 4)


def test_the_receipt_alone_keeps_a_second_sheet_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nobody waits for the angkatan's row, the database takes one receipt only."""
    reader = make_reader(make_angkatan())
    monkeypatch.setattr(places, "hold", lambda pk: {pk: reader.cohort})
    monkeypatch.setattr(answering, "has_answered", lambda _one: False)
    told = all_at_once([reader] * 4, monkeypatch)
    assert told.count(True) == 1
    assert counted(len(given(reader.cohort))) == (1, 1, 1)


def test_a_class_that_sends_together_fills_whole_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = make_angkatan()
    people = [make_reader(cohort) for _number in range(10)]
    assert all_at_once(people, monkeypatch) == [True] * 10
    sheet = len(given(cohort))
    assert counted(sheet) == (10, 10, 10)
    assert [EvaluationAnswer.objects.filter(group=group).count() for group in (0, 1)] == [5 * sheet, 5 * sheet]
