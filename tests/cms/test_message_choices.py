"""A person says how to be reached; a mail can be stopped with one click; a trainer hands messages on by hand."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role, User
from accounts.phones import international, whatsapp_link
from cms.messaging import notify, outbox
from cms.models import Delivery, Message, MessagePreference, MutedKind
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_courses import make_cohort, make_enrolment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]
WISHES = "/akun/pemberitahuan/"
COPIES = "/pemberitahuan/salin/"
CHOSEN = {"email": "on", "digest_hour": "7", "quiet": "on", "quiet_from": "20:00", "quiet_until": "05:30"}


@pytest.fixture
def ani() -> User:
    unit = make_organization()
    return make_person(role=Role.PARTICIPANT, organization=unit, email="ani@contoh.id", phone="0812-3456-7890")


def say(user: User, kind: str = "contoh", key: str = "1", **fields: Any) -> Message:
    return notify(kind, user, key=key, context={"hal": "Modul 1"}, at=AT, **fields)


def test_choices_are_kept_and_shown_again(ani: User, client: Client) -> None:
    client.force_login(ani)
    assert client.get(WISHES).status_code == 200
    assert not MessagePreference.objects.exists()
    chosen = CHOSEN | {"digest": "on", "email_kinds": ["quiz-closes"], "time_zone": "Asia/Makassar"}
    assert client.post(WISHES, chosen).status_code == 302
    kept = MessagePreference.objects.get(user=ani)
    assert (kept.digest, kept.quiet_from.hour, kept.time_zone) == (True, 20, "Asia/Makassar")
    assert MutedKind.objects.filter(user=ani, kind="contoh", channel="email").exists()
    assert not MutedKind.objects.filter(kind="quiz-closes").exists()
    assert not MutedKind.objects.filter(kind="segera").exists()
    page = client.get(WISHES).content.decode()
    assert 'value="20:00"' in page
    client.post(WISHES, CHOSEN | {"email_kinds": ["quiz-closes", "contoh"]})
    assert not MutedKind.objects.filter(kind__in=["quiz-closes", "contoh"]).exists()


def test_a_way_that_is_not_asked_about_keeps_what_was_chosen(ani: User, client: Client) -> None:
    MutedKind.objects.create(user=ani, kind="contoh", channel="gateway", muted_at=AT)
    client.force_login(ani)
    client.post(WISHES, CHOSEN)
    assert MutedKind.objects.filter(kind="contoh", channel="gateway").exists()
    assert MessagePreference.objects.get().gateway is True


def test_what_is_wrong_is_said_and_changes_nothing(ani: User, client: Client) -> None:
    client.force_login(ani)
    page = client.post(WISHES, CHOSEN | {"digest_hour": "77", "time_zone": "Mars", "email_kinds": ["segera"]})
    assert page.status_code == 200
    assert not MessagePreference.objects.exists()
    assert not MutedKind.objects.exists()


def test_one_click_stops_a_kind_without_signing_in_and_another_brings_it_back(ani: User, client: Client) -> None:
    say(ani)
    outbox.send_due(clock=lambda: AT)
    address = urlsplit(mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")).path
    assert client.get(address).status_code == 200
    assert not MutedKind.objects.exists()
    # What a mail program posts by itself (RFC 8058).
    for _twice in range(2):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert MutedKind.objects.get().channel == "email"
    say(ani, key="2")
    outbox.send_due(clock=lambda: AT)
    assert len(mail.outbox) == 1
    client.post(address, {"lagi": "1"})
    assert not MutedKind.objects.exists()


def test_a_changed_token_is_nobodys(ani: User, client: Client) -> None:
    say(ani)
    outbox.send_due(clock=lambda: AT)
    address = urlsplit(mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")).path
    last = "x" if address[-2] != "x" else "y"
    for wrong in (f"{address[:-2]}{last}/", "/berhenti/abc/", "/berhenti/a:b/"):
        assert client.post(wrong).status_code == 404
    assert not MutedKind.objects.exists()


def test_the_page_of_an_urgent_kind_explains_itself_and_changes_nothing(ani: User, client: Client) -> None:
    from cms.messaging import unsubscribing

    answer = client.post(unsubscribing.path(ani, "segera", "email"))
    assert "tidak dapat dihentikan sendiri" in answer.content.decode()
    assert not MutedKind.objects.exists()


def test_nothing_private_stands_in_a_mail_an_address_or_a_log(ani: User, caplog: Any) -> None:
    ani.nip = "198001012005011001"
    ani.save(update_fields=["nip"])
    caplog.set_level("DEBUG")
    say(ani, url="/belajar/")
    outbox.send_due(clock=lambda: AT)
    sent = mail.outbox[0].message().as_string() + mail.outbox[0].body
    for private in (ani.nip, ani.participant_number, ani.phone, international(ani.phone)):
        assert private not in sent
        assert private not in caplog.text
    assert "ani@contoh.id" not in caplog.text
    assert ani.full_name not in caplog.text
    addresses = re.findall(r"http://\S+", str(mail.outbox[0].body))
    assert len(addresses) == 3
    assert not any("ani" in address.lower().split("/berhenti/")[0] for address in addresses)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0812-3456 7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("62812.3456.7890", "6281234567890"),
        ("0062 81234567890", "6281234567890"),
        ("81234567890", "6281234567890"),
        ("+65 8123 4567", "6581234567"),
        ("", ""),
        ("tidak ada", ""),
        ("0812", ""),
        ("0812345678901234567", ""),
    ],
)
def test_a_number_as_people_write_it_becomes_one_that_whatsapp_takes(written: str, number: str) -> None:
    assert international(written) == number
    link = urlsplit(whatsapp_link(written, "Halo & selamat\npagi?"))
    assert link.path == f"/{number}"
    assert parse_qs(link.query)["text"] == ["Halo & selamat\npagi?"]


@pytest.fixture
def budi(ani: User) -> User:
    """Ani's trainer, through the angkatan she follows."""
    enrolment = make_enrolment(cohort=make_cohort(), user=ani)
    trainer: User = enrolment.cohort.trainer_links.get().user
    return trainer


