"""What assessors and trainers see of marking by people, and what nobody sees: names, and each other's marks."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from assessments.models import Attempt, MarkingTask
from cms.models import Message
from tests.factories_marking import LATER, Room

pytestmark = pytest.mark.django_db
SECRET = "RAHASIASATU"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return str(answer.content.decode())


def said(client: Client, address: str, **data: str) -> str:
    """Posts and reads where it leads."""
    return str(client.post(address, data, follow=True).content.decode())


def test_an_assessor_takes_marks_and_thinks_again_and_the_trainer_releases() -> None:
    room = Room()
    attempt, other = room.sit("Saya mulai dari asesmen."), room.sit("Rujuk dahulu.", minute=9)
    a, trainer = client_of(room.assessors[0]), client_of(room.trainer)
    assert "2 jawaban uraian menunggu" in read(a, "/penilaian/")
    page = read(a, "/penilaian/jawaban/")
    assert "23 jam" in page
    assert page.count("Uraikan langkah Anda.") == 3, "the next step and two lines"
    task = MarkingTask.objects.get(attempt=attempt)
    address = f"/penilaian/jawaban/{task.public_id}/"
    assert "Saya mulai dari asesmen." not in read(a, address), "nobody picks by reading"
    opened = said(a, address)
    assert "Saya mulai dari asesmen." in opened
    assert "2,5 poin: Menyebut asesmen saja" in opened
    # Another one who comes by the same address is told so, and changes nothing.
    b = client_of(room.assessors[1])
    for method in (b.get, b.post):
        assert "sudah diambil asesor lain" in method(address, follow=True).content.decode()
    assert "Pilih satu tingkat" in said(a, address, comment="Bagus")
    onward = said(a, address, comment="Bagus", **{"level-0": "l3", "note-0": "Runtut"}, then="next")
    assert "Rujuk dahulu." in onward
    own = read(a, address)
    assert "Tersimpan: 5 poin" in own
    assert "Runtut" in own
    assert "Tersimpan: 2,5 poin" in said(a, address, **{"level-0": "l2"}, then="stay")
    assert "1 dari 2 jawaban sudah dinilai" in read(trainer, f"/angkatan/{room.cohort.public_id}/penilaian/")
    assert "Jawaban uraian (1 menunggu)" in read(trainer, f"/angkatan/{room.cohort.public_id}/")
    release = f"/angkatan/{room.cohort.public_id}/penilaian/{room.part.key}/rilis/"
    assert "baru 1 dari 2 jawaban" in said(trainer, release)
    assert "Dirilis: 1 kesempatan" in said(trainer, release, partly="on")
    attempt.refresh_from_db()
    assert attempt.score is not None
    held = MarkingTask.objects.get(attempt=other)
    assert "kembali ke daftar" in said(a, f"/penilaian/jawaban/{held.public_id}/kembalikan/")
    assert "tidak lagi menunggu" in said(a, f"/penilaian/jawaban/{held.public_id}/kembalikan/")
    assert "Belum ada kesempatan yang selesai" in read(trainer, release)
    mine = client_of(attempt.enrolment.user)
    result = f"/kuis/{attempt.public_id}/hasil/"
    assert "2,5 dari 5 poin" in read(mine, result)
    # The released one is corrected with a reason.
    page = read(a, address)
    assert "Perbaiki nilai ini" in page
    assert "kolom ini" in said(a, address, **{"level-0": "l1", "seen": "1"}).lower()
    assert "Salah baca" in said(a, address, **{"level-0": "l1", "seen": "1", "reason": "Salah baca"})
    attempt.refresh_from_db()
    assert attempt.score == 0
    page = read(mine, result)
    assert "0 dari 5 poin" in page
    assert "karena: Salah baca" in " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "Salah baca" in read(mine, "/akun/data-saya/")


def test_a_participant_reads_what_counts_of_two_or_three_and_no_name() -> None:
    room = Room(markers=2, third_beyond="10.00")
    attempt = room.sit()
    mine = client_of(attempt.enrolment.user)
    assert "Dinilai dua asesor" in read(mine, f"/kuis/mulai/{attempt.enrolment.public_id}/{room.part.key}/")
    for by, points in ((0, "5"), (1, "0"), (2, "0")):
        words = {"comment": f"Kata {by}.", "comments": {"r1": f"Catatan {by}."}}
        room.mark(attempt, by, points, **words)
    assert "Kata" not in read(mine, f"/kuis/{attempt.public_id}/hasil/")
    room.release()
    page = read(mine, f"/kuis/{attempt.public_id}/hasil/")
    assert "0 dari 5 poin" in page
    assert [one in page for one in ("Kata 0.", "Kata 1.", "Kata 2.", "Isi: Catatan 1.", "KUNCIRUBRIK")] == [
        False, True, True, True, attempt.part.json["review"] == "after_submit",
    ]  # fmt: skip
    assert not [one.full_name for one in room.assessors if one.full_name in page]
    exported = read(mine, "/akun/data-saya/")
    assert "Isi: Catatan 2." in exported
    assert "Catatan 0." not in exported
    assert "Kata 0." in read(client_of(room.assessors[0]), "/akun/data-saya/")


def test_a_page_of_the_list_takes_the_same_statements_for_few_and_many(django_assert_max_num_queries: Any) -> None:
    room = Room(markers=2)
    room.sit()
    a, trainer = client_of(room.assessors[0]), client_of(room.trainer)
    for _more in range(2):
        with django_assert_max_num_queries(14):
            read(a, "/penilaian/jawaban/")
        with django_assert_max_num_queries(22):
            read(trainer, f"/angkatan/{room.cohort.public_id}/penilaian/")
        for minute in range(3, 7):
            room.mark(room.sit(minute=minute), 0, "5")


# Who sees what


def addresses(*namespaces: str) -> list[str]:
    """Every route of ours that answers to GET."""
    found: list[str] = []

    def collect(patterns: list[URLPattern | URLResolver], start: str) -> None:
        for pattern in patterns:
            route = start + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                if pattern.namespace in namespaces:
                    collect(pattern.url_patterns, route)
            elif pattern.name and start + route not in ("", "keluar/"):
                found.append(route)

    collect(get_resolver().url_patterns, "")
    return [route for route in found if not route.startswith(("admin", "static", "keluar")) and "<path" not in route]


EVERYWHERE = ("accounts", "cms", "courses", "assessments", "certificates")
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")


def walk(client: Client, ids: dict[str, list[str]], *namespaces: str) -> dict[str, str]:
    """The body of every address that answers 200, with whatever of this world fits into it."""
    bodies = {}
    for route in addresses(*namespaces or EVERYWHERE):
        here = ids[next((start for start in ("kuis", "penilaian") if route.startswith(start)), "cohort")]
        kinds = {"uuid": here, "sha256": ["0" * 64], "": ["M1"]}
        choices = [ids.get(name) or kinds.get(kind, kinds[""]) for kind, name in PLACE.findall(route)]
        for values in itertools.product(*choices):
            left = iter(values)
            address = "/" + PLACE.sub(lambda _match, left=left: next(left), route)
            answer: Any = client.get(address)
            if answer.status_code == 200:
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                bodies[address] = content.decode(errors="replace")
    return bodies


def world_ids(room: Room, attempt: Attempt) -> dict[str, list[str]]:
    tasks = [str(one) for one in MarkingTask.objects.order_by("place").values_list("public_id", flat=True)]
    enrolment = str(attempt.enrolment.public_id)
    return {
        "cohort": [str(room.cohort.public_id)],
        "kuis": [str(attempt.public_id)],
        "penilaian": tasks,
        "enrolment_id": [enrolment],
        "submission_id": [enrolment],
        "file_id": [enrolment],
        "quiz_id": [room.part.key],
        "key": [room.part.key],
    }


@pytest.mark.once
def test_by_no_address_sees_an_assessor_another_ones_marks_or_who_wrote_the_answer() -> None:
    room = Room(markers=2, third_beyond="10.00")
    attempt = room.sit("Jawaban yang dinilai.", by=room.enrol("Siti Rahasia"))
    room.mark(attempt, 0, "5", comment=f"{SECRET} komentar", comments={"r1": f"{SECRET} catatan"})
    b, c = room.assessors[1], room.assessors[2]
    second = MarkingTask.objects.get(place=2)
    client = client_of(b)
    client.post(f"/penilaian/jawaban/{second.public_id}/")
    ids = world_ids(room, attempt)
    seen = walk(client, ids)
    assert len(seen) > 12, sorted(seen)
    assert "Jawaban yang dinilai." in seen[f"/penilaian/jawaban/{second.public_id}/"]
    assert not [address for address, body in seen.items() if SECRET in body]
    # On the addresses of marking there is nothing that leads to the person, nor to the angkatan.
    person = attempt.enrolment.user
    traces = (
        person.full_name, "Siti", person.participant_number, str(person.public_id), str(attempt.public_id),
        str(attempt.enrolment.public_id), str(room.cohort.public_id), room.cohort.name, room.cohort.code,
        attempt.seed,
    )  # fmt: skip
    pages = {address: body for address, body in seen.items() if address.startswith("/penilaian/jawaban/")}
    assert len(pages) == 2, sorted(pages)
    assert [(address, one) for address, body in pages.items() for one in traces if one and one in body] == []
    # The trainer, the participant and whoever marks third see neither, before there is an end.
    client.post(f"/penilaian/jawaban/{second.public_id}/", {"level-0": "l1", "comment": f"{SECRET} dua"})
    third = MarkingTask.objects.get(place=3)
    third_client = client_of(c)
    third_client.post(f"/penilaian/jawaban/{third.public_id}/")
    ids["penilaian"].append(str(third.public_id))
    for anybody in (third_client, client_of(room.trainer), client_of(person)):
        seen = walk(anybody, ids, "assessments")
        seen |= {address: read(anybody, address) for address in ("/akun/data-saya/", "/belajar/")}
        assert not [address for address, body in seen.items() if SECRET in body]
    # The two see each other once it is settled, still without names; and so does nobody from outside.
    third_client.post(f"/penilaian/jawaban/{third.public_id}/", {"level-0": "l1"})
    settled = read(client, f"/penilaian/jawaban/{second.public_id}/")
    assert f"{SECRET} komentar" in settled
    assert "Asesor lain" in settled
    assert not [one for one in (*traces, "Asesor A", "Asesor C") if one and one in settled]
    assert not Message.objects.filter(text__contains=SECRET).exists()
