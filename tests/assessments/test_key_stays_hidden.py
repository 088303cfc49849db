"""Two quizzes that differ only in key, explanation and sources answer byte by byte alike until review."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from assessments.models import Attempt
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_attempts import make_edition, make_enrolment, make_part, make_version

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TEXTS = ("Asesmen", "Bantuan", "Rujukan", "Kunjungan")


class Undo(Exception):
    """Rolls a world back."""


def everything_a_participant_can_read(
    monkeypatch, *, right: str, explanation: str
) -> list[tuple[str, int, bytes, list]]:
    """One person's whole way through a quiz up to and including the submission, with chance, ids and clock fixed."""
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
            walk(seen, clock, right=right, explanation=explanation)
            raise Undo
    except Undo:
        return seen


def reset_counters():
    """Primary keys stand in no response; sequences are set back all the same.  Sessions live in the cache as well."""
    cache.clear()
    if connection.vendor == "sqlite":
        connection.cursor().execute("DELETE FROM sqlite_sequence")


def walk(seen, clock, *, right, explanation):
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
    part = make_part(edition, versions, key=uuid.UUID(int=5), review="after_close", max_attempts=3)
    person = make_person(name="Ani Lestari", number="P-KEY")
    enrolment = make_enrolment(user=person, organization=house, edition=edition, name="Angkatan I", code="A-I")
    client = Client()
    client.force_login(person)

    def note(response):
        headers = sorted((k, v) for k, v in response.items())
        cookies = sorted(morsel.OutputString() for morsel in response.cookies.values())
        seen.append((response.request["PATH_INFO"], response.status_code, response.content, [headers, cookies]))
        return response

    quiz = f"/kuis/mulai/{enrolment.public_id}/{part.key}/"
    note(client.get(quiz))
    at = note(client.post(quiz))["Location"]
    note(client.get(at))
    attempt = Attempt.objects.get()
    token = client.get(at).content.decode().split('data-token="')[1].split('"')[0]
    clock.shift(30)
    for seq, slot in enumerate(attempt.paper["slots"], start=1):
        # The same option by its words in both worlds: what a person would tick who knows nothing of the key.
        options = {o["option_id"]: o["token"] for o in slot["options"]}
        row = {"seq": seq, "slot": slot["slot"], "answer": [options["o1"]], "opened": 0, "elapsed": seq}
        body = {"v": 1, "device": str(uuid.UUID(int=9)), "rows": [row]}
        note(client.post(f"{at}simpan/", json.dumps(body), content_type="application/json",
                         headers={"X-Attempt-Token": token}))  # fmt: skip
    note(client.post(f"{at}simpan/", {"token": token, "shown": "", "then": "review", "q1": [options["o2"]]}))
    for url in (at, f"{at}kirim/", "/belajar/", f"/belajar/{enrolment.cohort.public_id}/"):
        note(client.get(url))
    note(client.post(f"{at}kirim/"))


def test_key_and_explanation_change_no_byte_before_the_review(monkeypatch):
    one = everything_a_participant_can_read(monkeypatch, right="Asesmen Bantuan", explanation="Karena A.")
    two = everything_a_participant_can_read(monkeypatch, right="Kunjungan Rujukan", explanation="Sebab lain, panjang.")
    assert len(one) == len(two) >= 15
    for first, second in zip(one, two, strict=True):
        assert first == second, first[0]
    assert {status for _, status, _, _ in one} == {200, 302}


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
