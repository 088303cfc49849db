"""A corrected key reaches every score: proposed, computed in a dry run, approved by another person, carried out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Event, Role
from assessments import auditing, correcting, saving, submitting
from assessments.correcting import Touched, checking, deciding, running, scanning, touching
from assessments.errors import (
    CorrectionDecided,
    CorrectionNeedsCheck,
    CorrectionNotComplete,
    NotAllowed,
    NothingLeftToScore,
    ReasonMissing,
    SecondPersonNeeded,
)
from assessments.health import reporting
from assessments.models import Attempt, Correction, CorrectionTouch
from cms.models import Message
from courses.models import Enrolment, Fulfilment
from tests.factories_accounts import AT, make_membership, make_organization, make_person
from tests.factories_attempts import LAPTOP, make_part, row, token_of
from tests.factories_corrections import LATER, MINUTE, Scene, next_wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def stored(attempt: Attempt) -> tuple[Any, Any]:
    attempt.refresh_from_db()
    return attempt.score, attempt.passed


def test_the_dry_run_lists_both_directions_and_changes_nothing(scene: Scene) -> None:
    up, down = scene.sit("2112"), scene.sit("1113")  # two of four; three of four
    same = scene.sit("3111")
    before = [stored(one) for one in (up, down, same)]
    correction = scene.check(scene.propose())
    assert correction.state == Correction.State.CHECKED
    assert correction.counts == {
        "attempts": 3, "people": 3, "changed": 2, "up": 1, "down": 1, "passes": 1, "fails": 1, "gains": 1, "loses": 1,
    }  # fmt: skip
    rows = {one.attempt_id: one for one in correction.rows.all()}
    assert [rows[up.pk].before, rows[up.pk].after, rows[up.pk].effect] == [50, 75, "gains"]
    assert [rows[down.pk].before, rows[down.pk].after, rows[down.pk].effect] == [75, 50, "loses"]
    assert not rows[same.pk].is_changed
    assert [stored(one) for one in (up, down, same)] == before
    assert not Event.objects.filter(verb="attempt.rescored").exists()
    assert not Message.objects.exists()


def test_the_run_does_what_the_dry_run_said_tells_people_and_writes_each_change_down_once(scene: Scene) -> None:
    up, down, same = scene.sit("2112"), scene.sit("1113"), scene.sit("3111")
    assert Enrolment.objects.get(pk=down.enrolment_id).status == "completed"
    correction = scene.check(scene.propose())
    forecast = list(correction.rows.order_by("pk").values_list("attempt", "after", "passed_after", "effect"))
    scene.carry_out(correction)
    running.run(correction.pk, at=LATER)  # twice is once
    assert correction.state == Correction.State.DONE
    assert stored(up) == (75, True)
    assert stored(down) == (50, False)
    assert stored(same) == (75, True)
    done = list(correction.rows.order_by("pk").values_list("attempt", "after", "passed_after", "effect"))
    assert done == forecast
    assert {one.result["corrections"][0] for one in (up, down, same)} == {str(correction.public_id)}
    assert Enrolment.objects.get(pk=up.enrolment_id).status == "completed"
    assert Enrolment.objects.get(pk=down.enrolment_id).status == "active"
    events = Event.objects.filter(verb="attempt.rescored")
    assert {(one.details["before"], one.details["after"]) for one in events} == {("50.00", "75.00"), ("75.00", "50.00")}
    assert events.count() == 2
    told = {one.user_id: one.text for one in Message.objects.all()}
    assert set(told) == {up.enrolment.user_id, down.enrolment.user_id}
    gained, lost = told[up.enrolment.user_id], told[down.enrolment.user_id]
    assert "percobaan 1: dari 50 % menjadi 75 %" in gained
    assert "Dengan nilai ini Anda lulus kuis." in gained
    assert "belum lulus" in lost
    assert "Kunci soal keliru menurut Permensos." in lost
    assert scene.trainer.full_name in lost


def test_whoever_ends_after_the_approval_gets_the_corrected_key_and_who_ended_in_between_is_found(
    scene: Scene,
) -> None:
    running_one = scene.begin("2111")
    correction = scene.check(scene.propose())
    between = scene.sit("2111")
    scene.approve(correction)
    assert stored(between) == (75, True)
    submitting.submit(running_one, actor=running_one.enrolment.user, at=AT + 3 * MINUTE)
    assert stored(running_one) == (100, True)
    assert running_one.result["corrections"] == [str(correction.public_id)]
    scene.carry_out(correction)
    assert stored(between) == (100, True)
    assert correction.rows.get().came_later
    assert not correction.rows.filter(attempt=running_one).exists()


def test_an_answer_that_is_stored_late_after_the_approval_is_marked_with_the_correction(scene: Scene) -> None:
    attempt = scene.sit("1111")
    correction = scene.approve(scene.check(scene.propose()))
    slot = next(s for s in attempt.paper["slots"] if s["version"] == str(scene.versions[0].public_id))
    token = next(o["token"] for o in slot["options"] if o["option_id"] == "o2")
    late = row(1, slot["slot"], token, device=LAPTOP, at=AT + 2 * MINUTE, elapsed_ms=1)
    saving.save_rows(attempt.public_id, token_of(attempt), [late], at=AT + 2 * MINUTE)
    assert stored(attempt) == (100, True)
    scene.carry_out(correction)
    assert stored(attempt) == (100, True)
    assert not correction.rows.get().is_changed


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({"do": "drop"}, Decimal("66.67")),
        ({"do": "full"}, Decimal("75.00")),
        ({"do": "points", "points": "2"}, Decimal("40.00")),
        ({"do": "key", "right": ["o3"]}, Decimal("75.00")),
    ],
)
def test_every_change_of_a_question(scene: Scene, change: dict[str, Any], score: Decimal) -> None:
    attempt = scene.sit("3112")
    scene.carry_out(scene.propose(change))
    assert stored(attempt)[0] == score


def test_full_marks_are_given_for_a_blank_answer_too_and_restoring_takes_everything_back(scene: Scene) -> None:
    attempt = scene.sit("-111")
    scene.carry_out(scene.propose({"do": "full"}))
    assert stored(attempt)[0] == 100
    scene.carry_out(scene.propose({"do": "restore"}))
    assert stored(attempt)[0] == 75
    assert len(attempt.result["corrections"]) == 2


def test_another_pass_mark_moves_passes_in_every_edition_and_no_score(scene: Scene) -> None:
    attempt = scene.sit("1122")
    correction = deciding.propose_pass_mark(scene.quiz, "50", reason="Salah ketik", actor=scene.trainer, at=LATER)
    scene.carry_out(correction)
    assert stored(attempt) == (50, True)
    assert Fulfilment.objects.get(enrolment=attempt.enrolment).withdrawn_at is None
    assert stored(scene.sit("1122")) == (50, True)
    assert correcting.rules_now(scene.part)["pass_mark"] == "50.00"


def test_all_wordings_of_a_question_are_corrected_and_one_quiz_alone_where_it_is_named(scene: Scene) -> None:
    typo = next_wording(scene.versions[0], stem="Soal nol")
    other = make_part(scene.edition, [typo, *scene.versions[1:]], kind="practice", max_attempts=None)
    here = scene.sit("2111")
    scene.versions[0], old = typo, scene.versions[0]
    there = scene.sit("2111", part=other)
    scene.versions[0] = old
    scene.carry_out(scene.propose(quiz=scene.quiz))
    assert (stored(here)[0], stored(there)[0]) == (100, 75)
    scene.carry_out(scene.propose({"do": "full"}))
    assert (stored(here)[0], stored(there)[0]) == (100, 100)


def test_while_another_attempt_passes_the_requirement_stands_and_two_that_change_places_reopen_nothing(
    scene: Scene,
) -> None:
    first = scene.sit("1113")
    second = scene.sit("2113", by=first.enrolment)
    correction = scene.carry_out(scene.propose())
    assert (stored(first)[1], stored(second)[1]) == (False, True)
    assert Enrolment.objects.get(pk=first.enrolment_id).status == "completed"
    assert not Event.objects.filter(verb="enrolment.reopened").exists()
    assert set(correction.rows.values_list("effect", flat=True)) == {""}
    assert Message.objects.count() == 1
    assert "percobaan 2" in Message.objects.get().text


def test_certificates_of_lost_requirements_are_listed_and_nothing_else(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    up, down = scene.sit("2112"), scene.sit("1113")

    def source(enrolments: Any) -> list[Touched]:
        return [Touched(one, f"k{one}", f"No {one}", "/v/1", scene.organization.pk) for one in enrolments]

    monkeypatch.setattr(touching, "_sources", [source])
    correction = scene.check(scene.propose())
    touch = correction.touches.get()
    assert (touch.enrolment_id, touch.found_at) == (down.enrolment_id, None)
    assert not CorrectionTouch.objects.waiting().exists()
    scene.carry_out(correction)
    assert correction.touches.get().found_at == LATER
    head = scene.staff(Role.PIMPINAN)
    assert CorrectionTouch.objects.reviewable_by(head).waiting().count() == 1
    assert up.enrolment_id != down.enrolment_id


def test_nobody_decides_alone_or_about_their_own_score(scene: Scene) -> None:
    attempt = scene.sit("2111")
    correction = scene.check(scene.propose())
    make_membership(scene.trainer, scene.organization, role=Role.PUBLISHER)
    with pytest.raises(SecondPersonNeeded):
        deciding.approve(correction, actor=scene.trainer, at=LATER)
    with pytest.raises(NotAllowed):
        deciding.approve(correction, actor=scene.staff(Role.TRAINER), at=LATER)
    make_membership(attempt.enrolment.user, scene.organization, role=Role.PUBLISHER)
    with pytest.raises(NotAllowed):
        deciding.approve(correction, actor=attempt.enrolment.user, at=LATER)
    with pytest.raises(NotAllowed):
        deciding.withdraw(correction, actor=scene.publisher, at=LATER)
    with pytest.raises(ReasonMissing):
        deciding.refuse(correction, reason=" ", actor=scene.publisher, at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(
            state="approved", decided_by=correction.proposed_by, decided_at=LATER
        )
    assert deciding.refuse(correction, reason="Kunci sudah benar", actor=scene.publisher, at=LATER)
    assert not deciding.refuse(correction, reason="Kunci sudah benar", actor=scene.publisher, at=LATER)
    correction.refresh_from_db()
    with pytest.raises(CorrectionDecided):
        deciding.approve(correction, actor=scene.publisher, at=LATER)
    assert stored(attempt)[0] == 75


def test_a_dry_run_that_another_correction_overtook_is_computed_anew(scene: Scene) -> None:
    attempt = scene.sit("2122")
    first, second = scene.check(scene.propose()), scene.check(scene.propose({"do": "full"}, question=2))
    scene.carry_out(first)
    with pytest.raises(CorrectionNeedsCheck):
        deciding.approve(second, actor=scene.publisher, at=LATER)
    assert deciding.check_again(second, actor=scene.trainer, at=LATER)
    second.refresh_from_db()
    assert second.state == Correction.State.DRAFT
    scene.check(second)
    assert second.rows.get().before == 50
    scene.carry_out(second)
    assert stored(attempt)[0] == 75


def test_a_paper_is_never_left_without_points(scene: Scene) -> None:
    lonely = Scene(questions=1)
    lonely.sit("1")
    correction = lonely.check(lonely.propose({"do": "drop"}))
    with pytest.raises(NothingLeftToScore):
        deciding.approve(correction, actor=lonely.publisher, at=LATER)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"do": "key", "right": ["o1"]}, "sudah"),
        ({"do": "key", "right": []}, ""),
        ({"do": "key", "right": ["o9"]}, ""),
        ({"do": "key", "right": ["o2", "o3"]}, ""),
        ({"do": "points", "points": "0"}, ""),
        ({"do": "points", "points": "satu"}, ""),
        ({"do": "points", "points": "1"}, ""),
        ({"do": "drop", "part": "p9"}, ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(scene: Scene, change: dict[str, Any], says: str) -> None:
    with pytest.raises(CorrectionNotComplete) as refused:
        scene.propose(change)
    assert len(str(refused.value)) > 10
    assert not Correction.objects.exists()


@pytest.mark.parametrize("mark", ["101", "-1", "NaN", "enam", "60.123", "1e5"])
def test_a_pass_mark_is_a_percentage(scene: Scene, mark: str) -> None:
    with pytest.raises(CorrectionNotComplete):
        deciding.propose_pass_mark(scene.quiz, mark, reason="x", actor=scene.trainer, at=LATER)


def test_who_does_not_write_the_bank_proposes_nothing(scene: Scene) -> None:
    stranger = make_person()
    make_membership(stranger, make_organization(), role=Role.PUBLISHER)
    with pytest.raises(NotAllowed):
        deciding.propose_for_question(
            scene.versions[0], {"do": "drop"}, quiz=None, reason="x", actor=stranger, at=LATER
        )
    assert not Correction.objects.visible_to(stranger).filter(pk=scene.propose().pk).exists()


def test_a_dry_run_that_was_killed_goes_on_where_it_was_and_takes_few_statements(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(5):
        scene.sit("2111")
    monkeypatch.setattr(scanning, "PEOPLE", 2)
    correction = scene.propose()
    monkeypatch.setattr(scanning, "PEOPLE", 2)
    scope = scanning.Scope.of(correction)
    assert checking._step(scope, at=LATER)
    correction.refresh_from_db()
    assert (correction.looked, correction.total, correction.rows.count()) == (2, 5, 2)
    scene.check(correction)
    assert correction.rows.count() == correction.counts["attempts"] == 5
    few = statements(scene)
    for _n in range(10):
        scene.sit("2111")
    monkeypatch.setattr(scanning, "PEOPLE", 100)
    assert statements(scene) <= few


def statements(scene: Scene) -> int:
    """What one round of a dry run takes."""
    again = scene.propose({"do": "full"})
    Correction.objects.filter(pk=again.pk).update(state="draft", cursor=0, checked_at=None)
    again.rows.all().delete()
    scope = scanning.Scope.of(again)
    with CaptureQueriesContext(
        connection,
    ) as taken:
        checking._step(scope, at=LATER)
    return len(taken)


def test_the_item_report_is_computed_anew_with_the_corrected_key(scene: Scene) -> None:
    scene.sit("2111")
    scene.sit("2112")
    report = reporting.ask(scene.quiz, None, sitting="first", actor=scene.trainer, at=AT)
    scene.carry_out(scene.propose())
    renewed = reporting.ask(scene.quiz, None, sitting="first", actor=scene.trainer, at=AT)
    assert renewed.wanted != report.wanted
    reporting.make(renewed.pk, at=AT)
    renewed.refresh_from_db()
    first = next(one for one in renewed.body["items"] if one["stem"] == "Soal 0")
    assert [option["right"] for option in first["options"]] == [False, True, False]
    assert first["facility"] == 100


def found_by_audit(attempt: Attempt) -> set[str]:
    audit = auditing.audit(attempt.public_id)
    assert audit is not None
    return {finding.subject for finding in audit.findings}


def test_an_audit_agrees_with_a_score_that_was_corrected(scene: Scene) -> None:
    """A lawful correction is no alarm; a score that somebody wrote over it still is."""
    attempt = scene.sit("2112")
    before = attempt.score
    correction = scene.approve(scene.check(scene.propose()))
    running.run(correction.pk, at=LATER)
    attempt.refresh_from_db()
    assert attempt.score != before
    assert "score" not in found_by_audit(attempt)
    Attempt.objects.filter(pk=attempt.pk).update(score=before)
    assert "score" in found_by_audit(attempt)
