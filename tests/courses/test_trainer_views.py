"""The trainer's pages: run by those who may, read by those who oversee, not there for outsiders."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Event, FirstCode, Role, User
from courses import activities, parts
from courses.cohorts import close_cohort
from courses.models import Cohort, CohortTrainer, CoursePage, Enrolment
from courses.progress import mark_read
from courses.templatetags.course_times import moment
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment

pytestmark = pytest.mark.django_db
PHONE = "081234567890"


@pytest.fixture(autouse=True)
def _fixed(monkeypatch: pytest.MonkeyPatch) -> Any:
    for registry in ("_writers", "_checks"):
        monkeypatch.setattr(parts, registry, [])
    for registry in ("_sources", "_link_sources"):
        monkeypatch.setattr(activities, registry, [])
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


def trainer_of(cohort: Cohort) -> User:
    return cohort.trainer_links.get().user


PAGES = ["", "ubah/", "buka/", "tutup/", "pelatih/", "peserta/", "kode/"]


@pytest.mark.parametrize("where", PAGES)
def test_pages_of_an_angkatan(client: Client, cohort: Cohort, where: str) -> None:
    enrolment = make_enrolment(cohort=cohort)
    address = f"/angkatan/{cohort.public_id}/{where}"
    assert client.get(address).headers["Location"].startswith("/masuk/")
    assessor = make_person(name="Penilai", role=Role.ASSESSOR, organization=cohort.organization)
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    expected = {trainer_of(cohort): 200, assessor: 200 if where == "" else 403, dewi: 404, enrolment.user: 404}
    for person, status in expected.items():
        client.force_login(person)
        assert client.get(address).status_code == status, person
    assert client.put(address).status_code == 405


@pytest.mark.parametrize(
    ("where", "data"),
    [
        ("buka/", {}),
        ("ubah/", {"name": "Lain", "code": "LAIN", "starts_on": "2026-11-01", "time_zone": "Asia/Jakarta"}),
        ("tutup/", {}),
        ("pelatih/", {"trainers": []}),
        ("peserta/", {"people": "P-77; Siti", "simpan": "1"}),
        ("kode/", {}),
    ],
)
def test_refusals_change_nothing(client: Client, where: str, data: dict[str, Any]) -> None:
    cohort = make_cohort(is_open=where != "buka/")
    enrolment = make_enrolment(cohort=cohort)
    before = snapshot()
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    assessor = make_person(name="Penilai", role=Role.ASSESSOR, organization=cohort.organization)
    before["people"] += 2
    address = f"/angkatan/{cohort.public_id}/{where}"
    for person, status in ((dewi, 404), (assessor, 403), (enrolment.user, 404)):
        client.force_login(person)
        assert client.post(address, data).status_code == status
    client.logout()
    assert client.post(address, data).status_code == 302
    assert snapshot() == before


def snapshot() -> dict[str, Any]:
    return {
        "people": User.objects.count(),
        "enrolments": sorted(Enrolment.objects.values_list("pk", "status")),
        "cohorts": sorted(Cohort.objects.values_list("pk", "status", "name")),
        "trainers": sorted(CohortTrainer.objects.values_list("cohort", "user")),
        "codes": FirstCode.objects.count(),
    }


def test_the_list_shows_only_overseen_angkatan_with_counts(client: Client, cohort: Cohort) -> None:
    elsewhere = make_cohort(name="Angkatan orang lain")
    make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort, status="dropped", dropped_at=AT)
    client.force_login(trainer_of(cohort))
    page = client.get("/angkatan/").content.decode()
    assert cohort.name in page
    assert elsewhere.name not in page
    assert re.search(r'data-label="Peserta">1<', page)
    assert cohort.name not in client.get("/angkatan/?saring=disiapkan").content.decode()


def test_somebody_without_angkatan_reads_an_empty_state(client: Client) -> None:
    client.force_login(make_person())
    page = client.get("/angkatan/")
    assert page.status_code == 200
    assert "Tidak ada angkatan di sini" in page.content.decode()
    assert "Angkatan baru" not in page.content.decode()
    assert client.get("/angkatan/baru/").status_code == 403


def test_who_is_where_and_who_lacks_what(client: Client, cohort: Cohort) -> None:
    begun = make_enrolment(cohort=cohort, user=make_person(name="Ani Lestari", last_login=AT))
    mark_read(begun, "M1", at=AT)
    make_enrolment(cohort=cohort, user=make_person(name="Herman", last_login=AT, name_confirmed_at=None))
    make_enrolment(cohort=cohort, user=make_person(name="Siti"))
    client.force_login(trainer_of(cohort))
    page = client.get(f"/angkatan/{cohort.public_id}/").content.decode()
    row = page[page.index("Ani Lestari") : page.index("Herman")]
    assert "1 / 2" in row
    assert re.search(r'data-label="Masih kurang">M2', row)
    counts = dict(re.findall(r"saring=([a-z-]+)\"[^>]*>[^<]+<span class=\"num\">(\d+)", page))
    assert counts == {"semua": "3", "belum-mulai": "2", "berjalan": "1", "belum-masuk": "1", "nama": "1"}
    filtered = client.get(f"/angkatan/{cohort.public_id}/?saring=belum-masuk").content.decode()
    assert "Siti" in filtered
    assert "Herman" not in filtered
    found = client.get(f"/angkatan/{cohort.public_id}/?cari=herm").content.decode()
    assert "Herman" in found
    assert "Ani Lestari" not in found


def test_after_the_last_day_the_trainer_is_told_to_close_or_to_move_the_day(client: Client) -> None:
    cohort = make_cohort()
    client.force_login(trainer_of(cohort))
    told = "Hari terakhir sudah lewat"
    assert told not in client.get(f"/angkatan/{cohort.public_id}/").content.decode()
    Cohort.objects.filter(pk=cohort.pk).update(closes_at=AT - timedelta(days=1))
    assert told in client.get(f"/angkatan/{cohort.public_id}/").content.decode()
    close_cohort(cohort, actor=trainer_of(cohort), at=AT)
    assert told not in client.get(f"/angkatan/{cohort.public_id}/").content.decode()


def test_the_trainers_page_says_what_to_do_next(client: Client) -> None:
    cohort = make_cohort(is_open=False)
    elsewhere = make_cohort(name="Angkatan orang lain", is_open=False)
    client.force_login(trainer_of(cohort))

    def following() -> str:
        found = re.search(r'<section class="next-step".*?</section>', client.get("/angkatan/").content.decode(), re.S)
        return found[0] if found else ""

    assert f"/angkatan/{cohort.public_id}/daftar/" in following()
    make_enrolment(cohort=cohort)
    assert f"/angkatan/{cohort.public_id}/buka/" in following()
    running = make_cohort(course=cohort.course, name="Angkatan berjalan")
    assert f"/angkatan/{cohort.public_id}/buka/" in following()
    Cohort.objects.filter(pk=running.pk).update(closes_at=AT - timedelta(days=1))
    assert f"/angkatan/{running.public_id}/tutup/" in following()
    client.force_login(make_person(role=Role.PIMPINAN, organization=cohort.organization))
    assert following() == "", "who only looks is asked to do nothing"
    assert elsewhere.name not in following()


def test_lists_cost_the_same_whatever_they_hold(client: Client, django_assert_max_num_queries: Any) -> None:
    cohort = make_cohort()
    client.force_login(trainer_of(cohort))
    for size in (1, 30):
        for _number in range(size):
            mark_read(make_enrolment(cohort=cohort), "M1", at=AT)
        make_cohort(course=cohort.course, trainer=trainer_of(cohort))
        # One of them counts the corrections of certificates that wait for this person, in the menu; two ask whether
        # the person writes the bank (item health) and which quizzes there are; one how many written answers wait; one
        # whether a quiz wants an access code.
        for page, most in (("/angkatan/", 8), (f"/angkatan/{cohort.public_id}/", 30)):
            client.get(page)
            with django_assert_max_num_queries(most):
                assert client.get(page).status_code == 200


def test_pages_of_fifty_keep_the_filter(client: Client, cohort: Cohort) -> None:
    for number in range(51):
        make_enrolment(cohort=cohort, user=make_person(name=f"Peserta {number:02d}"))
    client.force_login(trainer_of(cohort))
    page = client.get(f"/angkatan/{cohort.public_id}/?saring=belum-mulai&cari=peserta").content.decode()
    assert "Peserta 50" not in page
    assert "?saring=belum-mulai&amp;cari=peserta&amp;page=2" in page


def test_a_trainer_prepares_fills_opens_and_closes_an_angkatan(client: Client) -> None:
    organization = make_organization(time_zone="Asia/Makassar")
    course = make_course(organization=organization)
    budi = make_person(name="Budi", role=Role.TRAINER, organization=organization)
    client.force_login(budi)
    data = {
        "course": course.pk,
        "organization": organization.pk,
        "name": "Angkatan I",
        "code": "i-2026",
        "starts_on": "2026-11-20",
        "ends_on": "2026-12-20",
        "time_zone": "Asia/Makassar",
    }
    made = client.post("/angkatan/baru/", data)
    cohort = Cohort.objects.get()
    assert made.headers["Location"] == f"/angkatan/{cohort.public_id}/"
    assert (cohort.code, cohort.status, trainer_of(cohort)) == ("I-2026", "draft", budi)
    assert "kode tersebut" in client.post("/angkatan/baru/", data).content.decode()
    checklist = client.get(f"/angkatan/{cohort.public_id}/buka/").content.decode()
    assert "Daftar peserta masih kosong" in checklist
    client.post(f"/angkatan/{cohort.public_id}/peserta/", {"people": "P-77; Siti Nur'aini", "simpan": "1"})
    assert cohort.enrolments.get().user.full_name == "Siti Nur'aini"
    client.post(f"/angkatan/{cohort.public_id}/buka/")
    client.post(f"/angkatan/{cohort.public_id}/tutup/")
    cohort.refresh_from_db()
    assert cohort.status == "closed"


def test_an_open_angkatan_is_given_more_time_but_keeps_its_first_day(client: Client, cohort: Cohort) -> None:
    client.force_login(trainer_of(cohort))
    data = {"name": "Angkatan lama", "code": "lama", "starts_on": "2026-01-01", "ends_on": "2027-01-31"}
    client.post(f"/angkatan/{cohort.public_id}/ubah/", data | {"time_zone": "Asia/Jayapura", "self_enrol": "on"})
    cohort.refresh_from_db()
    assert (cohort.name, cohort.code, str(cohort.starts_on), str(cohort.ends_on)) == (
        "Angkatan lama",
        "LAMA",
        "2026-11-01",
        "2027-01-31",
    )
    assert (cohort.time_zone, cohort.self_enrol) == ("Asia/Jakarta", False)
    assert moment(cohort.closes_at, cohort.time_zone) == "31 Januari 2027, 23.59 WIB"
    event = Event.objects.get(verb="cohort.changed")
    assert event.details["ends_on"] == ["2026-12-31", "2027-01-31"]
    client.post(f"/angkatan/{cohort.public_id}/ubah/", data)
    assert Event.objects.filter(verb="cohort.changed").count() == 1
    wrong = client.post(f"/angkatan/{cohort.public_id}/ubah/", data | {"ends_on": "2026-10-01"})
    assert "Hari terakhir mendahului" in wrong.content.decode()
    close_cohort(cohort, actor=trainer_of(cohort), at=AT)
    client.post(f"/angkatan/{cohort.public_id}/ubah/", data | {"name": "Sesudah tutup"})
    cohort.refresh_from_db()
    assert cohort.name == "Angkatan lama"


def test_an_angkatan_whose_time_is_over_says_so(client: Client, cohort: Cohort) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(closes_at=AT - timedelta(days=1))
    client.force_login(trainer_of(cohort))
    for page in ("/angkatan/", f"/angkatan/{cohort.public_id}/"):
        assert "Waktu habis" in client.get(page).content.decode()


def test_courses_and_organizations_of_others_cannot_be_chosen(client: Client, cohort: Cohort) -> None:
    theirs = make_course(title="Milik orang lain")
    client.force_login(trainer_of(cohort))
    page = client.get("/angkatan/baru/").content.decode()
    assert "Milik orang lain" not in page
    assert cohort.title in page
    data = {"course": theirs.pk, "organization": theirs.organization_id, "name": "X", "code": "X"}
    refused = client.post("/angkatan/baru/", data | {"starts_on": "2026-12-01", "time_zone": "Asia/Jakarta"})
    assert refused.status_code == 200
    assert Cohort.objects.count() == 1


@pytest.mark.parametrize("day", ["0001-01-01", "0026-12-01", "9999-12-31"])
def test_an_impossible_year_is_a_sentence(client: Client, cohort: Cohort, day: str) -> None:
    client.force_login(trainer_of(cohort))
    data = {"course": cohort.course_id, "organization": cohort.organization_id, "name": "X", "code": "X"}
    refused = client.post("/angkatan/baru/", data | {"starts_on": day, "time_zone": "Asia/Makassar"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (200, ["starts_on"])
    assert Cohort.objects.count() == 1


def test_opening_is_refused_in_words_while_something_blocks(client: Client) -> None:
    cohort = make_cohort(course=make_course(modules=0), is_open=False)
    client.force_login(trainer_of(cohort))
    page = client.get(f"/angkatan/{cohort.public_id}/buka/").content.decode()
    assert "Belum ada modul yang terbit" in page
    assert "Bekukan pelatihan" not in page
    client.post(f"/angkatan/{cohort.public_id}/buka/")
    cohort.refresh_from_db()
    assert cohort.status == "draft"


def test_the_pasted_list_is_checked_before_it_is_saved(client: Client, cohort: Cohort) -> None:
    client.force_login(trainer_of(cohort))
    address = f"/angkatan/{cohort.public_id}/peserta/"
    page = client.post(address, {"people": "P-77; Siti\n; Tanpa Nomor"}).content.decode()
    assert "1 baris tidak dapat diterima" in page
    assert 'name="simpan"' not in page
    good = client.post(address, {"people": "P-77; Siti"}).content.decode()
    assert 'name="simpan"' in good
    assert not cohort.enrolments.exists()
    assert client.post(address, {"people": "P-77; Siti", "simpan": "1"}).status_code == 302
    assert cohort.enrolments.count() == 1
    assert "sudah terdaftar" in client.post(address, {"people": "P-77; Siti"}).content.decode()


def test_first_codes_are_shown_once_for_people_without_a_password(client: Client, cohort: Cohort) -> None:
    new = make_enrolment(cohort=cohort, user=make_person(name="Siti", phone=PHONE))
    other = make_enrolment(cohort=cohort, user=make_person(name="Herman", phone=PHONE))
    old = make_enrolment(cohort=cohort, user=make_person(name="Ani", password="kuda-laut-biru-77"))
    client.force_login(trainer_of(cohort))
    address = f"/angkatan/{cohort.public_id}/kode/"
    one = client.post(address, {"orang": [str(new.public_id), str(old.public_id)]})
    code = re.findall(r'class="code">([A-Z0-9]{4}-[A-Z0-9]{4})<', one.content.decode())
    assert len(code) == 1
    assert "no-store" in one.headers["Cache-Control"]
    assert code[0] not in client.get(address).content.decode()
    every = client.post(address).content.decode()
    codes = re.findall(r'class="code">([A-Z0-9]{4}-[A-Z0-9]{4})<', every)
    assert len(codes) == 2
    assert FirstCode.objects.filter(user=new.user, voided_at=None).count() == 1
    assert FirstCode.objects.filter(user=other.user).count() == 1
    assert not FirstCode.objects.filter(user=old.user).exists()


def test_one_participant_is_taken_off_the_list_with_a_reason_and_taken_in_again(client: Client, cohort: Cohort) -> None:
    enrolment = make_enrolment(cohort=cohort)
    address = f"/angkatan/{cohort.public_id}/peserta/{enrolment.public_id}/"
    client.force_login(trainer_of(cohort))
    assert client.get(address).status_code == 200
    client.post(f"{address}keluar/", {"reason": ""})
    enrolment.refresh_from_db()
    assert enrolment.status == "active"
    client.post(f"{address}keluar/", {"reason": "pindah tugas"})
    enrolment.refresh_from_db()
    assert enrolment.status == "dropped"
    client.post(f"{address}kembali/")
    enrolment.refresh_from_db()
    assert enrolment.status == "active"
    for step in ("keluar/", "kembali/"):
        assert client.get(address + step).status_code == 405
    elsewhere = make_cohort()
    client.force_login(trainer_of(elsewhere))
    for page in (address, f"/angkatan/{elsewhere.public_id}/peserta/{enrolment.public_id}/"):
        assert client.get(page).status_code == 404
        assert client.post(f"{page}keluar/", {"reason": "x"}).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_trainers_are_chosen_from_the_organizer_or_by_number(client: Client, cohort: Cohort) -> None:
    budi = trainer_of(cohort)
    colleague = make_person(name="Citra", role=Role.TRAINER, organization=cohort.organization)
    guest = make_person(name="Dewi", number="WID-9", role=Role.TRAINER, organization=make_organization())
    plain = make_person(name="Ani", number="P-9")
    client.force_login(budi)
    address = f"/angkatan/{cohort.public_id}/pelatih/"
    refused = client.post(address, {"trainers": [budi.pk], "number": plain.participant_number})
    assert "Tidak ada pelatih dengan nomor ini" in refused.content.decode()
    client.post(address, {"trainers": [budi.pk, colleague.pk], "number": "wid-9"})
    assert set(cohort.trainer_links.values_list("user", flat=True)) == {budi.pk, colleague.pk, guest.pk}


def test_a_deleted_course_leaves_the_angkatan_pages_standing(client: Client, cohort: Cohort) -> None:
    make_enrolment(cohort=cohort)
    CoursePage.objects.get(pk=cohort.course_id).delete()
    client.force_login(trainer_of(cohort))
    for page in ("/angkatan/", f"/angkatan/{cohort.public_id}/"):
        assert "Bimtek ATENSI" in client.get(page).content.decode()


def test_times_carry_the_zone_of_the_angkatan(client: Client, cohort: Cohort) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(
        time_zone="Asia/Jayapura", closes_at=AT + timedelta(hours=11, minutes=30)
    )
    enrolment = make_enrolment(cohort=cohort)
    client.force_login(enrolment.user)
    assert "22 November 2026, 23.30 WIT" in client.get(f"/belajar/{cohort.public_id}/").content.decode()
