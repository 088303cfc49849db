"""Assignments in editions, on /belajar/, in columns, reports, reminders, moves, undone lists and own data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from accounts.exporting import own_data
from accounts.people_lists.traces import traces_of
from assessments.assignments import parts, reporting, standing, telling
from assessments.errors import AssignmentInUse
from assessments.evidence import lines
from assessments.models import Assignment, AssignmentWork, Submission
from cms.messaging.reminding import make_reminders
from cms.models import Message
from courses import editions, manifest, moving, progress
from courses.models import Enrolment, Requirement
from tests.factories_accounts import AT, make_person
from tests.factories_assignments import PDF, Sent, give, hand_in, make_assignment, write
from tests.factories_attempts import make_cohort
from tests.factories_courses import make_course

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "assignment" / "part-v1.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def make_rule(**fields: object) -> Assignment:
    course = fields.pop("course", None) or make_course(modules=2)
    values = {"title": "RTL", "instructions": "Tuliskan.", "kinds": ["pdf"]} | fields
    return Assignment.objects.create(course=course, organization=course.organization, **values)  # type: ignore[attr-defined]


def test_an_edition_freezes_the_assignment_and_requires_it_only_if_it_counts() -> None:
    needed = make_rule(module="M1")
    optional = make_rule(course=needed.course, title="Refleksi", is_required=False)
    trainer = make_person()
    assert needed.course is not None
    edition = editions.freeze(needed.course, at=AT, actor=trainer)
    frozen = {part.key: part.json for part in edition.parts.filter(kind="assignment")}
    assert frozen[str(needed.public_id)]["position"] == 160
    assert frozen[str(optional.public_id)]["counts"] is False
    assert list(Requirement.objects.filter(kind="assignment").values_list("key", flat=True)) == [str(needed.public_id)]
    needed.title = "Judul lain"
    needed.save()
    assert edition.parts.get(key=str(needed.public_id)).json["title"] == "RTL"
    with pytest.raises(AssignmentInUse):
        needed.delete()
    with pytest.raises(AssignmentInUse):
        Assignment.objects.all().delete()


def test_a_course_without_assignments_freezes_to_the_same_bytes_as_before() -> None:
    course = make_course(modules=1)
    assert list(parts.write_parts(course)) == []


def test_the_frozen_part_reads_as_the_vector_says() -> None:
    assert manifest.canonical(VECTOR["part"]).decode() == VECTOR["canonical"]
    assert manifest.digest(VECTOR["part"]) == VECTOR["sha256"]
    rules = parts.rules_of(VECTOR["part"])
    assert (rules.pass_mark, rules.due_days, rules.kinds) == (Decimal("70.00"), 30, ("pdf", "docx", "jpg"))
    course = make_course(modules=1)
    made = Assignment(
        organization=course.organization,
        course=course,
        title=rules.title,
        instructions=rules.instructions.replace("\n", "\r\n"),
        grading="score",
        due_days=30,
        kinds=["jpg", "docx", "pdf"],
        most_files=3,
        most_megabytes=5,
    )
    assert parts.part_of(made, 30010) == VECTOR["part"]


def test_an_unfinished_assignment_keeps_an_angkatan_from_opening() -> None:
    rule = make_rule(instructions=" ", takes_text=False, kinds=[])
    assert rule.course is not None
    found = [str(problem.text) for problem in parts.check_readiness(rule.course) if problem.blocking]
    assert len(found) == 2


def test_the_line_on_belajar_says_where_one_stands() -> None:
    enrolment, part, trainer = make_assignment(required=True, pass_mark="70.00")

    def line() -> tuple[str, str]:
        one = Enrolment.objects.with_cohort().get(pk=enrolment.pk)
        found = next(step for step in progress.overview(one).steps if step.kind == "assignment")
        return str(found.state), str(found.note)

    assert line() == ("todo", "")
    write(enrolment, part, "Konsep")
    assert line() == ("started", "Draf, belum dikumpulkan")
    made = hand_in(enrolment, part)
    assert line() == ("waiting", "Menunggu dinilai")
    give(made, "returned", actor=trainer)
    assert line() == ("started", "Perlu diperbaiki")
    give(hand_in(enrolment, part, "Lebih baik"), "accepted", actor=trainer, score=Decimal("87.50"))
    assert line() == ("done", "Diterima (87,5)")
    client = Client()
    client.force_login(enrolment.user)
    assert "Diterima (87,5)" in client.get(f"/belajar/{enrolment.cohort.public_id}/").content.decode()


def test_columns_links_and_signs_of_life_stand_on_the_trainer_s_page() -> None:
    enrolment, part, trainer = make_assignment(pass_mark="70.00")
    made = hand_in(enrolment, part, at=AT - DAY)
    client = Client()
    client.force_login(trainer)
    page = client.get(f"/angkatan/{enrolment.cohort.public_id}/").content.decode()
    assert "Tugas (1 menunggu)" in page
    assert "Menunggu dinilai" in page
    give(made, "accepted", actor=trainer, score=Decimal(80))
    one = Enrolment.objects.with_cohort().get(pk=enrolment.pk)
    found = lines.work_columns([one])
    assert found.of(one.pk, f"taskmark-{part.key}") == Decimal(80)
    assert reporting.last_work([one.pk]) == {one.pk: AT - DAY}
    person = client.get(f"/angkatan/{enrolment.cohort.public_id}/peserta/{enrolment.public_id}/").content.decode()
    assert f"/tugas/{made.public_id}/" in person


def test_the_closing_report_counts_each_assignment() -> None:
    enrolment, part, trainer = make_assignment(pass_mark="70.00")
    other = Enrolment.objects.create(cohort=enrolment.cohort, user=make_person(), enrolled_at=AT)
    Enrolment.objects.create(cohort=enrolment.cohort, user=make_person(), enrolled_at=AT)
    give(hand_in(enrolment, part), "accepted", actor=trainer, score=Decimal(80))
    hand_in(other, part)
    people = list(Enrolment.objects.with_cohort().filter(cohort=enrolment.cohort))
    section = reporting.section(enrolment.cohort, people, at=AT)
    assert section is not None
    assert section.tables[0].rows == [["Rencana tindak lanjut", "2 dari 3", "1", "0", "1", "0", "80,0"]]


def test_whoever_has_handed_in_nothing_is_reminded_once_within_two_days() -> None:
    enrolment, part, trainer = make_assignment(due_days=1)
    done, returned = (
        Enrolment.objects.create(cohort=enrolment.cohort, user=make_person(), enrolled_at=AT) for _n in range(2)
    )
    hand_in(done, part)
    give(hand_in(returned, part), "returned", actor=trainer)
    Message.objects.all().delete()
    for _tick in range(2):
        make_reminders(at=AT)
    told = Message.objects.filter(kind="assignment-due")
    assert {message.user for message in told} == {enrolment.user, returned.user}
    assert "Senin, 23 November 2026 pukul 23.59 WIB" in told[0].text
    assert list(telling.assignments_due(AT - 2 * DAY)) == []
    assert list(telling.assignments_due(AT + 2 * DAY)) == []


def test_moving_a_person_keeps_what_was_handed_in_and_the_other_trainer_marks_it() -> None:
    enrolment, part, trainer = make_assignment()
    assert enrolment.cohort.edition is not None
    target = make_cohort(enrolment.cohort.organization, enrolment.cohort.edition, trainer=trainer)
    made = hand_in(enrolment, part, "Dibawa", Sent("a.pdf", PDF))
    moving.move([enrolment], enrolment.cohort, target, actor=trainer, at=AT)
    client = Client()
    client.force_login(trainer)
    assert "Dibawa" in client.get(f"/angkatan/{target.public_id}/tugas/{made.public_id}/").content.decode()
    old = client.get(f"/angkatan/{enrolment.cohort.public_id}/tugas/{made.public_id}/")
    assert old.status_code == 404
    give(Submission.objects.get(pk=made.pk), "accepted", actor=trainer)
    found = standing.standing_of(Enrolment.objects.with_cohort().get(pk=enrolment.pk), part, at=AT)
    assert found.state == "accepted"


def test_whoever_has_written_something_blocks_the_undo_of_a_people_list() -> None:
    enrolment, part, _trainer = make_assignment()
    write(enrolment, part, "Konsep")
    found = traces_of([enrolment.user.pk], exempt=lambda model: [])
    assert found[enrolment.user.pk] == "sudah menulis atau mengumpulkan tugas"


def test_the_own_data_hold_draft_versions_receipts_and_marks() -> None:
    enrolment, part, trainer = make_assignment()
    made = hand_in(enrolment, part, "Rencana", Sent("a.pdf", PDF))
    give(made, "returned", actor=trainer, comment="Tambahkan.")
    found = own_data(enrolment.user, on=AT.date())["assessments"]["assignments"]
    assert [row["assignment"] for row in found] == ["Rencana tindak lanjut"]
    version = found[0]["versions"][0]
    assert (version["receipt"]["code"], version["marks"][0]["comment"]) == (made.receipt_words, "Tambahkan.")
    assert AssignmentWork.objects.count() == 1
