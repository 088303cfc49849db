"""Sections, minimums, exposure limit, delay, and which attempt decides: from the editor to the result."""

from __future__ import annotations

import html
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.models import Event, Role
from assessments import (
    activities,
    attempting,
    auditing,
    columns,
    exposure,
    granting_many,
    marking,
    own_data,
    quizzes,
    saving,
    scoring,
    submitting,
)
from assessments.correcting import Touched, deciding, touching
from assessments.deciding_grade import decide, missed
from assessments.drawing import draw_for_part
from assessments.errors import AttemptTooSoon
from assessments.models import AccessCode, Attempt, BlueprintRow, CorrectionTouch, Quiz
from assessments.quiz_rules import QuizRules, Section
from courses.models import Edition, Enrolment, Fulfilment
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_attempts import (
    answer_all,
    make_enrolment,
    make_part,
    make_version,
    right_tokens,
    row,
    start,
    token_of,
)
from tests.factories_bank import make_bank_course, make_question, make_quiz
from tests.factories_corrections import LATER, Scene
from tests.staff import signed_in

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
GRADES = json.loads((VECTORS / "grade-of" / "cases.json").read_text())
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.once
@pytest.mark.parametrize("path", sorted((VECTORS / "paper-3").glob("*.json")), ids=lambda path: path.stem)
def test_papers_of_schema_3_are_drawn_as_frozen(path: Path) -> None:
    vector = json.loads(path.read_text())
    rng = random.Random(vector["seed"])
    paper = draw_for_part(vector["part"], seen=vector["seen"], rng=rng, held_back=vector["held_back"])
    assert paper == vector["paper"]


@dataclass
class Sat:
    number: int
    score: Decimal | None
    passed: bool | None
    result: Mapping[str, Any] = field(default_factory=dict)


def _part(percent: str | None) -> dict[str, Any]:
    return {"maximum": "0", "percent": "0.00"} if percent is None else {"maximum": "10", "percent": percent}


@pytest.mark.once
@pytest.mark.parametrize("case", GRADES, ids=[case["name"] for case in GRADES])
def test_what_several_attempts_come_to(case: dict[str, Any]) -> None:
    least = case.get("minimum")
    rules = QuizRules(
        grade_of=case["grade_of"],
        sections=(Section("A", "Dasar", Decimal(least)),) if least else (),
        unit_minimum=Decimal(case["unit_minimum"]) if "unit_minimum" in case else None,
    )
    sat = []
    for n, (score, passed) in enumerate(case["attempts"]):
        result = {"pass_mark": case.get("pass_marks", ["70.00"] * 9)[n]}
        result |= {name: {"A": _part(case[name][n])} for name in ("sections", "units") if name in case}
        sat.append(Sat(n + 1, None if score is None else Decimal(score), passed, result))
    random.Random(1).shuffle(sat)
    found = decide(rules, sat)
    assert [None if found.grade is None else str(found.grade), found.passed, found.number] == case["expected"]


def schema_3(**rules: Any) -> dict[str, Any]:
    plain = {"grade_of": "highest", "delay_minutes": 0, "sections": [], "unit_minimum": None}
    plain |= {"exposure_percent": None, "access_code": False}
    return {"schema": 3} | plain | rules


def enrolled() -> tuple[Enrolment, Edition]:
    enrolment = make_enrolment()
    assert enrolment.cohort.edition is not None
    return enrolment, enrolment.cohort.edition


