"""People and organizations in Wagtail's admin: administrators only, each cut to the own tree."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Event, Membership, Organization, Region, Role, Supervision, User, WorkingArea
from tests.accounts.quartet import everything
from tests.factories_accounts import (
    make_membership,
    make_organization,
    make_person,
    make_region,
    make_supervision,
    make_working_area,
)

# Who may do what is asked in SQL, through Wagtail's own screens: of the database of production.
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SCREENS = ["organization", "membership", "supervision", "workingarea", "wagtailusers_users"]


@pytest.fixture(autouse=True)
def _demo(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SULUH_DEMO = True  # no second step


@pytest.fixture
def house() -> Organization:
    return make_organization(name="Kementerian")


@pytest.fixture
def dinas(house: Organization) -> Organization:
    return make_organization(name="Dinas")


@pytest.fixture
def lain(house: Organization) -> Organization:
    return make_organization(name="Lain")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def citra(dinas: Organization) -> User:
    return make_person(name="Citra", role=Role.ADMINISTRATOR, organization=dinas)


@pytest.fixture
def admin(citra: User) -> Client:
    return browser(citra)


@pytest.fixture
def rows(dinas: Organization, lain: Organization) -> dict[str, dict[str, object]]:
    """One row of each screen in each of the two organizations."""
    made: dict[str, dict[str, object]] = {}
    for place, organization in (("own", dinas), ("other", lain)):
        person = make_person(name=f"Ani {place}", number=f"{place}-1", role=Role.PARTICIPANT, organization=organization)
        guide = make_person(name=f"Sari {place}", number=f"{place}-2", role=Role.SUPERVISOR, organization=organization)
        made[place] = {
            "organization": organization,
            "membership": person.memberships.get(),
            "supervision": make_supervision(guide, person),
            "workingarea": make_working_area(organization, make_region()),
            "wagtailusers_users": person,
        }
    return made


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_lists_and_opens_the_own_rows_only(
    admin: Client, rows: dict[str, dict[str, object]], screen: str
) -> None:
    own, other = rows["own"][screen], rows["other"][screen]
    listed = admin.get(reverse(f"{screen}:index"))
    assert listed.status_code == 200
    shown = [row.pk for row in listed.context["object_list"]]
    assert own.pk in shown  # type: ignore[attr-defined]
    assert other.pk not in shown  # type: ignore[attr-defined]
    assert admin.get(reverse(f"{screen}:edit", args=[own.pk])).status_code == 200  # type: ignore[attr-defined]
    before = everything()
    for view in ("edit", "history", "usage", "delete"):
        address = reverse(f"{screen}:{view}", args=[other.pk])  # type: ignore[attr-defined]
        assert admin.get(address).status_code == 404, view
        assert admin.post(address, {"ends_on": "2026-01-01"}).status_code == 404, view
    assert everything() == before


# Who has no business in the admin at all is told so; Wagtail sends who has other business there back to its first page.
REFUSED = (302, 403)


@pytest.mark.parametrize("screen", [*SCREENS, "region", "event"])
@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_other_roles_find_no_screen(dinas: Organization, screen: str, role: Role) -> None:
    client = browser(make_person(name="Budi", role=role, organization=dinas))
    before = everything()
    assert client.get(reverse(f"{screen}:index")).status_code in REFUSED
    if screen != "event":
        assert client.post(reverse(f"{screen}:add"), {"name": "X"}).status_code in REFUSED
    assert everything() == before
    assert Client().get(reverse(f"{screen}:index")).headers["Location"].startswith("/masuk/")


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_deleted(admin: Client, rows: dict[str, dict[str, object]], screen: str) -> None:
    before = everything()
    admin.post(reverse(f"{screen}:delete", args=[rows["own"][screen].pk]))  # type: ignore[attr-defined]
    assert everything() == before


def test_wagtails_bulk_actions_do_not_touch_people(admin: Client, rows: dict[str, dict[str, object]]) -> None:
    ani = rows["own"]["wagtailusers_users"]
    group = Group.objects.create(name="contoh")
    before = everything()
    for action in ("delete", "set_active_state", "assign_role"):
        address = f"/admin/bulk/accounts/user/{action}/?id={ani.pk}"  # type: ignore[attr-defined]
        admin.post(address, {"role": group.pk, "mark_as_active": False})
    assert everything() == before
    assert not group.user_set.exists()  # type: ignore[attr-defined]


def test_a_new_organization_hangs_below_one_that_is_administered(
    admin: Client, citra: User, dinas: Organization, lain: Organization
) -> None:
    region = make_region()
    form = {"name": "LKS Harapan", "kind": "lks", "code": "LKS-1", "region": region.pk, "time_zone": "Asia/Jakarta"}
    admin.post(reverse("organization:add"), {**form, "parent": lain.pk})
    assert not Organization.objects.filter(code="LKS-1").exists()
    admin.post(reverse("organization:add"), {**form, "parent": dinas.pk})
    added = Organization.objects.get(code="LKS-1")
    assert added.path.startswith(dinas.path)
    assert Event.objects.about(added).get().actor == citra


def test_a_new_person_gets_a_first_role_and_no_password(admin: Client, dinas: Organization, lain: Organization) -> None:
    form = {"participant_number": "pst 77", "full_name": "Anton", "role": "participant", "starts_on": "2026-01-05"}
    admin.post(reverse("wagtailusers_users:add"), {**form, "organization": lain.pk})
    assert not User.objects.filter(participant_number="PST77").exists()
    admin.post(reverse("wagtailusers_users:add"), {**form, "organization": dinas.pk})
    anton = User.objects.get(participant_number="PST77")
    assert not anton.has_usable_password()
    assert anton.memberships.get().starts_on == date(2026, 1, 5)


def test_a_name_changes_only_with_a_reason_and_must_be_confirmed_again(
    admin: Client, rows: dict[str, dict[str, object]]
) -> None:
    ani = rows["own"]["wagtailusers_users"]
    assert isinstance(ani, User)
    address = reverse("wagtailusers_users:edit", args=[ani.pk])
    form = {"full_name": "Ani Lestari", "email": "ani@contoh.id", "is_active": "on"}
    page = admin.post(address, form)
    assert "Silakan tulis alasannya" in page.content.decode()
    ani.refresh_from_db()
    assert (ani.full_name, ani.email) == ("Ani own", None)
    admin.post(address, {**form, "reason": "salah tulis"})
    ani.refresh_from_db()
    assert (ani.full_name, ani.email, ani.name_confirmed_at) == ("Ani Lestari", "ani@contoh.id", None)


def test_closing_an_account_archives_the_person(admin: Client, rows: dict[str, dict[str, object]]) -> None:
    ani = rows["own"]["wagtailusers_users"]
    assert isinstance(ani, User)
    address = reverse("wagtailusers_users:edit", args=[ani.pk])
    admin.post(address, {"full_name": ani.full_name, "reason": "pindah"})
    ani.refresh_from_db()
    assert (ani.is_active, ani.archived_at is not None) == (False, True)
    assert ani.memberships.get().ends_on is not None


def test_roles_are_given_within_the_own_tree_to_the_own_people(
    admin: Client, dinas: Organization, lain: Organization, rows: dict[str, dict[str, object]]
) -> None:
    address, form = reverse("membership:add"), {"role": "trainer", "starts_on": "2026-01-05"}
    for person, place in (("other-1", dinas), ("own-1", lain), ("nobody", dinas)):
        admin.post(address, {**form, "person": person, "organization": place.pk})
    assert not Membership.objects.filter(role="trainer").exists()
    admin.post(address, {**form, "person": "own-1", "organization": dinas.pk})
    given = Membership.objects.get(role="trainer")
    assert (given.user.participant_number, given.organization) == ("OWN-1", dinas)
    page = admin.post(address, {**form, "person": "own-1", "organization": dinas.pk})
    assert "sudah memegang peran" in page.content.decode()


def test_a_membership_gets_its_last_day_and_keeps_the_rest(admin: Client, rows: dict[str, dict[str, object]]) -> None:
    row = rows["own"]["membership"]
    assert isinstance(row, Membership)
    address = reverse("membership:edit", args=[row.pk])
    admin.post(address, {"ends_on": "2019-01-01", "role": "administrator"})
    row.refresh_from_db()
    assert row.ends_on is None
    admin.post(address, {"ends_on": "2026-06-30", "role": "administrator"})
    row.refresh_from_db()
    assert row.ends_on == date(2026, 6, 30)
    assert row.role == Role.PARTICIPANT


def test_supervision_needs_a_supervisor_and_a_qualification(admin: Client, rows: dict[str, dict[str, object]]) -> None:
    Supervision.objects.all().update(ends_on=date(2020, 1, 2))
    address, form = reverse("supervision:add"), {"starts_on": "2026-01-05", "qualification": "Peksos Madya"}
    for supervisor, supervisee, extra in (
        ("own-1", "own-2", {}),
        ("own-2", "other-1", {}),
        ("own-2", "own-2", {}),
        ("own-2", "own-1", {"qualification": ""}),
    ):
        admin.post(address, {**form, **extra, "supervisor_number": supervisor, "supervisee_number": supervisee})
    assert not Supervision.objects.filter(ends_on=None).exists()
    admin.post(address, {**form, "supervisor_number": "own-2", "supervisee_number": "own-1"})
    assert Supervision.objects.get(ends_on=None).qualification == "Peksos Madya"


def test_working_areas_are_edited_for_the_own_organizations(
    admin: Client, dinas: Organization, lain: Organization
) -> None:
    region = make_region()
    for place in (dinas, lain):
        admin.post(
            reverse("workingarea:add"), {"organization": place.pk, "region": region.pk, "starts_on": "2026-01-05"}
        )
    assert WorkingArea.objects.get().organization == dinas


def test_regions_are_kept_by_the_administrators_of_the_house(house: Organization, admin: Client) -> None:
    region = make_region(code="36", name="Banten")
    address = reverse("region:edit", args=[region.pk])
    form = {"code": "36", "name": "Banten Baru", "kind": "provinsi"}
    assert admin.post(address, form).status_code == 404
    browser(make_person(name="Cahya", role=Role.ADMINISTRATOR, organization=house)).post(address, form)
    assert Region.objects.get().name == "Banten Baru"


def test_events_are_read_by_the_administrators_of_their_organization(
    admin: Client, citra: User, dinas: Organization, lain: Organization
) -> None:
    from accounts import events
    from tests.factories_accounts import AT

    for place in (dinas, lain):
        events.record("contoh", make_person(name=f"di {place}"), actor=None, at=AT, organization=place)
    page = admin.get(reverse("event:index")).content.decode()
    assert "di Dinas" in page
    assert "di Lain" not in page
    assert admin.get(reverse("event:add")).status_code == 302


def test_an_administrator_makes_a_first_code_for_one_person_shown_once(
    admin: Client, rows: dict[str, dict[str, object]]
) -> None:
    own, other = rows["own"]["wagtailusers_users"], rows["other"]["wagtailusers_users"]
    assert isinstance(own, User)
    assert isinstance(other, User)
    address = reverse("accounts:issue_code", args=[own.public_id])
    assert admin.get(address).status_code == 200
    assert "belum tercatat" in admin.post(address).content.decode()
    assert not own.first_codes.exists()
    User.objects.filter(pk=own.pk).update(phone="081234567890")
    assert '<article class="card strip"' in admin.post(address).content.decode()
    assert own.first_codes.count() == 1
    assert '<article class="card strip"' not in admin.get(address).content.decode()
    assert admin.post(reverse("accounts:issue_code", args=[other.public_id])).status_code == 404
    assert browser(own).post(address).status_code == 404
    assert admin.put(address).status_code == 405
    assert not other.first_codes.exists()


def test_a_trainer_cannot_make_a_code_for_an_administrator(dinas: Organization, citra: User) -> None:
    budi = browser(make_person(name="Budi", role=Role.TRAINER, organization=dinas))
    page = budi.post(reverse("accounts:issue_code", args=[citra.public_id]))
    assert "tidak boleh membuat kode" in page.content.decode()
    assert not citra.first_codes.exists()


def test_the_menu_shows_people_to_administrators_only(admin: Client, dinas: Organization) -> None:
    menu = admin.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("organization:index") in menu
    assert reverse("wagtailusers_users:index") in menu
    budi = browser(make_person(name="Budi", role=Role.TRAINER, organization=dinas))
    page = budi.get(reverse("wagtailadmin_home"))
    assert page.status_code == 200
    assert reverse("organization:index") not in page.content.decode()
    assert reverse("wagtailusers_users:index") not in page.content.decode()


def test_lists_cost_the_same_for_few_and_for_many(admin: Client, dinas: Organization) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            admin.get(reverse("membership:index"))
        return len(statements)

    make_membership(make_person(), dinas)
    cost()  # fills what is remembered between requests
    few = cost()
    for number in range(15):
        make_membership(make_person(name=f"P {number}"), dinas)
    assert cost() == few
