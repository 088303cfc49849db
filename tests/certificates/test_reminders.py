"""Certificates say when they are ready and when they end: at the nearest step, once, and only while they stand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Role
from certificates.models import Certificate, StatusChange
from certificates.reminders import expiring, ready, step_of
from cms.messaging import reminding
from cms.models import Message
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import AT, make_certificate

END = date(2029, 11, 22)
ISSUED = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days_left", "step"),
    [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-1, None)],
)
def test_the_nearest_step_that_was_reached_is_said(days_left: int, step: int | None) -> None:
    assert step_of(END, today=END - timedelta(days=days_left), issued=ISSUED) == step


def test_a_certificate_that_was_never_farther_from_its_end_is_not_announced_as_ending() -> None:
    assert step_of(END, today=END - timedelta(days=20), issued=END - timedelta(days=25)) is None
    assert step_of(END, today=END - timedelta(days=5), issued=END - timedelta(days=25)) == 7


@pytest.fixture
def certificate(db: None, demonstration: None) -> Certificate:
    made = make_certificate(validity_months=36)
    assert made.valid_until is not None
    return made


def tick(at: datetime) -> list[str]:
    before = set(Message.objects.values_list("pk", flat=True))
    reminding.make_reminders(at=at)
    return list(Message.objects.exclude(pk__in=before).values_list("kind", flat=True))


def name_file(certificate: Certificate) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(file_sha256="a" * 64)


def test_ready_is_said_once_when_the_file_is_there(certificate: Certificate) -> None:
    assert tick(AT + timedelta(minutes=1)) == []
    name_file(certificate)
    assert tick(AT + timedelta(minutes=2)) == ["certificate-ready"]
    assert tick(AT + timedelta(minutes=3)) == []
    said = Message.objects.get()
    assert said.user == certificate.user
    assert certificate.code not in said.text + said.url + said.key
    assert certificate.number not in said.text


def test_every_step_is_said_once_and_a_missed_one_gives_way_to_the_next(certificate: Certificate) -> None:
    assert certificate.valid_until is not None
    end = datetime.combine(certificate.valid_until, datetime.min.time(), tzinfo=AT.tzinfo)
    assert tick(end - timedelta(days=85)) == ["certificate-expires-90"]
    assert tick(end - timedelta(days=84)) == []
    assert tick(end - timedelta(days=5)) == ["certificate-expires-7"]
    assert tick(end + timedelta(hours=3)) == ["certificate-expires-0"]
    assert tick(end + timedelta(days=2)) == []


def test_a_pimpinan_reads_once_a_month_how_many_of_the_team_lapse(db: None, demonstration: None) -> None:
    home, other = make_organization(name="Balai"), make_organization(name="Lain")
    person = make_person(name="Ani", role=Role.PARTICIPANT, organization=home)
    certificate = make_certificate(organization=home, person=person, validity_months=36)
    assert certificate.valid_until is not None
    wati = make_person(name="Wati", role=Role.PIMPINAN, organization=home)
    make_person(name="Eko", role=Role.PIMPINAN, organization=other)
    end = datetime.combine(certificate.valid_until, datetime.min.time(), tzinfo=AT.tzinfo)

    def told(at: datetime) -> list[tuple[str, str]]:
        reminding.make_reminders(at=at)
        rows = Message.objects.filter(kind="team-certificates-expire").order_by("pk")
        return [(row.user.full_name, row.subject) for row in rows]

    first = ("Wati", "1 sertifikat di tim Anda segera berakhir")
    assert told(end - timedelta(days=100)) == []
    assert told(end - timedelta(days=80)) == [first]
    assert told(end - timedelta(days=79)) == [first]
    assert told(end - timedelta(days=40)) == [first, first]
    assert not Message.objects.filter(user=wati, text__contains="Ani").exists()


@pytest.mark.parametrize("status", ["revoked", "suspended"])
def test_what_no_longer_stands_is_silent(certificate: Certificate, status: str) -> None:
    name_file(certificate)
    StatusChange.objects.create(certificate=certificate, status=status, reason="Contoh", at=AT)
    assert tick(AT + timedelta(days=1)) == []


def test_certificates_cost_the_same_whatever_their_number(
    django_assert_max_num_queries: Any, db: None, demonstration: None
) -> None:
    for _round in range(2):
        name_file(make_certificate(validity_months=36))
        with django_assert_max_num_queries(2):
            list(ready(AT + timedelta(days=1)))
            list(expiring(AT + timedelta(days=1)))
