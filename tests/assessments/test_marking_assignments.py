"""A trainer reads, marks, changes a mark with a reason, and closes; what that means for the person's training."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Event, Role, User
from assessments.errors import AlreadyMarked, MarkIncomplete, NoLongerThere, NotAllowed, ReasonMissing
from assessments.models import AssignmentMark, Submission
from cms.models import Message
from courses.models import Cohort, Enrolment, Fulfilment
from tests.factories_accounts import AT, make_person
from tests.factories_assignments import PDF, Sent, give, hand_in, make_assignment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def client_of(user: User) -> Any:
    client = Client()
    client.force_login(user)
    return client


def queue(cohort: Cohort, more: str = "") -> str:
    return f"/angkatan/{cohort.public_id}/tugas/{more}"


def mate_of(enrolment: Enrolment, name: str) -> Enrolment:
    return Enrolment.objects.create(cohort=enrolment.cohort, user=make_person(name=name), enrolled_at=AT)


def test_the_queue_shows_who_waits_longest_and_marking_leads_to_the_next() -> None:
    enrolment, part, trainer = make_assignment(cohort={"opens_at": AT - 9 * DAY})
    second, third = mate_of(enrolment, "Bima Sakti"), mate_of(enrolment, "Citra Ayu")
    late = hand_in(second, part, at=AT - 3 * DAY)
    made = hand_in(enrolment, part, at=AT - DAY)
    client, address = client_of(trainer), queue(enrolment.cohort)
    page = client.get(address).content.decode()
    assert "Menunggu paling lama: 3 hari." in page
    assert page.index("Bima Sakti") < page.index("Ani Lestari")
    assert "Citra Ayu" not in page
    assert third.user.full_name in client.get(f"{address}?saring=belum").content.decode()
    fields = {"dilihat": 0, "result": "accepted", "comment": "Terukur."}
    answer = client.post(f"{address}{late.public_id}/", fields)
    assert answer["Location"].endswith(f"/tugas/{made.public_id}/")
    answer = client.post(f"{address}{made.public_id}/", fields)
    assert answer["Location"] == address
    assert "Bima Sakti" in client.get(f"{address}?saring=diterima").content.decode()
    assert "Tidak ada yang menunggu" in client.get(address).content.decode()
    assert {mark.marked_by for mark in AssignmentMark.objects.all()} == {trainer}


def test_an_accepted_assignment_completes_and_a_withdrawn_mark_opens_again_with_its_history() -> None:
    enrolment, part, trainer = make_assignment(required=True, pass_mark="70.00")
    made = hand_in(enrolment, part)
    client, address = client_of(trainer), queue(enrolment.cohort, "")
    url = f"{address}{made.public_id}/"
    client.post(url, {"dilihat": 0, "score": "85,5", "result": "accepted", "comment": ""})
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"
    without = client.post(
        url, {"dilihat": 1, "score": "60", "result": "returned", "comment": "Sama dengan peserta lain."}
    )
    assert without.status_code == 200
    assert AssignmentMark.objects.count() == 1
    reason = "Ternyata disalin."
    fields = {"dilihat": 1, "score": "60", "result": "returned", "comment": "Tulis sendiri.", "reason": reason}
    assert client.post(url, fields).status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.status == "active"
    assert Fulfilment.objects.get(kind="assignment").withdrawn_at is not None
    scores = list(AssignmentMark.objects.values_list("number", "score", "reason"))
    assert scores == [(1, Decimal("85.50"), ""), (2, Decimal("60.00"), reason)]
    assert Event.objects.get(verb="assignment.mark_changed").reason == reason
    page = client_of(enrolment.user).get(f"/tugas/{enrolment.public_id}/{part.key}/").content.decode()
    assert "85,5" in page
    assert reason in page


def test_the_person_is_told_once_per_mark_and_never_the_mark_itself() -> None:
    enrolment, part, trainer = make_assignment(pass_mark="70.00")
    made = hand_in(enrolment, part)
    for _time in range(2):  # the same form sent twice
        give(made, "accepted", actor=trainer, score=Decimal(91))
    message = Message.objects.get(kind="assignment-marked")
    assert (message.user, AssignmentMark.objects.count()) == (enrolment.user, 1)
    assert "diterima" in message.text
    assert "91" not in message.text.split("http")[0] + message.subject
    give(made, "returned", actor=trainer, seen=1, score=Decimal(50), reason="Keliru membaca.")
    assert Message.objects.filter(kind="assignment-marked").count() == 2


def test_the_second_trainer_who_saw_the_same_is_told_who_was_faster() -> None:
    enrolment, part, trainer = make_assignment()
    other = make_person(name="Budi Santoso", role=Role.TRAINER, organization=enrolment.cohort.organization)
    made = hand_in(enrolment, part)
    give(made, "accepted", actor=trainer)
    answer = client_of(other).post(
        queue(enrolment.cohort, f"{made.public_id}/"),
        {"dilihat": 0, "result": "returned", "comment": "Masih kurang."},
        follow=True,
    )
    page = answer.content.decode()
    assert "Sri Wahyuni lebih dahulu" in page
    assert "Alasan penilaian diubah" in page  # what was typed is still there, now as a change
    assert "Masih kurang." in page
    assert AssignmentMark.objects.get().result == "accepted"
    with pytest.raises(AlreadyMarked):
        give(made, "accepted", actor=other)


def test_what_was_replaced_or_taken_back_meanwhile_is_not_marked() -> None:
    enrolment, part, trainer = make_assignment()
    first = hand_in(enrolment, part, "Satu")
    second = hand_in(enrolment, part, "Dua")
    for stale in (first, Submission.objects.get(pk=first.pk)):
        with pytest.raises(NoLongerThere):
            give(stale, "accepted", actor=trainer)
    give(second, "returned", actor=trainer)
    third = hand_in(enrolment, part, "Tiga")
    with pytest.raises(NoLongerThere):
        give(second, "accepted", actor=trainer, seen=1, reason="Sudah cukup.")
    page = client_of(trainer).get(queue(enrolment.cohort, f"{second.public_id}/")).content.decode()
    assert "Ada versi yang lebih baru" in page
    assert str(third.public_id) in page


@pytest.mark.parametrize(
    ("pass_mark", "result", "said", "words"),
    [
        (None, "returned", {"comment": ""}, "apa yang perlu diperbaiki"),
        (None, "accepted", {"score": Decimal(80)}, "tanpa nilai angka"),
        (None, "mungkin", {}, "belum lengkap"),
        ("70.00", "accepted", {}, "0 sampai 100"),
        ("70.00", "accepted", {"score": Decimal("69.99")}, "Nilai batas lulus 70"),
        ("70.00", "returned", {"score": Decimal(70)}, "Nilai batas lulus 70"),
        ("70.00", "accepted", {"score": Decimal(101)}, "0 sampai 100"),
    ],
)
def test_an_incomplete_mark_is_refused_and_nothing_changes(
    pass_mark: str | None, result: str, said: dict[str, Any], words: str
) -> None:
    enrolment, part, trainer = make_assignment(pass_mark=pass_mark)
    made = hand_in(enrolment, part)
    with pytest.raises(MarkIncomplete, match=words):
        give(made, result, actor=trainer, **said)
    made.refresh_from_db()
    assert (made.state, made.marks) == ("waiting", 0)


def test_only_who_runs_the_angkatan_marks_and_nobody_their_own() -> None:
    enrolment, part, trainer = make_assignment()
    made = hand_in(enrolment, part)
    looker = make_person(role=Role.PIMPINAN, organization=enrolment.cohort.organization)
    assert client_of(looker).get(queue(enrolment.cohort)).status_code == 403
    own = hand_in(Enrolment.objects.create(cohort=enrolment.cohort, user=trainer, enrolled_at=AT), part)
    for actor, row in ((looker, made), (make_person(), made), (trainer, own)):
        with pytest.raises(NotAllowed):
            give(row, "accepted", actor=actor)
    assert client_of(trainer).get(queue(enrolment.cohort, f"{own.public_id}/")).status_code == 404
    give(made, "accepted", actor=trainer)
    with pytest.raises(ReasonMissing):
        give(made, "returned", actor=trainer, seen=1)


def test_everything_is_downloaded_as_one_archive_with_safe_names() -> None:
    enrolment, part, trainer = make_assignment()
    odd = mate_of(enrolment, "../../Ani <Lestari>")
    hand_in(enrolment, part, "Teks saya.", Sent("rtl.pdf", PDF))
    made = hand_in(odd, part, "", Sent("..\\..\\CON.pdf", PDF), Sent("CON", PDF + b" "))
    lost = made.files.get(name="_CON.pdf").file
    lost.storage.delete(str(lost.name))
    client = client_of(trainer)
    answer = client.get(queue(enrolment.cohort, f"unduh/{part.key}/"))
    assert answer.streaming
    assert "attachment" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        number, other = enrolment.user.participant_number, odd.user.participant_number
        assert archive.namelist() == [
            f"{other} ..-..-Ani Lestari v1/_CON.pdf.hilang.txt",
            f"{other} ..-..-Ani Lestari v1/_CON (2).pdf",
            f"{number} Ani Lestari, S.Tr.Sos v1/jawaban.txt",
            f"{number} Ani Lestari, S.Tr.Sos v1/rtl.pdf",
        ]
        assert archive.read(archive.namelist()[-1]) == PDF
    one = client.get(queue(enrolment.cohort, f"{made.public_id}/unduh/"))
    with zipfile.ZipFile(io.BytesIO(b"".join(one.streaming_content))) as archive:
        assert len(archive.namelist()) == 2


def test_a_trainer_sets_another_date_and_closes_for_this_angkatan_only() -> None:
    enrolment, part, trainer = make_assignment(due_days=10)
    client, url = client_of(trainer), queue(enrolment.cohort, f"atur/{part.key}/")
    assert "10 hari sesudah hari pertama" in client.get(url).content.decode()
    assert client.post(url, {"due_on": "2026-12-05"}).status_code == 302
    shown = client.get(queue(enrolment.cohort)).content.decode()
    assert "5 Desember 2026, 23.59 WIB" in shown
    client.post(url, {"due_on": "2026-12-05", "is_closed": "on"})
    assert "Tugas" in client.get(queue(enrolment.cohort)).content.decode()
    assert Event.objects.filter(verb="assignment.terms_set").count() == 2
    client.post(url, {"due_on": "2026-12-05", "is_closed": "on"})  # the same again is no event
    assert Event.objects.filter(verb="assignment.terms_set").count() == 2


def test_the_queue_costs_the_same_statements_for_three_and_for_thirty() -> None:
    enrolment, part, trainer = make_assignment()
    client, spent = client_of(trainer), []
    client.get(queue(enrolment.cohort))
    for size in (3, 30):
        for number in range(size - Submission.objects.count()):
            hand_in(mate_of(enrolment, f"Peserta {number}"), part)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(queue(enrolment.cohort)).status_code == 200
        spent.append(len(seen))
    assert spent[0] == spent[1]
