"""Practice evidence: each stage goes to the supervisor of the day, who signs it or returns it with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.exporting import own_data
from accounts.models import Event, Role, Supervision, User
from assessments.assignments import handing_in, marking
from assessments.assignments.marking import Judgement
from assessments.assignments.parts import rules_of
from assessments.errors import (
    AlreadyMarked,
    IdentitiesUnchecked,
    MarkIncomplete,
    NoSupervisor,
    NotAllowed,
    NotYourSupervisee,
    PracticeInUse,
    ReasonMissing,
)
from assessments.evidence import lines, overview, parts, queue
from assessments.evidence.handing_in import hand_over
from assessments.models import AssignmentWork, Practice, PracticeReview, Submission, WorkFile
from cms.messaging.reminding import make_reminders
from cms.models import Message
from courses import editions, manifest, progress
from courses.models import Enrolment, Fulfilment, Requirement
from tests.factories_accounts import AT, make_membership, make_organization, make_person, make_supervision
from tests.factories_assignments import PDF, Sent, photo, write
from tests.factories_courses import make_course
from tests.factories_practice import World, hand, judge, make_supervisor, make_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "practice" / "part-v1.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def client_of(user: User) -> Any:
    client = Client()
    client.force_login(user)
    return client


def fetched(client: Any, url: str) -> int:
    answer = client.get(url)
    assert b"".join(answer.streaming_content)
    return int(answer.status_code)


def one_of(world: World) -> Enrolment:
    return Enrolment.objects.with_cohort().get(pk=world.enrolment.pk)


def line_of(world: World) -> tuple[str, str]:
    found = next(step for step in progress.overview(one_of(world)).steps if step.kind == "practice")
    return str(found.state), str(found.note)


def test_an_edition_freezes_one_part_for_each_stage_and_requires_them_only_if_they_count() -> None:
    part = VECTOR["part"]
    assert manifest.canonical(part).decode() == VECTOR["canonical"]
    assert manifest.digest(part) == VECTOR["sha256"]
    assert (rules_of(part).kinds, rules_of(part).most_bytes, rules_of(part).pass_mark) == (
        ("pdf", "jpg"),
        5242880,
        None,
    )
    course = make_course(modules=1)
    assert list(parts.write_parts(course)) == []
    practice = Practice.objects.create(
        course=course,
        organization=course.organization,
        instructions=part["instructions"].replace("\n", "\r\n") + "\r\n",
        kinds=["jpg", "pdf"],
    )
    edition = editions.freeze(course, at=AT, actor=make_person())
    frozen = sorted((row.json for row in edition.parts.filter(kind="practice")), key=lambda j: j["stage"]["number"])
    assert [one["stage"]["code"] for one in frozen] == [f"ATENSI-T{number}" for number in range(1, 8)]
    assert frozen[2] == part
    assert not Requirement.objects.filter(kind="practice").exists()
    with pytest.raises(PracticeInUse):
        practice.delete()
    with pytest.raises(PracticeInUse):
        Practice.objects.all().delete()
    Practice.objects.update(is_required=True, instructions=" ")
    assert [str(problem.text) for problem in parts.check_readiness(course)] == [
        "Bukti praktik pelatihan ini belum memiliki petunjuk."
    ]
    assert all(draft.requirement is not None for draft in parts.write_parts(course))


def test_a_stage_is_handed_over_returned_improved_and_signed() -> None:
    world = make_world(required=True)
    enrolment, part = world.enrolment, world.stages[2]
    client, url = client_of(enrolment.user), f"/tugas/{enrolment.public_id}/{part.key}/"
    supervisor, trainer = client_of(world.supervisor), client_of(world.trainer)
    assert line_of(world) == ("todo", "")
    page = client.get(f"/bukti/{enrolment.public_id}/").content.decode()
    assert "0 dari 7 tahap ditandatangani" in page
    assert "Bambang Supervisor</strong> (Pekerja Sosial Ahli Madya)" in page
    page = client.get(url).content.decode()
    assert page.index("Orang yang Anda dampingi tidak boleh dapat dikenali") < page.index('type="file"')
    assert "Tahap 3 dari 7" in page
    # Without the statement nothing is handed over, and nothing is lost.
    image = SimpleUploadedFile("kunjungan.jpg", photo(), "image/jpeg")
    first = {"versi": 0, "teks": "Seorang ibu lanjut usia.", "berkas": [image], "kirim": "1"}
    answer = client.post(url, first)
    assert "nyatakan bahwa tidak ada penerima manfaat yang dapat dikenali" in answer.content.decode()
    work = AssignmentWork.objects.get()
    assert (work.text, work.files.count(), Submission.objects.count()) == ("Seorang ibu lanjut usia.", 1, 0)
    again = {"versi": work.revision, "teks": work.text, "kirim": "1", "tanpa_identitas": "on"}
    assert client.post(url, again).status_code == 302
    made = Submission.objects.get()
    kept = made.files.get()
    with kept.file.open("rb") as stored:
        assert b"Kamera Rahasia" not in stored.read()
    event = Event.objects.get(verb="practice.handed_over")
    assert event.details["supervisions"] == [str(world.supervision.public_id)]
    assert event.details["no_client_recognizable"] is True
    told = Message.objects.get(kind="practice-handed-over")
    assert (told.user, told.url) == (world.supervisor, f"/bukti/versi/{made.public_id}/")
    assert "lanjut usia" not in told.text
    assert line_of(world) == ("started", "0 dari 7 ditandatangani · 1 menunggu")
    # Trainers run the angkatan and still do not read it.
    for address in (told.url, f"{told.url}unduh/", kept.get_absolute_url(), url):
        assert trainer.get(address).status_code == 404
        assert client_of(make_person()).get(address).status_code == 404
    assert trainer.get("/tim/bukti/").status_code == 404
    assert f"{made.public_id}" not in trainer.get(f"/angkatan/{enrolment.cohort.public_id}/").content.decode()
    with pytest.raises(NotAllowed):
        marking.mark(made, Judgement("accepted"), seen=0, actor=world.trainer, at=AT)
    # The supervisor reads, and returns with a reason.
    assert made.work.enrolment.user.full_name in supervisor.get("/tim/bukti/").content.decode()
    page = supervisor.get(told.url).content.decode()
    assert "Seorang ibu lanjut usia." in page
    assert fetched(supervisor, kept.get_absolute_url()) == 200
    assert b"jawaban.txt" in b"".join(supervisor.get(f"{told.url}unduh/").streaming_content)
    answer = supervisor.post(told.url, {"dilihat": 0, "result": "returned", "comment": ""})
    assert "Tuliskan apa yang perlu diperbaiki" in answer.content.decode()
    answer = supervisor.post(told.url, {"dilihat": 0, "result": "returned", "comment": "Apa hasilnya?"}, follow=True)
    assert "Dikembalikan: Ani Lestari" in answer.content.decode()
    page = client.get(url).content.decode()
    assert "Apa hasilnya?" in page
    assert "(Pekerja Sosial Ahli Madya)" in page
    assert line_of(world) == ("started", "0 dari 7 ditandatangani · 1 perlu diperbaiki")
    # A second version; signing it fulfils the stage and keeps the qualification of that day.
    better = {"versi": AssignmentWork.objects.get().revision, "teks": "Dan hasilnya.", "kirim": "1"}
    client.post(url, better | {"tanpa_identitas": "on"})
    second = Submission.objects.get(number=2)
    Supervision.objects.update(qualification="Pekerja Sosial Ahli Utama")
    supervisor.post(f"/bukti/versi/{second.public_id}/", {"dilihat": 0, "result": "accepted", "comment": ""})
    Supervision.objects.update(qualification="Lain")
    review = PracticeReview.objects.get(mark__submission=second)
    assert (review.supervision, review.qualification) == (world.supervision, "Pekerja Sosial Ahli Utama")
    met = Fulfilment.objects.get(kind="practice", key=part.key)
    assert met.evidence["qualification"] == "Pekerja Sosial Ahli Utama"
    assert met.evidence["submission"] == str(second.public_id)
    assert line_of(world) == ("started", "1 dari 7 ditandatangani")
    assert "sudah ditandatangani" in client.post(url, better).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        PracticeReview.objects.update(qualification="Lain")
    kinds = list(Message.objects.filter(user=enrolment.user).order_by("pk").values_list("subject", flat=True))
    assert [subject.rsplit(": ", 1)[1] for subject in kinds] == ["perlu diperbaiki", "ditandatangani"]
    exported = own_data(enrolment.user, on=AT.date())["assessments"]["assignments"][0]["versions"]
    assert [mark["qualification"] for row in exported for mark in row["marks"]] == [
        "Pekerja Sosial Ahli Madya",
        "Pekerja Sosial Ahli Utama",
    ]


def test_only_the_supervisor_in_force_that_day_receives_and_judges() -> None:
    world = make_world(required=True)
    Supervision.objects.update(starts_on=AT.date() - 9 * DAY, ends_on=AT.date() - DAY)
    write(world.enrolment, world.stages[0], "Draf.")
    with pytest.raises(NoSupervisor):
        hand_over(world.enrolment, world.stages[0], stated=True, at=AT)
    with pytest.raises(IdentitiesUnchecked):
        hand_over(world.enrolment, world.stages[0], stated=False, at=AT)
    assert (
        "belum ada supervisor yang tercatat"
        in client_of(world.enrolment.user)
        .get(f"/tugas/{world.enrolment.public_id}/{world.stages[0].key}/")
        .content.decode()
    )
    assert AssignmentWork.objects.get().text == "Draf."
    Supervision.objects.update(ends_on=AT.date())
    made = hand_over(world.enrolment, world.stages[0], stated=True, at=AT)
    assert hand_over(world.enrolment, world.stages[0], stated=True, at=AT).pk == made.pk
    assert Event.objects.filter(verb="practice.handed_over").count() == 1
    # The next day somebody else is the supervisor: the queue goes over, and so does the right to sign.
    other = make_supervisor(world.enrolment, name="Citra Supervisor")
    given = make_supervision(other, world.enrolment.user, starts_on=AT.date() + DAY)
    unqualified = make_person(name="Tanpa Peran")
    make_supervision(unqualified, world.enrolment.user)
    made = Submission.objects.with_people().get(pk=made.pk)
    with time_machine.travel(AT + DAY, tick=False):
        for stranger in (world.supervisor, unqualified, world.enrolment.user, world.trainer):
            with pytest.raises(NotYourSupervisee):
                judge(made, "accepted", actor=stranger, at=AT + DAY)
        assert (queue.waiting_for(world.supervisor), queue.waiting_for(other)) == (0, 1)
        assert client_of(world.supervisor).get(f"/bukti/versi/{made.public_id}/").status_code == 404
        mark = judge(made, "accepted", actor=other, at=AT + DAY)
        assert mark.practice_review.supervision == given
        # Sent twice it is one; taking a signature back needs a reason and opens the stage again.
        assert judge(made, "accepted", actor=other, at=AT + DAY) == mark
        with pytest.raises(ReasonMissing):
            judge(made, "returned", actor=other, seen=1, at=AT + DAY)
        with pytest.raises(AlreadyMarked):
            judge(made, "returned", actor=other, at=AT + DAY)
        with pytest.raises(MarkIncomplete):
            judge(made, "returned", actor=other, seen=1, comment="", reason="x", at=AT + DAY)
        judge(made, "returned", actor=other, seen=1, reason="Ternyata bukan praktiknya sendiri.", at=AT + DAY)
    assert Fulfilment.objects.get(kind="practice").withdrawn_at is not None
    assert PracticeReview.objects.count() == 2
    assert Submission.objects.get().state == "returned"


def test_every_stage_signed_completes_and_an_assessor_reads_what_is_signed_only() -> None:
    world = make_world(required=True)
    organization = world.enrolment.cohort.organization
    budi = make_person(name="Budi", role=Role.ASSESSOR, organization=organization)
    elsewhere = make_person(name="Dewi", role=Role.ASSESSOR, organization=make_organization())
    first = hand(world, 1, "Akses.", Sent("a.pdf", PDF))
    hand(world, 2)
    judge(first, "accepted", actor=world.supervisor)
    assert [one.is_signed for one in overview.stages_of(one_of(world))] == [True] + [False] * 6
    section = lines.section(world.enrolment.cohort, [one_of(world)], at=AT)
    assert section is not None
    assert [row[1:] for row in section.tables[0].rows[:3]] == [list("1000"), list("0010"), list("0001")]
    address = f"/bukti/versi/{first.public_id}/"
    page = client_of(budi).get(address).content.decode()
    assert "Akses." in page
    assert "Catat penilaian saya" not in page
    assert fetched(client_of(budi), first.files.get().get_absolute_url()) == 200
    waiting = Submission.objects.get(state="waiting")
    assert client_of(budi).get(f"/bukti/versi/{waiting.public_id}/").status_code == 404
    assert client_of(elsewhere).get(address).status_code == 404
    answer = client_of(budi).post(address, {"dilihat": 1, "result": "returned", "comment": "x", "reason": "x"})
    assert "hari ini mendampingi orang ini" in answer.content.decode()
    assert Submission.objects.get(pk=first.pk).state == "accepted"
    for number in range(2, 8):
        made = waiting if number == 2 else hand(world, number)
        judge(made, "accepted", actor=world.supervisor)
    assert line_of(world) == ("done", "7 dari 7 ditandatangani")
    assert one_of(world).status == Enrolment.Status.COMPLETED
    found = lines.work_columns([one_of(world)])
    assert found.of(world.enrolment.pk, "practice") == "7 dari 7 ditandatangani"


def test_the_queue_counts_in_constant_statements_and_reminds_after_a_week() -> None:
    world = make_world(opens_at=AT - 20 * DAY)
    supervisor = client_of(world.supervisor)
    assert "Tidak ada yang menunggu Anda" in supervisor.get("/tim/bukti/").content.decode()
    hand(world, 1, at=AT - 8 * DAY)
    with CaptureQueriesContext(
        connection,
    ) as one:
        page = supervisor.get("/tim/bukti/").content.decode()
    assert "menunggu 8 hari" in page
    mate = Enrolment.objects.create(cohort=world.enrolment.cohort, user=make_person(name="Dian"), enrolled_at=AT)
    make_supervision(world.supervisor, mate.user)
    other = World(mate, world.stages, world.trainer, world.supervisor, world.supervision)
    for number in range(1, 5):
        hand(other, number, at=AT - DAY)
    with CaptureQueriesContext(connection) as many:
        supervisor.get("/tim/bukti/")
    assert len(many) == len(one)
    people = supervisor.get("/tim/bukti/?saring=orang").content.decode()
    assert people.count("0 dari 7") == 2
    Message.objects.all().delete()
    for _tick in range(2):
        make_reminders(at=AT)
    told = Message.objects.get(kind="practice-waits")
    assert (told.user, "1 bukti praktik menunggu" in told.text) == (world.supervisor, True)
    make_reminders(at=AT + 3 * DAY)
    assert Message.objects.filter(kind="practice-waits").count() == 1
    make_reminders(at=AT + 6 * DAY)
    assert Message.objects.filter(kind="practice-waits").count() == 2
    # Two weeks before the end whoever has begun and not handed in everything is told; nobody is pressed to begin.
    cohort = world.enrolment.cohort
    type(cohort).objects.update(closes_at=AT + 10 * DAY)
    Enrolment.objects.create(cohort=cohort, user=make_person(), enrolled_at=AT)
    make_reminders(at=AT)
    lacking = Message.objects.filter(kind="practice-lacks")
    assert {message.user for message in lacking} == {world.enrolment.user, mate.user}
    assert "2 Desember 2026" in lacking[0].text


def test_what_waits_can_be_taken_back_and_then_nobody_else_reads_it() -> None:
    world = make_world()
    made = hand(world, 1, "Draf saya.", Sent("a.pdf", PDF))
    file = made.files.get()
    client = client_of(world.enrolment.user)
    url = f"/tugas/{world.enrolment.public_id}/{world.stages[0].key}/tarik/"
    assert "Supervisor Anda tidak akan melihatnya lagi" in client.get(url).content.decode()
    client.post(url)
    supervisor = client_of(world.supervisor)
    for address in (f"/bukti/versi/{made.public_id}/", file.get_absolute_url()):
        assert supervisor.get(address).status_code == 404
    assert supervisor.get("/tim/bukti/").status_code == 200
    assert handing_in.take_back(made, at=AT).state == "withdrawn"
    make_membership(world.trainer, world.enrolment.cohort.organization, Role.ADMINISTRATOR)
    assert not WorkFile.objects.visible_to(world.trainer).exists()
