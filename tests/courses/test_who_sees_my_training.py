"""The own page names everybody who sees one's training; the own export holds one's rows, and nobody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client

from accounts import exporting, viewers
from accounts.models import Role, User
from courses.attendance import claiming
from courses.models import CohortTrainer, Enrolment
from courses.progress import mark_read
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment
from tests.factories_sessions import make_session, trainer_of

pytestmark = pytest.mark.django_db


def export(user: User) -> Any:
    return json.loads(json.dumps(exporting.own_data(user, on=AT.date()), cls=DjangoJSONEncoder))["courses"]


def test_everybody_who_sees_the_enrolment_is_named_and_nobody_else() -> None:
    above = make_organization(name="Pusat")
    house = make_organization(name="Pusdiklat", parent=above)
    unit, elsewhere = make_organization(name="Dinas"), make_organization(name="Lain")
    person = make_person(name="Ani")
    cohort = make_cohort(course=make_course(organization=house))
    enrolment = make_enrolment(cohort=cohort, user=person, organization=unit)
    guest = make_person(name="Pelatih Tamu", role=Role.TRAINER, organization=elsewhere)
    CohortTrainer.objects.create(cohort=cohort, user=guest, assigned_at=AT)
    for role in Role:
        for place in (above, house, unit, elsewhere):
            make_person(name=f"{role} {place}", role=role, organization=place)
    named = {viewer.name for viewer in viewers.viewers_of(person, on=AT.date())}
    seeing = {
        someone.full_name
        for someone in User.objects.exclude(pk=person.pk)
        if Enrolment.objects.visible_to(someone).filter(pk=enrolment.pk).exists()
        or User.objects.visible_to(someone).filter(pk=person.pk).exists()
    }
    assert named == seeing
    assert {"Pelatih Tamu", "trainer Pusdiklat", "pimpinan Pusat", "pimpinan Dinas"} <= named
    assert not named & {"trainer Lain", "trainer Dinas", "participant Pusdiklat"}


def test_the_own_page_says_why(client: Client) -> None:
    enrolment = make_enrolment()
    client.force_login(enrolment.user)
    page = client.get("/akun/").content.decode()
    assert "Pelatih Contoh" in page
    assert "melatih angkatan yang Anda ikuti" in page


def test_the_export_holds_ones_own_training_and_nobody_elses() -> None:
    cohort = make_cohort()
    mine, other = make_enrolment(cohort=cohort), make_enrolment(cohort=cohort, user=make_person(name="Budi Lain"))
    mark_read(mine, "M1", at=AT)
    mark_read(other, "M2", at=AT)
    (one,) = export(mine.user)["enrolments"]
    assert (one["angkatan"], one["status"], one["organizer"]) == (cohort.name, "active", cohort.organization.name)
    assert [reading["module"] for reading in one["readings"]] == ["M1"]
    assert [(done["kind"], done["key"]) for done in one["fulfilments"]] == [("module", "M1")]
    assert export(make_person(name="Siapa"))["enrolments"] == []


def test_the_export_holds_what_was_recorded_claimed_and_objected_about_oneself_alone() -> None:
    session = make_session()
    trainer = trainer_of(session.cohort)
    mine, other = (make_enrolment(cohort=session.cohort) for _n in range(2))
    for one in (mine, other):
        claiming.claim(session, one, reason=f"Saya ikut {one.pk}.", at=AT)
        claiming.object_(session, one, text=f"Saya hadir {one.pk}.", at=AT)
        for late in session.claims.filter(enrolment=one):
            claiming.decide_claim(late, accept=True, answer="Baik.", actor=trainer, at=AT)
    found = export(mine.user)
    assert found["presences"] == [
        {"session__title": "Pertemuan 1", "source": "late", "starts_at": None, "ends_at": None, "counts": True}
        | {"recorded_at": "2026-11-22T03:00:00Z", "reason": f"Saya ikut {mine.pk}."}
    ]
    assert [(row["minutes"], row["attended"]) for row in found["session_results"]] == [(90, True)]
    assert [(row["reason"], row["state"], row["answer"]) for row in found["late_claims"]] == [
        (f"Saya ikut {mine.pk}.", "accepted", "Baik.")
    ]
    assert [(row["text"], row["state"]) for row in found["objections"]] == [(f"Saya hadir {mine.pk}.", "open")]
