"""Real threads on PostgreSQL: one code, one winner; and without the conditional update the fault appears."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts import first_codes
from accounts.models import Event, FirstCode, Role, User
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def code() -> str:
    dinas = make_organization()
    budi = make_person(name="Budi", role=Role.TRAINER, organization=dinas)
    ani = make_person(name="Ani", number="PST-1", role=Role.PARTICIPANT, organization=dinas, phone="0812-3456-7890")
    [(_ani, code)] = first_codes.issue([ani], actor=budi, at=AT)
    return code


def together(act: Callable[[], object], times: int = 6) -> list[bool]:
    """Run ``act`` in ``times`` threads that start at one moment; whether each came through."""
    start, came_through = threading.Barrier(times), []

    def run() -> None:
        start.wait()
        try:
            act()
            came_through.append(True)
        except first_codes.CodeRefused:
            came_through.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_through


def test_one_of_six_readers_spends_the_code(code: str) -> None:
    everyone_has_looked = threading.Barrier(6)

    def redeem() -> None:
        checked = first_codes.check("PST-1", code, "7890", at=AT)
        everyone_has_looked.wait()
        first_codes.use(checked, at=AT)

    assert together(redeem).count(True) == 1
    assert Event.objects.filter(verb="code.used").count() == 1


def test_without_the_condition_all_six_would_spend_it(code: str) -> None:
    """The control: looking first and writing afterwards lets everybody through."""
    everyone_has_looked = threading.Barrier(6)

    def look_then_write() -> None:
        found = FirstCode.objects.open(at=AT).get()
        everyone_has_looked.wait()
        found.used_at = AT
        found.save()

    assert together(look_then_write).count(True) == 6


def test_codes_made_at_one_moment_leave_one_open(code: str) -> None:
    budi, ani = User.objects.get(full_name="Budi"), User.objects.get(full_name="Ani")
    assert together(lambda: first_codes.issue([ani], actor=budi, at=AT)).count(True) == 6
    assert FirstCode.objects.filter(user=ani, used_at=None, voided_at=None).count() == 1
