from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import memberships
from accounts.errors import NotAllowed
from accounts.models import Membership, Organization, Role, Supervision, User
from tests.factories_accounts import AT, make_membership, make_organization, make_person, make_supervision

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)


@pytest.fixture
def dinas() -> Organization:
    return make_organization()


@pytest.fixture
def citra(dinas: Organization) -> User:
    return make_person(name="Citra", role=Role.ADMINISTRATOR, organization=dinas)


@pytest.fixture
def ani(dinas: Organization) -> User:
    return make_person(name="Ani", role=Role.PARTICIPANT, organization=dinas)


def grant(ani: User, dinas: Organization, citra: User, starts_on: date, ends_on: date | None) -> Membership:
    return memberships.grant(ani, dinas, Role.TRAINER, starts_on=starts_on, ends_on=ends_on, actor=citra, at=AT)


@pytest.mark.parametrize(("starts", "ends"), [(0, None), (5, None), (-5, None), (-5, 0), (-5, 20), (10, 12), (3, 4)])
def test_one_role_is_not_held_twice_at_a_time(
    ani: User, dinas: Organization, citra: User, starts: int, ends: int | None
) -> None:
    grant(ani, dinas, citra, DAY, DAY + timedelta(days=10))
    with pytest.raises(memberships.AlreadyHeld):
        grant(ani, dinas, citra, DAY + timedelta(days=starts), None if ends is None else DAY + timedelta(days=ends))
    assert Membership.objects.filter(role=Role.TRAINER).count() == 1


def test_a_role_can_be_held_again_later(ani: User, dinas: Organization, citra: User) -> None:
    first = grant(ani, dinas, citra, DAY, DAY + timedelta(days=10))
    grant(ani, dinas, citra, DAY + timedelta(days=11), None)
    with pytest.raises(memberships.AlreadyHeld):
        memberships.end(first, ends_on=None, actor=citra, at=AT)


def test_who_does_not_administer_gives_and_ends_nothing(ani: User, dinas: Organization) -> None:
    budi = make_person(name="Budi", role=Role.TRAINER, organization=dinas)
    with pytest.raises(NotAllowed):
        grant(ani, dinas, budi, DAY, None)
    with pytest.raises(NotAllowed):
        memberships.end(ani.memberships.get(), ends_on=DAY, actor=budi, at=AT)


def test_the_database_refuses_a_period_that_ends_before_it_begins(ani: User, dinas: Organization) -> None:
    for make in (
        lambda: make_membership(ani, dinas, Role.TRAINER, starts_on=DAY, ends_on=DAY - timedelta(days=1)),
        lambda: make_membership(ani, dinas, Role.PARTICIPANT, starts_on=DAY),
        lambda: Membership.objects.create(user=ani, organization=dinas, role="raja", starts_on=DAY),
        lambda: make_supervision(ani, ani),
        lambda: make_supervision(ani, make_person(), qualification=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
    assert not Supervision.objects.exists()
