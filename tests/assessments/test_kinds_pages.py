"""Every kind of question on the pages of a participant: without JavaScript, hostile or not, marked, reviewed."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from assessments import grading, marking, protocol, saving, submitting
from assessments.kinds import base
from assessments.models import AnswerRow, Attempt
from courses.models import Fulfilment
from tests.factories_accounts import AT
from tests.factories_attempts import PHONE, make_enrolment, row, token_of
from tests.factories_kinds import MEMBERS, asked, attempt_at, right_answers

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
MACHINE_MARKED = ("single", "multiple", "truefalse", "matching", "ordering", "short", "numeric", "case")
EVERY_KIND = (*MACHINE_MARKED, "essay")


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(AT + 2 * MINUTE, tick=False):
        yield


def signed_in(attempt: Attempt) -> Client:
    client = Client()
    client.force_login(attempt.enrolment.user)
    return client


def read(client: Client, attempt: Attempt, tail: str = "") -> str:
    answer = client.get(f"/kuis/{attempt.public_id}/{tail}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def fields_of(answers: dict[int, list[str]]) -> dict[str, Any]:
    """What a browser posts for these answers: texts in ``t``, everything chosen in ``q``."""
    posted: dict[str, Any] = {}
    for slot, answer in answers.items():
        if answer and answer[0].startswith("="):
            posted[f"t{slot}"] = answer[0][1:]
        else:
            posted[f"q{slot}"] = [*answer, ""]
    return posted


def post_form(client: Client, attempt: Attempt, answers: dict[int, list[str]], **fields: Any) -> Any:
    """The page's own form, with the hidden fields as the page gave them."""
    shown = re.search(r'name="shown" value="([^"]*)"', read(client, attempt))
    assert shown
    hidden = {"token": token_of(attempt), "shown": html.unescape(shown[1]), "then": "stay"}
    return client.post(f"/kuis/{attempt.public_id}/simpan/", hidden | fields_of(answers) | fields)


def send(attempt: Attempt, slot: int, answer: Any, seq: int = 1) -> Any:
    opened = protocol.milliseconds(timezone.now())
    change = {"seq": seq, "slot": slot, "answer": answer, "opened": opened, "elapsed": seq}
    body = json.dumps(
        {"v": 1, "device": str(PHONE), "rows": [change]}, ensure_ascii=any("\ud800" in one for one in answer)
    )
    return Client().post(
        f"/kuis/{attempt.public_id}/simpan/", body, content_type="application/json",
        headers={"X-Attempt-Token": token_of(attempt)},
    )  # fmt: skip


def current(attempt: Attempt) -> dict[int, list[str]]:
    attempt.refresh_from_db()
    return {slot: list(answer) for slot, answer in protocol.current_answers(attempt.answers).items()}


def test_every_kind_is_answered_saved_sent_and_reviewed_without_javascript() -> None:
    attempt = attempt_at(*MACHINE_MARKED)
    client = signed_in(attempt)
    page = read(client, attempt)
    assert page.count("<fieldset") == page.count("<legend") == len(attempt.paper["slots"]) == 9
    assert page.count("<select") == 3 + 3
    assert page.count('type="text"') == 3
    assert "Bu Sari (nama rekaan) merawat<br>dua anak." in page
    assert page.index('class="q-case"') < page.index('id="q8"') < page.index('id="q9"') < page.index("</section>")
    answers = right_answers(attempt)
    assert post_form(client, attempt, answers)["Location"].endswith("?disimpan=ya")
    assert current(attempt) == answers
    again = read(client, attempt)
    assert again.count(" selected>") == 6
    assert 'value="Asesmen komprehensif"' in again
    rows = AnswerRow.objects.count()
    assert rows == 9
    post_form(client, attempt, answers)
    assert AnswerRow.objects.count() == rows
    assert "Semua 9 soal sudah dijawab dan tersimpan." in read(client, attempt, "kirim/")
    client.post(f"/kuis/{attempt.public_id}/kirim/")
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed, attempt.pending) == (Decimal(100), True, 0)
    assert attempt.result["maxima"]["7"] == "2"
    result = read(client, attempt, "hasil/")
    assert "Kampanye sosial \N{RIGHTWARDS ARROW} Tidak langsung" in result
    assert "2. Asesmen" in result
    assert "12 prinsip" in result
    assert "2 dari 2 poin" in result
    assert result.count("Bu Sari (nama rekaan)") == 1
    explained = result.split('aria-label="Soal 9"')[1]
    assert "Layanan dimulai dari asesmen." in explained
    assert "Sumber: Kemensos" in explained
    assert "Layanan dimulai" not in result.split('aria-label="Soal 8"')[1].split('aria-label="Soal 9"')[0]


