"""/masuk/kode/ in a browser's steps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from accounts import first_codes
from accounts.models import FirstCode, Role, User
from tests.factories_accounts import make_organization, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "rahasia-yang-panjang"
NEW = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def code() -> str:
    dinas = make_organization()
    budi = make_person(name="Budi", role=Role.TRAINER, organization=dinas)
    ani = make_person(
        name="Ani", number="PST-1", role=Role.PARTICIPANT, organization=dinas, settled=False, phone="0812-3456-7890"
    )
    [(_ani, code)] = first_codes.issue([ani], actor=budi, at=timezone.now())
    return code


def show(client: Client, code: str, number: str = "PST-1", digits: str = "7890"):  # type: ignore[no-untyped-def]
    return client.post("/masuk/kode/", {"participant_number": number, "code": code, "digits": digits})


def test_number_and_code_then_a_password_then_signed_in(client: Client, code: str) -> None:
    assert show(client, code).headers["Location"] == "/masuk/kode/sandi/"
    assert "PST-1" in client.get("/masuk/kode/sandi/").content.decode()
    assert client.post("/masuk/kode/sandi/", NEW).headers["Location"] == "/mulai/"
    assert SESSION_KEY in client.session
    assert User.objects.get(participant_number="PST-1").check_password(PASSWORD)


def test_a_lost_signal_after_the_first_step_does_not_cost_the_code(client: Client, code: str) -> None:
    show(client, code)
    assert FirstCode.objects.get().used_at is None
    other = Client()
    show(other, code)
    other.post("/masuk/kode/sandi/", NEW)
    assert client.post("/masuk/kode/sandi/", NEW).headers["Location"] == "/masuk/kode/"
    assert SESSION_KEY not in client.session


def test_the_password_step_is_closed_to_whoever_showed_no_code(client: Client, code: str) -> None:
    assert client.get("/masuk/kode/sandi/").headers["Location"] == "/masuk/kode/"
    client.post("/masuk/kode/sandi/", NEW)
    assert not User.objects.get(participant_number="PST-1").has_usable_password()


def test_the_password_step_closes_after_a_quarter_of_an_hour(client: Client, code: str) -> None:
    show(client, code)
    session = client.session
    session["first_code_checked"] = [FirstCode.objects.get().pk, (timezone.now() - timedelta(minutes=16)).isoformat()]
    session.save()
    assert client.get("/masuk/kode/sandi/").headers["Location"] == "/masuk/kode/"


def test_two_passwords_that_differ_or_are_weak_are_asked_again(client: Client, code: str) -> None:
    show(client, code)
    for wrong in ({**NEW, "password2": "lain-sama-sekali"}, {"password1": "1234567890", "password2": "1234567890"}):
        page = client.post("/masuk/kode/sandi/", wrong)
        assert page.context["form"].errors
    assert FirstCode.objects.get().used_at is None


def test_a_wrong_code_an_unknown_number_and_wrong_digits_get_the_same_answer(client: Client, code: str) -> None:
    wrong, unknown = show(client, "AAAA-AAAA"), show(client, "AAAA-AAAA", "PST-404")
    no_fact = show(client, code, digits="0000")
    assert wrong.context["form"].errors == unknown.context["form"].errors == no_fact.context["form"].errors
    assert "tidak cocok" in wrong.content.decode()


def test_five_wrong_codes_close_the_account_for_a_while_even_for_the_right_one(client: Client, code: str) -> None:
    for _try in range(5):
        show(client, "AAAA-AAAA")
    assert "lima menit" in show(Client(REMOTE_ADDR="10.9.9.9"), code).content.decode()
    assert FirstCode.objects.get().used_at is None


def test_right_codes_of_a_whole_class_behind_one_router_pass(code: str) -> None:
    for _person in range(8):
        assert show(Client(), code).status_code == 302


@pytest.mark.parametrize("address", ["/masuk/kode/", "/masuk/kode/sandi/"])
def test_other_methods_are_refused(client: Client, address: str) -> None:
    assert client.put(address).status_code == 405
