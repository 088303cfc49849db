"""Two quizzes that differ only in key, explanation and sources answer byte by byte alike until review."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from assessments import own_data
from assessments.kinds.base import ID_NAMES
from assessments.models import Attempt
from tests.address_table import TABLE, Row
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_attempts import make_edition, make_enrolment, make_part, make_version
from tests.factories_kinds import MEMBERS

# Which bytes leave is decided above the database: two worlds are compared beside one of them.
pytestmark = [pytest.mark.django_db, pytest.mark.once]
MINUTE = timedelta(minutes=1)
TEXTS = ("Asesmen", "Bantuan", "Rujukan", "Kunjungan")

# What fills an address where this person has nothing of the kind: a guess that must lead nowhere.
NOTHING = uuid.UUID(int=77)
GUESSES = {
    "module": "M1",
    "unit": "ATENSI-T1",
    "year": AT.year,
    "code": "0000-0000",
    "regulation": "uu-14-2019",
    "media": "0" * 64,
    "image": "soal.png",
    "token": "tebakan",
    "stop": "tebakan",
}
# It counts what this process did so far, which is no matter of any quiz.
OF_THE_PROCESS = {"metrics"}


class Undo(Exception):
    """Rolls a world back."""


def everything_a_participant_can_read(
    monkeypatch, *, right: str, explanation: str, rows: Sequence[Row] = ()
) -> list[tuple[str, int, bytes, list]]:
    """One person's whole way through a quiz up to and including the submission, with chance, ids and clock fixed.

    The addresses of ``rows`` are asked for in the middle of the attempt.
    """
    cache.clear()  # the first connection to the cache draws a random number of its own, once in a process
    chance = random.Random(7)
    # Everything random in the process comes from here: uuid4, secrets, session keys, CSRF masks.
    monkeypatch.setattr("os.urandom", chance.randbytes)
    monkeypatch.setattr("random._urandom", chance.randbytes)
    monkeypatch.setattr("tests.factories_attempts._serial", itertools.count(1))
    monkeypatch.setattr("tests.factories_accounts._serial", itertools.count(1))
    seen = []
    try:
        with transaction.atomic(), time_machine.travel(AT, tick=False) as clock:
            reset_counters()
            walk(seen, clock, right=right, explanation=explanation, rows=rows)
            raise Undo
    except Undo:
        return seen


def reset_counters():
    """Primary keys stand in no response; sequences are set back all the same.  Sessions live in the cache as well."""
    cache.clear()
    if connection.vendor == "sqlite":
        connection.cursor().execute("DELETE FROM sqlite_sequence")


def walk(seen, clock, *, right, explanation, rows=()):
    house = make_organization(name="Dinas Contoh", code="DINAS")
    edition = make_edition(house)
    versions = []
    for n in range(6):
        fixed = uuid.UUID(int=1000 + n)
        kind = "multiple" if n % 2 else "single"
        options = tuple(
            (text, text in right.split() if kind == "multiple" else text == right.split()[0]) for text in TEXTS
        )
        versions.append(make_version(house, stem=f"Soal {n}", kind=kind, options=options, explanation=explanation,
                                     public_id=fixed))  # fmt: skip
    for n, (kind, members) in enumerate(every_other_kind(right).items()):
        fixed = uuid.UUID(int=2000 + n)
        versions.append(make_version(house, kind=kind, members=members, explanation=explanation, public_id=fixed))
    part = make_part(edition, versions, key=uuid.UUID(int=5), review="after_close", max_attempts=3)
    person = make_person(name="Ani Lestari", number="P-KEY")
    enrolment = make_enrolment(user=person, organization=house, edition=edition, name="Angkatan I", code="A-I")
    client = Client()
    client.force_login(person)

    def note(response):
        headers = sorted((k, v) for k, v in response.items())
        cookies = sorted(morsel.OutputString() for morsel in response.cookies.values())
        body = b"".join(response.streaming_content) if response.streaming else response.content
        seen.append((response.request["PATH_INFO"], response.status_code, body, [headers, cookies]))
        return response

    quiz = f"/kuis/mulai/{enrolment.public_id}/{part.key}/"
    note(client.get(quiz))
    at = note(client.post(quiz))["Location"]
    note(client.get(at))
    attempt = Attempt.objects.get()
    token = client.get(at).content.decode().split('data-token="')[1].split('"')[0]
    clock.shift(30)
    for seq, slot in enumerate(attempt.paper["slots"], start=1):
        row = {"seq": seq, "slot": slot["slot"], "answer": answer_by_its_words(slot), "opened": 0, "elapsed": seq}
        body = {"v": 1, "device": str(uuid.UUID(int=9)), "rows": [row]}
        note(client.post(f"{at}simpan/", json.dumps(body), content_type="application/json",
                         headers={"X-Attempt-Token": token}))  # fmt: skip
    first = attempt.paper["slots"][0]
    name = "t1" if first["kind"] in WRITTEN else "q1"
    changed = answer_by_its_words(first, again=True)
    note(client.post(f"{at}simpan/", {"token": token, "shown": "", "then": "review", name: changed}))
    for url in (at, f"{at}kirim/", "/belajar/", f"/belajar/{enrolment.cohort.public_id}/"):
        note(client.get(url))
    ask_for(rows, note, client, attempt)
    note(client.post(f"{at}kirim/"))


def ask_for(rows, note, client, attempt):
    """Get and post of rows of the address table, each taken back, as a participant in the middle of an attempt."""
    enrolment = attempt.enrolment
    known = GUESSES | {
        "cohort": enrolment.cohort.public_id,
        "enrolment": enrolment.public_id,
        "quiz": attempt.part.key,
        "attempt": attempt.public_id,
        "person": enrolment.user.public_id,
    }
    for row in rows:
        if row.name in OF_THE_PROCESS:
            continue
        address = reverse(row.name, args=[known.get(argument, NOTHING) for argument in row.arguments])
        for method in ("get", "post"):
            with transaction.atomic():
                note(getattr(signed_in_as(client), method)(address))
                transaction.set_rollback(True)
            cache.clear()


def signed_in_as(client):
    """Another browser with the same session: what an earlier answer set or took away is not in it."""
    other = Client(raise_request_exception=False)
    for name, morsel in client.cookies.items():
        other.cookies[name] = morsel.value
    return other


def every_other_kind(right):
    """One question of each kind beyond options; what differs between two worlds is the key and nothing else."""
    turned = right.startswith("Asesmen")
    pairs = {"p1": "c1", "p2": "c2", "p3": "c2"} if turned else {"p1": "c2", "p2": "c3", "p3": "c1"}
    items = MEMBERS["ordering"]["items"]
    short = {**MEMBERS["short"], "accepted": ["asesmen*"] if turned else ["rujukan", "kunjungan"], "case": turned}
    of_case = MEMBERS["case"]["parts"]
    options = [{**one, "correct": one["correct"] is turned} for one in of_case[1]["options"]]
    levels = MEMBERS["essay"]["rubric"][0]["levels"]
    described = [{**level, "text": f"{level['text']} {right}"} for level in levels]
    value = {"value": "12"} if turned else {"value": "5836", "tolerance": "0.05", "tolerance_kind": "relative"}
    return {
        "matching": {**MEMBERS["matching"], "pairs": pairs},
        "ordering": {**MEMBERS["ordering"], "items": items if turned else items[::-1]},
        "short": short,
        "numeric": {**MEMBERS["numeric"], **value},
        "essay": {**MEMBERS["essay"], "rubric": [{"id": "r1", "title": right, "levels": described}]},
        "case": {**MEMBERS["case"], "parts": [{**of_case[0], **short}, {**of_case[1], "options": options}]},
    }


WRITTEN = ("short", "numeric", "essay")


def answer_by_its_words(slot, *, again=False):
    """The same answer by its words in both worlds: what a person would give who knows nothing of the key."""
    by_id = {entry[name]: entry["token"] for key, name in ID_NAMES.items() for entry in slot.get(key, ())}
    if slot["kind"] == "matching":
        return [f"{by_id['p1']}-{by_id['c1']}", f"{by_id['p2']}-{by_id['c3' if again else 'c2']}"]
    if slot["kind"] == "ordering":
        return [f"{2 if again else 1}-{by_id['i1']}", f"3-{by_id['i3']}"]
    if slot["kind"] in WRITTEN:
        return ["lain" if again else "=12 kunjungan"]
    return [by_id["o2" if again else "o1"]]


def test_key_and_explanation_change_no_byte_before_the_review(monkeypatch):
    one = everything_a_participant_can_read(monkeypatch, right="Asesmen Bantuan", explanation="Karena A.")
    two = everything_a_participant_can_read(monkeypatch, right="Kunjungan Rujukan", explanation="Sebab lain, panjang.")
    assert len(one) == len(two) >= 15
    for first, second in zip(one, two, strict=True):
        assert first == second, first[0]
    assert {status for _, status, _, _ in one} == {200, 302}


def test_no_address_of_the_product_answers_another_key_differently_in_the_middle_of_an_attempt(monkeypatch):
    """Every address, got and posted; then the control: a data download that held the question's hash is named."""
    ours, other = (
        {"right": "Asesmen Bantuan", "explanation": "Karena A."},
        {"right": "Kunjungan Rujukan", "explanation": "B"},
    )

    def read(world, rows=TABLE):
        return everything_a_participant_can_read(monkeypatch, rows=rows, **world)

    read(ours, ())  # what is made once in a process is made here, and draws on chance in neither of the two compared
    one, two = read(ours), read(other)
    assert len(one) == len(two) >= 2 * (len(TABLE) - len(OF_THE_PROCESS))
    assert [first[0] for first, second in zip(one, two, strict=True) if first != second] == []
    assert {status for _, status, _, _ in one} == {200, 302, 400, 403, 404, 405}
    assert sum(status == 200 for _, status, _, _ in one) >= 40, "much of what is compared must say something"

    plain, download = own_data._attempt, [row for row in TABLE if row.name == "accounts:my_data"]

    def telling(attempt):
        return plain(attempt) | {"hashes": [slot["sha256"] for slot in attempt.paper["slots"]]}

    monkeypatch.setattr(own_data, "_attempt", telling)
    leaking = zip(read(ours, download), read(other, download), strict=True)
    assert {first[0] for first, second in leaking if first != second} == {reverse("accounts:my_data")}


def test_the_comparison_would_notice_one_byte(monkeypatch):
    """The negative control: a stem that differs is seen."""
    one = everything_a_participant_can_read(monkeypatch, right="Asesmen Bantuan", explanation="a")
    monkeypatch.setattr("tests.assessments.test_key_stays_hidden.TEXTS", ("Asesmen", "Bantuan", "Rujukan", "Kunjungam"))
    two = everything_a_participant_can_read(monkeypatch, right="Asesmen Bantuan", explanation="a")
    assert one != two


def test_no_word_of_key_or_explanation_stands_in_the_page():
    from tests.factories_attempts import make_attempt

    attempt = make_attempt(version={"explanation": "RAHASIA-PEMBAHASAN"})
    client = Client()
    client.force_login(attempt.enrolment.user)
    shown = client.get(f"/kuis/{attempt.public_id}/").content.decode()
    assert "RAHASIA" not in shown
    assert "correct" not in shown
    assert str(attempt.paper["slots"][0]["version"]) not in shown
    assert ">o1<" not in shown
