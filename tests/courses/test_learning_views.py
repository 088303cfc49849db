"""The participant's pages: own ones open, others' are not there, and nothing changes on refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Role, User
from courses import activities, parts
from courses.activities import Activity
from courses.cohorts import close_cohort
from courses.models import Cohort, Enrolment, Fulfilment, ModuleReading
from courses.progress import mark_read
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fixed(monkeypatch: pytest.MonkeyPatch) -> Any:
    for registry in ("_writers", "_checks"):
        monkeypatch.setattr(parts, registry, [])
    monkeypatch.setattr(activities, "_sources", [])
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def address(enrolment: Enrolment, *rest: str) -> str:
    return "/".join(["/belajar", str(enrolment.cohort.public_id), *rest]) + "/"


def outsiders(enrolment: Enrolment) -> list[User]:
    """Dewi, a trainer elsewhere; a participant of another angkatan; somebody who left this one."""
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    other = make_enrolment(cohort=make_cohort(course=make_course(title="Lain"))).user
    left = make_enrolment(cohort=enrolment.cohort, status="dropped", dropped_at=AT).user
    return [dewi, other, left]


def test_each_page_opens_for_its_participant_and_is_not_there_for_others(client: Client, enrolment: Enrolment) -> None:
    for page in (address(enrolment), address(enrolment, "M1")):
        assert client.get(page).status_code == 302
        client.force_login(enrolment.user)
        assert client.get(page).status_code == 200
        for outsider in outsiders(enrolment):
            client.force_login(outsider)
            assert client.get(page).status_code == 404, (page, outsider)
        client.logout()


def test_unknown_modules_and_wrong_methods_are_refused(client: Client, enrolment: Enrolment) -> None:
    client.force_login(enrolment.user)
    assert client.get(address(enrolment, "M99")).status_code == 404
    assert client.post(address(enrolment, "M99", "selesai")).status_code == 404
    assert client.get(address(enrolment, "M1", "selesai")).status_code == 405
    assert client.post(address(enrolment, "M1")).status_code == 405
    assert client.post("/belajar/").status_code == 405


def test_finished_reading_is_a_form_that_works_once_and_leads_on(client: Client, enrolment: Enrolment) -> None:
    client.force_login(enrolment.user)
    page = client.get(address(enrolment, "M1")).content.decode()
    assert f'action="{address(enrolment, "M1", "selesai")}"' in page
    for _again in range(2):
        response = client.post(address(enrolment, "M1", "selesai"))
        assert response.headers["Location"] == address(enrolment, "M2")
    assert ModuleReading.objects.get(enrolment=enrolment).key == "M1"
    assert Fulfilment.objects.filter(enrolment=enrolment).count() == 1
    assert Event.objects.filter(verb="module.read").count() == 1
    assert "Anda sudah menandai modul ini selesai dibaca" in client.get(address(enrolment, "M1")).content.decode()
    last = client.post(address(enrolment, "M2", "selesai"))
    assert last.headers["Location"] == address(enrolment)
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


def test_outsiders_mark_nothing(client: Client, enrolment: Enrolment) -> None:
    trainer = enrolment.cohort.trainer_links.get().user
    for person in [*outsiders(enrolment), trainer]:
        client.force_login(person)
        assert client.post(address(enrolment, "M1", "selesai")).status_code == 404
    client.logout()
    assert client.post(address(enrolment, "M1", "selesai")).status_code == 302
    assert not ModuleReading.objects.exists()


def test_a_closed_angkatan_is_read_but_nothing_more_is_counted(client: Client, enrolment: Enrolment) -> None:
    close_cohort(enrolment.cohort, actor=enrolment.cohort.trainer_links.get().user, at=AT)
    client.force_login(enrolment.user)
    page = client.get(address(enrolment, "M1"))
    assert page.status_code == 200
    assert "Selesai dibaca" not in page.content.decode()
    client.post(address(enrolment, "M1", "selesai"))
    assert not ModuleReading.objects.exists()


def test_before_the_first_day_the_angkatan_says_when_it_begins(client: Client, enrolment: Enrolment) -> None:
    Cohort.objects.filter(pk=enrolment.cohort_id).update(opens_at=AT + timedelta(days=3))
    client.force_login(enrolment.user)
    assert client.get(address(enrolment, "M1")).headers["Location"] == address(enrolment)
    assert "25 November 2026, 10.00 WIB" in client.get(address(enrolment)).content.decode()
    client.post(address(enrolment, "M1", "selesai"))
    assert not ModuleReading.objects.exists()


def test_an_angkatan_in_preparation_says_so(client: Client) -> None:
    enrolment = make_enrolment(cohort=make_cohort(is_open=False))
    client.force_login(enrolment.user)
    assert "masih disiapkan" in client.get(address(enrolment)).content.decode()
    assert client.get(address(enrolment, "M1")).status_code == 404
    assert "masih" in client.get(address(enrolment)).content.decode()
    assert client.get("/belajar/").status_code == 200


def test_a_trainer_reads_the_same_module_without_leaving_a_trace(client: Client, enrolment: Enrolment) -> None:
    client.force_login(enrolment.cohort.trainer_links.get().user)
    page = client.get(address(enrolment, "M1"))
    assert page.status_code == 200
    assert "tidak ada yang dicatat" in page.content.decode()
    assert client.get(address(enrolment)).headers["Location"] == f"/angkatan/{enrolment.cohort.public_id}/"


def test_learn_says_what_to_do_next_how_long_and_why(client: Client, enrolment: Enrolment) -> None:
    client.force_login(enrolment.user)
    page = client.get("/belajar/").content.decode()
    assert "Modul 1: Judul M1" in page
    assert "Sekitar 15 menit" in page
    assert "Setelah ini tersisa 1 langkah lagi." in page
    assert "ditutup 31 Desember 2026, 23.59 WIB" in page
    mark_read(enrolment, "M1", at=AT)
    page = client.get("/belajar/").content.decode()
    assert "Modul 2: Judul M2" in page
    assert "Ini langkah terakhir" in page
    assert "1 dari 2 langkah selesai" in page


def test_learn_is_empty_in_words_for_somebody_new(client: Client) -> None:
    client.force_login(make_person())
    assert "Anda belum terdaftar" in client.get("/belajar/").content.decode()


def test_activities_of_upper_apps_stand_in_their_place(
    client: Client, enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quizzes(enrolments: Any) -> list[Activity]:
        return [
            Activity(one.pk, "quiz", "pre", "Pre-test", "/kuis/mulai/pre/", "todo", 10, 50, post=True, counts=False)
            for one in enrolments
        ]

    monkeypatch.setattr(activities, "_sources", [quizzes])
    client.force_login(enrolment.user)
    page = client.get("/belajar/").content.decode()
    assert '<form method="post" action="/kuis/mulai/pre/">' in page
    home = client.get(address(enrolment)).content.decode()
    assert home.index("Pre-test") < home.index("Judul M1")
    mark_read(enrolment, "M1", at=AT)
    assert "Modul 2: Judul M2" in client.get("/belajar/").content.decode()


def test_a_completed_training_shows_its_certificate(
    client: Client, enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = "waiting"

    def certificates(enrolments: Any) -> list[Activity]:
        return [
            Activity(
                one.pk, "certificate", "c", "Sertifikat pelatihan", "/sertifikat/", state, note="Menunggu", counts=False
            )
            for one in enrolments
        ]

    monkeypatch.setattr(activities, "_sources", [certificates])
    client.force_login(enrolment.user)
    assert "/sertifikat/" not in next_card(client)
    for key in ("M1", "M2"):
        mark_read(enrolment, key, at=AT)
    assert "Lihat apa yang ditunggu" in next_card(client)
    state = "done"
    assert "Lihat sertifikat saya" in next_card(client)


def next_card(client: Client) -> str:
    page = client.get("/belajar/").content.decode()
    return page[page.index('class="next-step"') : page.index("Pelatihan saya")]


def test_joining_is_offered_where_allowed_and_happens_by_a_post(client: Client) -> None:
    free, closed = make_cohort(self_enrol=True), make_cohort()
    ani = make_person()
    client.force_login(ani)
    page = client.get("/belajar/").content.decode()
    assert f"/belajar/ikut/{free.public_id}/" in page
    assert str(closed.public_id) not in page
    assert client.get(f"/belajar/ikut/{free.public_id}/").status_code == 200
    assert not Enrolment.objects.exists()
    assert client.post(f"/belajar/ikut/{closed.public_id}/").status_code == 404
    assert client.post(f"/belajar/ikut/{free.public_id}/").status_code == 302
    assert client.post(f"/belajar/ikut/{free.public_id}/").status_code == 302
    assert Enrolment.objects.get().user == ani
    client.logout()
    assert client.post(f"/belajar/ikut/{free.public_id}/").headers["Location"].startswith("/masuk/")


@pytest.fixture
def statements(django_assert_max_num_queries: Any, client: Client) -> Callable[[str, int], None]:
    """Open a page with a warm session and pin its statements."""

    def check(page: str, most: int) -> None:
        client.get(page)
        with django_assert_max_num_queries(most):
            assert client.get(page).status_code == 200

    return check


def test_a_module_page_costs_the_same_whatever_the_course_holds(client: Client, statements: Any) -> None:
    for modules in (1, 12):
        enrolment = make_enrolment(cohort=make_cohort(course=make_course(modules=modules)))
        for number in range(1, modules):
            mark_read(enrolment, f"M{number}", at=timezone.now())
        client.force_login(enrolment.user)
        statements(address(enrolment, "M1"), 8)


def test_learn_costs_the_same_whatever_somebody_follows(client: Client, statements: Any) -> None:
    ani = make_person()
    for _number in range(4):
        make_enrolment(user=ani, cohort=make_cohort(course=make_course(modules=3)))
        client.force_login(ani)
        statements("/belajar/", 9)  # among them: the notices, and what was asked for and is not decided


def test_ones_angkatan_costs_the_same_whatever_was_read(client: Client, statements: Any) -> None:
    for modules in (1, 12):
        enrolment = make_enrolment(cohort=make_cohort(course=make_course(modules=modules)))
        for number in range(1, modules):
            mark_read(enrolment, f"M{number}", at=timezone.now())
        client.force_login(enrolment.user)
        statements(f"/belajar/{enrolment.cohort.public_id}/", 8)  # readings and corrections are asked together
