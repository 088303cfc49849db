from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts import first_codes, visibility
from accounts.models import Event, FirstCode, Organization, Role, User
from accounts.roles import Action
from tests.factories_accounts import AT, make_membership, make_organization, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "rahasia-yang-panjang"
PHONE, DIGITS = "0812-3456-7890", "7890"


@pytest.fixture
def dinas() -> Organization:
    return make_organization(name="Dinas")


@pytest.fixture
def budi(dinas: Organization) -> User:
    return make_person(name="Budi", role=Role.TRAINER, organization=dinas)


@pytest.fixture
def ani(dinas: Organization) -> User:
    return make_person(name="Ani", number="PST-1", role=Role.PARTICIPANT, organization=dinas, phone=PHONE)


def code_for(person: User, budi: User) -> str:
    [(_person, code)] = first_codes.issue([person], actor=budi, at=AT)
    return code


def spend(number: str, code: str, *, at: datetime = AT) -> User:
    return first_codes.use(first_codes.check(number, code, DIGITS, at=at), at=at)


def test_a_code_is_random_free_of_look_alikes_and_kept_only_as_a_hash(ani: User, budi: User) -> None:
    code = code_for(ani, budi)
    assert len(code) == 8
    assert set(code) <= set(first_codes.ALPHABET)
    assert not set(first_codes.ALPHABET) & set("0O1IL2Z5S8B")
    stored = FirstCode.objects.get()
    assert code not in stored.digest
    assert code not in str(list(Event.objects.values()))
    assert stored.expires_at - stored.issued_at == timedelta(days=7)


def test_codes_come_back_in_the_order_asked_and_once_for_each(dinas: Organization, budi: User) -> None:
    people = [make_person(name=n, role=Role.PARTICIPANT, organization=dinas, phone=PHONE) for n in ("C", "A", "B")]
    rng = random.Random(7)
    issued = first_codes.issue(people, actor=budi, at=AT, choose=rng.choice)
    assert [person for person, _code in issued] == people
    assert len({code for _person, code in issued}) == 3
    assert Event.objects.filter(verb="code.issued", actor=budi).count() == 3


def test_redeeming_spends_the_code(ani: User, budi: User) -> None:
    code = code_for(ani, budi)
    person = spend("PST-1", code, at=AT + timedelta(days=6))
    assert person == ani
    assert FirstCode.objects.get().used_at == AT + timedelta(days=6)
    assert Event.objects.about(ani).filter(verb="code.used").count() == 1


@pytest.mark.parametrize("written", ["{}", " {} ", "{:.4}-{}", "{:.4} {}", "{:.4}_{}"])
def test_groups_spaces_pasting_and_small_letters_do_no_harm(ani: User, budi: User, written: str) -> None:
    code = code_for(ani, budi)
    typed = written.format(code) if written.count("{") == 1 else written.format(code, code[4:])
    assert spend(" pst-1", typed.lower()) == ani


@pytest.mark.parametrize("number", ["PST-1", "PST-9999"])
def test_a_wrong_code_and_an_unknown_number_are_refused_alike(ani: User, budi: User, number: str) -> None:
    code_for(ani, budi)
    with pytest.raises(first_codes.CodeRefused):
        spend(number, "AAAAAAAA")
    assert not FirstCode.objects.exclude(used_at=None).exists()


def test_the_code_of_one_person_opens_no_other_account(dinas: Organization, ani: User, budi: User) -> None:
    other = make_person(name="Dewi", number="PST-2", role=Role.PARTICIPANT, organization=dinas, phone=PHONE)
    code = code_for(ani, budi)
    code_for(other, budi)
    with pytest.raises(first_codes.CodeRefused):
        spend("PST-2", code)


def test_a_code_works_once(ani: User, budi: User) -> None:
    code = code_for(ani, budi)
    spend("PST-1", code)
    with pytest.raises(first_codes.CodeRefused):
        spend("PST-1", code)


def test_two_stale_readers_of_one_code_spend_it_once(ani: User, budi: User) -> None:
    code = code_for(ani, budi)
    first, second = (first_codes.check("PST-1", code, DIGITS, at=AT) for _reader in range(2))
    first_codes.use(first, at=AT)
    with pytest.raises(first_codes.CodeRefused):
        first_codes.use(second, at=AT)
    assert Event.objects.filter(verb="code.used").count() == 1


def test_a_code_ends_after_seven_days(ani: User, budi: User) -> None:
    code = code_for(ani, budi)
    with pytest.raises(first_codes.CodeRefused):
        spend("PST-1", code, at=AT + timedelta(days=7))


def test_a_renewed_code_makes_the_old_one_void(ani: User, budi: User) -> None:
    old, new = code_for(ani, budi), code_for(ani, budi)
    with pytest.raises(first_codes.CodeRefused):
        spend("PST-1", old)
    assert spend("PST-1", new) == ani


def test_an_archived_person_cannot_redeem(ani: User, budi: User) -> None:
    code = code_for(ani, budi)
    User.objects.filter(pk=ani.pk).update(is_active=False)
    with pytest.raises(first_codes.CodeRefused):
        spend("PST-1", code)


def test_a_weak_password_leaves_the_code_open(ani: User, budi: User) -> None:
    checked = first_codes.check("PST-1", code_for(ani, budi), DIGITS, at=AT)
    with pytest.raises(ValidationError):
        first_codes.open_account(checked, password="12345678", at=AT)
    person = first_codes.open_account(checked, password=PASSWORD, at=AT)
    assert person.check_password(PASSWORD)
    assert not person.must_change_password


def test_a_code_is_not_made_for_people_out_of_reach_and_then_for_nobody(ani: User, budi: User) -> None:
    dewi = make_person(name="Dewi", role=Role.PARTICIPANT, organization=make_organization())
    with pytest.raises(first_codes.CodeNotForYou):
        first_codes.issue([ani, dewi], actor=budi, at=AT)
    assert not FirstCode.objects.exists()


def test_a_trainer_makes_no_code_that_would_open_a_staff_account(dinas: Organization, ani: User, budi: User) -> None:
    make_membership(ani, dinas, Role.ADMINISTRATOR)
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=dinas)
    with pytest.raises(first_codes.CodeNotForYou):
        first_codes.issue([ani], actor=budi, at=AT)
    assert first_codes.issue([ani], actor=citra, at=AT)


def test_a_source_of_people_widens_whom_a_trainer_may_help_but_not_to_staff_elsewhere(budi: User) -> None:
    lain = make_organization(name="Lain")
    dewi = make_person(name="Dewi", role=Role.PARTICIPANT, organization=lain, phone=PHONE)
    chief = make_person(name="Kepala", role=Role.PIMPINAN, organization=lain)

    def source(user: User, action: Action) -> Q | None:
        return Q(pk__in=[dewi.pk, chief.pk]) if user == budi and action == Action.ISSUE_CODE else None

    visibility.register_people_source(source)
    try:
        assert first_codes.issue([dewi], actor=budi, at=AT)
        with pytest.raises(first_codes.CodeNotForYou):
            first_codes.issue([chief], actor=budi, at=AT)
    finally:
        visibility._sources.remove(source)
