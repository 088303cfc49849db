"""Rekap mengajar: one's own year, and of trainers whom one heads; sessions that are over, JP, modules and questions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.models import Role, User
from courses import teaching
from courses.models import Cohort, LiveSession
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fixed() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


def session(cohort: Cohort, leader: User, starts_at: datetime, *, title: str, **fields: Any) -> LiveSession:
    return LiveSession.objects.create(
        cohort=cohort,
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        jp="2.5",
        facilitator=leader,
        created_by=leader,
        created_at=AT,
        changed_at=AT,
        **fields,
    )


def test_only_what_was_led_and_is_over_counts_in_its_year() -> None:
    cohort = make_cohort()
    trainer = cohort.trainer_links.get().user
    session(cohort, trainer, AT - timedelta(days=3), title="Sudah")
    session(cohort, trainer, AT + timedelta(days=3), title="Belum")
    session(cohort, trainer, AT - timedelta(days=2), title="Batal", status="cancelled", cancelled_at=AT)
    # 00.30 on 1 January 2026 in Jakarta is still 2025 in UTC.
    session(cohort, trainer, datetime(2025, 12, 31, 17, 30, tzinfo=UTC), title="Tahun baru")
    session(cohort, make_person(), AT - timedelta(days=4), title="Orang lain")
    found = teaching.rekap(trainer, 2026, at=AT)
    assert [row[1] for row in found.parts[0].rows] == ["Tahun baru", "Sudah"]
    assert dict(found.facts)["JP mengajar"] == "5"
    assert teaching.rekap(trainer, 2025, at=AT).parts[0].rows == []
    assert [row[1] for row in found.parts[1].rows] == [f"{cohort.name} ({cohort.code})"]


def test_own_and_those_one_heads_and_nobody_else(settings: Settings) -> None:
    settings.SULUH_DEMO = True  # administrators need no second step
    house = make_organization()
    trainer = make_person(name="Widyaiswara Uji", role=Role.TRAINER, organization=house)
    others = {
        make_person(role=Role.PIMPINAN, organization=house): 200,
        make_person(role=Role.ADMINISTRATOR, organization=house): 200,
        make_person(role=Role.TRAINER, organization=house): 404,
        make_person(role=Role.PIMPINAN, organization=make_organization()): 404,
        make_person(role=Role.PARTICIPANT, organization=house): 404,
    }
    for person, status in others.items():
        client = Client()
        client.force_login(person)
        for ending in ("", "pdf/"):
            assert client.get(f"/mengajar/2026/{trainer.public_id}/{ending}").status_code == status
    client = Client()
    client.force_login(trainer)
    assert client.get("/mengajar/").headers["Location"] == "/mengajar/2026/"
    assert client.get("/mengajar/9999/").status_code == 404
    paper = pypdfium2.PdfDocument(client.get("/mengajar/2026/pdf/").content)
    assert "Widyaiswara Uji" in paper[0].get_textpage().get_text_bounded()