def test_a_page_tells_nothing_of_any_key() -> None:
    attempt = attempt_at(*EVERY_KIND)
    page = read(signed_in(attempt), attempt)
    for secret in ("KUNCIRUBRIK", "asesmen*", "Asesmen komprehensif", "12", "correct", "Layanan dimulai dari asesmen"):
        # Without what holds any digits: identifiers, the token, sizes, the number that each question of a run gets.
        text = page.replace(token_of(attempt), "")
        text = re.sub(r"[0-9a-f-]{30,}|\bSoal \d+:|2\.1\d|/static/\S+|\b5\.836\b|data-opened=\"\d+\"", "", text)
        assert secret not in text, secret
    slots = attempt.paper["slots"]
    entries = [entry for slot in slots for name in base.ID_NAMES for entry in slot.get(name, ())]
    ids = {value for entry in entries for name, value in entry.items() if name != "token"}
    assert not [one for one in ids if f'"{one}"' in page or f">{one}<" in page]


@pytest.mark.parametrize(
    "text",
    [
        "a;b:c,d~e=\"f\" <g> & 'h'",
        "baris satu\nbaris dua\n\n  menjorok",
        "caf\u00e9 \N{ROCKET} \u0645\u0631",
        "</textarea><script>",
    ],
)
def test_a_text_comes_back_as_it_was_written_and_is_stored_once(text: str) -> None:
    attempt = attempt_at("essay")
    client = signed_in(attempt)
    post_form(client, attempt, {}, t1=text.replace("\n", "\r\n"))
    assert current(attempt) == {1: [f"={text}"]}
    page = read(client, attempt)
    assert html.escape(text, quote=True).replace("&#x27;", "&#x27;") in page
    assert text not in page.split("<textarea")[0]
    post_form(client, attempt, {}, t1=text.replace("\n", "\r\n"))
    assert AnswerRow.objects.count() == 1
    post_form(client, attempt, {}, t1="   ")
    assert current(attempt) == {}


def test_an_old_page_does_not_undo_a_text_that_another_device_wrote() -> None:
    attempt = attempt_at("essay")
    client = signed_in(attempt)
    post_form(client, attempt, {}, t1="Pertama.")
    old = read(client, attempt)
    shown = re.search(r'name="shown" value="([^"]*)"', old)
    assert shown
    with time_machine.travel(AT + 3 * MINUTE, tick=False):
        send(attempt, 1, ["=Kedua, dari ponsel."])
    fields = {"token": token_of(attempt), "shown": shown[1], "t1": "Pertama."}
    client.post(f"/kuis/{attempt.public_id}/simpan/", fields)
    assert current(attempt) == {1: ["=Kedua, dari ponsel."]}


