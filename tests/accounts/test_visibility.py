from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from accounts import visibility
from accounts.models import Membership, Organization, Role, User
from accounts.roles import Action
from tests.factories_accounts import (
    make_membership,
    make_organization,
    make_person,
    make_region,
    make_supervision,
    make_working_area,
)

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - timedelta(days=1)


def seen_by(user: User) -> set[str]:
    return {person.full_name for person in User.objects.visible_to(user)}


@pytest.fixture
def two_organizations() -> tuple[Organization, Organization]:
    dinas, lain = make_organization(name="Dinas"), make_organization(name="Lain")
    seksi = make_organization(name="Seksi", parent=dinas)
    make_person(name="Ani", role=Role.PARTICIPANT, organization=dinas)
    make_person(name="Anton", role=Role.PARTICIPANT, organization=seksi)
    make_person(name="Dewi", role=Role.PARTICIPANT, organization=lain)
    return dinas, lain


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.PARTICIPANT, {"Saya"}),
        (Role.ASSESSOR, {"Saya"}),
        (Role.SUPERVISOR, {"Saya"}),
        (Role.PUBLISHER, {"Saya"}),
        (Role.TRAINER, {"Saya", "Ani", "Anton"}),
        (Role.PIMPINAN, {"Saya", "Ani", "Anton"}),
        (Role.ADMINISTRATOR, {"Saya", "Ani", "Anton"}),
    ],
)
def test_each_role_sees_people_of_its_organization_and_below(
    two_organizations: tuple[Organization, Organization], role: Role, seen: set[str]
) -> None:
    assert seen_by(make_person(name="Saya", role=role, organization=two_organizations[0])) == seen


def test_whoever_left_is_seen_by_administrators_only() -> None:
    dinas = make_organization()
    gone = make_person(name="Pindah")
    make_membership(gone, dinas, ends_on=YESTERDAY)
    assert "Pindah" not in seen_by(make_person(name="Budi", role=Role.TRAINER, organization=dinas))
    assert "Pindah" in seen_by(make_person(name="Citra", role=Role.ADMINISTRATOR, organization=dinas))


@pytest.fixture
def banten() -> dict[str, Organization]:
    """A Dinas of the province, one LKS in a kabupaten of it, one elsewhere; each with a worker named after it."""
    province, other = make_region(code="36", name="Banten"), make_region(code="32", name="Jawa Barat")
    serang = make_region(code="36.04", name="Serang", parent=province)
    bogor = make_region(code="32.01", name="Bogor", parent=other)
    places = {
        "dinas": make_organization(name="dinas", kind=Organization.Kind.DINAS_PROVINSI, region=province),
        "serang": make_organization(name="serang", kind=Organization.Kind.LKS, region=serang),
        "bogor": make_organization(name="bogor", kind=Organization.Kind.LKS, region=bogor),
    }
    for name in ("serang", "bogor"):
        make_person(name=name, role=Role.PARTICIPANT, organization=places[name])
        make_person(name=f"pelatih {name}", role=Role.TRAINER, organization=places[name])
    return places


def test_a_head_of_dinas_sees_workers_whose_place_of_work_lies_in_the_province(banten: dict[str, Organization]) -> None:
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=banten["dinas"])
    assert seen_by(head) == {"Kepala", "serang"}


def test_an_administrator_sees_the_tree_only(banten: dict[str, Organization]) -> None:
    assert seen_by(make_person(name="Citra", role=Role.ADMINISTRATOR, organization=banten["dinas"])) == {"Citra"}


def test_a_place_gives_an_lks_no_sight_of_its_neighbours(banten: dict[str, Organization]) -> None:
    neighbour = make_organization(name="tetangga", kind=Organization.Kind.LKS, region=banten["serang"].region)
    assert seen_by(make_person(name="Kepala", role=Role.PIMPINAN, organization=neighbour)) == {"Kepala"}


def test_a_working_area_opens_a_region_of_another_province_while_it_is_in_force(
    banten: dict[str, Organization],
) -> None:
    sentra = make_organization(name="sentra", kind=Organization.Kind.SENTRA, region=banten["serang"].region)
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=sentra)
    area = make_working_area(sentra, banten["bogor"].region)  # type: ignore[arg-type]
    assert seen_by(head) == {"Kepala", "bogor"}
    area.ends_on = YESTERDAY
    area.save()
    assert seen_by(head) == {"Kepala"}


def test_a_supervisor_sees_entrusted_people_while_supervision_and_role_hold() -> None:
    dinas = make_organization()
    budi = make_person(name="Budi", role=Role.SUPERVISOR, organization=dinas)
    ani = make_person(name="Ani", role=Role.PARTICIPANT, organization=dinas)
    make_person(name="Anton", role=Role.PARTICIPANT, organization=dinas)
    supervision = make_supervision(budi, ani)
    assert seen_by(budi) == {"Budi", "Ani"}
    supervision.ends_on = YESTERDAY
    supervision.save()
    assert seen_by(budi) == {"Budi"}
    supervision.ends_on = None
    supervision.save()
    Membership.objects.filter(user=budi).update(ends_on=YESTERDAY)
    assert seen_by(budi) == {"Budi"}


@pytest.fixture
def source_of_dewi() -> Iterator[None]:
    """As an upper app would: people named Dewi are reached by people named Budi, to see them and to issue codes."""

    def source(user: User, action: Action) -> Q | None:
        wanted = action in (Action.VIEW_PEOPLE, Action.ISSUE_CODE)
        return Q(full_name="Dewi") if user.full_name == "Budi" and wanted else None

    visibility.register_people_source(source)
    visibility.register_people_source(source)
    yield
    visibility._sources.remove(source)


def test_an_upper_app_widens_what_is_reached_without_being_imported(
    two_organizations: tuple[Organization, Organization], source_of_dewi: None
) -> None:
    budi = make_person(name="Budi", role=Role.TRAINER, organization=two_organizations[0])
    assert seen_by(budi) == {"Budi", "Ani", "Anton", "Dewi"}
    assert "Dewi" in {p.full_name for p in User.objects.reached_by(budi, Action.ISSUE_CODE)}
    assert "Dewi" not in {p.full_name for p in User.objects.reached_by(budi, Action.APPROVE_NAME)}


def test_seeing_costs_one_statement_whatever_the_number_of_roles(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    budi = make_person(name="Budi")
    for role in Role:
        make_membership(budi, make_organization(), role)
    with django_assert_num_queries(1):
        list(User.objects.visible_to(budi))
