"""A participant writes, uploads, hands in, replaces and takes back an assignment, without scripts."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import Event, User
from assessments.assignments import handing_in, standing, storing, terms, working
from assessments.errors import AssignmentNotOpen, FileRefused
from assessments.models import AssignmentWork, Submission, WorkFile
from assessments.models.assignments import submission_storage
from courses.models import Cohort, EditionPart, Enrolment
from tests.factories_accounts import AT, make_person
from tests.factories_assignments import DOCX, PDF, Sent, give, hand_in, make_assignment, make_part, photo, write
from tests.factories_attempts import make_enrolment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """A fixed moment, and an empty store of this process."""
    shutil.rmtree(submission_storage().path(""), ignore_errors=True)
    with time_machine.travel(AT, tick=False):
        yield


def client_of(user: User) -> Any:
    client = Client()
    client.force_login(user)
    return client


def address(enrolment: Enrolment, part: EditionPart, more: str = "") -> str:
    return f"/tugas/{enrolment.public_id}/{part.key}/{more}"


def upload(name: str, data: bytes, content_type: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def post(client: Client, url: str, button: str, **fields: Any) -> Any:
    return client.post(url, {"versi": 0, button: "1", **fields})


def stored_files() -> list[str]:
    return sorted(storing._stored())


def test_text_and_files_are_handed_in_with_a_receipt_and_shown_as_they_are_kept() -> None:
    enrolment, part, _trainer = make_assignment()
    client, url = client_of(enrolment.user), address(enrolment, part)
    image = photo()
    files = [upload("RTL Ani.pdf", PDF), upload("kunjungan.JPEG", image, "image/jpeg")]
    answer = post(client, url, "kirim", teks="Rencana saya.\r\nTiga bulan.", berkas=files)
    assert (answer.status_code, answer["Location"]) == (302, url)
    made = Submission.objects.get()
    assert (made.state, made.number, made.text) == ("waiting", 1, "Rencana saya.\nTiga bulan.")
    page = client.get(url).content.decode()
    assert made.receipt_words in page
    for file, data in zip(made.files.all(), (PDF, None), strict=True):
        assert file.name in page
        assert file.short_sha256 in page
        assert data is None or file.sha256 == hashlib.sha256(data).hexdigest()
    assert [file.name for file in made.files.all()] == ["RTL Ani.pdf", "kunjungan.jpg"]
    with made.files.get(kind="jpg").file.open("rb") as kept:
        assert b"Kamera Rahasia" not in kept.read()
    event = Event.objects.get(verb="assignment.handed_in")
    assert (event.actor, event.details["receipt"]) == (enrolment.user, made.receipt_code)


def test_a_refused_file_costs_neither_the_text_nor_the_other_file() -> None:
    enrolment, part, _trainer = make_assignment()
    client, url = client_of(enrolment.user), address(enrolment, part)
    files = [upload("besar.pdf", PDF + b"0" * 1_048_576), upload("skrip.pdf", b"<script>"), upload("baik.pdf", PDF)]
    answer = post(client, url, "kirim", teks="Tidak boleh hilang.", berkas=files)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "besar.pdf berukuran 1,0 MB; paling besar 1 MB" in page
    assert "skrip.pdf bukan jenis berkas" in page
    assert "Tidak boleh hilang." in page
    work = AssignmentWork.objects.get()
    assert (work.text, [file.name for file in work.files.all()]) == ("Tidak boleh hilang.", ["baik.pdf"])
    assert not Submission.objects.exists()
    assert len(stored_files()) == 1
    again = post(client, url, "kirim", versi=work.revision, teks="Tidak boleh hilang.")
    assert again.status_code == 302
    assert Submission.objects.get().files.count() == 1


def test_a_request_sent_twice_makes_one_version_and_keeps_one_file() -> None:
    enrolment, part, _trainer = make_assignment()
    client, url = client_of(enrolment.user), address(enrolment, part)
    for _time in range(2):
        answer = post(client, url, "kirim", teks="Sekali saja.", berkas=[upload("a.pdf", PDF)])
        assert answer.status_code == 302
    assert Submission.objects.count() == WorkFile.objects.count() == len(stored_files()) == 1


def test_nothing_is_handed_in_without_text_or_file_and_a_draft_stays_a_draft() -> None:
    enrolment, part, _trainer = make_assignment()
    client, url = client_of(enrolment.user), address(enrolment, part)
    assert "Belum ada yang dapat dikumpulkan" in post(client, url, "kirim", teks="  ").content.decode()
    work = AssignmentWork.objects.get()
    assert post(client, url, "simpan", versi=work.revision, teks="Konsep").status_code == 302
    assert not Submission.objects.exists()
    assert "Konsep" in client.get(url).content.decode()


def test_a_draft_that_changed_elsewhere_is_shown_beside_what_was_typed_and_neither_is_lost() -> None:
    enrolment, part, _trainer = make_assignment()
    client, url = client_of(enrolment.user), address(enrolment, part)
    post(client, url, "simpan", teks="Dari ponsel")
    answer = post(client, url, "kirim", teks="Dari laptop")
    page = answer.content.decode()
    assert "Dari ponsel" in page
    assert "Dari laptop" in page
    assert AssignmentWork.objects.get().text == "Dari ponsel"
    assert not Submission.objects.exists()
    # The page now carries the newer revision: pressing the button again decides.
    assert f'name="versi" value="{AssignmentWork.objects.get().revision}"' in page


def test_the_script_saves_while_typing_and_says_when_it_cannot() -> None:
    enrolment, part, _trainer = make_assignment()
    client, url = client_of(enrolment.user), address(enrolment, part, "draf/")
    first = client.post(url, {"teks": "Satu", "versi": "0"})
    assert (first.status_code, first.json()) == (200, {"versi": 1})
    assert client.post(url, {"teks": "Satu", "versi": "0"}).json() == {"versi": 1}
    assert client.post(url, {"teks": "Dua", "versi": "0"}).status_code == 409
    assert client.post(url, {"teks": "Dua", "versi": "satu"}).status_code == 400
    assert AssignmentWork.objects.get().text == "Satu"


def test_a_newer_version_replaces_the_one_that_waits_and_the_old_one_stays_readable() -> None:
    enrolment, part, _trainer = make_assignment()
    first = hand_in(enrolment, part, "Versi satu", Sent("a.pdf", PDF))
    second = hand_in(enrolment, part, "Versi dua", at=AT + DAY)
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("replaced", "waiting", 2)
    assert first.files.get() == second.files.get()
    page = client_of(enrolment.user).get(address(enrolment, part)).content.decode()
    assert "Versi satu" in page
    assert "Diganti versi yang lebih baru" in page


def test_a_version_is_taken_back_after_a_confirmation_and_its_receipt_stays(
    django_capture_on_commit_callbacks: Any,
) -> None:
    enrolment, part, trainer = make_assignment()
    made = hand_in(enrolment, part, "Terlalu cepat", Sent("a.pdf", PDF))
    client, url = client_of(enrolment.user), address(enrolment, part)
    assert "Tarik kembali versi 1?" in client.get(f"{url}tarik/").content.decode()
    made.refresh_from_db()
    assert made.state == "waiting"
    assert client.post(f"{url}tarik/").status_code == 302
    made.refresh_from_db()
    assert (made.state, made.text, made.files.count()) == ("withdrawn", "", 0)
    assert made.receipt["files"][0]["name"] == "a.pdf"
    assert client.post(f"{url}tarik/").status_code == 302  # nothing waits any more
    work, file = AssignmentWork.objects.get(), WorkFile.objects.get()
    assert (work.text, file.in_draft) == ("Terlalu cepat", True)
    queue = client_of(trainer).get(f"/angkatan/{enrolment.cohort.public_id}/tugas/{made.public_id}/")
    assert queue.status_code == 404
    assert client_of(trainer).get(f"/tugas/berkas/{file.public_id}/").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{url}hapus/{file.public_id}/").status_code == 302
    assert (WorkFile.objects.count(), stored_files()) == (0, [])


def test_a_file_that_was_handed_in_is_kept_when_it_leaves_the_draft(django_capture_on_commit_callbacks: Any) -> None:
    enrolment, part, _trainer = make_assignment()
    made = hand_in(enrolment, part, "Satu", Sent("a.pdf", PDF))
    url = address(enrolment, part, f"hapus/{made.files.get().public_id}/")
    client = client_of(enrolment.user)
    assert "tetap ada di versi" in client.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url)
    assert (made.files.count(), len(stored_files())) == (1, 1)
    assert not WorkFile.objects.get().in_draft


def test_what_was_marked_can_neither_be_taken_back_nor_replaced_once_accepted() -> None:
    enrolment, part, trainer = make_assignment()
    made = hand_in(enrolment, part)
    give(made, "accepted", actor=trainer)
    client, url = client_of(enrolment.user), address(enrolment, part)
    assert client.post(f"{url}tarik/").status_code == 302
    answer = post(client, url, "kirim", versi=AssignmentWork.objects.get().revision, teks="Lagi")
    assert "sudah diterima" in answer.content.decode()
    made.refresh_from_db()
    assert made.state == "accepted"
    assert Submission.objects.count() == 1
    with pytest.raises(AssignmentNotOpen):
        working.add_file(enrolment, part, Sent("b.pdf", PDF), at=AT)
    assert stored_files() == []


def test_returned_work_is_improved_and_handed_in_again() -> None:
    enrolment, part, trainer = make_assignment()
    give(hand_in(enrolment, part, "Kurang"), "returned", actor=trainer, comment="Tambahkan ukuran hasil.")
    client, url = client_of(enrolment.user), address(enrolment, part)
    page = client.get(url).content.decode()
    assert "Tambahkan ukuran hasil." in page
    answer = post(client, url, "kirim", versi=AssignmentWork.objects.get().revision, teks="Lengkap")
    assert answer.status_code == 302
    assert list(Submission.objects.values_list("state", flat=True)) == ["returned", "waiting"]


def test_late_is_shown_as_late_and_not_refused_until_a_trainer_closes_it() -> None:
    enrolment, part, trainer = make_assignment(cohort={"closes_at": AT + DAY, "ends_on": (AT + DAY).date()})
    late = hand_in(enrolment, part, "Terlambat", at=AT + 3 * DAY)
    assert late.is_late(AT + DAY)
    with time_machine.travel(AT + 3 * DAY, tick=False):
        client, url = client_of(enrolment.user), address(enrolment, part)
        assert "Terlambat" in client.get(url).content.decode()
        terms.set_terms(enrolment.cohort, part, due_on=None, is_closed=True, actor=trainer, at=AT + 3 * DAY)
        page = post(client, url, "kirim", versi=9, teks="Masih <b>ditulis</b>").content.decode()
        assert "pelatih telah menutup tugas ini" in page
        assert escape("Masih <b>ditulis</b>") in page  # it can still be copied
    assert Submission.objects.count() == 1
    # More time given afterwards makes it punctual; less time does not make anybody late.
    terms.set_terms(
        enrolment.cohort, part, due_on=(AT + 5 * DAY).date(), is_closed=False, actor=trainer, at=AT + 3 * DAY
    )
    found = standing.standing_of(enrolment, part, at=AT + 4 * DAY)
    assert found.current is not None
    assert not found.current.is_late


def test_a_closed_angkatan_and_somebody_who_left_hand_in_nothing() -> None:
    enrolment, part, _trainer = make_assignment()
    write(enrolment, part, "Konsep")
    Cohort.objects.filter(pk=enrolment.cohort_id).update(status="closed", closed_at=AT)
    enrolment = Enrolment.objects.select_related("cohort__edition").get(pk=enrolment.pk)
    with pytest.raises(AssignmentNotOpen):
        handing_in.hand_in(enrolment, part, at=AT)
    page = client_of(enrolment.user).get(address(enrolment, part)).content.decode()
    assert "Angkatan ini sudah ditutup" in page
    assert "Konsep" in page


def test_files_are_read_by_right_and_only_ever_saved() -> None:
    enrolment, part, trainer = make_assignment()
    mate = Enrolment.objects.create(cohort=enrolment.cohort, user=make_person(), enrolled_at=AT)
    made = hand_in(enrolment, part, "", Sent("rtl.docx", DOCX))
    url = f"/tugas/berkas/{made.files.get().public_id}/"
    for user in (enrolment.user, trainer):
        answer = client_of(user).get(url)
        assert b"".join(answer.streaming_content) == DOCX
        assert answer["Content-Disposition"] == 'attachment; filename="rtl.docx"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer["Cache-Control"]
    for stranger in (mate.user, make_person(), make_enrolment(trainer=make_person()).user):
        assert client_of(stranger).get(url).status_code == 404
    assert client_of(mate.user).get(address(enrolment, part)).status_code == 404
    path = submission_storage().path(str(made.files.get().file.name))
    assert os.stat(path).st_mode & 0o777 == 0o600  # noqa: PTH116


def test_limits_on_number_and_total_are_said_with_the_file_s_name(monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment, part, _trainer = make_assignment(most_files=1)
    other = make_part(part.edition)
    write(enrolment, part, "", Sent("satu.pdf", PDF))
    with pytest.raises(FileRefused, match=r"dua\.docx melebihi jumlah"):
        working.add_file(enrolment, part, Sent("dua.docx", DOCX), at=AT)
    monkeypatch.setattr(working, "MOST_PER_PERSON", len(PDF) + 10)
    with pytest.raises(FileRefused, match=r"tiga\.docx tidak muat"):
        working.add_file(enrolment, other, Sent("tiga.docx", DOCX), at=AT)
    assert len(stored_files()) == 1


def test_a_file_that_a_failed_request_left_is_swept_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment, part, _trainer = make_assignment()
    kept = hand_in(enrolment, part, "", Sent("a.pdf", PDF)).files.get()
    left = storing.keep(b"tertinggal", "ab" * 32)
    assert storing.sweep(at=AT) == 0  # a request may still be about to name it
    old = (AT - 2 * DAY).timestamp()
    for name in (left, kept.file.name):
        os.utime(submission_storage().path(str(name)), (old, old))
    assert storing.sweep(at=AT) == 1
    assert stored_files() == [kept.file.name]


def test_the_database_keeps_what_was_handed_in() -> None:
    enrolment, part, trainer = make_assignment()
    made = hand_in(enrolment, part)
    mark = give(made, "accepted", actor=trainer)
    changes: list[Any] = [
        lambda: Submission.objects.filter(pk=made.pk).update(submitted_at=AT - DAY),
        lambda: Submission.objects.filter(pk=made.pk).update(receipt={}),
        lambda: type(mark).objects.filter(pk=mark.pk).update(comment="lain"),
        mark.delete,
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_page_costs_a_constant_number_of_statements() -> None:
    enrolment, part, trainer = make_assignment()
    spent = []
    for number in range(3):
        with CaptureQueriesContext(connection) as seen:
            assert client_of(enrolment.user).get(address(enrolment, part)).status_code == 200
        spent.append(len(seen))
        give(hand_in(enrolment, part, f"Versi {number}"), "returned", actor=trainer)
    assert spent[1] == spent[2]
