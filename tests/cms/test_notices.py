"""What was said once stays said once, and stands on /belajar/ until the person puts it away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from cms.messaging import Kind, Notice, notices, notify, notify_many, register_kind
from cms.messaging import kinds as registry
from cms.messaging.kinds import UnknownKind
from cms.models import Delivery, Message
from tests.factories_accounts import AT as NOON
from tests.factories_accounts import make_organization, make_person

pytestmark = pytest.mark.django_db
AT = NOON - timedelta(days=2)  # the pages ask the real clock: everything here lies before it
KIND = Kind("contoh", "Contoh", {"hal": "Modul 1"}, "Tentang {hal}", "{nama}, mohon baca {hal}.")


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    register_kind(KIND)


@pytest.fixture
def ani() -> User:
    return make_person(role=Role.PARTICIPANT, organization=make_organization(), email="ani@contoh.id")


def say(user: User, key: str = "1", **fields: object) -> Message:
    fields.setdefault("at", AT)
    return notify("contoh", user, key=key, context={"hal": "Modul 1"}, **fields)  # type: ignore[arg-type]


def test_said_twice_is_said_once(ani: User) -> None:
    first, second = say(ani), say(ani, at=AT + timedelta(hours=1))
    assert first.pk == second.pk
    assert second.text == "Ani Lestari, S.Tr.Sos., mohon baca Modul 1."
    assert Delivery.objects.filter(message=first).count() == 1


def test_two_in_one_call_are_one(ani: User) -> None:
    notice = Notice("contoh", ani, "1", {"hal": "Modul 1"})
    made = notify_many([notice, notice], at=AT)
    assert made[0].pk == made[1].pk
    assert Message.objects.count() == 1


def test_an_unknown_kind_and_a_missing_value_are_mistakes(ani: User) -> None:
    with pytest.raises(UnknownKind):
        notify("tidak-ada", ani, key="1", context={}, at=AT)
    with pytest.raises(KeyError):
        notify("contoh", ani, key="1", context={}, at=AT)
    assert not Message.objects.exists()


def test_what_a_value_holds_is_never_a_placeholder_nor_a_line(ani: User) -> None:
    said = notify("contoh", ani, key="1", context={"hal": "{nama}\nBcc: x@y.id"}, at=AT)
    assert said.subject == "Tentang {nama} Bcc: x@y.id"


@pytest.mark.parametrize("count", [3, 60])
def test_many_people_cost_as_many_statements_as_one(
    count: int, django_assert_max_num_queries, django_capture_on_commit_callbacks
) -> None:
    unit = make_organization()
    people = [make_person(organization=unit, role=Role.PARTICIPANT) for _ in range(count)]
    todo = [Notice("contoh", person, "1", {"hal": "Modul 1"}) for person in people]
    with django_assert_max_num_queries(12):
        notify_many(todo, at=AT)
    with django_assert_max_num_queries(1):
        notify_many(todo, at=AT)
    assert Message.objects.count() == count


def test_unread_stand_first_and_what_is_put_away_is_gone_from_belajar(ani: User, client: Client) -> None:
    old, new = say(ani, "1"), say(ani, "2", at=AT + timedelta(hours=1))
    later = say(ani, "3", not_before=AT + timedelta(days=30000))
    late = say(ani, "4", until=AT + timedelta(hours=2))
    Message.objects.filter(pk=new.pk).update(read_at=AT + timedelta(hours=2))
    assert notices(ani, at=AT + timedelta(hours=3)) == [old, new]
    client.force_login(ani)
    page = client.get("/belajar/").content.decode()
    assert page.index(str(old.public_id)) < page.index(str(new.public_id))
    assert str(later.public_id) not in page
    assert str(late.public_id) not in page
    answer = client.post(reverse("cms:dismiss_notice", args=[old.public_id]), {"next": "/belajar/"})
    assert answer["Location"] == "/belajar/"
    assert str(old.public_id) not in client.get("/belajar/").content.decode()
    assert str(old.public_id) in client.get("/pemberitahuan/").content.decode()
    client.post(reverse("cms:bring_back_notice", args=[old.public_id]))
    assert str(old.public_id) in client.get("/belajar/").content.decode()


def test_opening_marks_it_as_read_and_leads_on(ani: User, client: Client) -> None:
    said = say(ani, url="/sertifikat/")
    client.force_login(ani)
    assert client.post(reverse("cms:open_notice", args=[said.public_id]))["Location"] == "/sertifikat/"
    said.refresh_from_db()
    assert said.read_at is not None


def test_nobody_reads_or_puts_away_what_was_said_to_another(ani: User, client: Client) -> None:
    said = say(ani)
    client.force_login(make_person(name="Dewi"))
    assert str(said.public_id) not in client.get("/pemberitahuan/").content.decode()
    for name in ("open_notice", "dismiss_notice", "bring_back_notice"):
        assert client.post(reverse(f"cms:{name}", args=[said.public_id])).status_code == 404
    said.refresh_from_db()
    assert (said.read_at, said.dismissed_at) == (None, None)


def test_all_are_marked_as_read_at_once(ani: User, client: Client) -> None:
    say(ani, "1")
    say(ani, "2")
    client.force_login(ani)
    client.post("/pemberitahuan/dibaca/")
    assert not Message.objects.filter(read_at=None).exists()
