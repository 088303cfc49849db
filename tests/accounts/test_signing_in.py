from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import get_hasher
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import checks, limits
from accounts.models import Role, User
from tests.factories_accounts import make_organization, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "rahasia-yang-panjang"
WRONG = "tidak cocok"


def sign_in(client: Client, login: str, password: str = PASSWORD, **extra: str):  # type: ignore[no-untyped-def]
    return client.post("/masuk/", {"login": login, "password": password, **extra})


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


@pytest.mark.parametrize("typed", ["PST-0001", "pst-0001", " pst-0001 ", "ani@contoh.id", "Ani@Contoh.ID"])
def test_a_person_signs_in_by_number_or_email_however_it_is_written(client: Client, typed: str) -> None:
    make_person(number="PST-0001", email="ani@contoh.id", password=PASSWORD)
    assert sign_in(client, typed).headers["Location"] == "/mulai/"
    assert is_in(client)


def test_the_refusal_is_the_same_for_a_wrong_password_and_an_unknown_person(client: Client) -> None:
    make_person(number="PST-0001", password=PASSWORD)
    wrong, unknown = sign_in(client, "PST-0001", "bukan-ini-sandinya"), sign_in(client, "PST-9999")
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert WRONG in wrong.content.decode()
    assert not is_in(client)


def test_a_person_without_password_cannot_sign_in(client: Client) -> None:
    make_person(number="PST-0001")
    sign_in(client, "PST-0001", "")
    sign_in(client, "PST-0001", "!")
    assert not is_in(client)


def test_an_archived_person_is_told_so_only_with_the_right_password(client: Client) -> None:
    make_person(number="PST-0001", password=PASSWORD, is_active=False)
    assert sign_in(client, "PST-0001").headers["Location"] == reverse("account_inactive")
    assert WRONG in sign_in(client, "PST-0001", "bukan-ini-sandinya").content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/akun/?a=1", "/akun/?a=1"),
        ("https://jahat.example/", "/mulai/"),
        ("//jahat.example/", "/mulai/"),
        ("javascript:alert(1)", "/mulai/"),
        ("http://localhost/", "/mulai/"),
    ],
)
def test_next_leads_only_within_this_host(client: Client, wanted: str, where: str) -> None:
    make_person(number="PST-0001", password=PASSWORD)
    assert sign_in(client, "PST-0001", next=wanted).headers["Location"] == where


def test_without_asking_to_stay_the_session_ends_with_the_browser(client: Client) -> None:
    make_person(number="PST-0001", password=PASSWORD)
    sign_in(client, "PST-0001")
    assert client.session.get_expire_at_browser_close()
    other = Client()
    sign_in(other, "PST-0001", remember="on")
    assert not other.session.get_expire_at_browser_close()


