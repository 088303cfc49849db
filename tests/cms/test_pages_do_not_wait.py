"""Saying something costs a page only its rows: nobody outside is called, and nothing goes before the commit."""

from __future__ import annotations

import http.client
import smtplib
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.db import transaction

from accounts.models import Role, User
from cms.messaging import Notice, notify, notify_many
from cms.models import Delivery, Message
from tests.cms.outside import silent_port
from tests.factories_accounts import make_organization, make_person
from tests.servers import Valkey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kinds")]


@pytest.fixture
def dead(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A mail server and a gateway that take the call and never answer; whoever calls them fails the test."""

    def called(*_arguments: Any, **_options: Any) -> None:
        raise AssertionError("a page called the world outside")

    monkeypatch.setattr(smtplib.SMTP, "connect", called)
    monkeypatch.setattr(http.client.HTTPConnection, "connect", called)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with silent_port() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.GATEWAY_URL = f"http://127.0.0.1:{port}/"
        yield


@pytest.fixture
def ani() -> User:
    unit = make_organization()
    return make_person(role=Role.PARTICIPANT, organization=unit, email="ani@contoh.id", phone="081234567890")


def queued(valkey: Valkey) -> int:
    client = valkey.client()
    try:
        return int(client.llen("default"))
    finally:
        client.close()


def say(user: User) -> Message:
    from django.utils import timezone

    return notify("segera", user, key="1", context={"hal": "x"}, at=timezone.now())


def test_a_dead_mail_server_and_gateway_delay_no_page(dead: None, ani: User, valkey: Valkey) -> None:
    with transaction.atomic():
        say(ani)
        assert queued(valkey) == 0
    assert queued(valkey) == 1
    assert Delivery.objects.waiting().count() == 2


def test_what_is_rolled_back_was_never_said(dead: None, ani: User, valkey: Valkey) -> None:
    with transaction.atomic():
        say(ani)
        transaction.set_rollback(True)
    assert (queued(valkey), Message.objects.count(), Delivery.objects.count()) == (0, 0, 0)


def test_a_whole_angkatan_is_one_hint_to_the_queue(dead: None, ani: User, valkey: Valkey) -> None:
    from django.utils import timezone

    unit = make_organization()
    people = [make_person(role=Role.PARTICIPANT, organization=unit, phone="081234567890") for _ in range(40)]
    notify_many([Notice("segera", person, "1", {"hal": "x"}) for person in people], at=timezone.now())
    assert queued(valkey) == 1
    assert Delivery.objects.waiting().count() == 40


def test_a_broker_that_is_away_costs_no_message(dead: None, ani: User, valkey: Valkey) -> None:
    valkey.stop()
    say(ani)
    valkey.start()
    assert Delivery.objects.waiting().count() == 2


def test_every_call_to_the_outside_has_a_time_out() -> None:
    assert 0 < live_settings.EMAIL_TIMEOUT <= 30
    assert 0 < live_settings.GATEWAY_TIMEOUT <= 30
