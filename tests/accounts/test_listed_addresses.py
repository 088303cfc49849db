"""An address that came with a list is no way into an account until its owner says so."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Event, Role, User
from accounts.people_lists import checking, running
from accounts.people_lists.checking import Purpose
from accounts.spreadsheets import read_pasted
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters_at_once")]
ADDRESS = "siapa@contoh.id"


@pytest.fixture
def siti() -> User:
    """Brought in by a list with an address, and at home by now."""
    dinas = make_organization()
    budi = make_person(name="Budi", role=Role.TRAINER, organization=dinas)
    table = read_pasted(f"No. Peserta\tNama\tEmail\nPST-1\tSiti Aminah\t{ADDRESS}")
    made = checking.receive(table, Purpose(dinas), actor=budi, at=AT)
    running.start(made, actor=budi, at=AT)
    running.run(made.pk, at=AT)
    siti = User.objects.get(participant_number="PST-1")
    siti.set_password("sandi yang panjang")
    siti.privacy_seen_at = siti.name_confirmed_at = siti.last_login = AT
    siti.save()
    return siti


def forget(client: Client) -> int:
    mail.outbox.clear()
    client.post("/masuk/lupa-sandi/", {"email": ADDRESS})
    return len(mail.outbox)


def test_an_address_from_a_list_resets_no_password_until_its_owner_says_so(client: Client, siti: User) -> None:
    assert forget(Client()) == 0
    client.force_login(siti)
    assert ADDRESS in client.get("/akun/").content.decode()
    client.post("/akun/email/", {"milik": "1"})
    assert forget(Client()) == 1
    assert 'name="milik"' not in client.get("/akun/").content.decode()
    client.post("/akun/email/", {"milik": "1"})
    assert Event.objects.filter(verb="email.confirmed").count() == 1


def test_an_address_that_is_not_theirs_is_taken_off(client: Client, siti: User) -> None:
    client.force_login(siti)
    client.post("/akun/email/", {"bukan": "1"})
    siti.refresh_from_db()
    assert siti.email is None


def test_an_address_that_an_administrator_recorded_is_not_asked_about(client: Client, siti: User) -> None:
    User.objects.filter(pk=siti.pk).update(email="lain@contoh.id")
    client.force_login(siti)
    assert 'name="milik"' not in client.get("/akun/").content.decode()
    client.post("/akun/email/", {"bukan": "1"})
    siti.refresh_from_db()
    assert siti.email == "lain@contoh.id"
