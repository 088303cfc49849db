"""A participant report: shown first, counted when a trainer says so, the same file twice is nothing new, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from courses.models import Enrolment, LiveSession, Presence, SessionReport, SessionResult
from tests.factories_accounts import make_person
from tests.factories_courses import AT, make_enrolment
from tests.factories_sessions import make_session, trainer_of

pytestmark = pytest.mark.django_db
FILE = b"""\xef\xbb\xbfName (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room
Siti Aminah,,11/22/2026 09:58:00 AM,11/22/2026 11:25:00 AM,87,Yes,No
Siti A,,11/22/2026 10:00:00 AM,11/22/2026 11:30:00 AM,90,Yes,No
Laptop aula,,11/22/2026 10:00:00 AM,11/22/2026 11:30:00 AM,90,Yes,No
"""


@pytest.fixture(autouse=True)
def _afterwards() -> Any:
    with time_machine.travel(AT + timedelta(hours=3), tick=False):
        yield


@pytest.fixture
def session() -> LiveSession:
    return make_session()


def named(session: LiveSession, name: str) -> Enrolment:
    person = make_person(name=name, role=Role.PARTICIPANT, organization=session.cohort.organization)
    return make_enrolment(cohort=session.cohort, user=person)


def send(client: Client, session: LiveSession, data: bytes = FILE) -> Any:
    file = SimpleUploadedFile("laporan.csv", data, "text/csv")
    return client.post(f"/sesi/{session.public_id}/laporan/", {"file": file, "zone": "Asia/Jakarta"})


def minutes() -> dict[str, tuple[int, bool]]:
    rows = SessionResult.objects.select_related("enrolment__user")
    return {row.enrolment.user.full_name: (row.minutes, row.attended) for row in rows}


def test_a_report_from_file_to_attendance_and_back(client: Client, session: LiveSession) -> None:
    named(session, "Siti Aminah")
    sutini = named(session, "Siti Aisyah")
    client.force_login(trainer_of(session.cohort))
    shown = send(client, session)
    address = shown.headers["Location"]
    text = client.get(address).content.decode()
    assert "2 nama perlu ditegaskan" in text
    assert "Laptop aula" in text
    assert not Presence.objects.exists()
    client.post(address, {"baris-1": str(sutini.public_id), "baris-2": ""})
    assert minutes() == {"Siti Aminah": (85, True), "Siti Aisyah": (90, True)}
    # The same file is the same report, counting it again with the same names is nothing.
    assert send(client, session).headers["Location"] == address
    client.post(address, {"baris-1": str(sutini.public_id), "baris-2": ""})
    assert (SessionReport.objects.get().batch, Presence.objects.count()) == (1, 2)
    # Another name replaces the first one.
    client.post(address, {"baris-1": ""})
    assert minutes() == {"Siti Aminah": (85, True), "Siti Aisyah": (0, False)}
    client.post(f"{address}batal/")
    client.post(f"{address}batal/")
    assert minutes() == {"Siti Aminah": (0, False), "Siti Aisyah": (0, False)}
    client.post(address, {"baris-1": ""})
    assert minutes()["Siti Aminah"] == (85, True)


def test_choices_reach_nobody_outside_the_angkatan(client: Client, session: LiveSession) -> None:
    stranger = make_enrolment(cohort=make_session(title="Lain").cohort)
    client.force_login(trainer_of(session.cohort))
    address = send(client, session).headers["Location"]
    client.post(address, {"baris-0": str(stranger.public_id), "baris-1": "nonsense", "baris-99": "x"})
    assert not Presence.objects.exists()


def test_a_wrong_file_is_refused_beside_its_field(client: Client, session: LiveSession) -> None:
    client.force_login(trainer_of(session.cohort))
    answer = send(client, session, b"Nama,Nilai\nSiti,90\n")
    assert answer.status_code == 200
    assert "bukan laporan peserta" in answer.content.decode()
    assert not SessionReport.objects.exists()


def test_the_statements_of_a_dry_run_do_not_grow(
    client: Client, session: LiveSession, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        named(session, f"Peserta Nomor {number}")
    client.force_login(trainer_of(session.cohort))
    address = send(client, session).headers["Location"]
    with django_assert_max_num_queries(14):
        client.get(address)
