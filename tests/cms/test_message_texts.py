"""The wordings of messages: placeholders are checked wherever a text is saved, and the nearest wording is used."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Organization, Role
from cms.messaging import notify
from cms.models import MessageText
from tests.factories_accounts import AT, make_organization, make_person
from tests.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def address(name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_cms_messagetext:{name}", args=args)


@pytest.fixture
def house() -> Organization:
    return make_organization(name="Kementerian")


@pytest.fixture
def own(house: Organization) -> Organization:
    return make_organization(name="Sentra Sendiri", parent=house)


@pytest.mark.parametrize(
    ("subject", "text", "field"),
    [
        ("Tentang {hal}", "Skor Anda {skor}", "text"),
        ("Tentang {nip}", "Baik", "subject"),
        ("Tentang {hal", "Baik", "subject"),
        ("Baik", "Satu } sendiri", "text"),
        ("Baik", "{hal.__class__}", "text"),
        ("Baik", "  ", "text"),
    ],
)
def test_an_unknown_placeholder_is_refused_wherever_it_is_saved(subject: str, text: str, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MessageText.objects.create(kind="contoh", subject=subject, text=text)
    assert field in refused.value.message_dict
    assert not MessageText.objects.exists()


def test_a_kind_that_nobody_registered_is_refused() -> None:
    with pytest.raises(ValidationError):
        MessageText.objects.create(kind="lain", subject="a", text="b")


def test_the_nearest_wording_is_used_and_later_messages_only(house: Organization, own: Organization) -> None:
    ani = make_person()

    def said(key: str, organization: Organization | None) -> str:
        return notify("contoh", ani, key=key, context={"hal": "M1"}, at=AT, organization=organization).text

    before = said("0", own)
    MessageText.objects.create(kind="contoh", subject="s", text="semua: {hal}")
    assert said("1", own) == said("2", None) == "semua: M1"
    MessageText.objects.create(kind="contoh", organization=house, subject="s", text="rumah: {hal}")
    assert said("3", own) == "rumah: M1"
    MessageText.objects.create(kind="contoh", organization=own, subject="s", text="sendiri: {hal}")
    assert said("4", own) == "sendiri: M1"
    assert said("5", make_organization()) == "semua: M1"
    assert said("0", own) == before


def test_a_stored_text_that_no_longer_fits_gives_way_to_the_default() -> None:
    kept = MessageText.objects.create(kind="contoh", subject="s", text="{hal}")
    MessageText.objects.filter(pk=kept.pk).update(text="{dulu}")
    said = notify("contoh", make_person(), key="1", context={"hal": "M1"}, at=AT)
    assert said.subject == "Tentang M1"


def test_a_publisher_words_the_own_organization_only(house: Organization, own: Organization) -> None:
    other = make_organization(name="Sentra Lain")
    client = signed_in(make_person(name="Citra", role=Role.PUBLISHER, organization=own))
    wording = {"kind": "contoh", "subject": "Baca {hal}", "text": "Halo {nama}"}
    for wrong in ("", other.pk):
        page = client.post(address("add"), wording | {"organization": wrong})
        assert page.status_code == 200
    assert not MessageText.objects.exists()
    assert client.post(address("add"), wording | {"organization": own.pk}).status_code == 302
    assert MessageText.objects.get().organization == own
    theirs = MessageText.objects.create(kind="contoh", organization=other, subject="s", text="t")
    for_all = MessageText.objects.create(kind="contoh", subject="s", text="t")
    assert client.get(address("edit", theirs.pk)).status_code == 404
    assert client.get(address("edit", for_all.pk)).status_code == 404


def test_the_editor_refuses_an_unknown_placeholder_and_names_the_known(house: Organization) -> None:
    client = signed_in(make_person(name="Citra", role=Role.PUBLISHER, organization=house))
    page = client.post(address("add"), {"kind": "contoh", "organization": "", "subject": "s", "text": "{skor}"})
    said = page.content.decode()
    assert "{skor} tidak dikenal di sini" in said
    assert "{nama}, {tautan}, {hal}" in said
    wording = {"kind": "contoh", "organization": "", "subject": "Baca {hal}", "text": "Halo {nama}"}
    assert client.post(address("add"), wording).status_code == 302


def test_the_preview_shows_the_examples(house: Organization) -> None:
    client = signed_in(make_person(name="Citra", role=Role.PUBLISHER, organization=house))
    wording = {"kind": "contoh", "organization": "", "subject": "Baca {hal}", "text": "Halo {nama}"}
    told = client.post(address("preview_on_add"), wording)
    assert told.json()["is_valid"]
    shown = client.get(address("preview_on_add"), {"mode": ""}).content.decode()
    assert "Baca Modul 1" in shown
    assert "Halo Ani Lestari" in shown
