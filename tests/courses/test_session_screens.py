"""Screens of live sessions: open to whom they belong, closed to others, and what they say and do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Role, User
from cms.models import Message
from courses.attendance import arriving, ticking
from courses.models import Enrolment, LiveSession, Presence, SessionResult
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment
from tests.factories_sessions import make_session, trainer_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def session() -> LiveSession:
    return make_session()


@pytest.fixture
def enrolment(session: LiveSession) -> Enrolment:
    return make_enrolment(cohort=session.cohort)


def get(client: Client, person: User, address: str) -> Any:
    client.force_login(person)
    return client.get(address)


def test_trainer_screens(client: Client, session: LiveSession, enrolment: Enrolment) -> None:
    """The trainer opens them, an assessor looks at the sheet only, outsiders and participants find nothing."""
    trainer = trainer_of(session.cohort)
    assessor = make_person(name="Penilai", role=Role.ASSESSOR, organization=session.cohort.organization)
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    base = f"/sesi/{session.public_id}"
    looks = [f"/angkatan/{session.cohort.public_id}/sesi/", f"{base}/kehadiran/"]
    looks.append(f"{base}/kehadiran/{enrolment.public_id}/")
    runs = [f"/angkatan/{session.cohort.public_id}/sesi/baru/", f"/angkatan/{session.cohort.public_id}/sesi/kalender/"]
    runs += [f"{base}/{page}/" for page in ("ubah", "batal", "kode", "laporan")]
    for address in looks + runs:
        client.logout()
        assert client.get(address).headers["Location"].startswith("/masuk/")
        assert get(client, trainer, address).status_code == 200, address
        assert get(client, assessor, address).status_code == (200 if address in looks else 403), address
        assert get(client, dewi, address).status_code == 404, address
        assert get(client, enrolment.user, address).status_code == 404, address


def test_the_participants_screens(client: Client, session: LiveSession, enrolment: Enrolment) -> None:
    other = make_enrolment(cohort=make_cohort(course=make_course(title="Lain"))).user
    left = make_enrolment(cohort=session.cohort, status="dropped", dropped_at=AT).user
    address = f"/sesi/{session.public_id}/"
    page = get(client, enrolment.user, address)
    assert page.status_code == 200
    assert "Minggu, 22 November 2026, 10.00-11.30 WIB" in page.content.decode()
    for person in (other, left):
        assert get(client, person, address).status_code == 404
        assert get(client, person, f"{address}gabung/").status_code == 404
        for verb in ("hadir", "susulan", "keberatan"):
            assert client.post(f"{address}{verb}/", {"kode": "000000"}).status_code == 404
    assert not Presence.objects.exists()
    assert get(client, trainer_of(session.cohort), address).headers["Location"] == f"{address}kehadiran/"


def test_the_link_is_shown_around_the_session_only(client: Client, session: LiveSession, enrolment: Enrolment) -> None:
    """From 30 minutes before to the end; the address of the meeting itself never stands in a page."""
    address = f"/sesi/{session.public_id}/"
    for minutes, shown in ((-31, False), (-30, True), (0, True), (90, True), (91, False)):
        with time_machine.travel(AT + timedelta(minutes=minutes), tick=False):
            page = get(client, enrolment.user, address).content.decode()
            assert (f"{address}gabung/" in page) == shown, minutes
            assert "rapat.example" not in page
            leads = client.get(f"{address}gabung/").headers["Location"]
            assert leads == ("https://rapat.example/j/123?pwd=rahasia" if shown else address), minutes


def test_joining_is_recorded_once_and_counts_nothing(
    client: Client, session: LiveSession, enrolment: Enrolment
) -> None:
    address = f"/sesi/{session.public_id}/gabung/"
    client.force_login(enrolment.user)
    client.get(address, headers={"Sec-Purpose": "prefetch"})
    assert not Presence.objects.exists()
    client.get(address)
    client.get(address)
    assert [one.source for one in Presence.objects.all()] == ["join"]
    assert [(one.minutes, one.attended) for one in SessionResult.objects.all()] == [(0, False)]


def test_the_hours_stand_in_the_persons_own_zone(client: Client, session: LiveSession) -> None:
    unit = make_organization(time_zone="Asia/Jayapura")
    mine = make_enrolment(cohort=session.cohort, organization=unit)
    page = get(client, mine.user, f"/sesi/{session.public_id}/").content.decode()
    assert "12.00-13.30 WIT" in page
    assert "10.00-11.30 WIB" in page
    assert "12.00-13.30 WIT" in get(client, mine.user, "/sesi/").content.decode()


def test_a_code_from_the_wall_makes_present(client: Client, session: LiveSession, enrolment: Enrolment) -> None:
    trainer = trainer_of(session.cohort)
    client.force_login(trainer)
    client.post(f"/sesi/{session.public_id}/kode/", {"minutes": "10"})
    code = session.codes.get().code
    wall = client.get(f"/sesi/{session.public_id}/kode/").content.decode()
    assert f"?kode={code}" in wall
    page = get(client, enrolment.user, f"/sesi/{session.public_id}/?kode={code}").content.decode()
    assert f'value="{code}"' in page
    client.post(f"/sesi/{session.public_id}/hadir/", {"kode": f"{code[:3]} {code[3:]}"})
    assert SessionResult.objects.get(enrolment=enrolment).attended


def test_guessing_locks_out_the_guesser_only(client: Client, session: LiveSession, enrolment: Enrolment) -> None:
    made = arriving.show_code(session, actor=trainer_of(session.cohort), at=AT)
    wrong = f"{(int(made.code) + 1) % 1_000_000:06d}"
    address = f"/sesi/{session.public_id}/hadir/"
    client.force_login(enrolment.user)
    for _n in range(5):
        client.post(address, {"kode": wrong})
    client.post(address, {"kode": made.code})
    assert not SessionResult.objects.filter(attended=True).exists()
    mate = make_enrolment(cohort=session.cohort)
    client.force_login(mate.user)
    client.post(address, {"kode": made.code})
    assert SessionResult.objects.get(attended=True).enrolment == mate


def test_planning_through_the_form_repeats_weekly(client: Client) -> None:
    cohort = make_cohort()
    client.force_login(trainer_of(cohort))
    values = {"title": "Supervisi", "day": "2026-11-24", "begins": "09:00", "minutes": "90", "jp": "1.5", "times": "3"}
    values |= {"every_days": "7", "threshold_percent": "80", "claim_days": "2", "join_url": "meet.example/abc"}
    address = f"/angkatan/{cohort.public_id}/sesi/baru/"
    for _twice in range(2):
        client.post(address, values)
    made = list(cohort.sessions.all())
    assert [one.starts_at.isoformat() for one in made] == [
        "2026-11-24T02:00:00+00:00", "2026-12-01T02:00:00+00:00", "2026-12-08T02:00:00+00:00",
    ]  # fmt: skip
    assert {(str(one.jp), one.threshold_percent, one.join_url) for one in made} == {
        ("1.5", 80, "https://meet.example/abc")
    }
    bad = client.post(address, values | {"jp": "1.3", "join_url": "javascript:alert(1)"})
    assert bad.status_code == 200
    assert cohort.sessions.count() == 3


def test_the_sheet_ticks_some_all_and_takes_back(client: Client, session: LiveSession, enrolment: Enrolment) -> None:
    mate = make_enrolment(cohort=session.cohort)
    address = f"/sesi/{session.public_id}/kehadiran/"
    client.force_login(trainer_of(session.cohort))

    def present() -> set[int]:
        return set(SessionResult.objects.filter(attended=True).values_list("enrolment_id", flat=True))

    client.post(address, {"aksi": "hadir", "orang": [str(enrolment.public_id), "nonsense"]})
    assert present() == {enrolment.pk}
    client.post(address, {"aksi": "cabut", "orang": [str(enrolment.public_id)]})
    assert present() == set()
    client.get(f"/sesi/{session.public_id}/gabung/")
    arriving.note_join(session, mate, at=AT)
    client.post(address, {"aksi": "tautan"})
    assert present() == {mate.pk}
    client.post(address, {"aksi": "semua"})
    assert present() == {mate.pk, enrolment.pk}
    client.post(address, {"aksi": "cabut-semua"})
    assert present() == set()


def test_claims_and_objections_go_to_the_trainer_and_back(
    client: Client, session: LiveSession, enrolment: Enrolment
) -> None:
    trainer, base = trainer_of(session.cohort), f"/sesi/{session.public_id}"
    with time_machine.travel(AT + timedelta(hours=3), tick=False):
        client.force_login(enrolment.user)
        client.post(f"{base}/susulan/", {"reason": "Sinyal hilang, saya ikut dari HP teman."})
        claim = session.claims.get()
        client.force_login(trainer)
        assert "Sinyal hilang" in client.get(f"{base}/kehadiran/{enrolment.public_id}/").content.decode()
        client.post(f"{base}/susulan/{claim.public_id}/", {"tolak": "1", "answer": "Tidak ada yang melihat."})
        client.force_login(enrolment.user)
        assert "Tidak ada yang melihat." in client.get(f"{base}/").content.decode()
        client.post(f"{base}/keberatan/", {"text": "Saya bertanya pada menit 40."})
        objection = session.objections.get()
        client.force_login(trainer)
        assert "?saring=menunggu" in client.get(f"{base}/kehadiran/").content.decode()
        client.post(f"{base}/keberatan/{objection.public_id}/", {"terima": "1", "answer": "Benar, ada di rekaman."})
        client.force_login(enrolment.user)
        page = client.get(f"{base}/").content.decode()
        assert "Benar, ada di rekaman." in page
    told = {one.kind: one for one in Message.objects.filter(user=enrolment.user)}
    assert {kind: (one.subject, one.url) for kind, one in told.items()} == {
        "claim-decided": ("Susulan kehadiran Anda tidak diterima: Pertemuan 1", f"{base}/"),
        "objection-answered": ("Keberatan Anda disetujui: Pertemuan 1", f"{base}/"),
    }
    assert "Tidak ada yang melihat." in told["claim-decided"].text
    assert SessionResult.objects.get(enrolment=enrolment).attended


@pytest.mark.parametrize("people", [3, 40])
def test_statements_do_not_grow(
    client: Client, session: LiveSession, people: int, django_assert_max_num_queries: Any
) -> None:
    crowd = [make_enrolment(cohort=session.cohort) for _n in range(people)]
    trainer = trainer_of(session.cohort)
    ticking.tick(session, crowd, present=True, actor=trainer, at=AT)
    client.force_login(trainer)
    with django_assert_max_num_queries(22):
        client.get(f"/sesi/{session.public_id}/kehadiran/")
    with django_assert_max_num_queries(18):
        client.get(f"/angkatan/{session.cohort.public_id}/sesi/")
    client.force_login(crowd[0].user)
    with django_assert_max_num_queries(26):
        client.get("/belajar/")
