from __future__ import annotations

import pytest

from accounts import importing
from accounts.importing import Outcome, Row
from accounts.models import Event, Organization, Role, User
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "Nomor peserta\tNama\tUnit\npst-1\tAni Lestari, S.Sos\tDinas A\n\nPST-2\tBudi\tDinas A",
        "pst-1;Ani Lestari, S.Sos;Dinas A\r\nPST-2;Budi;Dinas A\r\n",
        '\ufeffNo,Nama,Unit\nPST-1,"Ani Lestari, S.Sos",Dinas A\nPST-2,Budi,Dinas A',
        "PST-1, Ani Lestari, S.Sos, Dinas A\nPST-2,  Budi , Dinas A",
    ],
)
def test_tabs_semicolons_and_commas_are_read_alike(text: str) -> None:
    rows = importing.read_rows(text)
    assert [(r.participant_number, r.full_name, r.unit) for r in rows] == [
        ("PST-1", "Ani Lestari, S.Sos", "Dinas A"),
        ("PST-2", "Budi", "Dinas A"),
    ]


def test_rows_keep_the_line_they_stand_on() -> None:
    assert [row.line for row in importing.read_rows("\n\nPST-1\tAni\n\nPST-2\tBudi")] == [3, 5]


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_a_quote_that_is_never_closed_swallows_nobody(mark: str) -> None:
    rows = importing.read_rows(f'PST-1{mark}"Ani{mark}Dinas A\nPST-2{mark}Budi{mark}Dinas A')
    assert [(r.participant_number, r.full_name, r.unit) for r in rows] == [
        ("PST-1", "Ani", "Dinas A"),
        ("PST-2", "Budi", "Dinas A"),
    ]


def test_a_list_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 2)
    with pytest.raises(importing.ListTooLong):
        importing.read_rows("PST-1\tA\nPST-2\tB\nPST-3\tC")


@pytest.fixture
def dinas() -> Organization:
    make_organization(name="Dinas Sosial Provinsi Sulawesi Barat", code="DS-76")
    return make_organization(name="Dinas Sosial Provinsi Banten", code="DS-36")


@pytest.fixture
def budi(dinas: Organization) -> User:
    return make_person(name="Budi", role=Role.TRAINER, organization=dinas)


def outcome(text: str, budi: User, dinas: Organization) -> importing.PlannedRow:
    [*_others, last] = importing.plan(importing.read_rows(text), actor=budi, organization=dinas).rows
    return last


@pytest.mark.parametrize("unit", ["", "Dinas Sosial Provinsi Banten", "dinsos prov. banten", "DS-36", "ds 36"])
def test_a_unit_is_found_by_name_or_code_or_left_out(budi: User, dinas: Organization, unit: str) -> None:
    row = outcome(f"PST-1\tAni\t{unit}", budi, dinas)
    assert (row.outcome, row.organization) == (Outcome.NEW, dinas)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\tAni", "Nomor peserta dan NIP"),
        ("P!\tAni", "tidak berbentuk nomor peserta"),
        ("PST-1\t", "Nama kosong"),
        ("PST-1\t" + "A" * 201, "lebih dari 200"),
        ("PST-1\tAni\nPST-1\tAni", "lebih dari sekali"),
        ("PST-1\tAni\tDinas Sosial Provinsi Bantn", "Yang mirip: Dinas Sosial Provinsi Banten"),
        ("PST-1\tAni\tXYZ", "tidak dikenal."),
    ],
)
def test_each_bad_row_says_why(budi: User, dinas: Organization, text: str, reason: str) -> None:
    row = outcome(text, budi, dinas)
    assert row.outcome is Outcome.PROBLEM
    assert reason in row.reason


def test_two_units_of_one_name_ask_for_the_code(budi: User, dinas: Organization) -> None:
    for code in ("LKS-1", "LKS-2"):
        make_organization(name="LKS Harapan", code=code)
    assert "kodenya" in outcome("PST-1\tAni\tLKS Harapan", budi, dinas).reason


def test_a_number_of_another_person_names_them_only_to_who_may_see_them(budi: User, dinas: Organization) -> None:
    make_person(name="Ani Lestari", number="PST-1", role=Role.PARTICIPANT, organization=dinas)
    make_person(name="Dewi Rahasia", number="PST-2", role=Role.PARTICIPANT, organization=make_organization())
    assert "Ani Lestari" in outcome("PST-1\tBukan Ani", budi, dinas).reason
    hidden = outcome("PST-2\tBukan Dewi", budi, dinas)
    assert hidden.outcome is Outcome.PROBLEM
    assert "Dewi" not in hidden.reason


def test_an_archived_person_is_not_taken_in_again(budi: User, dinas: Organization) -> None:
    make_person(name="Ani", number="PST-1", is_active=False)
    assert "diarsipkan" in outcome("PST-1\tAni", budi, dinas).reason


def test_a_known_person_with_another_spelling_stays_as_recorded(budi: User, dinas: Organization) -> None:
    ani = make_person(name="Ani Lestari, S.Tr.Sos.", number="PST-1", role=Role.PARTICIPANT, organization=dinas)
    plan = importing.plan(importing.read_rows("PST-1\tANI LESTARI\tXYZ"), actor=budi, organization=dinas)
    assert importing.commit(plan, at=AT) == [ani]
    ani.refresh_from_db()
    assert ani.full_name == "Ani Lestari, S.Tr.Sos."


LIST = "PST-1\tAni\nPST-2\tAnton\tDinas Sosial Provinsi Sulawesi Barat"


def test_new_people_have_no_password_and_belong_to_their_unit(budi: User, dinas: Organization) -> None:
    plan = importing.plan(importing.read_rows(LIST), actor=budi, organization=dinas)
    ani, anton = importing.commit(plan, at=AT)
    assert not ani.has_usable_password()
    assert ani.memberships.get().organization == dinas
    assert anton.memberships.get().organization.name.endswith("Sulawesi Barat")
    assert {m.role for m in anton.memberships.all()} == {Role.PARTICIPANT}
    assert Event.objects.filter(verb="person.imported", actor=budi).count() == 2


def test_running_the_list_again_changes_nothing(budi: User, dinas: Organization) -> None:
    rows = importing.read_rows(LIST)
    stale = importing.plan(rows, actor=budi, organization=dinas)
    first = importing.commit(stale, at=AT)
    before = (User.objects.count(), Event.objects.count())
    again = importing.plan(rows, actor=budi, organization=dinas)
    assert [row.outcome for row in again.rows] == [Outcome.KNOWN, Outcome.KNOWN]
    assert importing.commit(again, at=AT) == importing.commit(stale, at=AT) == first
    assert (User.objects.count(), Event.objects.count()) == before


def test_a_plan_with_a_problem_commits_nothing(budi: User, dinas: Organization) -> None:
    plan = importing.plan(importing.read_rows(LIST + "\n\tTanpa nomor"), actor=budi, organization=dinas)
    assert plan.counts[Outcome.PROBLEM] == 1
    with pytest.raises(importing.PlanHasProblems):
        importing.commit(plan, at=AT)
    assert not User.objects.filter(participant_number="PST-1").exists()


def test_a_dry_run_of_three_hundred_rows_is_a_handful_of_statements(  # type: ignore[no-untyped-def]
    budi: User, dinas: Organization, django_assert_max_num_queries
) -> None:
    rows = [Row(n, f"PST-{n:04d}", f"Peserta {n}", "") for n in range(1, 301)]
    with django_assert_max_num_queries(4):
        importing.plan(rows, actor=budi, organization=dinas)
