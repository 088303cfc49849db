"""A code works only with four digits that its person knows; who has none gets a phone number first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import contacts, facts, first_codes, handing
from accounts.errors import NotAllowed
from accounts.models import Event, FirstCode, Organization, Role, User
from tests.factories_accounts import AT, make_membership, make_organization, make_person

pytestmark = pytest.mark.django_db
NIP, PHONE = "198702032010012012", "0812-3456-7890"


@pytest.fixture
def dinas() -> Organization:
    return make_organization(name="Dinas")


@pytest.fixture
def budi(dinas: Organization) -> User:
    return make_person(name="Budi", role=Role.TRAINER, organization=dinas)


@pytest.fixture
def ani(dinas: Organization) -> User:
    return make_person(
        name="Ani", number="PST-1", role=Role.PARTICIPANT, organization=dinas, settled=False, nip=NIP, phone=PHONE
    )


def code_for(person: User, actor: User) -> str:
    [(_person, code)] = first_codes.issue([person], actor=actor, at=AT)
    return code


@pytest.mark.parametrize("typed", ["2012", "7890", " 78 90 ", "0812-3456-7890", NIP])
def test_the_code_works_only_with_four_digits_that_the_person_knows(ani: User, budi: User, typed: str) -> None:
    code = code_for(ani, budi)
    for wrong in ("", "0000", "890", "xxxx", "yyyy", "8702"):
        with pytest.raises(first_codes.CodeRefused):
            first_codes.check("PST-1", code, wrong, at=AT - timedelta(hours=1))
        FirstCode.objects.update(wrong_digits=0)
    assert first_codes.check("PST-1", code, typed, at=AT).user == ani


@pytest.mark.parametrize(
    ("number", "nip", "phone", "digits"),
    [
        (NIP, NIP, "", []),
        ("0812.3456.7890", "", PHONE, []),
        ("081234567890", NIP, PHONE, ["2012"]),
        ("PST-7890", "", PHONE, ["7890"]),
        ("PST-1", "", "7890", []),
        ("PST-1", "", "", []),
    ],
)
def test_a_number_printed_beside_the_code_is_no_fact(number: str, nip: str, phone: str, digits: list[str]) -> None:
    assert facts.facts_of(User(participant_number=number, nip=nip, phone=phone)) == digits


def test_nobody_without_a_fact_is_given_a_code_and_then_nobody_is(ani: User, budi: User, dinas: Organization) -> None:
    bare = make_person(name="Tanpa", role=Role.PARTICIPANT, organization=dinas)
    with pytest.raises(first_codes.FactMissing):
        first_codes.issue([ani, bare], actor=budi, at=AT)
    assert not FirstCode.objects.exists()


def test_every_refusal_costs_the_same_statements(ani: User, budi: User, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    code = code_for(ani, budi)
    for typed in (("PST-404", code, "7890"), ("PST-1", "AAAAAAAA", "7890"), ("PST-1", code, "0000")):
        with django_assert_num_queries(2), pytest.raises(first_codes.CodeRefused):
            first_codes.check(*typed, at=AT)


def test_wrong_digits_close_the_code_for_longer_and_longer_and_void_nothing(ani: User, budi: User) -> None:
    code, at = code_for(ani, budi), AT
    for minutes in (5, 10, 20):
        for _try in range(5):
            with pytest.raises(first_codes.CodeRefused):
                first_codes.check("PST-1", code, "0000", at=at)
        with pytest.raises(first_codes.CodeRefused):
            first_codes.check("PST-1", code, "7890", at=at + timedelta(minutes=minutes, seconds=-1))
        at += timedelta(minutes=minutes)
        assert first_codes.check("PST-1", code, "7890", at=at)
    assert FirstCode.objects.open(at=at).get().wrong_digits == 15


def test_a_wrong_code_closes_nothing_for_its_owner(ani: User, budi: User) -> None:
    code = code_for(ani, budi)
    for _try in range(9):
        with pytest.raises(first_codes.CodeRefused):
            first_codes.check("PST-1", "AAAAAAAA", "0000", at=AT)
    assert first_codes.check("PST-1", code, "7890", at=AT)


def test_a_trainer_writes_down_the_phone_of_an_unopened_account_only(ani: User, budi: User) -> None:
    code_for(ani, budi)
    contacts.record_phone(ani, "+62 813 1111 2222", actor=budi, at=AT)
    contacts.record_phone(ani, "0813 1111 2222", actor=budi, at=AT)
    assert ani.phone == "081311112222"
    assert not FirstCode.objects.open(at=AT).exists()
    event = Event.objects.about(ani).get(verb="person.changed")
    assert (event.actor, event.details) == (budi, {"fields": ["phone"]})
    with pytest.raises(contacts.PhoneRefused):
        contacts.record_phone(ani, "belum punya", actor=budi, at=AT)
    outsider = make_person(role=Role.TRAINER, organization=make_organization())
    with pytest.raises(NotAllowed):
        contacts.record_phone(ani, "0813 1111 3333", actor=outsider, at=AT)
    stale = User.objects.get(pk=ani.pk)
    User.objects.filter(pk=ani.pk).update(last_login=AT)
    with pytest.raises(contacts.AlreadyOpened):
        contacts.record_phone(stale, "0813 1111 3333", actor=budi, at=AT)
    ani.refresh_from_db()
    assert ani.phone == "081311112222"


def test_nobody_but_administrators_writes_down_the_phone_of_staff(ani: User, budi: User, dinas: Organization) -> None:
    make_membership(ani, dinas, Role.PIMPINAN)
    with pytest.raises(NotAllowed):
        contacts.record_phone(ani, "0813 1111 3333", actor=budi, at=AT)


def test_the_page_of_one_person_asks_for_the_phone_first(client: Client, budi: User, dinas: Organization) -> None:
    bare = make_person(name="Tanpa", role=Role.PARTICIPANT, organization=dinas, settled=False)
    client.force_login(budi)
    page = reverse("accounts:issue_code", args=[bare.public_id])
    assert "belum tercatat" in client.get(page).content.decode()
    phone = reverse("accounts:record_phone", args=[bare.public_id])
    assert "bukan nomor HP" in client.post(phone, {"phone": "tidak ada"}).content.decode()
    assert client.post(phone, {"phone": PHONE}).headers["Location"] == page
    assert 'class="strips"' in client.post(page).content.decode()


def test_the_chat_link_carries_nothing_and_the_text_says_all(ani: User, budi: User) -> None:
    code = first_codes.grouped(code_for(ani, budi))
    strip = handing.Strip(ani, code, "https://suluh.example/masuk/kode/", "29 November 2026, 10.00 WIB")
    assert strip.chat == "https://wa.me/6281234567890"
    for said in ("Ani", "PST-1", code, strip.place, strip.until, "empat angka terakhir"):
        assert said.lower() in strip.text.lower()
    ani.phone = ""
    assert strip.chat == ""
