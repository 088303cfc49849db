"""Assessors recommend per unit; every recommendation says who, when and why."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Event
from assessments import assessing
from assessments.errors import NotAllowed, ReasonMissing
from assessments.models import Recommendation
from courses.models import CompetencyUnit, EditionPart, Enrolment
from tests.factories_accounts import AT, Role, make_organization, make_person
from tests.factories_attempts import make_enrolment

pytestmark = pytest.mark.django_db
CODES = ("U-TEST-1", "U-TEST-2")


@pytest.fixture
def competence(monkeypatch):
    """Two units, and a rule above that asks for both in every edition."""
    for position, code in enumerate(CODES):
        CompetencyUnit.objects.create(code=code, title=f"Unit {code}", position=position)
    source = lambda editions: dict.fromkeys(editions, CODES)  # noqa: E731
    monkeypatch.setattr(assessing, "_sources", [source])


@pytest.fixture
def house(competence):
    return make_organization(name="Sentra Contoh")


@pytest.fixture
def budi(house):
    return make_person(name="Budi", role=Role.ASSESSOR, organization=house)


def unit(code=CODES[0]):
    return CompetencyUnit.objects.get(code=code)


def say(enrolment, assessor, *, result="competent", reason="Wawancara dan portofolio", at=AT, code=CODES[0]):
    return assessing.recommend(enrolment, unit(code), result=result, reason=reason, actor=assessor, at=at)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def url(enrolment, code=CODES[0]):
    return f"/penilaian/{enrolment.public_id}/{code}/"


def test_a_candidate_waits_per_unit_until_each_is_recommended(house, budi):
    enrolment = make_enrolment(organization=house)
    say(enrolment, budi)
    (candidate,) = assessing.candidates(budi)
    assert [state.unit.code for state in candidate.waiting] == [CODES[1]]
    say(enrolment, budi, code=CODES[1])
    assert assessing.candidates(budi)[0].waiting == []


def test_without_a_rule_that_asks_nobody_waits(house, budi, monkeypatch):
    make_enrolment(organization=house)
    monkeypatch.setattr(assessing, "_sources", [])
    assert assessing.candidates(budi) == []


def test_a_frozen_award_rule_of_kind_competence_asks_for_its_units(house, budi, monkeypatch):
    monkeypatch.undo()
    asks, asks_not = make_enrolment(organization=house), make_enrolment(organization=house)
    for enrolment, kind in ((asks, "competence"), (asks_not, "training")):
        json = {"schema": 1, "kind": kind, "units": [{"code": CODES[1], "title": "Unit"}]}
        EditionPart.objects.create(edition=enrolment.cohort.edition, kind="award", key="a", sha256="0" * 64, json=json)
    (candidate,) = assessing.candidates(budi)
    assert candidate.enrolment == asks
    assert [state.unit.code for state in candidate.units] == [CODES[1]]


def test_a_later_recommendation_takes_the_place_of_an_earlier_one_and_both_are_kept(house, budi):
    enrolment = make_enrolment(organization=house)
    say(enrolment, budi, result="not_yet", reason="Belum terlihat")
    say(enrolment, budi, at=AT + timedelta(days=1))
    latest = assessing.latest_recommendations([enrolment])[enrolment.pk, unit().pk]
    assert latest.result == "competent"
    assert Recommendation.objects.count() == 2
    assert list(Event.objects.order_by("pk").values_list("verb", "reason")) == [
        ("competence.not_yet", "Belum terlihat"), ("competence.competent", "Wawancara dan portofolio"),
    ]  # fmt: skip


def test_the_same_judgement_twice_is_recorded_once(house, budi):
    enrolment = make_enrolment(organization=house)
    assert say(enrolment, budi) == say(enrolment, budi, at=AT + timedelta(seconds=2))
    assert Recommendation.objects.count() == Event.objects.count() == 1


def test_only_assessors_of_the_house_and_never_about_oneself(house, budi):
    enrolment = make_enrolment(organization=house)
    strangers = [
        make_person(name="Dewi"),
        make_person(name="Eko", role=Role.ASSESSOR, organization=make_organization()),
        make_person(name="Citra", role=Role.ADMINISTRATOR, organization=house),
    ]
    for person in strangers:
        with pytest.raises(NotAllowed):
            say(enrolment, person)
    mine = make_enrolment(organization=house, user=budi)
    with pytest.raises(NotAllowed):
        say(mine, budi)
    assert not Recommendation.objects.exists()


def test_a_recommendation_needs_a_reason(house, budi):
    enrolment = make_enrolment(organization=house)
    with pytest.raises(ReasonMissing):
        say(enrolment, budi, reason=" \n")
    for change in ({"reason": ""},):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recommendation.objects.create(
                enrolment=enrolment, unit=unit(), result="competent", assessor=budi, at=AT, **change
            )


def test_the_database_keeps_recommendations(house, budi):
    say(make_enrolment(organization=house), budi)
    for change in (
        lambda: Recommendation.objects.update(result="not_yet"),
        lambda: Recommendation.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_recommendations_are_visible_to_assessors_deciders_and_the_candidate(house, budi):
    made = say(make_enrolment(organization=house), budi)
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=house)
    elsewhere = make_person(name="Eko", role=Role.ASSESSOR, organization=make_organization())
    for person, sees in ((budi, True), (head, True), (made.enrolment.user, True), (elsewhere, False)):
        assert Recommendation.objects.visible_to(person).filter(pk=made.pk).exists() is sees


# The pages


def test_the_assessor_finds_who_waits_and_records_by_one_simple_form(house, budi):
    enrolment = make_enrolment(organization=house, user=make_person(name="Ani Lestari"))
    client = client_of(budi)
    listed = client.get("/penilaian/").content.decode()
    assert "Ani Lestari" in listed
    assert url(enrolment) in listed
    assert "Ani Lestari" in client.get(url(enrolment)).content.decode()
    response = client.post(url(enrolment), {"result": "competent", "reason": "Portofolio lengkap"})
    assert response["Location"] == "/penilaian/"
    made = Recommendation.objects.get()
    assert (made.assessor, made.unit.code, made.result) == (budi, CODES[0], "competent")
    assert "Portofolio lengkap" in client.get(url(enrolment)).content.decode()


def test_the_assessors_page_says_whom_to_assess_next(house, budi):
    first = make_enrolment(organization=house, user=make_person(name="Ani Lestari"))
    Enrolment.objects.create(cohort=first.cohort, user=make_person(name="Eko"), enrolled_at=AT + timedelta(days=1))
    client = client_of(budi)

    def following():
        found = re.search(r'<section class="next-step".*?</section>', client.get("/penilaian/").content.decode(), re.S)
        return found and found[0]

    assert "Ani Lestari: " in following()
    assert f'href="{url(first)}"' in following()
    for unit in CODES:
        client.post(f"/penilaian/{first.public_id}/{unit}/", {"result": "competent", "reason": "Portofolio lengkap"})
    assert "Eko: " in following()
    Enrolment.objects.exclude(pk=first.pk).update(status="dropped", dropped_at=AT)
    assert following() is None


def test_done_candidates_stand_on_their_own_list(house, budi):
    enrolment = make_enrolment(organization=house, user=make_person(name="Ani Lestari"))
    for code in CODES:
        say(enrolment, budi, code=code)
    client = client_of(budi)
    assert "Ani Lestari" not in client.get("/penilaian/").content.decode()
    assert "Ani Lestari" in client.get("/penilaian/?tampil=selesai").content.decode()


@pytest.mark.parametrize("fields", [{}, {"result": "competent", "reason": ""}, {"result": "maybe", "reason": "ada"}])
def test_an_incomplete_form_says_so_and_changes_nothing(house, budi, fields):
    enrolment = make_enrolment(organization=house)
    response = client_of(budi).post(url(enrolment), fields)
    assert "form-errors" in response.content.decode()
    assert not Recommendation.objects.exists()


def test_others_are_refused_and_nothing_changes(house, budi):
    enrolment = make_enrolment(organization=house)
    elsewhere = make_person(name="Eko", role=Role.ASSESSOR, organization=make_organization())
    fields = {"result": "competent", "reason": "ada"}
    for person in (enrolment.user, make_person(name="Dewi"), elsewhere):
        assert client_of(person).post(url(enrolment), fields).status_code == 404
        assert client_of(person).get(url(enrolment)).status_code == 404
    assert client_of(make_person(name="Dewi")).get("/penilaian/").status_code == 403
    assert enrolment.user.full_name not in client_of(elsewhere).get("/penilaian/").content.decode()
    assert Client().get("/penilaian/")["Location"].startswith("/masuk/")
    assert Client().get(url(enrolment))["Location"].startswith("/masuk/")
    assert not Recommendation.objects.exists()


def test_wrong_method_unknown_unit_and_who_left(house, budi):
    enrolment = make_enrolment(organization=house)
    client = client_of(budi)
    assert client.post("/penilaian/").status_code == 405
    assert client.put(url(enrolment)).status_code == 405
    assert client.get(url(enrolment, "U-NONE")).status_code == 404
    Enrolment.objects.filter(pk=enrolment.pk).update(status="dropped", dropped_at=AT)
    assert client.get(url(enrolment)).status_code == 404


@pytest.mark.parametrize("people", [1, 12])
def test_the_list_costs_a_constant_number_of_statements(house, budi, people, django_assert_max_num_queries):
    first = make_enrolment(organization=house)
    for n in range(people):
        Enrolment.objects.create(cohort=first.cohort, user=make_person(name=f"P {n}"), enrolled_at=AT)
    client = client_of(budi)
    client.get("/penilaian/")
    with django_assert_max_num_queries(11):
        client.get("/penilaian/")
