"""People come onto the list by a pasted list or by themselves, once, and leave it without losing anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.importing import PlanHasProblems
from accounts.models import Event, Role, User
from courses import parts
from courses.cohorts import close_cohort
from courses.completing import fulfil, withdraw
from courses.enrolling import Effect, commit_list, drop, plan_list, readmit
from courses.errors import CohortNotRunning, EnrolmentLeft, NotAllowed, SelfEnrolmentClosed
from courses.joining import join
from courses.models import Cohort, Enrolment
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])


def trainer_of(cohort: Cohort) -> User:
    return cohort.trainer_links.get().user


def test_the_dry_run_says_why_for_each_row_and_changes_nothing() -> None:
    cohort = make_cohort()
    unit = cohort.organization
    known = make_person(name="Ani Lestari, S.Tr.Sos.", number="P-1", role=Role.PARTICIPANT, organization=unit)
    here = make_person(name="Yosef Tokan", number="P-2", role=Role.PARTICIPANT, organization=unit)
    make_enrolment(cohort=cohort, user=here)
    people, enrolments = User.objects.count(), Enrolment.objects.count()
    text = (
        "nomor\tnama\tunit\n"
        f"p-1\tani lestari\t{unit.name}\n"
        f"P-2\tYosef Tokan\t{unit.name}\n"
        f"P-3\tSiti Nur'aini\t{unit.name}\n"
        f"\tTanpa Nomor\t{unit.name}\n"
        f"P-1\tOrang Lain\tUnit Entah"
    )
    plan = plan_list(cohort, text, trainer_of(cohort))
    assert [row.effect for row in plan.rows] == [
        Effect.PROBLEM,  # P-1 stands in the list twice
        Effect.NOTHING,
        Effect.NEW,
        Effect.PROBLEM,
        Effect.PROBLEM,
    ]
    assert all(row.reason for row in plan.rows)
    assert not plan.can_commit
    with pytest.raises(PlanHasProblems):
        commit_list(cohort, text, actor=trainer_of(cohort), at=AT)
    assert (User.objects.count(), Enrolment.objects.count()) == (people, enrolments)
    assert known.enrolments.count() == 0


def test_committing_enrols_and_repeating_is_a_no_op() -> None:
    cohort = make_cohort()
    unit = make_organization(name="Dinas Sosial Kabupaten Polewali Mandar", parent=cohort.organization)
    ani = make_person(name="Ani Lestari, S.Tr.Sos.", number="P-1", role=Role.PARTICIPANT, organization=unit)
    text = f"P-1; Ani Lestari\nP-3; Siti Nur'aini, S.Sos.; {unit.name}"
    plan = commit_list(cohort, text, actor=trainer_of(cohort), at=AT)
    assert (plan.counts[Effect.ENROL], plan.counts[Effect.NEW]) == (1, 1)
    siti = User.objects.get(participant_number="P-3")
    assert (siti.full_name, siti.has_usable_password()) == ("Siti Nur'aini, S.Sos.", False)
    assert {e.user: e.organization for e in cohort.enrolments.all()} == {ani: unit, siti: unit}
    events = Event.objects.count()
    again = commit_list(cohort, text, actor=trainer_of(cohort), at=AT + timedelta(days=1))
    assert (again.to_enrol, cohort.enrolments.count(), Event.objects.count()) == (0, 2, events)


def test_only_who_runs_the_angkatan_may_put_people_on_its_list() -> None:
    cohort = make_cohort()
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    with pytest.raises(NotAllowed):
        plan_list(cohort, "P-9; A", dewi)
    with pytest.raises(NotAllowed):
        commit_list(cohort, "P-9; A", actor=dewi, at=AT)
    assert not cohort.enrolments.exists()


def test_nobody_is_added_to_a_closed_angkatan() -> None:
    cohort = make_cohort()
    close_cohort(cohort, actor=trainer_of(cohort), at=AT)
    with pytest.raises(CohortNotRunning):
        plan_list(cohort, "P-9; Siti", trainer_of(cohort))


def test_self_enrolment_is_for_open_angkatan_that_allow_it_and_happens_once() -> None:
    ani = make_person()
    for closed in (make_cohort(), make_cohort(is_open=False, self_enrol=True)):
        with pytest.raises(SelfEnrolmentClosed):
            join(closed, ani, at=AT)
    free = make_cohort(self_enrol=True)
    assert free.closes_at is not None
    with pytest.raises(SelfEnrolmentClosed):
        join(free, ani, at=free.closes_at)
    first = join(free, ani, at=AT)
    assert join(free, ani, at=AT) == first
    assert Event.objects.filter(verb="enrolment.created").count() == 1


def test_leaving_and_coming_back_keeps_what_was_done() -> None:
    enrolment = make_enrolment(cohort=make_cohort(self_enrol=True))
    trainer = trainer_of(enrolment.cohort)
    fulfil(enrolment.pk, "module", "M1", at=AT, evidence={})
    twin = Enrolment.objects.get(pk=enrolment.pk)
    drop(enrolment, actor=trainer, at=AT, reason="pindah tugas")
    drop(twin, actor=trainer, at=AT + timedelta(hours=1), reason="lagi")
    assert Event.objects.get(verb="enrolment.dropped").reason == "pindah tugas"
    with pytest.raises(EnrolmentLeft):
        join(enrolment.cohort, enrolment.user, at=AT)
    fulfil(enrolment.pk, "module", "M2", at=AT, evidence={})
    readmit(enrolment, actor=trainer, at=AT + timedelta(days=1))
    assert (enrolment.status, enrolment.completed_at) == ("completed", AT + timedelta(days=1))
    readmit(enrolment, actor=trainer, at=AT + timedelta(days=2))
    assert Event.objects.filter(verb="enrolment.readmitted").count() == 1


def test_who_is_taken_in_again_is_judged_by_what_holds_now() -> None:
    """Completed, taken off the list, then a requirement withdrawn: the old completion no longer holds."""
    enrolment = make_enrolment()
    trainer = trainer_of(enrolment.cohort)
    for key in ("M1", "M2"):
        fulfil(enrolment.pk, "module", key, at=AT, evidence={})
    drop(enrolment, actor=trainer, at=AT, reason="pindah tugas")
    withdraw(enrolment.pk, "module", "M2", at=AT, reason="nilai dihitung ulang")
    readmit(enrolment, actor=trainer, at=AT + timedelta(days=1))
    assert (enrolment.status, enrolment.completed_at) == ("active", None)
    fulfil(enrolment.pk, "module", "M2", at=AT + timedelta(days=2), evidence={})
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.completed_at) == ("completed", AT + timedelta(days=2))


def test_who_is_taken_in_again_with_everything_met_keeps_the_first_completion() -> None:
    enrolment = make_enrolment()
    trainer = trainer_of(enrolment.cohort)
    for key in ("M1", "M2"):
        fulfil(enrolment.pk, "module", key, at=AT, evidence={})
    drop(enrolment, actor=trainer, at=AT, reason="pindah tugas")
    readmit(enrolment, actor=trainer, at=AT + timedelta(days=1))
    assert (enrolment.status, enrolment.completed_at) == ("completed", AT)
    assert Event.objects.filter(verb="enrolment.completed").count() == 1


def test_an_outsider_can_neither_take_off_nor_take_in() -> None:
    enrolment = make_enrolment()
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    with pytest.raises(NotAllowed):
        drop(enrolment, actor=dewi, at=AT, reason="x")
    with pytest.raises(NotAllowed):
        readmit(enrolment, actor=dewi, at=AT)
    enrolment.refresh_from_db()
    assert enrolment.status == "active"