def read(client: Any, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.django_db
def test_a_later_lower_attempt_takes_the_pass_away_where_the_last_counts_and_lists_the_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene(**schema_3(grade_of="last", delay_minutes=1440, max_attempts=3))
    person, part, house = scene.enrol(), scene.part, scene.organization
    monkeypatch.setattr(
        touching, "_sources", [lambda ids: [Touched(one, f"k{one}", "No 7", "/v/7", house.pk) for one in ids]]
    )
    scene.sit("1111", by=person)
    assert Fulfilment.objects.get(enrolment=person).withdrawn_at is None
    client, began = signed_in(person.user), AT + DAY + MINUTE
    with time_machine.travel(AT + DAY, tick=False):
        early = read(client, "assessments:start", person.public_id, part.key)
        assert "kesempatan terakhir yang dihitung, juga bila nilainya lebih rendah" in early
        assert "1 hari" in early
        assert "dapat dimulai pada 23 November 2026, 10.02 WIB" in early
        assert "Mulai" not in early.split("<main", 1)[1]
        refused = client.post(reverse("assessments:start", args=[person.public_id, part.key]), follow=True)
        assert "10.02 WIB" in html.unescape(refused.content.decode())
        with pytest.raises(AttemptTooSoon):
            start(person, part, at=AT + DAY)
    assert Attempt.objects.count() == 1
    with time_machine.travel(AT + DAY + 2 * MINUTE, tick=False):
        assert "Anda sudah lulus. Yang dihitung adalah kesempatan terakhir" in read(
            client, "assessments:start", person.public_id, part.key
        )
    lower = start(person, part, at=AT + DAY + 2 * MINUTE)
    answer_all(lower, at=began + 2 * MINUTE, right=1)
    submitting.submit(lower, actor=person.user, at=began + 3 * MINUTE)
    assert Fulfilment.objects.get(enrolment=person).withdrawn_at is not None
    assert Enrolment.objects.get(pk=person.pk).status == "active"
    touch = CorrectionTouch.objects.get()
    assert (touch.attempt, touch.correction, touch.found_at) == (lower, None, began + 3 * MINUTE)
    submitting.submit(lower, actor=person.user, at=began + 4 * MINUTE)  # twice changes nothing
    assert CorrectionTouch.objects.count() == 1
    head = signed_in(scene.staff(Role.PIMPINAN))
    assert "Kesempatan 2 membuat hasil turun" in read(head, "assessments:touched")
    noted = {"sertifikat": str(touch.public_id), "note": "Tetap berlaku."}
    head.post(reverse("assessments:touched"), noted)
    assert Event.objects.get(verb="correction.certificate_reviewed").organization == house
    stand = attempting.standing(person, part)
    assert (stand.grade, stand.passed, stand.deciding) == (Decimal(25), False, lower)
    (measure,) = columns.measures({part.edition_id})
    ((_who, _quiz, sat),) = columns.sittings([person.pk], {part.pk: measure})
    assert (columns.mark_of(measure, sat), columns._post_label(measure)) == (Decimal(25), "Nilai post-test (terakhir)")
    first = Attempt.objects.get(number=1)
    with time_machine.travel(AT + 5 * DAY, tick=False):
        assert "Kesempatan terakhir Anda yang dihitung, dengan 25 %" in read(
            client, "assessments:result", first.public_id
        )
    (verdict,) = granting_many.GrantMany().judge(
        scene.cohort, [person], {"quiz": part.key}, actor=scene.trainer, at=AT + 5 * DAY
    )
    assert verdict.will
    easier = deciding.propose_pass_mark(scene.quiz, "25", reason="Salah ketik", actor=scene.trainer, at=LATER)
    found = scene.carry_out(easier)
    assert sorted(found.rows.values_list("effect", "attempt__number")) == [("gains", 1), ("gains", 2)]
    assert Fulfilment.objects.get(enrolment=person).withdrawn_at is None


SECTIONS = [
    {"key": "A", "title": "Dasar hukum", "minimum": None},
    {"key": "B", "title": "Praktik", "minimum": "60.00"},
]


@pytest.mark.django_db
def test_a_minimum_that_was_not_reached_means_not_passed_and_the_result_says_which() -> None:
    person, edition = enrolled()
    house = person.cohort.organization
    versions = [
        make_version(house, module="M1" if n < 6 else "M2", units=("U1",) if n < 9 else ("U2",)) for n in range(10)
    ]
    rows = [
        {"module": m, "unit": None, "usage": "practice", "count": c, "section": s}
        for m, c, s in (("M2", 4, "B"), ("M1", 6, "A"))
    ]
    rules = schema_3(sections=SECTIONS, unit_minimum="50.00", grade_of="average", blueprint=rows, max_attempts=None)
    part = make_part(edition, versions, required=True, **rules)
    client = signed_in(person.user)
    before = read(client, "assessments:start", person.public_id, part.key)
    for words in (
        "Dasar hukum",
        "minimal 60 %",
        "minimal 50 % di setiap unit kompetensi",
        "rata-rata semua kesempatan",
    ):
        assert words in before
    attempt = start(person, part)
    assert [slot["section"] for slot in attempt.paper["slots"]] == ["A"] * 6 + ["B"] * 4
    paper = read(client, "assessments:attempt", attempt.public_id)
    assert paper.count("<h2>") == 2
    assert paper.index("<h2>Dasar hukum") < paper.index('id="q1"') < paper.index("<h2>Praktik") < paper.index('id="q7"')
    # All of A, and of B only one that belongs to U1: 70 % in all, 25 % in B, nothing in U2.
    slots = {slot["version"]: slot["slot"] for slot in attempt.paper["slots"]}
    right = [slots[str(version.public_id)] for version in versions[:7]]
    rows_sent = [row(n, n, *right_tokens(attempt, n), at=AT) for n in right]
    saving.save_rows(attempt.public_id, token_of(attempt), rows_sent, at=AT)
    ended = submitting.submit(attempt, actor=person.user, at=AT + MINUTE)
    assert (ended.score, ended.passed, ended.result["schema"], ended.result["pass_mark"]) == (
        Decimal(70),
        False,
        3,
        "70.00",
    )
    told = read(client, "assessments:result", attempt.public_id)
    for words in (
        "Belum lulus: 70 %, dan ada batas minimum",
        "Praktik: 25 %, perlu 60 %",
        "U2: 0 %, perlu 50 %",
        "Per bagian",
    ):
        assert words in told
    assert not Fulfilment.objects.exists()
    # The mean of both attempts reaches every minimum: 85 % in all, 62,5 % in B, 50 % in U2.
    second = start(person, part, at=AT + 2 * MINUTE, seed="2")
    answer_all(second, at=AT + 3 * MINUTE)
    submitting.submit(second, actor=person.user, at=AT + 4 * MINUTE)
    assert Fulfilment.objects.get().evidence["score"] == "85.00"
    assert attempting.standing(person, part).passed
    assert activities.quiz_activities([person])[0].state == "done"
    told = read(client, "assessments:result", second.public_id)
    assert "Rata-rata kesempatan Anda 85 %, dan itu yang dihitung." in told
    assert told.index("Dasar hukum</h3>") < told.index("Praktik</h3>")
    # What a correction leaves out of the score keeps nobody back.
    items = marking.items_of(attempt.paper, {str(v.public_id): v.body for v in versions})
    dropped = {n: replace(item, void="drop") if item.units == ("U2",) else item for n, item in items.items()}
    result = marking.result_of(scoring.grade(dropped, {}), pass_mark=Decimal(0))
    assert [one.key for one in missed(QuizRules.of_part(part.json), [result])] == ["B", "U1"]


@pytest.mark.django_db
def test_the_editor_writes_sections_and_says_how_many_repeats_a_person_can_meet() -> None:
    course = make_bank_course()
    for n in range(5):
        make_question(course, stem=f"Soal {n}")
    client = signed_in(make_person(role=Role.TRAINER, organization=course.organization))
    rows = [{"section": "a", "module": "M1", "unit": "", "usage": "practice", "count": "2"}]
    rows += [{"section": "", "module": "", "unit": "", "usage": "practice", "count": "1"}]
    sections = [{"key": "A", "title": "Dasar", "minimum": "60"}, {"key": "B", "title": "Praktik", "minimum": ""}]

    def data_of(rows: list[dict[str, Any]], sections: list[dict[str, Any]]) -> dict[str, Any]:
        data = {"title": "Latihan", "course": course.pk, "kind": "practice", "module": "", "pass_mark": "70"}
        data |= {"max_attempts": "3", "grace_seconds": "60", "review": "never", "is_required": "on"}
        data |= {
            "grade_of": "first",
            "delay_minutes": "30",
            "unit_minimum": "50",
            "exposure_percent": "40",
            "markers": "1",
            "third_beyond": "20",
        }
        return data | nested_form_data({"blueprint": inline_formset(rows), "sections": inline_formset(sections)})

    def post(rows: list[dict[str, Any]], sections: list[dict[str, Any]]) -> Any:
        return client.post(reverse("wagtailsnippets_assessments_quiz:add"), data_of(rows, sections), follow=True)

    refused = html.unescape(post(rows, sections).content.decode())
    assert "Kuis ini mempunyai bagian A, B." in refused
    twice = html.unescape(post(rows[:1], [sections[0], sections[0] | {"key": "a"}]).content.decode())
    assert "Bagian lain sudah memakai nama pendek ini." in twice
    stray = html.unescape(post(rows[:1], []).content.decode())
    assert "Kuis ini tidak mempunyai bagian." in stray
    empty = html.unescape(post(rows[:1], sections).content.decode())
    assert "Tidak ada baris kisi-kisi yang termasuk bagian ini." in empty
    assert not Quiz.objects.exists()
    rows[1]["section"] = "b"
    sample = reverse("wagtailsnippets_assessments_quiz:preview_on_add")
    assert client.post(sample, data_of(rows, sections)).json()["is_valid"] is True
    seen = html.unescape(client.get(sample).content.decode())
    assert seen.index("<h2>Dasar</h2>") < seen.index('id="q1"') < seen.index("<h2>Praktik</h2>") < seen.index('id="q3"')
    assert "kesempatan pertama yang dihitung" in seen
    assert client.post(sample, data_of([rows[0] | {"count": "9"}], [sections[0]])).json()["is_valid"] is True
    assert "belum cukup" in client.get(sample).content.decode()
    assert not Quiz.objects.exists()
    saved = post(rows, sections)
    quiz = Quiz.objects.get()
    assert [one.section for one in quiz.blueprint.all()] == ["A", "B"]
    told = " ".join(str(message) for message in saved.context["messages"])
    assert "hanya kesempatan pertama yang dihitung" in told
    page = html.unescape(client.get(reverse("wagtailsnippets_assessments_quiz:edit", args=[quiz.pk])).content.decode())
    assert "Peserta yang memakai 3 kesempatan bertemu lagi dengan sedikitnya 4 soal." in page
    assert "Tanpa soal berulang, bank cukup untuk 1 kesempatan." in page
    part = quizzes.part_of(quiz, 100)
    assert part["schema"] == 3
    rules = QuizRules.of_part(part)
    assert (rules.grade_of, rules.delay_minutes, rules.unit_minimum, rules.exposure_percent) == (
        "first",
        30,
        Decimal(50),
        40,
    )
    assert [section.minimum for section in rules.sections] == [60, None]
    assert [slot["section"] for slot in draw_for_part(part, seen=(), rng=random.Random(1))["slots"]] == ["A", "A", "B"]
    BlueprintRow.objects.filter(section="B").update(section="Z")
    blocking = [problem.text for problem in quizzes.check_readiness(course) if problem.blocking]
    assert len(blocking) == 2
    # A quiz that uses none of it freezes to the bytes it had before.
    plain = quizzes.part_of(make_quiz(course, {"module": "M1", "count": 1}), 100)
    assert (plain["schema"], "grade_of" in plain, "section" in plain["blueprint"][0]) == (1, False, False)


@pytest.mark.django_db
def test_a_question_in_too_many_papers_of_the_angkatan_is_drawn_only_when_nothing_else_fills_its_row(
    django_assert_num_queries: Any,
) -> None:
    rows = [
        {"module": "M1", "unit": None, "usage": "practice", "count": 2, "section": ""},
        {"module": "M2", "unit": None, "usage": "practice", "count": 1, "section": ""},
    ]
    person, edition = enrolled()
    cohort = person.cohort
    versions = [make_version(cohort.organization, module="M1" if n < 6 else "M2") for n in range(7)]
    part = make_part(edition, versions, **schema_3(exposure_percent=50, blueprint=rows))
    elsewhere = make_enrolment(organization=cohort.organization, edition=edition)
    only_one = str(versions[6].public_id)
    attempts = [start(elsewhere, part, seed="sana")]  # another angkatan's papers count for nothing here
    for n in range(8):
        counts, papers = exposure.shown(cohort.pk, part.pk)
        attempt = start(Enrolment.objects.create(cohort=cohort, user=make_person(), enrolled_at=AT), part, seed=str(n))
        assert papers == n
        assert attempt.paper["held_back"] == exposure.over(counts, papers, limit=50)
        drawn = {slot["version"] for slot in attempt.paper["slots"]}
        assert drawn & set(attempt.paper["held_back"]) <= {only_one}  # nothing else fills the row of M2
        attempts.append(attempt)
    assert len({attempt.paper["held_back"] != [] for attempt in attempts}) == 2
    counts, papers = exposure.shown(cohort.pk, part.pk)
    assert (counts.pop(only_one), papers) == (8, 8)
    assert max(counts.values()) <= 4
    with django_assert_num_queries(1):
        exposure.held_back(cohort.pk, part.pk, limit=50)
    with django_assert_num_queries(0):
        assert exposure.held_back(cohort.pk, part.pk, limit=None) == ()
    for attempt in attempts:
        assert auditing._drawn_again(attempt)
    last = attempts[-1]
    last.paper = last.paper | {"held_back": [str(uuid4())]}
    assert not auditing._drawn_again(last)
    for attempt in attempts:
        attempt.paper = attempt.paper | {"held_back": []}
    assert not all(auditing._drawn_again(attempt) for attempt in attempts)


@pytest.mark.django_db
def test_an_access_code_is_the_angkatans_own_asked_in_the_room_and_written_nowhere_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    person, edition = enrolled()
    cohort, house = person.cohort, person.cohort.organization
    trainer, stranger = (make_person(role=Role.TRAINER, organization=place) for place in (house, make_organization()))
    part = make_part(edition, [make_version(house)], **schema_3(access_code=True))
    other = make_enrolment(user=person.user, organization=house, edition=edition)
    room = reverse("assessments:access_codes", args=[cohort.public_id])
    door = reverse("assessments:start", args=[person.public_id, part.key])
    client, teacher = signed_in(person.user), signed_in(trainer)

    def knock(code: str, where: str = door) -> str:
        return html.unescape(client.post(where, {"code": code}, follow=True).content.decode())

    with time_machine.travel(AT + MINUTE, tick=False):
        assert 'name="code"' in read(client, "assessments:start", person.public_id, part.key)
        assert "Masukkan kode masuk" in knock("")
        assert "belum memberikan kode masuk" in knock("K7D3QX")
        assert [signed_in(one).post(room, {"quiz": part.key}).status_code for one in (stranger, person.user)] == [
            404,
            404,
        ]
        assert teacher.post(room, {"quiz": str(uuid4())}).status_code == 404
        assert not AccessCode.objects.exists()
        assert room in teacher.get(cohort.get_absolute_url()).content.decode()
        for _ in range(2):
            teacher.post(room, {"quiz": part.key})
        made = AccessCode.objects.get()
        assert made.shown in teacher.get(room).content.decode()
        assert Event.objects.filter(verb="quiz.code_made", actor=trainer).count() == 2
        assert "bukan kode masuk" in knock("zzzzzz")
        assert "bukan kode masuk" in knock(made.code[:-1])
        assert "belum memberikan kode masuk" in knock(
            made.code, reverse("assessments:start", args=[other.public_id, part.key])
        )
        assert not Attempt.objects.exists()
        opened = client.post(door, {"code": f" {made.shown.lower()}- "})
        attempt = Attempt.objects.get()
        assert opened["Location"] == reverse("assessments:attempt", args=[attempt.public_id])
        assert client.post(door)["Location"] == opened["Location"]  # going on needs no code
        submitting.submit(attempt, actor=person.user, at=AT + MINUTE)
        for _ in range(5):
            knock("zzzzzz")
        assert "Terlalu banyak" in knock(made.code)
        assert Attempt.objects.count() == 1
    pages_read = [
        read(client, "assessments:start", person.public_id, part.key),
        json.dumps(own_data.own_data(person.user), default=str),
    ]
    told = "".join(
        [*pages_read, caplog.text, *map(str, Event.objects.values_list("details", flat=True)), str(made)]
    ).lower()
    assert made.code not in told
    assert made.shown.lower() not in told
