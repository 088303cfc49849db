"""A list of people: read, judged row by row, taken in once, undone without a trace."""

from __future__ import annotations

import pytest

from accounts.models import Event, Membership, Organization, PeopleList, Role, User
from accounts.people_lists import checking, running, undoing
from accounts.people_lists.checking import Purpose
from accounts.spreadsheets import read_pasted
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = pytest.mark.django_db
HEAD = "No. Peserta\tNIP\tNama Lengkap\tUnit Kerja\tKab/Kota\tEmail\tNo. HP (WA)\n"
NIP = "198705122023211012"  # a PPPK: kind of appointment 21 where civil servants have a month


@pytest.fixture
def dinas() -> Organization:
    make_organization(name="Dinas Sosial Provinsi Sulawesi Barat", code="DS-76")
    return make_organization(name="Dinas Sosial Provinsi Banten", code="DS-36")


@pytest.fixture
def budi(dinas: Organization) -> User:
    return make_person(name="Budi", role=Role.TRAINER, organization=dinas)


def receive(text: str, actor: User | None, organization: Organization) -> PeopleList:
    return checking.receive(read_pasted(HEAD + text), Purpose(organization), actor=actor, at=AT)


def codes(people_list: PeopleList, line: int = 2) -> tuple[str, list[str]]:
    row = people_list.rows.get(line=line)
    return row.outcome, [code for code, _words in row.reasons + row.notices]


def take_in(people_list: PeopleList, actor: User | None, **options: bool) -> PeopleList:
    running.start(people_list, actor=actor, at=AT, **options)
    running.run(people_list.pk, at=AT)
    people_list.refresh_from_db()
    return people_list


def test_new_people_come_with_everything_the_row_says(budi: User, dinas: Organization) -> None:
    text = f"pst-1\t{NIP}\tSiti Nur'aini, S.Tr.Sos.\tDinsos Prov. Banten\t\tsiti@contoh.id\t+62 812-3456-7890"
    made = take_in(receive(text, budi, dinas), budi)
    siti = User.objects.get(participant_number="PST-1")
    assert (siti.full_name, siti.nip, siti.email, siti.phone, siti.has_usable_password()) == (
        "Siti Nur'aini, S.Tr.Sos.", NIP, "siti@contoh.id", "081234567890", False,
    )  # fmt: skip
    assert [(m.organization, m.role) for m in siti.memberships.all()] == [(dinas, Role.PARTICIPANT)]
    assert (made.state, made.new, made.refused) == ("done", 1, 0)
    assert Event.objects.about(siti).get().verb == "person.imported"


def test_running_the_list_again_changes_nothing(budi: User, dinas: Organization) -> None:
    text = f"PST-1\t{NIP}\tSiti\t\t\tsiti@contoh.id\t0812345678\n\t198001012006041001\tAnton"
    first = take_in(receive(text, budi, dinas), budi)
    people, written = User.objects.count(), Event.objects.exclude(verb__startswith="list.").count()
    again = take_in(receive(text, budi, dinas), budi)
    assert (first.new, again.new, again.known, again.changed) == (2, 0, 2, 0)
    assert (User.objects.count(), Event.objects.exclude(verb__startswith="list.").count()) == (people, written)


def test_undo_leaves_nothing_but_the_events(budi: User, dinas: Organization) -> None:
    people, members = User.objects.count(), Membership.objects.count()
    made = take_in(receive(f"PST-1\t{NIP}\tSiti\nPST-2\t\tAnton", budi, dinas), budi)
    assert undoing.obstacles(made) == []
    undoing.undo(made, actor=budi, at=AT)
    assert (User.objects.count(), Membership.objects.count(), made.state) == (people, members, "undone")
    assert Event.objects.filter(verb="person.imported").count() == 2
    undoing.undo(made, actor=budi, at=AT)
    assert Event.objects.filter(verb="list.undone").count() == 1
