"""Calendar feeds: what RFC 5545 asks, at a secret address that can be renewed, with nothing private in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from courses import calendars, ics, sessions
from courses.errors import NotAllowed
from courses.models import CalendarFeed
from tests.factories_accounts import make_person
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment
from tests.factories_sessions import make_session, trainer_of

START = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=8)))


def entry(**fields: Any) -> ics.Entry:
    given_: dict[str, Any] = {
        "uid": "1@suluh",
        "sequence": 0,
        "starts_at": START,
        "ends_at": START + timedelta(minutes=90),
    }
    return ics.Entry(**given_ | {"changed_at": START, "summary": "Pertemuan"} | fields)


def unfolded(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_times_are_utc_and_names_are_there() -> None:
    lines = unfolded(ics.calendar("Angkatan I", [entry(sequence=3)]))
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Suluh//Kalender sesi//ID"]
    for line in ("DTSTART:20261124T010000Z", "DTEND:20261124T023000Z", "SEQUENCE:3", "UID:1@suluh", "STATUS:CONFIRMED"):
        assert line in lines
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    with pytest.raises(ValueError, match="aware"):
        ics.moment(datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001 - that is the point


def test_text_is_escaped_and_cannot_begin_a_line_of_its_own() -> None:
    lines = unfolded(ics.calendar("x", [entry(summary="A; B, C\\D\r\nEND:VEVENT\nATTENDEE:x\x00")]))
    assert "SUMMARY:A\\; B\\, C\\\\D\\nEND:VEVENT\\nATTENDEE:x" in lines
    assert not [line for line in lines if line.startswith("ATTENDEE")]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=300))
def test_lines_are_folded_at_75_octets_between_characters(summary: str) -> None:
    data = ics.calendar("x", [entry(summary=summary)])
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert f"SUMMARY:{ics.text(summary)}" in data.decode().replace("\r\n ", "")


@pytest.mark.django_db
@time_machine.travel(AT, tick=False)
def test_ones_own_feed_holds_ones_sessions_and_nothing_private(client: Client) -> None:
    session = make_session(title="Pertemuan, asesmen; lanjutan")
    mine = make_enrolment(cohort=session.cohort)
    make_session(cohort=make_cohort(course=make_course(title="Lain")), title="Bukan milik saya")
    left = make_enrolment(cohort=make_session(title="Sudah keluar").cohort, user=mine.user)
    left.status, left.dropped_at = "dropped", AT
    left.save()
    client.force_login(mine.user)
    page = client.post("/kalender/").content.decode()
    address = page.split('readonly value="')[1].split('"')[0]
    assert address not in client.get("/kalender/").content.decode()
    client.logout()
    response = client.get(address)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    feed = response.content.decode().replace("\r\n ", "")
    assert f"UID:{session.public_id}@suluh" in feed
    assert f"/sesi/{session.public_id}/" in feed
    for private in (
        "Bukan milik saya",
        "Sudah keluar",
        "rapat.example",
        mine.user.full_name,
        mine.user.participant_number,
    ):
        assert private not in feed
    token = address.split("/kalender/")[1].removesuffix(".ics")
    assert token not in str(list(CalendarFeed.objects.values()))


@pytest.mark.django_db
@time_machine.travel(AT, tick=False)
def test_a_change_keeps_the_uid_and_raises_the_sequence_and_cancelling_says_so(client: Client) -> None:
    session = make_session()
    trainer = trainer_of(session.cohort)
    token = calendars.renew_for_cohort(session.cohort, actor=trainer, at=AT)
    plan = sessions.Plan(title="Baru", starts_at=AT + timedelta(hours=1), ends_at=AT + timedelta(hours=2))
    sessions.change_session(session, plan, actor=trainer, at=AT)
    feed = client.get(f"/kalender/{token}.ics").content.decode()
    assert "SEQUENCE:1\r\n" in feed
    assert "SUMMARY:Baru\r\n" in feed
    sessions.cancel_session(session, reason="Sakit", actor=trainer, at=AT)
    feed = client.get(f"/kalender/{token}.ics").content.decode()
    assert f"UID:{session.public_id}@suluh\r\n" in feed
    assert "SEQUENCE:2\r\n" in feed
    assert "STATUS:CANCELLED\r\n" in feed


@pytest.mark.django_db
def test_renewing_makes_the_earlier_address_void(client: Client) -> None:
    cohort = make_cohort()
    first = calendars.renew_for_cohort(cohort, actor=trainer_of(cohort), at=AT)
    second = calendars.renew_for_cohort(cohort, actor=trainer_of(cohort), at=AT)
    assert client.get(f"/kalender/{first}.ics").status_code == 404
    assert client.get(f"/kalender/{second}.ics").status_code == 200
    assert client.post(f"/kalender/{second}.ics").status_code == 405
    with pytest.raises(NotAllowed):
        calendars.renew_for_cohort(cohort, actor=make_person(), at=AT)
    assert CalendarFeed.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db
def test_the_feed_of_somebody_whose_account_ended_is_empty(client: Client) -> None:
    session = make_session()
    mine = make_enrolment(cohort=session.cohort)
    token = calendars.renew_own(mine.user, at=AT)
    mine.user.is_active = False
    mine.user.save()
    assert b"VEVENT" not in client.get(f"/kalender/{token}.ics").content
    assert START.astimezone(UTC).hour == 1
