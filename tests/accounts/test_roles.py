from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import roles
from accounts.models import Membership, Organization, Role, User
from accounts.roles import Action, may, organizations_where, roles_of
from tests.factories_accounts import make_membership, make_organization, make_person

pytestmark = pytest.mark.django_db

TABLE = """
action               participant trainer assessor supervisor pimpinan publisher administrator
view_people          -           x       -        -          x        -         x
view_region          -           -       -        -          x        -         -
manage_people        -           -       -        -          -        -         x
issue_code           -           x       -        -          -        -         x
approve_name         -           x       -        -          -        -         x
edit_content         -           x       -        -          -        x         x
publish_content      -           -       -        -          -        x         x
edit_bank            -           x       -        -          -        x         x
publish_bank         -           -       -        -          -        x         x
run_cohort           -           x       -        -          -        -         x
view_cohort          -           x       x        -          x        x         x
send_message         -           x       -        -          -        -         x
grant_attempt        -           x       -        -          -        -         x
recommend            -           -       x        -          -        -         -
decide_competence    -           -       -        -          x        -         x
approve_award        -           -       -        -          x        -         x
sign_files           -           -       -        -          x        -         x
revoke_certificate   -           -       -        -          -        -         x
agree_revocation     -           -       -        -          x        -         x
erase_name           -           -       -        -          -        -         x
request_replacement  -           x       -        -          -        -         x
agree_replacement    -           -       -        -          x        -         x
view_team            -           -       -        -          x        -         x
check_lists          -           -       -        -          x        -         x
record_paper         -           x       -        -          -        -         x
agree_paper          -           -       -        -          x        -         x
manage_organization  -           -       -        -          -        -         x
set_licence          -           -       -        -          -        -         x
"""
_head, *_lines = [line.split() for line in TABLE.strip().splitlines()]
EXPECTED = {
    (Action(action), Role(role)): mark == "x"
    for action, *marks in _lines
    for role, mark in zip(_head[1:], marks, strict=True)
}


def test_the_table_names_every_action_and_role() -> None:
    assert set(EXPECTED) == {(action, role) for action in Action for role in Role}
    assert set(roles.GRANTS) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_each_role_may_exactly_what_the_table_says(role: Role) -> None:
    dinas = make_organization()
    person = make_person(role=role, organization=dinas)
    assert {a for a in Action if may(person, a, dinas)} == {a for a in Action if EXPECTED[a, role]}
    assert {a for a in Action if organizations_where(person, a).exists()} == {a for a in Action if EXPECTED[a, role]}


@pytest.fixture
def tree() -> dict[str, Organization]:
    """kemensos > sentra > pos; kemensos > lain; apart: dinas."""
    kemensos = make_organization(name="kemensos")
    sentra = make_organization(name="sentra", parent=kemensos)
    pos = make_organization(name="pos", parent=sentra)
    return {
        "kemensos": kemensos,
        "sentra": sentra,
        "pos": pos,
        "lain": make_organization(name="lain", parent=kemensos),
        "dinas": make_organization(name="dinas"),
    }


@pytest.mark.parametrize(
    ("seat", "covered"),
    [
        ("kemensos", {"kemensos", "sentra", "pos", "lain"}),
        ("sentra", {"sentra", "pos"}),
        ("pos", {"pos"}),
        ("dinas", {"dinas"}),
    ],
)
def test_a_membership_covers_its_organization_and_everything_below(
    tree: dict[str, Organization], seat: str, covered: set[str]
) -> None:
    citra = make_person(role=Role.ADMINISTRATOR, organization=tree[seat])
    assert {name for name, node in tree.items() if may(citra, Action.MANAGE_PEOPLE, node)} == covered
    assert {node.name for node in organizations_where(citra, Action.MANAGE_PEOPLE)} == covered
    assert {node.name for node in Organization.objects.visible_to(citra)} == covered


def test_a_participant_sees_the_own_organization_only(tree: dict[str, Organization]) -> None:
    ani = make_person(role=Role.PARTICIPANT, organization=tree["sentra"])
    assert [node.name for node in Organization.objects.visible_to(ani)] == ["sentra"]


DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (DAY, None, True),
        (DAY, DAY, True),
        (DAY - timedelta(days=9), DAY, True),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), False),
        (DAY + timedelta(days=1), None, False),
    ],
)
def test_a_membership_holds_from_its_first_to_its_last_day(starts_on: date, ends_on: date | None, holds: bool) -> None:
    dinas, budi = make_organization(), make_person(name="Budi")
    make_membership(budi, dinas, Role.ASSESSOR, starts_on=starts_on, ends_on=ends_on)
    assert may(budi, Action.RECOMMEND, dinas, on=DAY) is holds
    assert organizations_where(budi, Action.RECOMMEND, on=DAY).exists() is holds
    assert (Role.ASSESSOR in roles_of(budi, on=DAY)) is holds
    assert Membership.objects.current(DAY).exists() is holds


def test_without_a_day_today_counts() -> None:
    dinas, budi = make_organization(), make_person(name="Budi")
    make_membership(budi, dinas, Role.ASSESSOR, starts_on=timezone.localdate(), ends_on=timezone.localdate())
    assert may(budi, Action.RECOMMEND, dinas)


def test_the_archived_and_the_anonymous_may_nothing() -> None:
    dinas = make_organization()
    gone = make_person(role=Role.ADMINISTRATOR, organization=dinas, is_active=False)
    for nobody in (gone, AnonymousUser()):
        assert not may(nobody, Action.MANAGE_PEOPLE, dinas)
        assert not organizations_where(nobody, Action.MANAGE_PEOPLE).exists()
        assert roles_of(nobody) == frozenset()
        assert not User.objects.visible_to(nobody).exists()


def test_a_superuser_without_membership_may_nothing_by_the_table() -> None:
    dinas = make_organization()
    root = User.objects.create_superuser("ROOT", "kata-sandi-panjang-1", full_name="Operator")
    assert not may(root, Action.MANAGE_PEOPLE, dinas)


def test_asking_costs_one_statement(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    dinas = make_organization(parent=make_organization())
    citra = make_person(role=Role.ADMINISTRATOR, organization=dinas)
    with django_assert_num_queries(1):
        may(citra, Action.MANAGE_PEOPLE, dinas)
    with django_assert_num_queries(1):
        list(organizations_where(citra, Action.MANAGE_PEOPLE))
