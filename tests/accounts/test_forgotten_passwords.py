from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.factories_accounts import make_person

pytestmark = pytest.mark.django_db
NEW = {"password1": "kalimat baru yang panjang", "password2": "kalimat baru yang panjang"}


def test_the_page_says_first_what_to_do_without_an_email_address(client: Client) -> None:
    page = client.get("/masuk/lupa-sandi/").content.decode()
    assert "kode pertama yang baru kepada pelatih atau administrator" in page
    assert 'href="/masuk/kode/"' in page


def test_a_known_address_gets_a_letter_and_an_unknown_one_the_same_answer(client: Client) -> None:
    make_person(name="Ani", email="ani@contoh.id")
    known = client.post("/masuk/lupa-sandi/", {"email": "Ani@contoh.id"})
    unknown = client.post("/masuk/lupa-sandi/", {"email": "siapa@contoh.id"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [letter.to for letter in mail.outbox] == [["ani@contoh.id"]]
    assert "Yth. Ani" in mail.outbox[0].body


def test_the_link_sets_a_password_once(client: Client) -> None:
    ani = make_person(name="Ani", email="ani@contoh.id", must_change_password=True)
    client.post("/masuk/lupa-sandi/", {"email": "ani@contoh.id"})
    [link] = re.findall(r"http://testserver(/masuk/sandi-baru/\S+)", str(mail.outbox[0].body))
    form = client.get(link).headers["Location"]
    assert client.post(form, NEW).headers["Location"] == "/masuk/sandi-baru/selesai/"
    ani = User.objects.get(pk=ani.pk)
    assert ani.check_password(NEW["password1"])
    assert not ani.must_change_password
    assert "tidak berlaku lagi" in Client().get(link, follow=True).content.decode()