@pytest.mark.parametrize(
    ("slot", "answer"),
    [
        (1, ["zzzzz-zzzzz"]), (1, ["zzzzz"]), (1, ["=teks"]), (2, ["1-zzzzz"]), (2, ["0-{item}"]), (2, ["4-{item}"]),
        (2, ["1-{item}", "2-{item}"]), (2, ["{item}"]), (3, ["asesmen"]), (3, ["=asesmen", "=lain"]), (3, ["="]),
        (3, ["=" + "a" * 20_001]), (3, ["=a\u0000b"]), (3, ["=a\u001bb"]), (3, ["=cafe\u0301"]), (3, ["=\ud800"]),
        (4, ["=a\rb"]), (5, ["{item}"]), (9, ["=x"]),
    ],
)  # fmt: skip
def test_what_fits_no_slot_is_refused_and_nothing_is_stored(slot: int, answer: list[str]) -> None:
    attempt = attempt_at("matching", "ordering", "short", "numeric", "essay")
    item = attempt.paper["slots"][1]["items"][0]["token"]
    reply = send(attempt, slot, [one.replace("{item}", item) for one in answer])
    assert reply.status_code == 200
    assert reply.json()["refused"] == [1]
    assert not AnswerRow.objects.exists()


def test_a_text_of_twenty_thousand_characters_travels_and_stays() -> None:
    attempt = attempt_at("essay")
    assert send(attempt, 1, ["=" + "\u00e9" * 20_000]).json()["saved"] == [1]
    assert saving.chain_holds(Attempt.objects.get())
    assert Attempt.objects.get().written_characters == 20_001
    assert send(attempt, 1, ["=" + "a" * 66_000], seq=2).status_code == 400


def test_a_form_with_a_text_that_is_too_long_says_so_and_keeps_the_rest() -> None:
    attempt = attempt_at("short", "essay")
    client = signed_in(attempt)
    reply = post_form(client, attempt, {1: ["=asesmen"]}, t2="a" * 20_001, then="review")
    assert reply["Location"].endswith("?disimpan=sebagian")
    assert current(attempt) == {1: ["=asesmen"]}
    assert "paling banyak 20.000 karakter" in client.get(reply["Location"]).content.decode()


def test_an_attempt_takes_no_more_text_than_a_person_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MAX_CHARACTERS_PER_ATTEMPT", 20)
    attempt = attempt_at("essay")
    assert send(attempt, 1, ["=sepuluh kata"]).status_code == 200
    assert send(attempt, 1, ["=sebelas kata"], seq=2).json()["error"] == "full"
    assert current(attempt) == {1: ["=sepuluh kata"]}


def test_before_sending_the_incomplete_are_named() -> None:
    attempt = attempt_at("matching", "ordering", "numeric", "essay")
    right = right_answers(attempt)
    places = [f"1-{item['token']}" for item in attempt.paper["slots"][1]["items"]]
    client = signed_in(attempt)
    post_form(client, attempt, {1: right[1][:1], 2: places, 3: ["=dua belas"], 4: ["=Ya."]})
    page = read(client, attempt, "kirim/")
    assert re.findall(r"/kuis/[0-9a-f-]+/#q(\d)", page) == ["1", "2", "3", "4"]
    for words in ("tidak terbaca sebagai angka", "dipakai dua kali", "belum dijodohkan", "Jumlah kata"):
        assert words in page, words
    again = read(client, attempt)
    assert "dua belas” tidak dapat dibaca sebagai angka" in html.unescape(again)
    assert 'aria-invalid="true" aria-describedby="e3"' in again
    post_form(client, attempt, right)
    assert "Jumlah kata" not in read(client, attempt, "kirim/")


def test_statements_of_the_page_do_not_grow_with_kinds(django_assert_max_num_queries: Any) -> None:
    attempt = attempt_at(*EVERY_KIND)
    client = signed_in(attempt)
    read(client, attempt)
    with django_assert_max_num_queries(7):
        read(client, attempt)


def test_a_save_of_a_text_takes_four_statements(django_assert_max_num_queries: Any) -> None:
    attempt = attempt_at("essay")
    with django_assert_max_num_queries(6):  # four and the savepoint that a test adds
        saving.save_rows(attempt.public_id, token_of(attempt), [row(1, 1, "=Teks")], at=AT)


