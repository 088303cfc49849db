"""The table of an angkatan: who is silent, marks, order, search, spreadsheet; 40 and 4,000 people cost the same."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from courses import people_table
from courses.columns import Column
from courses.models import Cohort, Enrolment, Fulfilment, ModuleReading
from courses.progress import mark_read
from courses.roll import Asked, Seat, chosen, counts, ordered
from tests.factories_accounts import make_person
from tests.factories_courses import AT, make_cohort, make_enrolment


def seat(name: str, **known: Any) -> Seat:
    facts: dict[str, Any] = {
        "pk": hash(name),
        "name": name,
        "number": "",
        "unit": "",
        "status": "active",
        "read": 0,
        "begun": False,
        "has_signed_in": True,
        "name_confirmed": True,
        "seen_at": AT,
    }
    return Seat(**(facts | known))


def test_silence_is_for_those_who_were_here_and_still_follow() -> None:
    long_ago = AT - timedelta(days=9)
    seats = [
        seat("Diam", seen_at=long_ago),
        seat("Kemarin", seen_at=AT - timedelta(days=1)),
        seat("Selesai", seen_at=long_ago, status="completed"),
        seat("Keluar", seen_at=long_ago, status="dropped"),
        seat("Belum", seen_at=None, has_signed_in=False),
    ]
    assert [one.name for one in chosen(seats, Asked(filter="diam"), at=AT)] == ["Diam"]
    counted = counts(seats, at=AT)
    assert (counted["semua"], counted["diam"], counted["belum-masuk"], counted["keluar"]) == (4, 1, 1, 1)


def test_search_looks_at_name_number_and_unit_whatever_the_case() -> None:
    seats = [seat("Siti Nur'aini"), seat("Budi", number="PDP-77"), seat("Cipto", unit="LKS Nurani")]
    for wanted, names in (("nur", ["Cipto", "Siti Nur'aini"]), ("pdp-77", ["Budi"]), ("zzz", [])):
        assert [one.name for one in chosen(seats, Asked(search=wanted), at=AT)] == names


@pytest.mark.parametrize(("order", "names"), [("terlihat", "BAC"), ("-terlihat", "ABC")])
def test_who_has_no_value_stands_last_whichever_way(order: str, names: str) -> None:
    seats = [seat("A"), seat("B", seen_at=AT - timedelta(days=1)), seat("C", seen_at=None)]
    found = ordered(seats, Asked(order=order), lambda one: one.seen_at)
    assert "".join(one.name for one in found) == names


def test_an_address_with_nonsense_shows_everybody_by_name() -> None:
    asked = Asked.read({"saring": "<script>", "urut": "x" * 900, "kurang": ":", "page": "-1"})
    assert asked.filter == "semua"
    assert len(asked.order) <= 120


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


def page_of(cohort: Cohort, query: str = "") -> str:
    client = Client()
    client.force_login(cohort.trainer_links.get().user)
    answer = client.get(f"/angkatan/{cohort.public_id}/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.django_db
def test_the_page_says_since_when_somebody_is_silent_and_finds_who_lacks_what(cohort: Cohort) -> None:
    with time_machine.travel(AT, tick=False):
        reader = make_enrolment(cohort=cohort, user=make_person(name="Ani Lestari"))
        mark_read(reader, "M1", at=AT - timedelta(days=10))
        make_enrolment(cohort=cohort, user=make_person(name="Bima", last_login=AT))
        page = page_of(cohort)
        assert "tanpa kabar 10 hari" in page
        lacking = page_of(cohort, "?kurang=module:M1")
        assert "Bima" in lacking
        assert "Ani Lestari" not in lacking
        assert page.index("Ani Lestari") < page.index("Bima")
        assert page_of(cohort, "?urut=-nama").index("Bima") < page_of(cohort, "?urut=-nama").index("Ani Lestari")


@pytest.mark.django_db
def test_the_spreadsheet_holds_what_the_page_shows_as_filtered(cohort: Cohort) -> None:
    with time_machine.travel(AT, tick=False):
        make_enrolment(cohort=cohort, user=make_person(name="=HYPERLINK(1)", last_login=AT))
        done = make_enrolment(cohort=cohort, user=make_person(name="Bima", last_login=AT))
        mark_read(done, "M1", at=AT)
        client = Client()
        client.force_login(cohort.trainer_links.get().user)
        whole = client.get(f"/angkatan/{cohort.public_id}/lembar/")
        begun = client.get(f"/angkatan/{cohort.public_id}/lembar/?saring=berjalan")
    assert "no-store" in whole.headers["Cache-Control"]
    rows = list(openpyxl.load_workbook(BytesIO(whole.content)).active.values)
    assert [row[0] for row in rows] == ["Nama", "=HYPERLINK(1)", "Bima"]
    assert openpyxl.load_workbook(BytesIO(whole.content)).active["A2"].data_type == "s"
    assert [row[0] for row in openpyxl.load_workbook(BytesIO(begun.content)).active.values][1:] == ["Bima"]
    bima = dict(zip(rows[0], rows[2], strict=True))
    assert (bima["Modul selesai dibaca"], bima["Masih kurang"]) == (1, "M2")


@pytest.mark.django_db
def test_forty_four_hundred_and_four_thousand_people_cost_the_same_statements(cohort: Cohort) -> None:
    now = AT
    spent: dict[int, list[int]] = {}
    orders = ["", "?urut=-terlihat", "?saring=diam", "?kurang=module:M1", "?cari=peserta&page=2"]
    client = Client()
    client.force_login(cohort.trainer_links.get().user)
    made = 0
    with time_machine.travel(now, tick=False):
        client.get(f"/angkatan/{cohort.public_id}/")
        for size in (40, 400, 4000):
            crowd(cohort, made, size)
            made = size
            spent[size] = []
            for query in orders:
                with CaptureQueriesContext(connection) as seen:
                    assert client.get(f"/angkatan/{cohort.public_id}/{query}").status_code == 200
                spent[size].append(len(seen))
            with CaptureQueriesContext(connection) as seen:
                assert client.get(f"/angkatan/{cohort.public_id}/lembar/").status_code == 200
            spent[size].append(len(seen))
    assert spent[40] == spent[400] == spent[4000], spent
    # Each of attendance, evaluation, quizzes, assignments and certificates asks for its frozen part, for what the class
    # did and for what waits; narrowing to who lacks something asks once more; links to item health and late answers ask
    # for two rights; practice evidence asks for its part, marking by people for its class and for what waits.
    assert max(spent[40]) <= 43


def crowd(cohort: Cohort, start: int, end: int) -> None:
    """Enrolments in bulk: the verbs would take longer than the question is worth."""
    users = User.objects.bulk_create(
        User(participant_number=f"BANYAK-{n:05d}", full_name=f"Peserta {n:05d}", password="!")
        for n in range(start, end)
    )
    people = Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=user, enrolled_at=AT) for user in users)
    some = people[::2]
    ModuleReading.objects.bulk_create(
        ModuleReading(enrolment=one, key="M1", read_at=AT - timedelta(days=9)) for one in some
    )
    Fulfilment.objects.bulk_create(
        Fulfilment(enrolment=one, kind="module", key="M1", fulfilled_at=AT - timedelta(days=9)) for one in some
    )


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("number", Decimal("87.5"), "87,5"),
        ("percent", Decimal(100), "100%"),
        ("number", None, ""),
        ("text", "LKS", "LKS"),
    ],
)
def test_values_are_said_as_people_read_them(kind: Any, value: Any, words: str) -> None:
    assert people_table.said(Column("x", "X", kind), value) == words
