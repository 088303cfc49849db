"""/angkatan/<uuid>/kode/: codes for one or all, who lacks a fact, strips on paper, and the name all the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from accounts import names
from accounts.models import Event, FirstCode, Role, User
from courses import admitting, enrolling, parts
from courses.models import Cohort, ModuleReading
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_enrolment

pytestmark = pytest.mark.django_db
PHONE = "081234567890"
CODE = re.compile(r'class="code">([A-Z0-9]{4}-[A-Z0-9]{4})<')


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


def trainer_of(cohort: Cohort) -> User:
    return cohort.trainer_links.get().user


def address(cohort: Cohort) -> str:
    return f"/angkatan/{cohort.public_id}/kode/"


def enrol(cohort: Cohort, name: str, **fields: Any) -> Any:
    fields.setdefault("organization", cohort.organization)
    return make_enrolment(cohort=cohort, user=make_person(name=name, role=Role.PARTICIPANT, **fields))


def test_who_lacks_a_fact_is_shown_and_gets_a_phone_number_and_then_a_code(client: Client, cohort: Cohort) -> None:
    bare, other = (enrol(cohort, name, settled=False) for name in ("Tanpa Nomor", "Juga Tanpa"))
    client.force_login(trainer_of(cohort))
    assert "2 orang tanpa NIP dan nomor HP" in client.get(address(cohort)).content.decode()
    assert client.post(address(cohort)).status_code == 302
    assert not FirstCode.objects.exists()
    typed = {f"hp-{bare.public_id}": "0812 3456 7890", f"hp-{other.public_id}": "besok"}
    page = client.post(f"{address(cohort)}hp/", typed).content.decode()
    assert "bukan nomor HP" in page
    assert 'value="besok"' in page
    assert "1 nomor HP tersimpan" in page
    assert CODE.findall(client.post(address(cohort)).content.decode())
    assert FirstCode.objects.get().user == bare.user


def test_a_phone_is_not_written_down_for_who_has_one_opened_the_account_or_is_elsewhere(
    client: Client, cohort: Cohort
) -> None:
    kept = enrol(cohort, "Punya", settled=False, phone=PHONE)
    opened = enrol(cohort, "Pernah Masuk", password="kuda-laut-biru-77")
    elsewhere = enrol(make_cohort(), "Lain", settled=False)
    client.force_login(trainer_of(cohort))
    people = (kept, opened, elsewhere)
    client.post(f"{address(cohort)}hp/", {f"hp-{one.public_id}": "0899 1111 2222" for one in people})
    assert not User.objects.filter(phone="089911112222").exists()
    assert not Event.objects.filter(verb="person.changed").exists()


def test_a_reset_code_is_made_for_those_ticked_only(client: Client, cohort: Cohort) -> None:
    forgot, other = (enrol(cohort, name, password="kuda-laut-biru-77", phone=PHONE) for name in ("Lupa", "Ingat"))
    far = enrol(cohort, "Jauh", password="kuda", phone=PHONE, organization=make_organization())
    client.force_login(trainer_of(cohort))
    assert client.post(address(cohort), {"ulang": "1"}).status_code == 302
    assert not FirstCode.objects.exists()
    ticked = {"ulang": "1", "orang": [str(forgot.public_id), str(far.public_id)]}
    assert len(CODE.findall(client.post(address(cohort), ticked).content.decode())) == 1
    assert FirstCode.objects.get().user == forgot.user != other.user
    assert "Administrator unit mereka" in client.get(address(cohort)).content.decode()
    ModuleReading.objects.create(enrolment=far, key="M1", read_at=AT)
    assert len(CODE.findall(client.post(address(cohort), ticked).content.decode())) == 2


def test_codes_only_for_those_who_hold_none_leave_the_others_open(client: Client, cohort: Cohort) -> None:
    first = enrol(cohort, "Siti", settled=False, phone=PHONE)
    client.force_login(trainer_of(cohort))
    client.post(address(cohort))
    enrol(cohort, "Herman", settled=False, phone=PHONE)
    page = client.get(address(cohort)).content.decode()
    assert "1 orang memegang kode yang masih berlaku" in page
    assert len(CODE.findall(client.post(address(cohort), {"tanpa-kode": "1"}).content.decode())) == 1
    assert FirstCode.objects.get(user=first.user).voided_at is None


def test_the_code_is_in_the_answer_and_nowhere_else(client: Client, cohort: Cohort, caplog: Any) -> None:
    enrol(cohort, "Siti", settled=False, phone=PHONE)
    client.force_login(trainer_of(cohort))
    answer = client.post(address(cohort))
    page = answer.content.decode()
    [code] = CODE.findall(page)
    assert "no-store" in answer.headers["Cache-Control"]
    assert all(code not in link and code.replace("-", "") not in link for link in re.findall(r'href="([^"]*)"', page))
    assert 'href="https://wa.me/6281234567890" target="_blank" rel="noopener noreferrer"' in page
    for form in (code, code.replace("-", "")):
        assert form not in caplog.text
        assert form not in str([*Event.objects.values(), *FirstCode.objects.values()])
        assert form not in client.get(address(cohort)).content.decode()


def test_the_page_costs_the_same_for_one_and_for_many(cohort: Cohort, django_assert_max_num_queries: Any) -> None:
    trainer = trainer_of(cohort)
    for number in range(30):
        enrol(cohort, f"Orang {number}", settled=False, phone=PHONE if number % 2 else "")
    with django_assert_max_num_queries(3):
        assert len(admitting.standings(cohort, trainer, at=timezone.now())) == 30


def test_a_name_travels_from_the_list_to_the_name_on_the_certificate(client: Client, cohort: Cohort) -> None:
    name = "Dr. Hj. Ni Luh Ayu Wéning Ma'ruf, S.Tr.Sos., M.Si."
    pasted = f"PST-77\t{name}\t\t0812-3456-7890\t198702032010012012"
    enrolling.commit_list(cohort, pasted, actor=trainer_of(cohort), at=AT)
    person = User.objects.get(participant_number="PST-77")
    assert (person.full_name, person.phone, person.nip) == (name, "081234567890", "198702032010012012")
    client.force_login(trainer_of(cohort))
    shown = name.replace("'", "&#x27;")
    page = client.post(address(cohort)).content.decode()
    assert page.count(shown) >= 2
    [code] = CODE.findall(page)
    own = Client()
    own.post("/masuk/kode/", {"participant_number": "pst-77", "code": code, "digits": "2012"})
    own.post("/masuk/kode/sandi/", {"password1": "obor menerangi jalan", "password2": "obor menerangi jalan"})
    own.post("/akun/privasi/")
    assert shown in own.get("/akun/nama/").content.decode()
    own.post("/akun/nama/", {"seen": name})
    person.refresh_from_db()
    assert person.name_confirmed_at is not None
    assert person.full_name == name == names.tidy(name)
    assert shown in own.get("/akun/").content.decode()


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_ten_strips_print_on_one_sheet(cohort: Cohort, desktop: BrowserContext) -> None:
    for number in range(10):
        enrol(cohort, f"Dr. Hj. Ni Luh Ayu Wéning {number}, S.Tr.Sos., M.Si.", settled=False, phone=PHONE)
    trainer = trainer_of(cohort)
    trainer.set_password("kuda-laut-biru-77")
    trainer.save()
    page = desktop.new_page()
    page.goto("/masuk/")
    page.fill("[name=login]", trainer.participant_number)
    page.fill("[name=password]", "kuda-laut-biru-77")
    page.click("main form button")
    page.goto(address(cohort))
    page.get_by_role("button", name="Buat kode", exact=True).click()
    expect(page.locator(".strip")).to_have_count(10)
    sheet = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
