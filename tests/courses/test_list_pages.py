"""A list's life on the trainer's screens: sent, columns named, checked, taken in, undone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from accounts.models import PeopleList, Role, User
from accounts.people_lists import running, undoing
from accounts.spreadsheets import MOST_BYTES, Sheet, write_xlsx
from courses.models import Cohort
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_courses import make_cohort, make_enrolment

pytestmark = pytest.mark.django_db
TEXT = "No. Peserta\tNama\tEmail\nPST-1\tSITI NUR'AINI\t\nPST-2\tAnton\tbukan-email\n"


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


@pytest.fixture
def budi(cohort: Cohort, client: Client) -> User:
    trainer = cohort.trainer_links.get().user
    client.force_login(trainer)
    return trainer


def send(client: Client, cohort: Cohort, text: str = TEXT) -> PeopleList:
    client.post(f"/angkatan/{cohort.public_id}/daftar/", {"people": text})
    return PeopleList.objects.latest("pk")


def address(found: PeopleList, page: str = "") -> str:
    return f"/angkatan/{found.follow_key}/daftar/{found.public_id}/{page}"


def workbook(*rows: list[Any]) -> SimpleUploadedFile:
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("Peserta Bimtek.xlsx", out.getvalue())


def test_a_spreadsheet_is_checked_taken_in_and_undone(client: Client, cohort: Cohort, budi: User) -> None:
    people = User.objects.count()
    file = workbook(
        ["Daftar Peserta"], ["No", "No. Peserta", "Nama Lengkap"], [1, "PST-1", "Siti"], [2, "PST-2", "Ani"]
    )
    answer = client.post(f"/angkatan/{cohort.public_id}/daftar/", {"file": file})
    found = PeopleList.objects.get()
    assert answer.headers["Location"] == address(found)
    page = client.get(address(found)).content.decode()
    assert "Peserta Bimtek.xlsx" in page
    assert "Masukkan 2 baris" in page
    assert User.objects.count() == people
    client.post(address(found, "masukkan/"))
    page = client.get(address(found)).content.decode()
    assert "0 dari 2 baris" in page
    assert f'<a href="{address(found)}">Tampilkan kemajuan' in page  # without scripts
    running.run(found.pk, at=AT)
    page = client.get(address(found)).content.decode()
    assert "Daftar sudah dimasukkan" in page
    assert [e.user.full_name for e in cohort.enrolments.order_by("user__full_name")] == ["Ani", "Siti"]
    assert "2 orang yang dicatat" in client.get(address(found, "batalkan/")).content.decode()
    client.post(address(found, "batalkan/"))
    page = client.get(address(found)).content.decode()
    assert "Pemasukan sedang dibatalkan" in page
    assert "0 dari 2 baris" in page
    undoing.run(found.pk, at=AT)
    assert (User.objects.count(), cohort.enrolments.count()) == (people, 0)
    assert "dibatalkan pada" in client.get(address(found)).content.decode()


def test_refused_rows_say_why_and_leaving_them_out_is_a_choice(client: Client, cohort: Cohort, budi: User) -> None:
    found = send(client, cohort)
    page = client.get(address(found)).content.decode()
    assert "bukan-email” bukan alamat email" in page
    assert "Saran: “Siti Nur&#x27;aini”" in page
    assert "Masukkan 1 baris, lewati yang ditolak" in page
    client.post(address(found, "masukkan/"))
    found.refresh_from_db()
    assert found.state == "checked"
    client.post(address(found, "masukkan/"), {"sebagian": "1", "saran": "1"})
    running.run(found.pk, at=AT)
    assert [e.user.full_name for e in cohort.enrolments.all()] == ["Siti Nur'aini"]
    sheet = load_workbook(BytesIO(client.get(address(found, "ditolak.xlsx")).content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["No. Peserta", "Nama", "Email", "Baris pada daftar", "Alasan"],
        ["PST-2", "Anton", "bukan-email", "3", "“bukan-email” bukan alamat email."],
    ]


def test_columns_that_nobody_recognises_are_named_by_hand(client: Client, cohort: Cohort, budi: User) -> None:
    found = send(client, cohort, "Kolom A\tKolom B\tKolom C\tD\nAni\tx\tPST-7\ty\nBudi\tx\tPST-8\ty")
    assert client.get(address(found)).headers["Location"] == address(found, "kolom/")
    page = client.get(address(found, "kolom/")).content.decode()
    assert "Kolom C: PST-7 · PST-8" in page
    refused = client.post(address(found, "kolom/"), {"name": "0"}).content.decode()
    assert "nomor peserta atau NIP" in refused
    twice = client.post(address(found, "kolom/"), {"name": "0", "number": "0"}).content.decode()
    assert "kolom yang sama" in twice
    answer = client.post(address(found, "kolom/"), {"name": "0", "number": "2"})
    assert answer.headers["Location"] == address(found)
    assert [row.values["number"] for row in found.rows.all()] == ["PST-7", "PST-8"]


def test_rows_that_nothing_divides_are_told_apart_from_unknown_headings(
    client: Client, cohort: Cohort, budi: User
) -> None:
    page = client.get(address(send(client, cohort, "PST-1 Ani Lestari Dinas\nPST-2 Dedi Dinas"), "kolom/"))
    assert "tidak terbagi menjadi kolom" in page.content.decode()
    assert 'name="number"' not in page.content.decode()


def test_rows_are_filtered_and_paged_at_a_constant_price(
    client: Client, cohort: Cohort, budi: User, django_assert_max_num_queries: Any
) -> None:
    rows = "".join(
        f"PST-{n}\tNama Peserta {chr(65 + n % 26)}{chr(97 + n % 25)}\t{'' if n % 2 else 'x'}\n" for n in range(120)
    )
    found = send(client, cohort, "No. Peserta\tNama\tEmail\n" + rows)
    client.get(address(found))
    with django_assert_max_num_queries(16):
        page = client.get(address(found) + "?saring=ditolak&page=2").content.decode()
    assert page.count("bukan alamat email") == 10
    assert "?saring=ditolak&amp;page=1" in page


def test_a_list_that_was_not_taken_in_is_thrown_away(client: Client, cohort: Cohort, budi: User) -> None:
    found = send(client, cohort)
    client.post(address(found, "buang/"))
    assert not PeopleList.objects.exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04 torn"), "tidak dapat dibaca"),
        (SimpleUploadedFile("a.xls", b"<html><table><tr><td>No"), "halaman web"),
        (SimpleUploadedFile("a.csv", b"\x00\x01\x02\x03\xff\xfe"), "bukan tabel"),
        (SimpleUploadedFile("a.csv", b"  \n"), "kosong"),
        (SimpleUploadedFile("a.csv", b"Nama\n"), "Tidak ada baris"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(
    client: Client, cohort: Cohort, budi: User, file: SimpleUploadedFile, said: str
) -> None:
    file.seek(0)
    assert said in client.post(f"/angkatan/{cohort.public_id}/daftar/", {"file": file}).content.decode()
    assert not PeopleList.objects.exists()


def test_thirty_megabytes_are_refused_before_they_are_read(client: Client, cohort: Cohort, budi: User) -> None:
    file = SimpleUploadedFile("besar.csv", b"a" * (3 * MOST_BYTES))
    assert (
        "paling banyak 10 MB" in client.post(f"/angkatan/{cohort.public_id}/daftar/", {"file": file}).content.decode()
    )


def test_the_template_is_recognised_without_a_hand(client: Client, cohort: Cohort, budi: User) -> None:
    sheet = load_workbook(BytesIO(client.get(f"/angkatan/{cohort.public_id}/daftar/templat.xlsx").content)).worksheets[
        0
    ]
    headings = [cell.value for cell in next(sheet.iter_rows())]
    filled = write_xlsx([Sheet("Peserta", headings, [["PST-1", "", "Ani", "", "", "", "", "081234567890"]])])
    client.post(f"/angkatan/{cohort.public_id}/daftar/", {"file": SimpleUploadedFile("t.xlsx", filled)})
    row = PeopleList.objects.get().rows.get()
    assert (row.outcome, row.values["phone"]) == ("new", "081234567890")


PAGES = ["", "kolom/", "masukkan/", "batalkan/", "buang/", "ditolak.xlsx"]


@pytest.mark.parametrize("where", PAGES)
def test_a_list_is_there_for_who_runs_the_angkatan_and_for_nobody_else(
    client: Client, cohort: Cohort, budi: User, where: str
) -> None:
    found = send(client, cohort)
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    method = client.post if where in ("masukkan/", "buang/") else client.get
    for person, status in ((dewi, 404), (make_enrolment(cohort=cohort).user, 404)):
        client.force_login(person)
        assert method(address(found, where)).status_code == status
    assessor = make_person(name="Penilai", role=Role.ASSESSOR, organization=cohort.organization)
    client.force_login(assessor)
    assert method(address(found, where)).status_code == 403
    client.logout()
    assert method(address(found, where)).headers["Location"].startswith("/masuk/")
    assert PeopleList.objects.get().state == "checked"


def test_a_list_of_another_angkatan_is_not_there(client: Client, cohort: Cohort, budi: User) -> None:
    found = send(client, cohort)
    other = make_cohort(trainer=budi, course=cohort.course)
    assert client.get(f"/angkatan/{other.public_id}/daftar/{found.public_id}/").status_code == 404