def test_a_trainer_hands_on_what_reached_nobody_and_the_list_remembers(ani: User, budi: User, client: Client) -> None:
    said = say(ani, url="/belajar/")
    client.force_login(budi)
    page = client.get(COPIES).content.decode()
    assert "https://wa.me/6281234567890?text=Ani%20Lestari" in page
    for _twice in range(2):
        answer = client.post(reverse("cms:mark_copy", args=[said.public_id]), {"next": COPIES})
        assert answer["Location"] == COPIES
    assert Event.objects.filter(verb="message.copied").count() == 1
    assert str(said.public_id) not in client.get(COPIES).content.decode()
    assert "Ditandai oleh Pelatih Contoh" in client.get(COPIES, {"saring": "selesai"}).content.decode()
    client.post(reverse("cms:unmark_copy", args=[said.public_id]))
    assert str(said.public_id) in client.get(COPIES).content.decode()
    assert (
        client.post(reverse("cms:mark_copy", args=[said.public_id]), HTTP_ACCEPT="application/json").status_code == 204
    )
    assert Delivery.objects.get(channel="copy").handed_by == budi


@pytest.mark.parametrize("reached", ["read", "mailed", "late"])
def test_who_was_reached_is_not_offered(ani: User, budi: User, client: Client, reached: str) -> None:
    said = say(ani, until=timezone.now() if reached == "late" else None)
    if reached == "read":
        Message.objects.filter(pk=said.pk).update(read_at=AT)
    elif reached == "mailed":
        outbox.send_due(clock=lambda: AT)
    client.force_login(budi)
    assert str(said.public_id) not in client.get(COPIES).content.decode()


def test_nobody_hands_on_what_was_said_to_strangers_or_to_oneself(ani: User, budi: User, client: Client) -> None:
    said, own = say(ani), say(budi)
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    client.force_login(dewi)
    assert str(said.public_id) not in client.get(COPIES).content.decode()
    assert client.post(reverse("cms:mark_copy", args=[said.public_id])).status_code == 404
    client.force_login(budi)
    assert client.post(reverse("cms:mark_copy", args=[own.public_id])).status_code == 404
    client.force_login(ani)
    assert client.get(COPIES).status_code == 403
    assert not Delivery.objects.filter(channel="copy").exists()


def test_the_copy_page_costs_the_same_whatever_it_holds(
    ani: User, budi: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(budi)
    for count in (1, 15):
        for key in range(count):
            say(ani, key=f"{count}-{key}")
        client.get(COPIES)
        with django_assert_max_num_queries(9):
            client.get(COPIES)
