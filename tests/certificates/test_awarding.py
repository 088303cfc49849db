"""When a certificate is due: pure rule, queue row, independent decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.models import Event, Role, User
from assessments.models import Recommendation
from certificates import awarding, deciding, errors, issuing
from certificates.awarding import AwardFacts, state_of
from certificates.drafting import end_of_validity
from certificates.models import Award, Certificate, Decision
from courses import completing
from courses.models import CohortTrainer, Enrolment, Requirement
from tests.factories_accounts import AT, make_membership, make_organization, make_person
from tests.factories_certificates import (
    make_award,
    make_certificate,
    make_cohort,
    make_enrolment,
    make_licence,
    make_part,
    make_unit,
    signing_keys,
)

State = Award.State
TRAINING = AwardFacts(
    kind="training",
    mode="automatic",
    requirements_complete=True,
    name_confirmed=True,
    decision=None,
    recommended=False,
    licensed=False,
)
COMPETENCE = replace(TRAINING, kind="competence", decision=True, recommended=True, licensed=True)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (TRAINING, State.READY),
        (replace(TRAINING, requirements_complete=False), State.WAITING_REQUIREMENTS),
        (replace(TRAINING, name_confirmed=False), State.WAITING_NAME),
        (replace(TRAINING, mode="approval"), State.WAITING_APPROVAL),
        (replace(TRAINING, mode="approval", name_confirmed=False), State.WAITING_APPROVAL),
        (replace(TRAINING, mode="approval", decision=True), State.READY),
        (replace(TRAINING, mode="approval", decision=False), State.REFUSED),
        (replace(TRAINING, decision=False), State.READY),
        (COMPETENCE, State.READY),
        (replace(COMPETENCE, decision=None), State.WAITING_DECISION),
        (replace(COMPETENCE, recommended=False), State.WAITING_DECISION),
        (replace(COMPETENCE, decision=False), State.REFUSED),
        (replace(COMPETENCE, licensed=False), State.WAITING_LICENCE),
        (replace(COMPETENCE, requirements_complete=False), State.WAITING_REQUIREMENTS),
    ],
)
def test_the_first_missing_thing_names_the_state(facts: AwardFacts, state: State) -> None:
    assert state_of(facts) == state


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 11, 22), None, ""),
        (date(2026, 11, 22), 60, "2031-11-22"),
        (date(2026, 8, 31), 6, "2027-02-28"),
        (date(2024, 2, 29), 12, "2025-02-28"),
        (date(2026, 12, 1), 1, "2027-01-01"),
    ],
)
def test_validity_ends_on_the_same_day_of_a_later_month(day: date, months: int | None, last: str) -> None:
    assert end_of_validity(day, months) == last


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
class TestTraining:
    def test_nothing_is_issued_before_the_name_is_confirmed(self) -> None:
        person = make_person(name="Ani", settled=False)
        award = make_award(person=person)
        assert award.state == State.WAITING_NAME
        assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
        User.objects.filter(pk=person.pk).update(name_confirmed_at=AT)
        award = Award.objects.get(pk=award.pk)
        assert awarding.move(award, at=AT).state == State.READY

    def test_no_award_before_completion_and_one_after_however_often_it_is_evaluated(self) -> None:
        home = make_organization(name="Balai")
        cohort = make_cohort(home)
        assert cohort.edition is not None
        make_part(cohort.edition, issuer=home)
        enrolment = make_enrolment(make_person(), cohort, completed_at=None)
        assert awarding.evaluate(enrolment.pk, at=AT) == []
        Enrolment.objects.filter(pk=enrolment.pk).update(status="completed", completed_at=AT)
        for _again in range(3):
            awarding.evaluate(enrolment.pk, at=AT)
        assert Award.objects.count() == 1

    def test_a_requirement_withdrawn_before_the_issue_holds_it_back(self) -> None:
        award = make_award()
        Enrolment.objects.filter(pk=award.enrolment_id).update(status="active", completed_at=None)
        assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
        award.refresh_from_db()
        assert award.state == State.WAITING_REQUIREMENTS
        assert Certificate.objects.count() == 0

    def test_a_stale_twin_moves_nothing(self) -> None:
        award = make_award()
        stale = Award.objects.get(pk=award.pk)
        issuing.issue(award.pk, keys=signing_keys(), at=AT)
        Enrolment.objects.filter(pk=award.enrolment_id).update(status="active", completed_at=None)
        assert awarding.move(stale, at=AT).state == State.ISSUED

    def test_approval_needs_the_right_and_is_recorded(self) -> None:
        home = make_organization(name="Balai")
        award = make_award(organization=home, mode="approval")
        dewi = make_person(name="Dewi", role=Role.PIMPINAN, organization=make_organization(name="Lain"))
        with pytest.raises(errors.NotAllowed):
            deciding.decide(award, accepted=True, reason="", actor=dewi, at=AT)
        assert Decision.objects.count() == 0
        head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
        assert deciding.decide(award, accepted=True, reason="", actor=head, at=AT).state == State.READY
        assert Event.objects.about(award).get().actor == head

    def test_nobody_approves_the_own_graduation(self) -> None:
        home = make_organization(name="Balai")
        head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
        award = make_award(person=head, organization=home, mode="approval")
        with pytest.raises(errors.TookPart):
            deciding.decide(award, accepted=True, reason="", actor=head, at=AT)

    def test_a_refusal_needs_a_reason_and_may_be_decided_again(self) -> None:
        home = make_organization(name="Balai")
        head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
        award = make_award(organization=home, mode="approval")
        with pytest.raises(errors.ReasonMissing):
            deciding.decide(award, accepted=False, reason=" ", actor=head, at=AT)
        refused = deciding.decide(award, accepted=False, reason="Berkas belum lengkap", actor=head, at=AT)
        assert (refused.state, refused.reason) == (State.REFUSED, "Berkas belum lengkap")
        later = AT + timedelta(hours=1)
        assert deciding.decide(refused, accepted=True, reason="", actor=head, at=later).state == State.READY

    def test_two_deciders_at_once_give_one_decision(self) -> None:
        home = make_organization(name="Balai")
        head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
        award = make_award(organization=home, mode="approval")
        stale = Award.objects.get(pk=award.pk)
        deciding.decide(award, accepted=True, reason="", actor=head, at=AT)
        with pytest.raises(errors.AlreadyDecided):
            deciding.decide(stale, accepted=False, reason="Tidak", actor=head, at=AT)
        assert Decision.objects.count() == 1


@pytest.fixture
def competence() -> Award:
    """A candidate at a licensed LSP; unit U-1 is asked for and recommended by Budi."""
    lsp = make_organization(name="LSP Contoh", kind="lsp")
    make_licence(lsp)
    unit = make_unit("U-1")
    award = make_award(organization=lsp, kind="competence", units=[{"code": "U-1", "title": unit.title}])
    budi = make_person(name="Budi", role=Role.ASSESSOR, organization=lsp)
    Recommendation.objects.create(
        enrolment=award.enrolment, unit=unit, result="competent", reason="Bukti lengkap", assessor=budi, at=AT
    )
    return award


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
class TestCompetence:
    def test_recommendation_decision_and_licence_together_issue_it(self, competence: Award) -> None:
        assert competence.state == State.WAITING_DECISION
        head = make_person(name="Direktur", role=Role.PIMPINAN, organization=competence.issuer)
        assert deciding.decide(competence, accepted=True, reason="", actor=head, at=AT).state == State.READY
        certificate = issuing.issue(competence.pk, keys=signing_keys(), at=AT)
        assert certificate is not None
        assert '"kind":"competence"' in certificate.record_text
        assert "BNSP-LSP" in certificate.record_text
        assert '"result":"Kompeten"' in certificate.record_text

    def test_who_assessed_or_trained_the_candidate_cannot_decide(self, competence: Award) -> None:
        budi = User.objects.get(full_name="Budi")
        make_membership(budi, competence.issuer, Role.PIMPINAN)
        trainer = make_person(name="Tono", role=Role.PIMPINAN, organization=competence.issuer)
        CohortTrainer.objects.create(cohort=competence.enrolment.cohort, user=trainer, assigned_at=AT)
        for person in (budi, trainer):
            with pytest.raises(errors.TookPart):
                deciding.decide(competence, accepted=True, reason="", actor=person, at=AT)
        assert Decision.objects.count() == 0

    def test_one_unit_without_recommendation_is_too_few(self, competence: Award) -> None:
        unit, budi = make_unit("U-1"), User.objects.get(full_name="Budi")
        later = AT + timedelta(minutes=5)
        Recommendation.objects.create(
            enrolment=competence.enrolment, unit=unit, result="not_yet", reason="Ulang", assessor=budi, at=later
        )
        head = make_person(name="Direktur", role=Role.PIMPINAN, organization=competence.issuer)
        with pytest.raises(errors.NotRecommended):
            deciding.decide(competence, accepted=True, reason="", actor=head, at=later)

    def test_without_a_licence_valid_that_day_nothing_is_decided_or_issued(self, competence: Award) -> None:
        head = make_person(name="Direktur", role=Role.PIMPINAN, organization=competence.issuer)
        far = AT.replace(year=2031)
        with pytest.raises(errors.NotLicensed):
            deciding.decide(competence, accepted=True, reason="", actor=head, at=far)
        deciding.decide(competence, accepted=True, reason="", actor=head, at=AT)
        competence.refresh_from_db()
        assert awarding.move(competence, at=far).state == State.WAITING_LICENCE

    def test_a_rule_without_units_can_never_be_met(self) -> None:
        assert not awarding.every_unit_recommended(frozenset(), {})


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_what_no_message_came_for_is_found_by_state() -> None:
    lost = make_award()
    enrolment = lost.enrolment
    other = make_award(person=make_person(name="Dewi", settled=False))
    assert awarding.missed_enrolments(10) == []
    assert awarding.movable(10, at=AT) == []
    User.objects.filter(pk=other.enrolment.user_id).update(name_confirmed_at=AT)
    assert awarding.movable(10, at=AT) == [other.pk]
    silent = make_enrolment(make_person(name="Eko"), enrolment.cohort)
    assert awarding.missed_enrolments(10) == [silent.pk]


@pytest.mark.django_db
def test_the_sweep_finds_a_second_rule_whose_award_was_never_opened() -> None:
    award = make_award()
    edition = award.enrolment.cohort.edition
    assert edition is not None
    make_part(edition, issuer=award.issuer, kind="competence")
    assert awarding.missed_enrolments(10) == [award.enrolment_id]
    awarding.evaluate(award.enrolment_id, at=AT)
    assert awarding.missed_enrolments(10) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_a_fulfilment_withdrawn_after_the_issue_changes_no_certificate() -> None:
    """A rescoring opens the enrolment again; what was issued stays until a person revokes or replaces it."""
    certificate = make_certificate()
    enrolment = certificate.enrolment
    assert enrolment is not None
    before = Certificate.objects.filter(pk=certificate.pk).values().get()
    Requirement.objects.create(edition=enrolment.cohort.edition, kind="quiz", key="final", label="Kuis", position=1)
    completing.fulfil(enrolment.pk, "quiz", "final", at=AT, evidence={})
    assert completing.withdraw(enrolment.pk, "quiz", "final", at=AT)
    for _ in range(2):
        awarding.evaluate(enrolment.pk, at=AT)
    enrolment.refresh_from_db()
    assert enrolment.status == "active"
    assert Certificate.objects.filter(pk=certificate.pk).values().get() == before
    assert not certificate.status_changes.exists()