# Marks by people


def essay_sent(*kinds: str, answer: bool = True, **rules: Any) -> Attempt:
    attempt = attempt_at(*kinds, **rules)
    answers = right_answers(attempt)
    rows = [row(n, n, *given) for n, given in answers.items() if answer or asked(attempt)[n]["kind"] != "essay"]
    saving.save_rows(attempt.public_id, token_of(attempt), rows, at=AT)
    return submitting.submit(attempt, actor=attempt.enrolment.user, at=AT + MINUTE)


def test_an_essay_waits_for_a_person_and_nobody_is_told_a_result() -> None:
    attempt = essay_sent("short", "essay", required=True, pass_mark="50.00")
    attempt.refresh_from_db()
    assert (attempt.status, attempt.score, attempt.passed, attempt.pending) == ("submitted", None, None, 1)
    assert attempt.result["pending"] == [2]
    assert attempt.result["total"] is None
    assert not Fulfilment.objects.exists()
    client = signed_in(attempt)
    page = read(client, attempt, "hasil/")
    assert "Asesor masih harus menilai" in page
    assert "Soal 2 dinilai oleh orang" in page
    for word in ("Lulus", "Belum lulus", "%", "KUNCIRUBRIK", "Benar"):
        assert word not in page.split("<main")[1].split("</main>")[0].replace("100%", ""), word
    home = client.get(f"/belajar/{attempt.enrolment.cohort.public_id}/").content.decode()
    assert "Menunggu penilaian" in home
    start = client.get(f"/kuis/mulai/{attempt.enrolment.public_id}/{attempt.part.key}/").content.decode()
    assert "Sedang dinilai" in start


def test_a_mark_by_a_person_decides_and_fulfils_and_may_be_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = essay_sent("short", "essay", required=True, pass_mark="50.00")
    given = {2: Fraction("2.5")}
    monkeypatch.setattr(grading, "points_of", lambda attempt: given)
    marking.mark_again(attempt, at=AT + 2 * MINUTE)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed, attempt.pending) == (Decimal("58.33"), True, 0)
    assert Fulfilment.objects.filter(withdrawn_at=None).count() == 1
    given.clear()
    marking.mark_again(attempt, at=AT + 3 * MINUTE)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed, attempt.pending) == (None, None, 1)
    assert not Fulfilment.objects.filter(withdrawn_at=None).exists()


def test_an_empty_essay_waits_for_nobody() -> None:
    attempt = essay_sent("short", "essay", answer=False)
    assert (attempt.score, attempt.pending) == (Decimal("16.67"), 0)
    assert "Asesor masih harus" not in read(signed_in(attempt), attempt, "hasil/")


def test_the_review_of_an_essay_waits_for_its_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = essay_sent("single", "essay", review="after_submit")
    page = read(signed_in(attempt), attempt, "hasil/")
    assert "Layanan dimulai dari asesmen." not in page
    assert "setelah semuanya dinilai" in page
    monkeypatch.setattr(grading, "points_of", lambda attempt: {2: Fraction(4)})
    marking.mark_again(attempt, at=AT + 2 * MINUTE)
    page = read(signed_in(attempt), attempt, "hasil/")
    assert "Layanan dimulai dari asesmen." in page
    assert "4 dari 5 poin" in page
    assert "KUNCIRUBRIK lengkap" in page


def test_points_weigh_questions_against_each_other() -> None:
    enrolment = make_enrolment()
    attempt = attempt_at("short", "numeric", enrolment=enrolment)
    right = right_answers(attempt)
    saving.save_rows(attempt.public_id, token_of(attempt), [row(1, 2, *right[2])], at=AT)
    ended = submitting.submit(attempt, actor=enrolment.user, at=AT + MINUTE)
    assert MEMBERS["numeric"]["points"] == "2"
    assert ended.score == Decimal("66.67")
