"""A selection of people: named before anything happens, done once, kept with its words, undone where it can be."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import Role
from cms.models import Message
from courses import bulk
from courses.bulk_kinds import NudgePeople, TakeOff
from courses.models import BulkAction, Cohort, Enrolment
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fixed() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


@pytest.fixture
def people(cohort: Cohort) -> list[Enrolment]:
    return [make_enrolment(cohort=cohort, user=make_person(name=name)) for name in ("Ani", "Bima", "Citra")]


def trainer_client(cohort: Cohort) -> Client:
    client = Client()
    client.force_login(cohort.trainer_links.get().user)
    return client


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(aksi|ids|token|ya)" value="([^"]*)"', page))


def test_a_nudge_is_shown_by_name_sent_once_and_recorded(cohort: Cohort, people: list[Enrolment]) -> None:
    client, address = trainer_client(cohort), f"/angkatan/{cohort.public_id}/pilihan/"
    chosen = {"aksi": "ingatkan", "orang": [str(one.public_id) for one in people[:2]]}
    confirmation = client.post(address, chosen).content.decode()
    assert "Ani" in confirmation
    assert "Bima" in confirmation
    assert "Citra" not in confirmation
    assert Message.objects.filter(kind="nudge").count() == BulkAction.objects.count() == 0
    sent = {**hidden(confirmation), "text": "Mohon selesaikan modul 2."}
    for _click in range(2):
        answer = client.post(address, sent)
    action = BulkAction.objects.get()
    assert answer.headers["Location"] == action.get_absolute_url()
    assert sorted(Message.objects.filter(kind="nudge").values_list("user__full_name", flat=True)) == ["Ani", "Bima"]
    assert "Mohon selesaikan modul 2." in Message.objects.filter(kind="nudge")[0].text
    record = client.get(action.get_absolute_url()).content.decode()
    for said in ("Mohon selesaikan modul 2.", "Ani", "Bima", action.actor.full_name):
        assert said in record
    assert action.get_absolute_url() in client.get(address).content.decode()


def test_nobody_is_nudged_twice_within_hours_unless_said(cohort: Cohort, people: list[Enrolment]) -> None:
    actor, kind = cohort.trainer_links.get().user, NudgePeople()
    words = {"text": "Halo", "again": False}
    bulk.act(kind, cohort, people[:1], words, token=uuid4(), actor=actor, at=AT)
    soon = bulk.plan(kind, cohort, people, words, actor=actor, at=AT + timedelta(hours=19))
    assert [one.enrolment for one in soon.will_not] == people[:1]
    assert "10.00 WIB" in str(soon.will_not[0].why)
    later = bulk.plan(kind, cohort, people, words, actor=actor, at=AT + timedelta(hours=21))
    assert len(later.will) == 3
    again = bulk.plan(kind, cohort, people, {**words, "again": True}, actor=actor, at=AT + timedelta(hours=1))
    assert len(again.will) == 3


def test_everybody_who_fits_the_filter_is_chosen_whatever_the_page(cohort: Cohort) -> None:
    for number in range(60):
        make_enrolment(cohort=cohort, user=make_person(name=f"Peserta {number:02d}", last_login=AT))
    make_enrolment(cohort=cohort, user=make_person(name="Belum Masuk"))
    answer = trainer_client(cohort).post(
        f"/angkatan/{cohort.public_id}/pilihan/",
        {"aksi": "ingatkan", "siapa": "semua", "saring": "belum-mulai", "cari": "peserta"},
    )
    assert len(hidden(answer.content.decode())["ids"].split(",")) == 60
    assert "Belum Masuk" not in answer.content.decode()


def test_taking_off_is_undone_for_those_whom_it_took_off(cohort: Cohort, people: list[Enrolment]) -> None:
    actor, kind = cohort.trainer_links.get().user, TakeOff()
    people[2].status, people[2].dropped_at = "dropped", AT - timedelta(days=1)
    people[2].save()
    action = bulk.act(kind, cohort, people, {"reason": "Pindah tugas"}, token=uuid4(), actor=actor, at=AT)
    assert set(cohort.enrolments.values_list("status", flat=True)) == {"dropped"}
    client = trainer_client(cohort)
    client.post(f"{action.get_absolute_url()}urungkan/")
    assert dict(cohort.enrolments.values_list("user__full_name", "status")) == {
        "Ani": "active",
        "Bima": "active",
        "Citra": "dropped",
    }
    action.refresh_from_db()
    assert action.undone_by == actor
    with pytest.raises(bulk.CannotBeUndone):
        bulk.undo(action, actor=actor, at=AT)


def test_people_of_another_angkatan_and_strangers_are_out_of_reach(cohort: Cohort, people: list[Enrolment]) -> None:
    foreign = make_enrolment()
    address = f"/angkatan/{cohort.public_id}/pilihan/"
    assert (
        trainer_client(cohort).post(address, {"aksi": "keluarkan", "orang": [str(foreign.public_id)]}).status_code
        == 302
    )
    stranger = make_person(role=Role.TRAINER, organization=make_organization())
    assessor = make_person(role=Role.ASSESSOR, organization=cohort.organization)
    for person, status in ((stranger, 404), (assessor, 403), (people[0].user, 404)):
        client = Client()
        client.force_login(person)
        sent = {"aksi": "keluarkan", "ids": str(people[0].public_id), "ya": "1", "token": str(uuid4()), "reason": "x"}
        assert client.post(address, sent).status_code == status
    assert BulkAction.objects.count() == 0
    assert set(Enrolment.objects.values_list("status", flat=True)) == {"active"}


def test_codes_lead_to_the_strips_of_those_without_a_password(cohort: Cohort, people: list[Enrolment]) -> None:
    people[0].user.set_password("sudah-ada-sandi")
    people[0].user.save()
    people[1].user.set_unusable_password()
    people[1].user.save()
    page = (
        trainer_client(cohort)
        .post(
            f"/angkatan/{cohort.public_id}/pilihan/",
            {"aksi": "kode", "orang": [str(one.public_id) for one in people[:2]]},
        )
        .content.decode()
    )
    assert f'name="orang" value="{people[1].public_id}"' in page
    assert str(people[0].public_id) not in page