def test_nobody_can_sign_up() -> None:
    for name in ("account_signup", "account_email", "account_request_login_code"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_five_failures_stop_an_account_whichever_of_its_names_is_typed_and_nobody_else(client: Client) -> None:
    make_person(number="PST-0001", email="ani@contoh.id", password=PASSWORD)
    make_person(number="PST-0002", password=PASSWORD)
    for typed in ["PST-0001", "pst-0001", "ani@contoh.id", "ANI@contoh.id", "PST-0001"]:
        sign_in(client, typed, "bukan-ini-sandinya")
    assert "lima menit" in sign_in(client, "PST-0001").content.decode()
    elsewhere = Client(REMOTE_ADDR="10.9.9.9")
    assert "lima menit" in sign_in(elsewhere, "ani@contoh.id").content.decode()
    sign_in(client, "PST-0002")
    assert is_in(client)


def test_right_passwords_do_not_count_as_failures() -> None:
    make_person(number="PST-0001", password=PASSWORD)
    for _time in range(8):
        client = Client()
        sign_in(client, "PST-0001")
        assert is_in(client)


@pytest.fixture
def minute() -> Iterator[None]:
    """The clock stands: however slow the machine, what the test does falls into one minute."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.once
def test_one_hundred_people_sign_in_from_one_address_within_a_minute(minute: None) -> None:
    for number in range(100):
        make_person(number=f"PST-{number:04d}", password=PASSWORD)
    for number in range(100):
        client = Client(REMOTE_ADDR="10.1.2.3")
        sign_in(client, f"PST-{number:04d}")
        assert is_in(client), number


def test_an_address_has_its_own_generous_limit(client: Client, minute: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.ACCOUNT_RATE_LIMITS, "login", "3/m/ip")
    make_person(number="PST-0001", password=PASSWORD)
    for number in range(3):
        sign_in(client, f"PST-9{number}", "bukan-ini-sandinya")
    assert sign_in(client, "PST-0001").status_code == 429
    sign_in(other := Client(REMOTE_ADDR="10.9.9.9"), "PST-0001")
    assert is_in(other)


def test_behind_one_proxy_the_client_is_the_last_forwarded_address(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in(Client(HTTP_X_FORWARDED_FOR="1.1.1.1, 10.0.0.1"), "PST-1")
    assert sign_in(Client(HTTP_X_FORWARDED_FOR="2.2.2.2, 10.0.0.1"), "PST-1").status_code == 429
    assert sign_in(Client(HTTP_X_FORWARDED_FOR="1.1.1.1, 10.0.0.2"), "PST-1").status_code == 200


def test_an_uncounted_proxy_is_an_error_of_the_system_check(settings) -> None:  # type: ignore[no-untyped-def]
    assert checks.proxy_count_is_known() == []
    settings.PUBLIC_BASE_URL = "https://suluh.example"
    assert [error.id for error in checks.proxy_count_is_known()] == ["accounts.E001"]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert checks.proxy_count_is_known() == []


def test_people_of_the_demonstration_left_in_production_are_an_error_of_the_system_check(settings) -> None:  # type: ignore[no-untyped-def]
    assert checks.no_demonstration_people_left() == []
    make_person(number="DEMO-1", is_demo=True)
    [error] = checks.no_demonstration_people_left()
    assert error.id == "accounts.E002"
    assert "DEMO-1" in error.msg
    settings.SULUH_DEMO = True
    assert checks.no_demonstration_people_left() == []


def test_passwords_are_kept_as_argon2id_with_the_stated_parameters() -> None:
    person = make_person()
    person.set_password(PASSWORD)
    assert person.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert not get_hasher().must_update(person.password)


def test_signing_out_asks_first_and_tells_where_to_say_what_waits(client: Client) -> None:
    client.force_login(make_person())
    page = client.get("/keluar/")
    assert "data-waiting-answers" in page.content.decode()
    assert is_in(client)
    assert client.post("/keluar/").headers["Location"] == "/"
    assert not is_in(client)


def test_the_admin_has_the_same_door_and_no_other(client: Client) -> None:
    """Wagtail's own form would pass by the limits and the second step."""
    make_person(number="PST-1", password=PASSWORD, role=Role.ADMINISTRATOR, organization=make_organization())
    assert client.get("/admin/").headers["Location"].startswith("/masuk/")
    posted = client.post("/admin/login/?next=/admin/", {"username": "PST-1", "password": PASSWORD})
    assert posted.headers["Location"] == "/masuk/?next=/admin/"
    assert not is_in(client)
    assert client.get("/admin/password_reset/").headers["Location"] == "/masuk/lupa-sandi/"
    assert client.post("/admin/logout/").headers["Location"] == "/keluar/"


def test_wagtails_account_page_changes_no_name_email_or_password(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SULUH_DEMO = True
    citra = make_person(password=PASSWORD, role=Role.ADMINISTRATOR, organization=make_organization())
    before = User.objects.values().get()
    client.force_login(citra)
    new = "kalimat baru yang panjang"
    typed = {"full_name": "X", "first_name": "X", "email": "x@contoh.id", "new_password1": new, "new_password2": new}
    client.post("/admin/account/", {f"{form}-{name}": value for name, value in typed.items() for form in _PANELS})
    assert User.objects.values().get() | {"last_login": None} == before | {"last_login": None}


_PANELS = ("name_email", "password", "avatar", "locale", "theme")


def test_a_sign_in_is_a_handful_of_statements(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    make_person(number="PST-0001", password=PASSWORD)
    with django_assert_max_num_queries(24):
        sign_in(client, "PST-0001")


@pytest.mark.once
def test_an_address_has_six_hundred_tries_a_minute_and_another_address_its_own(
    db: None, rf: RequestFactory, minute: None
) -> None:
    here, elsewhere = (rf.post("/masuk/", REMOTE_ADDR=address) for address in ("10.0.0.1", "10.0.0.2"))
    for number in range(600):
        limits.count_try(here, "sign_in", f"person-{number}")
    with pytest.raises(limits.TooManyTries):
        limits.count_try(here, "sign_in", "one more person")
    limits.count_try(elsewhere, "sign_in", "one more person")
