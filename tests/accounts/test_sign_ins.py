"""/akun/: who made a code, the last sign-ins, and the way out when that was somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts import first_codes, sign_ins
from accounts.models import Event, FirstCode, Role, SignIn, User
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "rahasia-yang-panjang"
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def ani() -> User:
    dinas = make_organization(name="Dinas")
    make_person(name="Budi", number="TRN-1", role=Role.TRAINER, organization=dinas)
    return make_person(
        name="Ani", number="PST-1", password=PASSWORD, role=Role.PARTICIPANT, organization=dinas, phone="081234567890"
    )


def test_a_sign_in_is_noted_by_time_and_kind_of_device_without_an_address(client: Client, ani: User) -> None:
    typed = {"login": "PST-1", "password": PASSWORD}
    client.post("/masuk/", typed, headers={"User-Agent": ANDROID}, REMOTE_ADDR="10.77.0.9")
    assert SESSION_KEY in client.session
    assert SignIn.objects.get().device == "Ponsel atau tablet Android, Chrome"
    page = client.get("/akun/").content.decode()
    assert "Ponsel atau tablet Android, Chrome" in page
    assert "10.77.0.9" not in page
    assert "10.77.0.9" not in str(list(SignIn.objects.values()))
    Client().post("/masuk/", {"login": "PST-1", "password": "salah"})
    assert SignIn.objects.count() == 1


def test_only_the_newest_ten_are_kept_and_nobody_elses_go(ani: User) -> None:
    budi = User.objects.get(participant_number="TRN-1")
    sign_ins.remember(budi, "", at=AT - timedelta(days=9))
    for minute in range(13):
        sign_ins.remember(ani, "", at=AT + timedelta(minutes=minute))
    assert SignIn.objects.visible_to(ani).count() == 10
    assert SignIn.objects.visible_to(ani).last().at == AT + timedelta(minutes=3)  # type: ignore[union-attr]
    assert SignIn.objects.visible_to(budi).count() == 1


def test_the_person_reads_who_made_a_code_and_voids_it_when_nobody_asked(client: Client, ani: User) -> None:
    budi = User.objects.get(participant_number="TRN-1")
    first_codes.issue([ani], actor=budi, at=AT - timedelta(days=8))
    [(_ani, code)] = first_codes.issue([ani], actor=budi, at=AT + timedelta(days=3650))
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.post("/masuk/", {"login": "PST-1", "password": PASSWORD})
    page = client.get("/akun/").content.decode()
    assert page.count("Budi membuat kode untuk akun Anda") == 2
    assert "belum dipakai" in page
    assert "batal" in page
    assert client.get("/akun/bukan-saya/").status_code == 405
    assert client.post("/akun/bukan-saya/").headers["Location"] == "/akun/sandi/?next=/akun/"
    assert SESSION_KEY in client.session
    assert SESSION_KEY not in elsewhere.session
    assert not FirstCode.objects.filter(used_at=None, voided_at=None).exists()
    with pytest.raises(first_codes.CodeRefused):
        first_codes.check("PST-1", code, "7890", at=AT + timedelta(days=3650))
    assert Event.objects.about(ani).get(verb="account.not_me").details == {"codes": 1}
