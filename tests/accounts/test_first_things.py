"""What stands before everything else after sign-in."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organization, Role, User
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "rahasia-yang-panjang"
NEW = {"password1": "kalimat baru yang panjang", "password2": "kalimat baru yang panjang"}


@pytest.fixture
def dinas() -> Organization:
    return make_organization()


def newcomer(dinas: Organization, role: Role = Role.PARTICIPANT, **fields: object) -> User:
    return make_person(
        name="Ani", number="PST-1", password=PASSWORD, role=role, organization=dinas, settled=False, **fields
    )


def where(client: Client, address: str = "/akun/") -> str:
    return client.get(address).headers.get("Location", "")


def test_first_the_password_then_privacy_then_the_name_then_the_page(client: Client, dinas: Organization) -> None:
    newcomer(dinas, must_change_password=True)
    client.post("/masuk/", {"login": "PST-1", "password": PASSWORD})
    assert where(client) == "/akun/sandi/?next=%2Fakun%2F"
    assert "present" not in client.get("/akun/sandi/").context["form"].fields
    client.post("/akun/sandi/", {**NEW, "next": "/akun/"})
    assert where(client) == "/akun/privasi/?next=%2Fakun%2F"
    assert client.post("/akun/privasi/", {"next": "/akun/"}).headers["Location"] == "/akun/"
    assert where(client) == "/akun/nama/?next=%2Fakun%2F"
    client.post("/akun/nama/", {"seen": "Ani"})
    assert client.get("/akun/").status_code == 200
    ani = User.objects.get(participant_number="PST-1")
    assert (ani.must_change_password, ani.privacy_seen_at is None, ani.name_confirmed_at is None) == (False,) * 3


def test_the_name_may_wait_and_is_asked_again_at_the_next_sign_in(client: Client, dinas: Organization) -> None:
    client.force_login(newcomer(dinas, privacy_seen_at=AT))
    client.post("/akun/nama/nanti/", {"next": "/akun/"})
    assert client.get("/akun/").status_code == 200
    client.force_login(User.objects.get())
    other = Client()
    other.force_login(User.objects.get())
    assert where(other).startswith("/akun/nama/")


def test_only_participants_are_asked_for_the_name(client: Client, dinas: Organization) -> None:
    client.force_login(newcomer(dinas, Role.TRAINER, privacy_seen_at=AT))
    assert client.get("/akun/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_done_before_the_first_password_and_privacy(
    client: Client, dinas: Organization, method: str
) -> None:
    client.force_login(newcomer(dinas))
    assert getattr(client, method)("/akun/sesi/akhiri/").headers["Location"].startswith("/akun/privasi/")


def test_public_pages_and_signing_out_stay_open(client: Client, dinas: Organization) -> None:
    client.force_login(newcomer(dinas, must_change_password=True))
    assert client.get("/masuk/kode/").status_code == 200
    assert client.get("/keluar/").status_code == 200


@pytest.fixture
def citra(dinas: Organization) -> User:
    return make_person(name="Citra", number="ADM-1", password=PASSWORD, role=Role.ADMINISTRATOR, organization=dinas)


def enter(client: Client) -> str:
    return str(client.post("/masuk/", {"login": "ADM-1", "password": PASSWORD}).headers["Location"])


# Digits hold for half a minute: the clock stands, so that none ends between the reading and the typing.
clock_stands = time_machine.travel(AT, tick=False)


def digits(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


@clock_stands
def test_an_administrator_sets_up_the_second_step_before_anything_else(client: Client, citra: User) -> None:
    enter(client)
    assert where(client).startswith("/akun/langkah-kedua/pasang/")
    page = client.get("/akun/langkah-kedua/pasang/")
    assert page.status_code == 200
    client.post("/akun/langkah-kedua/pasang/", {"code": digits(page.context["form"].secret)})
    assert client.get("/akun/").status_code == 200
    assert len(client.get("/akun/kode-pemulihan/").context["unused_codes"]) == 10


def test_later_the_password_is_asked_again_before_the_second_step_changes(  # type: ignore[no-untyped-def]
    client: Client, citra: User, settings
) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    enter(client)
    assert where(client, "/akun/langkah-kedua/pasang/").startswith("/masuk/ulang/")
    assert client.get("/masuk/ulang/").status_code == 200


def test_in_the_demonstration_the_second_step_is_skipped(client: Client, citra: User, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SULUH_DEMO = True
    enter(client)
    assert client.get("/akun/").status_code == 200


def test_others_need_no_second_step(client: Client, dinas: Organization) -> None:
    client.force_login(make_person(name="Budi", role=Role.TRAINER, organization=dinas))
    assert client.get("/akun/").status_code == 200


@clock_stands
def test_the_second_step_is_asked_at_sign_in_and_limited(client: Client, citra: User) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(citra, secret)
    assert enter(client) == "/masuk/langkah-kedua/"
    assert where(client).startswith("/masuk/")
    for _try in range(5):
        client.post("/masuk/langkah-kedua/", {"code": "000000"})
    page = client.post("/masuk/langkah-kedua/", {"code": digits(secret)})
    assert "lima menit" in page.content.decode()


@clock_stands
def test_with_the_right_digits_an_administrator_is_in(client: Client, citra: User) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(citra, secret)
    enter(client)
    assert client.post("/masuk/langkah-kedua/", {"code": digits(secret)}).headers["Location"] == "/mulai/"
    assert client.get("/akun/").status_code == 200


def test_a_first_code_does_not_go_round_the_second_step(client: Client, citra: User, dinas: Organization) -> None:
    from accounts import first_codes

    TOTP.activate(citra, "JBSWY3DPEHPK3PXP")
    other = make_person(name="Cahya", role=Role.ADMINISTRATOR, organization=dinas)
    User.objects.filter(pk=citra.pk).update(phone="081234567890")
    [(_citra, code)] = first_codes.issue([citra], actor=other, at=timezone.now())
    client.post("/masuk/kode/", {"participant_number": "ADM-1", "code": code, "digits": "7890"})
    assert client.post("/masuk/kode/sandi/", NEW).headers["Location"] == "/masuk/langkah-kedua/"
    assert where(client).startswith("/masuk/")


def test_secrets_of_the_second_step_are_stored_encrypted_and_survive_a_new_secret_key(citra: User, settings) -> None:  # type: ignore[no-untyped-def]
    TOTP.activate(citra, "JBSWY3DPEHPK3PXP")
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert "JBSWY3DPEHPK3PXP" not in str(stored.data)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "lain" * 20
    assert get_adapter().decrypt(stored.data["secret"]) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("role", "where"), [(Role.PARTICIPANT, "/belajar/"), (Role.ADMINISTRATOR, "/tim/"), (Role.TRAINER, "/angkatan/")]
)
def test_a_page_asks_once_which_roles_somebody_holds(role: Role, where: str, settings: Any) -> None:
    """First things, the navigation and the view itself share one answer."""
    settings.SULUH_DEMO = False
    person = make_person(role=role, organization=make_organization(), settled=False, privacy_seen_at=AT)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(person)
    session = client.session
    session["name_later"] = True
    session.save()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(where).status_code == 200
    roles = [q["sql"] for q in asked.captured_queries if 'SELECT DISTINCT "accounts_membership"."role"' in q["sql"]]
    assert len(roles) == 1, roles
