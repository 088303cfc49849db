"""A list of people: read, judged row by row, taken in once, undone without a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts import first_codes
from accounts.models import Event, FirstCode, Membership, Organization, PeopleList, Role, User
from accounts.people_lists import checking, running, undoing
from accounts.people_lists.checking import Purpose
from accounts.people_lists.errors import AlreadyTaken, CannotUndo, NothingToTake, RowsRefused
from accounts.spreadsheets import read_pasted
from tests.factories_accounts import AT, make_membership, make_organization, make_person, make_supervision

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


# Whose data a list may correct


def known(number: str = "PST-1", **fields: Any) -> User:
    return make_person(name="Ani Lestari", number=number, settled=False, **fields)


def test_a_never_opened_account_of_ones_own_unit_is_corrected_old_to_new(budi: User, dinas: Organization) -> None:
    ani = known(role=Role.PARTICIPANT, organization=dinas, phone="0811111111")
    found = receive(f"PST-1\t{NIP}\tAni Lestari, S.Tr.Sos.\t\t\tani@contoh.id\t0822222222", budi, dinas)
    row = found.rows.get()
    assert (row.outcome, row.changes) == (
        "changed",
        {
            "nip": ["", NIP],
            "phone": ["0811111111", "0822222222"],
            "email": ["", "ani@contoh.id"],
            "name": ["Ani Lestari", "Ani Lestari, S.Tr.Sos."],
        },
    )
    take_in(found, budi)
    ani.refresh_from_db()
    assert (ani.nip, ani.phone, ani.email, ani.full_name) == (
        NIP,
        "0822222222",
        "ani@contoh.id",
        "Ani Lestari, S.Tr.Sos.",
    )
    undoing.undo(found, actor=budi, at=AT)
    ani.refresh_from_db()
    assert (ani.nip, ani.phone, ani.email, ani.full_name) == ("", "0811111111", None, "Ani Lestari")


def beyond(dinas: Organization) -> dict[str, User]:
    elsewhere = make_organization()
    staff = known("PST-5", role=Role.PARTICIPANT, organization=dinas)
    make_membership(staff, elsewhere, Role.PIMPINAN)
    return {
        "has a password": known("PST-1", role=Role.PARTICIPANT, organization=dinas, password="sandi yang panjang"),
        "of another unit": known("PST-2", role=Role.PARTICIPANT, organization=elsewhere),
        "name confirmed": known("PST-3", role=Role.PARTICIPANT, organization=dinas, name_confirmed_at=AT),
        "signed in": known("PST-4", role=Role.PARTICIPANT, organization=dinas, last_login=AT),
        "staff elsewhere": staff,
        "superuser": known("PST-6", role=Role.PARTICIPANT, organization=dinas, is_superuser=True),
    }


def test_a_list_never_puts_a_key_to_somebodys_account_into_the_trainers_hand(budi: User, dinas: Organization) -> None:
    people = beyond(dinas)
    text = "".join(
        f"{p.participant_number}\t\tAni Lestari\t\t\t{n}@jahat.id\t0899999999\n" for n, p in enumerate(people.values())
    )
    found = receive(text, budi, dinas)
    assert {row.outcome for row in found.rows.all()} == {"known"}
    take_in(found, budi)
    for why, person in people.items():
        person.refresh_from_db()
        assert (person.email, person.phone) == (None, ""), why
    assert not Event.objects.filter(verb="person.changed").exists()


def test_enrolling_somebody_does_not_make_the_same_list_mean_more(budi: User, dinas: Organization) -> None:
    """Through an angkatan a trainer may make a code for somebody without a password; a list still corrects nothing."""
    ani = known(role=Role.PARTICIPANT, organization=make_organization())
    text = "PST-1\t\tAni Lestari\t\t\tbudi@jahat.id\t"
    for _time in range(2):
        assert take_in(receive(text, budi, dinas), budi).changed == 0
    ani.refresh_from_db()
    assert ani.email is None


def test_somebody_a_list_brought_in_is_corrected_by_the_next_until_the_account_is_opened(
    budi: User, dinas: Organization
) -> None:
    text = "PST-1\t\tSiti\tDinas Sosial Provinsi Sulawesi Barat\t\t\t{}"
    take_in(receive(text.format("0811111111"), budi, dinas), budi)
    assert take_in(receive(text.format("0822222222"), budi, dinas), budi).changed == 1
    User.objects.filter(participant_number="PST-1").update(last_login=AT)
    assert take_in(receive(text.format("0833333333"), budi, dinas), budi).known == 1


def test_an_account_opened_after_the_check_is_not_corrected_any_more(budi: User, dinas: Organization) -> None:
    ani = known(role=Role.PARTICIPANT, organization=dinas)
    found = receive("PST-1\t\tAni Lestari\t\t\tani@contoh.id\t", budi, dinas)
    running.start(found, actor=budi, at=AT)
    User.objects.filter(pk=ani.pk).update(last_login=AT)
    running.run(found.pk, at=AT)
    ani.refresh_from_db()
    assert (ani.email, found.rows.get().outcome) == (None, "known")


def test_what_nobody_was_shown_is_not_done(budi: User, dinas: Organization) -> None:
    found = receive("PST-1\t\tAni Lestari\t\t\tani@contoh.id\t", budi, dinas)
    assert found.rows.get().outcome == "new"
    known(role=Role.PARTICIPANT, organization=dinas)
    made = take_in(found, budi)
    assert codes(made) == ("refused", ["changed-since"])
    assert (made.new, made.refused) == (0, 1)


# Who is meant


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"PST-9\t{NIP}\tAni Lestari", ("known", ["number-kept"])),
        (f"\t{NIP}\tAni Lestari", ("known", [])),
        ("PST-9\t\tAni Lestari\t\t\tANI@contoh.id", ("known", ["number-kept"])),
        ("PST-9\t\tAni Lestari", ("new", [])),
        ("PST-1\t\tBudi Santoso", ("refused", ["number-taken"])),
        (f"PST-9\t{NIP}\tBudi Santoso", ("refused", ["nip-taken"])),
        ("PST-9\t\tBudi Santoso\t\t\tani@contoh.id", ("refused", ["email-taken"])),
        (f"PST-2\t{NIP}\tDewi", ("refused", ["nip-taken"])),
        ("PST-3\t\tAni Lestari", ("refused", ["person-archived"])),
        ("PST-9\t\tSiti\tSentra Entah", ("refused", ["unit-unknown"])),
        ("PST-9\t\tSiti\tDinas Sosial Provinsi Bantn", ("refused", ["unit-near"])),
        ("PST-9\t\tSiti\t\tKota Entah Berantah", ("refused", ["region-unknown"])),
        ("PST-1\t\tAni Lestari\tSentra Entah", ("known", ["unit-left-out"])),
    ],
)
def test_people_are_known_by_number_then_nip_then_email_and_never_by_name(
    budi: User, dinas: Organization, row: str, told: tuple[str, list[str]]
) -> None:
    known("PST-1", role=Role.PARTICIPANT, organization=dinas, nip=NIP, email="ani@contoh.id", name_confirmed_at=AT)
    make_person(name="Dewi", number="PST-2", role=Role.PARTICIPANT, organization=dinas)
    known("PST-3", is_active=False)
    assert codes(receive(row, budi, dinas)) == told


def test_a_recorded_name_is_told_only_to_who_may_see_the_person(budi: User, dinas: Organization) -> None:
    known(role=Role.PARTICIPANT, organization=make_organization(), nip=NIP)
    assert codes(receive(f"PST-1\t{NIP}\tAni Lestari, S.Sos.", budi, dinas)) == ("known", [])
    assert codes(receive("PST-1\t\tBudi", budi, dinas)) == ("refused", ["number-taken-hidden"])


def test_a_person_without_a_number_gets_one_that_tells_nothing(budi: User, dinas: Organization) -> None:
    take_in(receive(f"\t{NIP}\tSiti", budi, dinas), budi)
    siti = User.objects.get(nip=NIP)
    assert siti.participant_number.startswith("P-")
    assert not any(NIP[start : start + 4] in siti.participant_number for start in range(15))


# Taken in, once


def test_refused_rows_stop_the_list_unless_they_are_left_out(budi: User, dinas: Organization) -> None:
    found = receive("PST-1\t\tAni\nPST-2\t\t", budi, dinas)
    with pytest.raises(RowsRefused):
        running.start(found, actor=budi, at=AT)
    assert take_in(found, budi, partly=True).state == "done"
    with pytest.raises(AlreadyTaken):
        running.start(found, actor=budi, at=AT, partly=True)
    with pytest.raises(NothingToTake):
        running.start(receive("PST-2\t\t", budi, dinas), actor=budi, at=AT, partly=True)


def test_a_killed_task_goes_on_where_it_was_and_does_nothing_twice(budi: User, dinas: Organization) -> None:
    found = receive("".join(f"PST-{n}\t\tOrang {chr(65 + n)}a\n" for n in range(7)), budi, dinas)
    running.start(found, actor=budi, at=AT)
    assert running.take_batch(found.pk, at=AT, size=3)
    assert running.progress(found) == (3, 7)
    assert running.unfinished() == [found.pk]
    for _time in range(2):
        running.run(found.pk, at=AT)
    assert (User.objects.filter(participant_number__startswith="PST-").count(), running.unfinished()) == (7, [])
    assert Event.objects.filter(verb="person.imported").count() == 7


def test_a_list_that_fails_again_and_again_stops_and_can_go_on(
    budi: User, dinas: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = receive("PST-1\t\tAni", budi, dinas)
    running.start(found, actor=budi, at=AT)
    with monkeypatch.context() as broken:
        broken.setattr(running, "take_batch", lambda *a, **k: 1 / 0)
        for _time in range(running.MOST_ATTEMPTS):
            with pytest.raises(ZeroDivisionError):
                running.run(found.pk, at=AT)
        running.run(found.pk, at=AT)
    found.refresh_from_db()
    assert found.state == "failed"
    assert take_in(found, budi).state == "done"


def test_batches_cost_few_statements(budi: User, dinas: Organization, django_assert_max_num_queries: Any) -> None:
    text = "".join(f"PST-{n}\t\tOrang {chr(65 + n % 26)}{chr(97 + n // 26)}a\n" for n in range(400))
    with django_assert_max_num_queries(12):
        found = checking.look_at(read_pasted(HEAD + text), Purpose(dinas), actor=budi, at=AT)[0]
    assert found.new == 400
    found = receive(text, budi, dinas)
    running.start(found, actor=budi, at=AT)
    with django_assert_max_num_queries(90 if connection.vendor == "sqlite" else 30):
        running.run(found.pk, at=AT)


# Undone


def test_undoing_goes_on_where_it_was_and_keeps_who_did_something_meanwhile(budi: User, dinas: Organization) -> None:
    made = take_in(receive("".join(f"PST-{n}\t\tOrang {chr(65 + n)}a\n" for n in range(7)), budi, dinas), budi)
    undoing.start(made, actor=budi, at=AT)
    with pytest.raises(AlreadyTaken):
        running.start(made, actor=budi, at=AT)
    assert undoing.take_back_batch(made.pk, at=AT, size=3) == 4
    assert (undoing.progress(made), running.unfinished()) == ((3, 7), [made.pk])
    User.objects.filter(participant_number="PST-5").update(last_login=AT)
    for _time in range(2):
        undoing.run(made.pk, at=AT)
    made.refresh_from_db()
    assert (made.state, undoing.progress(made), running.unfinished()) == ("undone", (6, 7), [])
    assert [one.name for one in undoing.obstacles(made)] == ["Orang Fa"]
    assert [p.participant_number for p in User.objects.filter(participant_number__startswith="PST-")] == ["PST-5"]
    told = Event.objects.get(verb="list.undone")
    assert (told.actor, told.details) == (budi, {"rows": 6, "people": 6, "kept": 1})


def test_undoing_that_fails_again_and_again_stops_and_can_go_on(
    budi: User, dinas: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = take_in(receive("PST-1\t\tAni", budi, dinas), budi)
    undoing.start(made, actor=budi, at=AT)
    with monkeypatch.context() as broken:
        broken.setattr(undoing, "take_back_batch", lambda *a, **k: 1 / 0)
        for _time in range(running.MOST_ATTEMPTS):
            with pytest.raises(ZeroDivisionError):
                undoing.run(made.pk, at=AT)
        undoing.run(made.pk, at=AT)
    made.refresh_from_db()
    assert made.state == "done"
    assert undoing.undo(made, actor=budi, at=AT).state == "undone"


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        (lambda p: User.objects.filter(pk=p.pk).update(last_login=AT), "membuka akun"),
        (lambda p: make_membership(p, make_organization(), Role.TRAINER), "peran lain"),
        (lambda p: first_codes.use(open_code(p), at=AT), "kode masuk"),
        (lambda p: make_supervision(p, make_person()), "pembimbing"),
    ],
    ids=["signed in", "given a role", "used a code", "named elsewhere"],
)
def test_whatever_was_done_stands_in_the_way_of_undoing(
    budi: User, dinas: Organization, done: Any, sentence: str
) -> None:
    made = take_in(receive("PST-1\t\tSiti\nPST-2\t\tAnton", budi, dinas), budi)
    done(User.objects.get(participant_number="PST-1"))
    [found] = undoing.obstacles(made)
    assert (found.line, found.name) == (2, "Siti")
    assert sentence in found.sentence or sentence == "pembimbing"
    with pytest.raises(CannotUndo):
        undoing.undo(made, actor=budi, at=AT)
    assert User.objects.filter(participant_number__in=["PST-1", "PST-2"]).count() == 2


def open_code(person: User) -> FirstCode:
    return FirstCode.objects.create(
        user=person, digest="x", issued_by=person, issued_at=AT, expires_at=AT + timedelta(days=7)
    )


def test_an_unused_code_goes_with_the_person(budi: User, dinas: Organization) -> None:
    made = take_in(receive("PST-1\t\tSiti\t\t\t\t081234567890", budi, dinas), budi)
    first_codes.issue([User.objects.get(participant_number="PST-1")], actor=budi, at=AT)
    undoing.undo(made, actor=budi, at=AT)
    assert not FirstCode.objects.exists()


def test_what_was_corrected_again_since_stands_in_the_way(budi: User, dinas: Organization) -> None:
    ani = known(role=Role.PARTICIPANT, organization=dinas)
    made = take_in(receive("PST-1\t\tAni Lestari\t\t\t\t0822222222", budi, dinas), budi)
    User.objects.filter(pk=ani.pk).update(phone="0833333333")
    assert [one.line for one in undoing.obstacles(made)] == [2]


def test_the_database_keeps_whoever_has_opened_an_account(budi: User, dinas: Organization) -> None:
    with pytest.raises(ProtectedError):
        budi.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=budi.pk)._raw_delete("default")


def test_a_list_is_seen_by_who_sent_it_and_who_runs_angkatan_there(budi: User, dinas: Organization) -> None:
    found = receive("PST-1\t\tSiti", budi, dinas)
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=dinas)
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    assert [PeopleList.objects.visible_to(user).filter(pk=found.pk).exists() for user in (budi, citra, dewi)] == [
        True,
        True,
        False,
    ]
