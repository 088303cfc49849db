"""An angkatan lets its trainer see its people, and never open the account of somebody who has one."""

from __future__ import annotations

import pytest

from accounts import first_codes
from accounts.models import Role, User
from accounts.roles import Action
from courses import parts
from courses.cohorts import close_cohort
from courses.models import CohortTrainer, ModuleReading
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_enrolment

pytestmark = pytest.mark.django_db
PHONE = "081234567890"


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])


def test_trainers_see_people_enrolled_in_their_angkatan_from_anywhere() -> None:
    cohort = make_cohort()
    far = make_person(name="Yosephina", role=Role.PARTICIPANT, organization=make_organization())
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    trainer = cohort.trainer_links.get().user
    assert not User.objects.visible_to(trainer).filter(pk=far.pk).exists()
    enrolment = make_enrolment(cohort=cohort, user=far)
    assert User.objects.visible_to(trainer).filter(pk=far.pk).exists()
    assert User.objects.reached_by(trainer, Action.APPROVE_NAME).filter(pk=far.pk).exists()
    assert not User.objects.visible_to(dewi).filter(pk=far.pk).exists()
    CohortTrainer.objects.create(cohort=cohort, user=dewi, assigned_at=AT)
    assert User.objects.visible_to(dewi).filter(pk=far.pk).exists()
    type(enrolment).objects.filter(pk=enrolment.pk).update(status="dropped", dropped_at=AT)
    assert not User.objects.visible_to(dewi).filter(pk=far.pk).exists()


def test_being_put_on_a_list_hands_nobodys_account_to_a_trainer() -> None:
    cohort = make_cohort()
    trainer = cohort.trainer_links.get().user
    unit = make_organization()
    settled = make_person(role=Role.PARTICIPANT, organization=unit, password="kuda-laut-biru-77", phone=PHONE)
    fresh = make_person(role=Role.PARTICIPANT, organization=unit, phone=PHONE)
    for person in (settled, fresh):
        make_enrolment(cohort=cohort, user=person)
    with pytest.raises(first_codes.CodeNotForYou):
        first_codes.issue([settled], actor=trainer, at=AT)
    assert len(first_codes.issue([fresh], actor=trainer, at=AT)) == 1


def test_whoever_has_read_a_module_in_the_open_angkatan_can_be_given_a_reset_code_by_its_trainer() -> None:
    cohort = make_cohort()
    trainer = cohort.trainer_links.get().user
    settled = make_person(role=Role.PARTICIPANT, organization=make_organization(), password="kuda-laut", phone=PHONE)
    enrolment = make_enrolment(cohort=cohort, user=settled)
    with pytest.raises(first_codes.CodeNotForYou):
        first_codes.issue([settled], actor=trainer, at=AT)
    ModuleReading.objects.create(enrolment=enrolment, key="M1", read_at=AT)
    assert first_codes.issue([settled], actor=trainer, at=AT)
    close_cohort(cohort, actor=trainer, at=AT)
    with pytest.raises(first_codes.CodeNotForYou):
        first_codes.issue([settled], actor=trainer, at=AT)


def test_an_enrolment_is_visible_to_its_person_its_trainers_and_the_head_of_the_unit() -> None:
    unit = make_organization()
    enrolment = make_enrolment(organization=unit)
    head = make_person(name="Pimpinan", role=Role.PIMPINAN, organization=unit)
    dewi = make_person(name="Dewi", role=Role.PIMPINAN, organization=make_organization())
    rows = type(enrolment).objects
    for person in (enrolment.user, enrolment.cohort.trainer_links.get().user, head):
        assert rows.visible_to(person).get() == enrolment
    assert not rows.visible_to(dewi).exists()
