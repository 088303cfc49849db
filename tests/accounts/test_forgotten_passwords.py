from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from accounts import tasks
from accounts.models import User
from tests.factories_accounts import make_person

pytestmark = pytest.mark.django_db
PUBLIC = "http://127.0.0.1:8000"


NEW = {"password1": "kalimat baru yang panjang", "password2": "kalimat baru yang panjang"}


def test_the_page_says_first_what_to_do_without_an_email_address(client: Client) -> None:
    page = client.get("/masuk/lupa-sandi/").content.decode()
    assert "kode pertama yang baru kepada pelatih atau administrator" in page
    assert 'href="/masuk/kode/"' in page


def test_a_known_address_gets_a_letter_and_an_unknown_one_the_same_answer(
    client: Client, letters_at_once: None
) -> None:
    make_person(name="Ani", email="ani@contoh.id")
    known = client.post("/masuk/lupa-sandi/", {"email": "Ani@contoh.id"})
    unknown = client.post("/masuk/lupa-sandi/", {"email": "siapa@contoh.id"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [letter.to for letter in mail.outbox] == [["ani@contoh.id"]]
    assert "Yth. Ani" in mail.outbox[0].body


def test_the_link_sets_a_password_once(client: Client, letters_at_once: None) -> None:
    ani = make_person(name="Ani", email="ani@contoh.id", must_change_password=True)
    client.post("/masuk/lupa-sandi/", {"email": "ani@contoh.id"})
    [link] = re.findall(rf"{PUBLIC}(/masuk/sandi-baru/\S+)", str(mail.outbox[0].body))
    form = client.get(link).headers["Location"]
    assert client.post(form, NEW).headers["Location"] == "/masuk/sandi-baru/selesai/"
    ani = User.objects.get(pk=ani.pk)
    assert ani.check_password(NEW["password1"])
    assert not ani.must_change_password
    assert "tidak berlaku lagi" in Client().get(link, follow=True).content.decode()


def test_the_page_waits_for_no_mail_server(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    ani = make_person(name="Ani", email="ani@contoh.id")
    queued: list[tuple[int, ...]] = []
    monkeypatch.setattr(tasks.send_reset_letter, "apply_async", lambda args, **_options: queued.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/masuk/lupa-sandi/", {"email": "ani@contoh.id"}).status_code == 302
    assert queued == [(ani.pk,)]
    assert mail.outbox == []


def test_who_was_archived_meanwhile_gets_no_letter() -> None:
    ani = make_person(name="Ani", email="ani@contoh.id", is_active=False)
    tasks.send_reset_letter.run(ani.pk)
    assert mail.outbox == []
