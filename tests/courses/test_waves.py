"""A wave: its angkatan made at once, one list dealt out into them, taken back, opened and closed together."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.management.commands.make_people_list import as_xlsx
from accounts.models import Event, Organization, PeopleListRow, Region, Role, User
from accounts.people_lists import checking, running, undoing
from accounts.people_lists.making import make
from accounts.spreadsheets import read_pasted, read_table
from courses import activities, editions, parts
from courses.cohorts import Schedule, assign_trainers, open_cohort
from courses.errors import CodeTaken, NoPlaces, NotAllowed, WaveBusy, WaveStands
from courses.lists import purpose_of_wave
from courses.models import Cohort, Edition, Enrolment, Wave, WaveMember, WaveRun
from courses.people_table import seats_of
from courses.roll import counts
from courses.waves import entrusting, making, people, table
from courses.waves import running as wave_running
from courses.waves.making import Patterns
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_course, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    for registry in ("_writers", "_checks"):
        monkeypatch.setattr(parts, registry, [])
    monkeypatch.setattr(activities, "_sources", [])


def trainer_of(organization: Organization) -> User:
    return make_person(name="Budi", role=Role.TRAINER, organization=organization)


def make_wave(number: int = 3, *, capacity: int | None = None, code: str = "G1", actor: User | None = None) -> Wave:
    organization = make_organization()
    return making.create_wave(
        make_course(organization=organization),
        organization=organization,
        name="Gelombang I",
        code=code,
        patterns=Patterns("Angkatan {romawi}", f"{code}-{{nomor}}"),
        number=number,
        schedule=Schedule(date(2026, 11, 1), date(2026, 12, 31), "Asia/Makassar"),
        capacity=capacity,
        actor=actor or trainer_of(organization),
        at=AT,
    )


def add_people(wave: Wave, number: int, *, region: Region | None = None) -> list[User]:
    found = [make_person() for _n in range(number)]
    WaveMember.objects.bulk_create(
        WaveMember(wave=wave, user=person, organization=wave.organization, region=region, added_at=AT)
        for person in found
    )
    return found


def sizes(wave: Wave) -> list[int]:
    return [cohort.enrolments.count() for cohort in wave.cohorts.order_by("pk")]


def test_one_form_makes_all_angkatan_with_codes_names_days_and_places() -> None:
    wave = make_wave(3, capacity=40)
    found = list(wave.cohorts.order_by("pk").values_list("name", "code", "capacity", "status", "time_zone"))
    assert found[0] == ("Angkatan I", "G1-01", 40, "draft", "Asia/Makassar")
    assert [row[1] for row in found] == ["G1-01", "G1-02", "G1-03"]
    assert all(cohort.trainer_links.get().user == wave.created_by for cohort in wave.cohorts.all())


def test_codes_that_others_have_and_strangers_are_refused_and_nothing_is_made() -> None:
    wave = make_wave(2)
    with pytest.raises(CodeTaken):
        making.create_wave(
            wave.course,  # type: ignore[arg-type]
            organization=wave.organization,
            name="Lain",
            code="G2",
            patterns=Patterns("{nomor}", "G1-{nomor}"),
            number=2,
            schedule=Schedule(date(2026, 11, 1), None, "Asia/Jakarta"),
            capacity=None,
            actor=wave.created_by,
            at=AT,
        )
    dewi = trainer_of(make_organization())
    for forbidden in (
        lambda: making.resize(wave, 5, actor=dewi, at=AT),
        lambda: people.deal_out(wave, by="region", number=None, actor=dewi, at=AT),
        lambda: people.take_back(wave, actor=dewi, at=AT),
        lambda: wave_running.start(wave, WaveRun.Action.OPEN, actor=dewi, at=AT),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    assert (Wave.objects.count(), Cohort.objects.count(), WaveRun.objects.count()) == (1, 2, 0)


def test_the_number_of_angkatan_changes_while_nobody_is_in_them() -> None:
    wave = make_wave(3)
    making.resize(wave, 5, actor=wave.created_by, at=AT)
    making.resize(wave, 2, actor=wave.created_by, at=AT)
    assert sorted(wave.cohorts.values_list("code", flat=True)) == ["G1-01", "G1-02"]
    for cohort in wave.cohorts.all():
        make_enrolment(cohort=cohort)
    with pytest.raises(NoPlaces):
        making.resize(wave, 1, actor=wave.created_by, at=AT)
    assert wave.cohorts.count() == 2


def test_dealing_out_does_what_the_preview_shows_and_repeating_deals_nobody_twice() -> None:
    wave = make_wave(3, capacity=5)
    add_people(wave, 11)
    shown = people.preview(wave, by="order", number=4)
    assert [group.total for group in shown.groups] == [3, 3, 3, 2]
    assert Enrolment.objects.count() == 0
    assert wave.cohorts.count() == 3
    actor = wave.created_by
    assert people.deal_out(wave, by="order", number=4, actor=actor, at=AT) == 11
    assert sizes(wave) == [3, 3, 3, 2]
    assert people.deal_out(wave, by="order", number=4, actor=actor, at=AT) == 0
    add_people(wave, 1)
    assert people.deal_out(wave, by="region", number=None, actor=actor, at=AT) == 1
    assert sizes(wave) == [3, 3, 3, 3]


def test_too_few_places_change_nothing_and_the_preview_says_how_many() -> None:
    wave = make_wave(2, capacity=2)
    add_people(wave, 5)
    assert "1" in people.preview(wave).problem
    with pytest.raises(NoPlaces):
        people.deal_out(wave, by="region", number=2, actor=wave.created_by, at=AT)
    assert sizes(wave) == [0, 0]


def test_dealing_out_is_taken_back_while_everything_is_prepared() -> None:
    wave = make_wave(2)
    add_people(wave, 4)
    by_hand = make_enrolment(cohort=wave.cohorts.first())
    actor = wave.created_by
    people.deal_out(wave, by="region", number=None, actor=actor, at=AT)
    assert people.may_take_back(wave)
    assert people.take_back(wave, actor=actor, at=AT) == 4
    assert people.take_back(wave, actor=actor, at=AT) == 0
    assert list(Enrolment.objects.all()) == [by_hand]
    assert people.waiting_members(wave).count() == 4
    people.deal_out(wave, by="region", number=None, actor=actor, at=AT)
    open_cohort(wave.cohorts.order_by("pk")[0], actor=actor, at=AT)
    assert not people.may_take_back(wave)
    with pytest.raises(WaveStands):
        people.take_back(wave, actor=actor, at=AT)
    assert sum(sizes(wave)) == 5


def test_the_preview_takes_the_same_statements_for_few_and_many(django_assert_num_queries: Any) -> None:
    wave = make_wave(2)
    for more in (2, 20):
        add_people(wave, more)
        with django_assert_num_queries(2):
            people.preview(wave)


def sent_list(wave: Wave, count: int) -> Any:
    rows = "\n".join(f"P-{number:05d}\tSiti Aminah {number}" for number in range(count))
    table = read_pasted(f"Nomor peserta\tNama\n{rows}")
    found = checking.receive(table, purpose_of_wave(wave), actor=wave.created_by, at=AT)
    running.start(found, actor=wave.created_by, at=AT)
    running.run(found.pk, at=AT)
    found.refresh_from_db()
    return found


def test_a_list_sent_to_a_wave_waits_there_is_dealt_out_and_its_undo_leaves_nothing() -> None:
    wave = make_wave(3)
    before = User.objects.count()
    found = sent_list(wave, 10)
    assert (found.state, people.waiting_members(wave).count()) == ("done", 10)
    people.deal_out(wave, by="region", number=None, actor=wave.created_by, at=AT)
    assert sorted(sizes(wave)) == [3, 3, 4]
    assert sent_list(wave, 10).known == 10
    assert people.waiting_members(wave).count() == 0
    assert undoing.obstacles(found) == []
    undoing.undo(found, actor=wave.created_by, at=AT)
    assert (Enrolment.objects.count(), WaveMember.objects.count(), User.objects.count()) == (0, 0, before)


def test_what_somebody_has_done_stands_in_the_way_of_undoing_a_dealt_list() -> None:
    wave = make_wave(2)
    found = sent_list(wave, 4)
    people.deal_out(wave, by="region", number=None, actor=wave.created_by, at=AT)
    first = wave.cohorts.order_by("pk")[0]
    open_cohort(first, actor=wave.created_by, at=AT)
    first.enrolments.first().readings.create(key="M1", read_at=AT)  # type: ignore[union-attr]
    assert len(undoing.obstacles(found)) == 1
    assert PeopleListRow.objects.filter(people_list=found, created=True).count() == 4


def test_a_run_opens_all_with_one_edition_and_says_why_one_was_left() -> None:
    wave = make_wave(3)
    actor = wave.created_by
    run = wave_running.start(wave, WaveRun.Action.OPEN, actor=actor, at=AT)
    assert run is not None
    with pytest.raises(WaveBusy):
        wave_running.start(wave, WaveRun.Action.OPEN, actor=actor, at=AT)
    assert wave_running.unfinished() == [run.pk]
    wave_running.step(run.pk, at=AT)  # a worker that dies here leaves one open and two to go
    wave_running.go_on(run.pk, at=AT)
    wave_running.go_on(run.pk, at=AT)
    run.refresh_from_db()
    assert (run.done, run.finished_at, set(run.outcomes.values())) == (3, AT, {""})
    assert set(wave.cohorts.values_list("status", "edition")) == {("open", Edition.objects.get().pk)}
    assert Event.objects.filter(verb="cohort.opened").count() == 3
    assert wave_running.start(wave, WaveRun.Action.OPEN, actor=actor, at=AT) is None
    closing = wave_running.start(wave, WaveRun.Action.CLOSE, actor=actor, at=AT + timedelta(days=60))
    assert closing is not None
    wave_running.go_on(closing.pk, at=AT + timedelta(days=60))
    assert set(wave.cohorts.values_list("status", flat=True)) == {"closed"}


def test_a_run_that_cannot_open_says_it_for_each_angkatan_and_ends() -> None:
    wave = make_wave(2)
    assert wave.course is not None
    for module in wave.course.get_children():
        module.unpublish()
    run = wave_running.start(wave, WaveRun.Action.OPEN, actor=wave.created_by, at=AT)
    assert run is not None
    wave_running.go_on(run.pk, at=AT)
    run.refresh_from_db()
    assert run.finished_at is not None
    assert len(run.outcomes) == 2
    assert all(run.outcomes.values())
    assert set(wave.cohorts.values_list("status", flat=True)) == {"draft"}


def test_the_screens_lead_from_making_to_opening(
    client: Client, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = make_organization()
    course = make_course(organization=organization)
    budi = trainer_of(organization)
    client.force_login(budi)
    data = {
        "course": course.pk, "organization": organization.pk, "name": "Gelombang I", "code": "g1", "number": 2,
        "name_pattern": "Angkatan {romawi}", "code_pattern": "G1-{nomor}", "starts_on": "2026-11-01",
        "ends_on": "2026-12-31", "time_zone": "Asia/Jakarta", "capacity": 3,
    }  # fmt: skip
    assert client.post("/gelombang/baru/", data | {"code_pattern": "G1"}).status_code == 200
    assert Wave.objects.count() == 0
    client.post("/gelombang/baru/", data)
    wave = Wave.objects.get()
    address = f"/gelombang/{wave.public_id}/"
    assert "Gelombang I" in client.get("/gelombang/").content.decode()
    add_people(wave, 4)
    page = client.get(f"{address}bagi/?jumlah=2&cara=order").content.decode()
    assert "Bagi 4 orang" in page
    client.post(f"{address}bagi/", {"jumlah": 2, "cara": "order"})
    assert sizes(wave) == [2, 2]
    client.post(f"{address}bagi/batal/")
    assert sizes(wave) == [0, 0]
    client.post(f"{address}bagi/", {"jumlah": 2, "cara": "region"})
    assert client.get(f"{address}buka/").status_code == 200
    from courses import tasks

    queued: list[int] = []
    monkeypatch.setattr(tasks.run_wave, "enqueue", queued.append)
    client.post(f"{address}buka/")
    tasks.run_wave(queued[0])
    assert set(wave.cohorts.values_list("status", flat=True)) == {"open"}
    assert client.get(address).status_code == 200
    assert client.get(f"{address}tutup/").status_code == 200
    outsider = trainer_of(make_organization())
    client.force_login(outsider)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}tutup/").status_code == 404


def test_the_wave_page_takes_the_same_statements_for_few_and_many(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    wave = make_wave(2)
    client.force_login(wave.created_by)
    client.get(f"/gelombang/{wave.public_id}/")
    counts = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for more in (2, 10):
        add_people(wave, more)
        making.resize(wave, 2 + more, actor=wave.created_by, at=AT)
        people.deal_out(wave, by="order", number=None, actor=wave.created_by, at=AT)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/gelombang/{wave.public_id}/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16


def test_trainers_of_a_wave_teach_every_angkatan_and_those_of_single_ones_stay(client: Client) -> None:
    wave = make_wave(3)
    budi = wave.created_by
    citra, eko, fani = (make_person(name=name, role=Role.TRAINER, organization=wave.organization) for name in "CEF")
    first, second, closed = wave.cohorts.order_by("pk")
    assign_trainers(first, [budi, fani], actor=budi, at=AT)
    Cohort.objects.filter(pk=closed.pk).update(status="closed", closed_at=AT, opened_at=AT, edition=make_edition(wave))
    client.force_login(budi)
    address = f"/gelombang/{wave.public_id}/pelatih/"
    assert f'href="{address}"' in client.get(wave.get_absolute_url()).content.decode()
    for _click in range(2):
        client.post(address, {"trainers": [citra.pk], "facilitators": [eko.pk]})
    told = {one.pk: {link.user: link.part for link in one.trainer_links.all()} for one in (first, second, closed)}
    everywhere = {citra: "trainer", eko: "facilitator"}
    assert told == {first.pk: {fani: "trainer", **everywhere}, second.pk: everywhere, closed.pk: {budi: "trainer"}}
    assert Event.objects.filter(verb="wave.entrusted").count() == 1
    client.force_login(make_person(role=Role.TRAINER, organization=make_organization()))
    assert client.post(address, {}).status_code == 404
    with pytest.raises(NotAllowed):
        entrusting.entrust(wave, [], actor=make_person(), at=AT)


def make_edition(wave: Wave) -> Edition:
    assert wave.course is not None
    return editions.freeze(wave.course, at=AT, actor=wave.created_by)


def test_a_wave_counts_the_silent_as_the_page_of_each_angkatan_does(client: Client) -> None:
    wave = make_wave(2)
    first = wave.cohorts.order_by("pk")[0]
    for days in (1, 8, 9, None):
        seen = AT - timedelta(days=days) if days else None
        make_enrolment(cohort=first, user=make_person(last_login=seen))
    row, other = table.rows_of(wave, viewer=wave.created_by, at=AT)
    page = counts(seats_of(first), at=AT)
    assert (row.silent, row.never_here) == (page["diam"], page["belum-masuk"]) == (2, 1)  # type: ignore[attr-defined]
    assert table.totals([row, other])["silent"] == 2


def test_991_people_of_a_spreadsheet_are_dealt_into_25_angkatan_and_the_undo_leaves_nothing() -> None:
    wave = make_wave(25, capacity=40)
    call_command("load_reference", verbosity=0)
    before = User.objects.count()
    table = read_table(as_xlsx(make(991, seed=7)), "daftar.xlsx")
    found = checking.receive(table, purpose_of_wave(wave), actor=wave.created_by, at=AT)
    running.start(found, actor=wave.created_by, at=AT, partly=True)
    running.run(found.pk, at=AT)
    waiting = people.waiting_members(wave).count()
    assert waiting == 991
    assert people.deal_out(wave, by="region", number=None, actor=wave.created_by, at=AT) == 991
    assert sorted(set(sizes(wave))) == [39, 40]
    codes = [
        sorted(WaveMember.objects.filter(enrolment__cohort=cohort).values_list("region__code", flat=True))
        for cohort in wave.cohorts.order_by("pk")
    ]
    assert all(before[-1] <= after[0] for before, after in pairwise(codes))
    undoing.undo(found, actor=wave.created_by, at=AT)
    assert (User.objects.count(), Enrolment.objects.count(), WaveMember.objects.count()) == (before, 0, 0)
