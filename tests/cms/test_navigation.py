"""The bar shows what one's roles need, and the frame stands without a person."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.roles import Role
from cms import navigation
from tests.factories_accounts import make_organization, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (set(), ["LEARN", "CERTIFICATES"]),
        ({Role.PARTICIPANT}, ["LEARN", "CERTIFICATES"]),
        ({Role.TRAINER}, ["COHORTS", "WAVES", "CORRECTIONS", "TEACHING", "STAFF"]),
        ({Role.ASSESSOR}, ["ASSESS"]),
        ({Role.SUPERVISOR}, ["TEAM", "PRACTICE"]),
        ({Role.PIMPINAN}, ["TEAM", "CORRECTIONS", "REGISTER", "VERIFY"]),
        (
            {Role.PARTICIPANT, Role.TRAINER},
            ["LEARN", "CERTIFICATES", "COHORTS", "WAVES", "CORRECTIONS", "TEACHING", "STAFF"],
        ),
    ],
)
def test_each_role_finds_its_own_entries(roles: set[Role], expected: list[str]) -> None:
    shown = navigation.entries_for(frozenset(roles))
    assert shown == [getattr(navigation, name) for name in expected]


def test_a_visitor_sees_the_two_public_entries_and_the_door(client: Client) -> None:
    page = client.get("/regulasi/").content.decode()
    assert "/masuk/" in page
    assert "/keluar/" not in page


def test_the_page_one_is_on_is_marked_as_current(client: Client) -> None:
    trainer = make_person(role=Role.TRAINER, organization=make_organization())
    client.force_login(trainer)
    page = client.get("/regulasi/").content.decode()
    assert "/admin/" in page
    assert "/keluar/" in page
