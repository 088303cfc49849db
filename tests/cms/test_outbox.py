"""The outbox: what leaves the house, when, how often, and what becomes of what is not taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from accounts.models import Role, User
from accounts.timezones import TimeZone
from cms.messaging import notify, outbox, reading
from cms.messaging.timing import MOST_ATTEMPTS
from cms.messaging.watching import loads
from cms.models import Delivery, Message, MessagePreference, MutedKind
from tests.cms.outside import Outside, free_port, silent_port
from tests.factories_accounts import AT, make_organization, make_person
from tests.processes import eventually

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]
State = Delivery.State
NIGHT = datetime.fromisoformat("2026-11-22T22:30+07:00")
MORNING = datetime.fromisoformat("2026-11-23T06:00+07:00")


@pytest.fixture
def ani() -> User:
    unit = make_organization()
    return make_person(role=Role.PARTICIPANT, organization=unit, email="ani@contoh.id", phone="0812-3456-7890")


def say(user: User, key: str = "1", *, kind: str = "contoh", at: datetime = AT, **fields: Any) -> Message:
    return notify(kind, user, key=key, context={"hal": "Modul 1"}, at=at, **fields)


def run(at: datetime = AT) -> int:
    return outbox.send_due(clock=lambda: at)


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("channel", "state"))


def test_a_mail_is_plain_short_and_can_be_stopped(ani: User) -> None:
    said = say(ani, url="/belajar/")
    assert run() == 1
    sent = mail.outbox[0]
    delivery = Delivery.objects.get(message=said)
    assert sent.to == ["ani@contoh.id"]
    assert sent.subject == "Tentang Modul 1"
    assert sent.body.startswith("Ani Lestari, S.Tr.Sos., mohon baca Modul 1.\n\nhttp://127.0.0.1:8000/belajar/\n")
    assert sent.extra_headers["Message-ID"] == f"<{delivery.public_id}@127.0.0.1>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["List-Unsubscribe"].strip("<>") in sent.body
    assert delivery.state == State.SENT
    assert run() == 0
    assert len(mail.outbox) == 1


def test_an_urgent_mail_says_why_it_cannot_be_stopped(ani: User) -> None:
    say(ani, kind="segera", at=NIGHT)
    run(NIGHT)
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    assert "tidak dapat dihentikan" in mail.outbox[0].body


def test_what_is_not_urgent_waits_for_the_morning_in_the_persons_own_zone(ani: User) -> None:
    far = make_organization(time_zone=TimeZone.JAYAPURA)
    eko = make_person(role=Role.PARTICIPANT, organization=far, email="eko@contoh.id")
    for person in (ani, eko):
        say(person, at=NIGHT)
    assert run(NIGHT) == 0
    assert run(MORNING - timedelta(hours=2)) == 1
    assert [sent.to for sent in mail.outbox] == [["eko@contoh.id"]]
    assert run(MORNING) == 1


def test_a_try_that_falls_into_the_night_waits_without_counting(ani: User) -> None:
    say(ani)
    assert run(NIGHT) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.next_try_at) == (State.WAITING, 0, MORNING)


def test_switched_off_quiet_hours_let_everything_through(ani: User) -> None:
    MessagePreference.objects.create(user=ani, quiet=False)
    say(ani, at=NIGHT)
    assert run(NIGHT) == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("reason", ["read", "muted", "channel off", "archived", "too late", "no address"])
def test_what_is_no_longer_wanted_is_dropped_and_says_why(ani: User, reason: str) -> None:
    said = say(ani, until=AT + timedelta(hours=1))
    at = AT
    if reason == "read":
        reading.mark_read(said, at=AT)
    elif reason == "muted":
        MutedKind.objects.create(user=ani, kind="contoh", channel="email", muted_at=AT)
    elif reason == "channel off":
        MessagePreference.objects.create(user=ani, email=False)
    elif reason == "archived":
        User.objects.filter(pk=ani.pk).update(is_active=False)
    elif reason == "too late":
        at = AT + timedelta(hours=1)
    else:
        User.objects.filter(pk=ani.pk).update(email=None)
    run(at)
    delivery = Delivery.objects.get()
    assert delivery.state == State.DROPPED
    assert delivery.trouble
    assert mail.outbox == []


def test_the_gateway_gets_one_json_with_key_and_token(ani: User, gateway: Outside) -> None:
    say(ani, url="/belajar/")
    run()
    delivery = Delivery.objects.get(channel="gateway")
    key = str(delivery.public_id)
    assert gateway.accepted == [
        {
            "key": key,
            "token": "Bearer rahasia",
            "duplicate": False,
            "body": {
                "format": "suluh-message",
                "version": 1,
                "key": key,
                "to": "6281234567890",
                "subject": "Tentang Modul 1",
                "text": "Ani Lestari, S.Tr.Sos., mohon baca Modul 1.\n\nhttp://127.0.0.1:8000/belajar/",
            },
        }
    ]
    assert delivery.receipt == "http 202"


@pytest.mark.parametrize("mode", ["error", "slow", "busy"])
def test_a_gateway_in_trouble_loses_nothing(ani: User, gateway: Outside, settings: Any, mode: str) -> None:
    gateway.mode(mode)
    say(ani, kind="segera")
    patience = settings.GATEWAY_TIMEOUT
    if mode == "slow":
        settings.GATEWAY_TIMEOUT = 0.5
    run()
    settings.GATEWAY_TIMEOUT = patience
    delivery = Delivery.objects.get(channel="gateway")
    assert (delivery.state, delivery.attempts) == (State.WAITING, 1)
    assert delivery.next_try_at == AT + (timedelta(hours=2) if mode == "busy" else timedelta(minutes=1))
    gateway.mode("ok")
    run(delivery.next_try_at)
    assert [row["key"] for row in gateway.sent] == [str(delivery.public_id)]


def test_what_the_gateway_refuses_is_given_up_at_once_and_put_back_by_the_operator(
    ani: User, gateway: Outside, capsys: Any
) -> None:
    gateway.mode("refuse")
    say(ani, kind="segera")
    run()
    assert ("gateway", State.FAILED) in states()
    assert loads(at=AT)["gateway"].failed == 1
    call_command("retry_messages")
    assert ("gateway", State.FAILED) in states()
    gateway.mode("ok")
    call_command("retry_messages", "--commit", "--channel", "gateway")
    assert "gateway  http 400  1" in capsys.readouterr().out
    run(AT + timedelta(days=30000))
    assert len(gateway.sent) == 1


def test_a_gateway_that_dies_after_accepting_is_asked_again_with_the_same_key(ani: User, gateway: Outside) -> None:
    gateway.mode("accept-and-die")
    say(ani, kind="segera")
    run()
    eventually(lambda: gateway.has_died)
    gateway.mode("ok")
    gateway.kill()
    gateway.start()
    run(AT + timedelta(minutes=1))
    assert [bool(row["duplicate"]) for row in gateway.accepted] == [False, True]
    assert len({row["key"] for row in gateway.accepted}) == 1
    assert Delivery.objects.get(channel="gateway").state == State.SENT


def test_a_channel_that_does_not_answer_is_asked_once_a_run(settings: Any) -> None:
    unit = make_organization()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 1.0
    for number in range(5):
        say(make_person(role=Role.PARTICIPANT, organization=unit, email=f"p{number}@contoh.id"))
    assert run() == 1
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    assert loads(at=AT + timedelta(hours=1))["email"].oldest_seconds == 3600
    assert loads(at=AT)["email"].due == 5


def test_a_mail_server_that_takes_the_call_and_says_nothing_costs_one_time_out(ani: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with silent_port() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.3
        say(ani)
        assert run() == 1
    assert Delivery.objects.get(channel="email").state == State.WAITING


@pytest.mark.parametrize(("mode", "state"), [("busy", State.WAITING), ("refuse", State.FAILED)])
def test_a_mail_server_says_whether_it_is_for_now_or_for_good(
    ani: User, mail_server: Outside, mode: str, state: str
) -> None:
    mail_server.mode(mode)
    say(ani)
    run()
    assert Delivery.objects.get(channel="email").state == state
    assert mail_server.mails == []


def test_after_many_tries_it_is_given_up_where_everybody_can_see(ani: User, gateway: Outside) -> None:
    gateway.mode("error")
    say(ani, kind="segera")
    Delivery.objects.filter(channel="email").delete()
    at = AT
    for _try in range(MOST_ATTEMPTS):
        delivery = Delivery.objects.get(channel="gateway")
        assert delivery.state == State.WAITING
        at = delivery.next_try_at
        run(at)
    assert Delivery.objects.get(channel="gateway").state == State.FAILED
    assert timedelta(days=2) < at - AT < timedelta(days=5)


def test_a_held_row_is_nobody_elses_until_its_lease_ends(ani: User) -> None:
    say(ani)
    held = outbox.claim(at=AT)
    assert held is not None
    assert outbox.claim(at=AT) is None
    assert run(AT + timedelta(minutes=9)) == 0
    assert run(AT + outbox.LEASE) == 1
    # The first worker wakes up late: it changes nothing any more.
    assert not outbox.settle(held, State.FAILED, at=AT + timedelta(minutes=11))
    assert states() == [("email", State.SENT)]


def test_one_message_that_breaks_a_channel_holds_up_no_other(ani: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from cms.messaging.channels import email

    real = email.compose

    def compose(message: Any, **options: Any) -> Any:
        if "rusak" in message.subject:
            raise RuntimeError("broken")
        return real(message, **options)

    monkeypatch.setattr(email, "compose", compose)
    notify("contoh", ani, key="1", context={"hal": "rusak"}, at=AT)
    say(ani, "2")
    assert run() == 2
    assert [sent.subject for sent in mail.outbox] == ["Tentang Modul 1"]
    assert Delivery.objects.get(message__key="1").state == State.WAITING


def test_a_summary_carries_what_came_since_and_only_once(ani: User) -> None:
    MessagePreference.objects.create(user=ani, digest=True, digest_hour=7)
    for key in "123":
        say(ani, key, at=AT + timedelta(minutes=int(key)), url="/belajar/")
    say(ani, "u", kind="segera")
    run(AT + timedelta(minutes=5))
    assert [sent.subject for sent in mail.outbox] == ["Segera: Modul 1"]
    seven = MORNING + timedelta(hours=1)
    run(seven)
    run(seven + timedelta(minutes=1))
    summary = mail.outbox[1]
    assert len(mail.outbox) == 2
    assert summary.subject == "Ringkasan hari ini: 3 pemberitahuan"
    assert summary.body.count("* Tentang Modul 1") == 3
    assert Delivery.objects.filter(state=State.BUNDLED, bundled_in__kind="digest").count() == 3
    assert not Message.objects.listed(at=seven).filter(kind="digest").exists()


def test_what_comes_after_the_summary_waits_for_the_next_day(ani: User) -> None:
    MessagePreference.objects.create(user=ani, digest=True, digest_hour=7)
    seven = MORNING + timedelta(hours=1)
    say(ani, "1")
    say(ani, "2")
    run(seven)
    Delivery.objects.filter(state=State.BUNDLED).update(state=State.WAITING, settled_at=None, bundled_in=None)
    run(seven + timedelta(minutes=1))
    assert len(mail.outbox) == 1
    run(seven + timedelta(days=1))
    assert len(mail.outbox) == 2


def test_one_message_alone_needs_no_summary(ani: User) -> None:
    MessagePreference.objects.create(user=ani, digest=True, digest_hour=7)
    say(ani)
    run(MORNING + timedelta(hours=1))
    assert [sent.subject for sent in mail.outbox] == ["Tentang Modul 1"]
