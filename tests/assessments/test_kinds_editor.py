"""Writing every kind of question in the admin: the fields of the kind, clear errors, publishing, preview."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.test.utils.form_data import nested_form_data, streamfield

from accounts.models import Role, User
from assessments import composing, kinds, quizzes
from assessments.models import Question
from assessments.pool import Row
from courses.models import CoursePage
from tests.assessments.test_bank_admin import form_data
from tests.assessments.test_question_images import make_image
from tests.browsers import DESKTOP
from tests.factories_accounts import make_organization, make_person
from tests.factories_bank import latest, make_bank_course, make_question, make_quiz
from tests.staff import signed_in

# What an editor shows and asks for is decided above the database.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def rows(*values: dict[str, Any]) -> dict[str, Any]:
    """A list block as its form posts it."""
    found: dict[str, Any] = {"count": str(len(values))}
    for place, value in enumerate(values):
        found[str(place)] = {"deleted": "", "order": str(place), "id": "", "value": value}
    return found


def level(points: str, text: str) -> dict[str, str]:
    return {"points": points, "text": text}


RUBRIC = streamfield([("criterion", {"title": "Isi", "levels": rows(level("0", "Kosong"), level("2,5", "Lengkap"))})])
ACCEPTED = streamfield([("answer", " asesmen  * "), ("answer", "pengkajian")])
OPTIONS = streamfield(
    [
        ("option", {"text": "Ya", "correct": "on", "image": "", "alt": ""}),
        ("option", {"text": "Tidak", "image": "", "alt": ""}),
    ]
)
NO_LIMITS = ("least_words", "most_words", "explanation")
WRITTEN: dict[str, dict[str, Any]] = {
    "matching": {
        "pairs": streamfield(
            [
                ("pair", {"prompt": "Kampanye", "answer": "Tidak langsung"}),
                ("pair", {"prompt": "Advokasi", "answer": " tidak  langsung"}),
                ("pair", {"prompt": "Terapi", "answer": "Langsung"}),
                ("extra", {"text": "Bukan layanan"}),
            ]
        ),
        "points": "2.50",
    },
    "ordering": {"steps": streamfield([("step", {"text": t}) for t in "ABC"]), "ordering_rule": "all"},
    "short": {"accepted": ACCEPTED, "match_case": "on", "tags": "Tahapan,  layanan ,tahapan"},
    "numeric": {"value": "5.836,50", "tolerance": "0,5", "tolerance_kind": "absolute", "number_unit": "orang"},
    "essay": {"rubric": RUBRIC, "least_words": "50", "most_words": ""},
    "case": {
        "vignette": "Bu Sari (nama rekaan) ...",
        "parts": streamfield(
            [
                ("short", {"stem": "Apa?", "accepted": ACCEPTED, "points": "1", "explanation": "Karena."}),
                ("single", {"stem": "Siapa?", "options": OPTIONS, "points": "2", "explanation": ""}),
                ("essay", {"stem": "Uraikan.", "rubric": RUBRIC, **dict.fromkeys(NO_LIMITS, "")}),
            ]
        ),
    },
}  # fmt: skip
PUBLISH = {"action-publish": "action-publish"}


@pytest.fixture
def course() -> CoursePage:
    return make_bank_course(organization=make_organization(name="Sentra Sendiri"))


@pytest.fixture
def citra(course: CoursePage) -> User:
    return make_person(name="Citra Penerbit", role=Role.PUBLISHER, organization=course.organization)


def posted(course: CoursePage, kind: str, **changed: Any) -> dict[str, Any]:
    data = form_data(course, kind=kind, **{"options-count": "0"})
    return data | nested_form_data(WRITTEN.get(kind, {})) | changed


def add(user: User, data: dict[str, Any]) -> Any:
    return signed_in(user).post(reverse("wagtailsnippets_assessments_question:add"), data | PUBLISH)


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_question_of_each_kind_is_written_published_and_previewed(kind: str, citra: User, course: CoursePage) -> None:
    assert add(citra, posted(course, kind)).status_code == 302
    question = Question.objects.get()
    body = latest(question).body
    assert (body["schema"], body["kind"]) == (2, kind)
    assert kinds.problems(body) == []
    EXPECTED[kind](body)
    where = reverse("wagtailsnippets_assessments_question:preview_on_edit", args=[question.pk])
    client = signed_in(citra)
    assert client.post(where, posted(course, kind)).json()["is_valid"] is True
    candidate, with_key = (client.get(where, {"mode": mode}).content.decode() for mode in ("candidate", "key"))
    assert candidate.count("<fieldset") == (3 if kind == "case" else 1)
    assert "Jawaban yang benar" not in candidate
    assert ("Ciri jawaban yang lengkap" if kind == "essay" else "Jawaban yang benar") in with_key
    entry = quizzes.entry_of(latest(question))
    assert Row("M1", None, "practice", 1, difficulty="easy").accepts(entry)
    assert not Row("M1", None, "practice", 1, difficulty="hard").accepts(entry)
    assert Row("M1", None, "practice", 1, tag="tahapan").accepts(entry) is (kind == "short")


def matching(body: dict[str, Any]) -> None:
    choices = {one["id"]: one["text"] for one in body["choices"]}
    prompts = {one["id"]: one["text"] for one in body["prompts"]}
    assert sorted(choices.values()) == ["Bukan layanan", "Langsung", "Tidak langsung"]
    found = {prompts[one].casefold(): choices[other].casefold() for one, other in body["pairs"].items()}
    assert found == {"kampanye": "tidak langsung", "advokasi": "tidak langsung", "terapi": "langsung"}
    assert body["points"] == "2.5"
    assert not set(prompts) & set(choices)


def ordering(body: dict[str, Any]) -> None:
    assert [one["text"] for one in body["items"]] == ["A", "B", "C"]
    assert body["rule"] == "all"


def short(body: dict[str, Any]) -> None:
    assert (body["accepted"], body["case"]) == (["asesmen *", "pengkajian"], True)
    assert body["tags"] == ["layanan", "tahapan"]


def numeric(body: dict[str, Any]) -> None:
    assert (body["value"], body["tolerance"], body["unit"]) == ("5836.5", "0.5", "orang")


def essay(body: dict[str, Any]) -> None:
    assert [(one["points"], one["text"]) for one in body["rubric"][0]["levels"]] == [
        ("0", "Kosong"),
        ("2.5", "Lengkap"),
    ]
    assert (body["points"], body["least_words"], body["most_words"]) == ("2.5", 50, None)


def case(body: dict[str, Any]) -> None:
    assert [(one["kind"], one["points"]) for one in body["parts"]] == [
        ("short", "1"),
        ("single", "2"),
        ("essay", "2.5"),
    ]
    assert body["points"] == "5.5"
    assert body["parts"][0]["explanation"] == "Karena."
    assert len({one["id"] for one in body["parts"]}) == 3


EXPECTED = {
    "matching": matching,
    "ordering": ordering,
    "short": short,
    "numeric": numeric,
    "essay": essay,
    "case": case,
}


@pytest.mark.parametrize(
    ("kind", "changed", "says"),
    [
        ("matching", {"pairs-count": "1"}, "dua pasangan"),
        ("matching", {"pairs-0-value-prompt": ""}, "This field is required."),
        ("ordering", {"steps-1-value-text": " a "}, "Dua baris berbunyi sama"),
        ("short", {"accepted-count": "0"}, "sedikitnya satu jawaban"),
        ("short", {"accepted-0-value": "*"}, "menerima apa saja"),
        ("numeric", {"value": "lima"}, "bukan angka"),
        ("numeric", {"value": "1,234.5"}, "bukan angka"),
        ("numeric", {"points": "0"}, "di atas 0"),
        ("essay", {"rubric-0-value-levels-1-value-points": "banyak"}, "belum berisi poin"),
        ("case", {"vignette": ""}, "belum memiliki teks"),
        ("case", {"parts-1-value-options-0-value-correct": ""}, "Soal 2 dari studi kasus"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_published(
    kind: str, changed: dict[str, str], says: str, citra: User, course: CoursePage
) -> None:
    answer = add(citra, posted(course, kind, **changed))
    assert answer.status_code == 200
    page = html.unescape(answer.content.decode())
    with translation.override("id"):
        assert gettext(says) in page
    assert not Question.objects.filter(live=True).exists()


def test_fields_of_other_kinds_are_neither_checked_nor_touched(citra: User, course: CoursePage) -> None:
    broken = nested_form_data({"pairs": streamfield([("pair", {"prompt": "", "answer": ""})])}) | {"value": "lima"}
    data = form_data(course) | broken
    data |= {f"options-{n}-value-{name}": "" for n in (0, 1) for name in ("image", "alt")}
    assert add(citra, data).status_code == 302
    question = Question.objects.get()
    assert latest(question).body["schema"] == 1
    assert (len(question.pairs), question.value) == (0, "")


def test_another_organizations_image_is_refused_when_its_number_is_typed(citra: User, course: CoursePage) -> None:
    theirs = make_image(organization=make_organization(name="Sentra Lain"))
    typed = nested_form_data({"images": streamfield([("image", {"image": str(theirs.pk), "alt": "Denah"})])})
    answer = add(citra, posted(course, "short") | typed)
    assert answer.status_code == 200
    assert "tidak boleh Anda pakai" in html.unescape(answer.content.decode())
    assert not Question.objects.exists()
    own = make_image(organization=course.organization)
    typed = nested_form_data({"images": streamfield([("image", {"image": str(own.pk), "alt": "Denah"})])})
    assert add(citra, posted(course, "short") | typed).status_code == 302
    assert latest(Question.objects.get()).body["images"][0]["alt"] == "Denah"


def test_the_editor_names_the_kinds_of_each_field_for_its_script(citra: User, course: CoursePage) -> None:
    page = signed_in(citra).get(reverse("wagtailsnippets_assessments_question:add")).content.decode()
    assert 'data-question-kinds="matching"' in page
    assert 'data-question-kinds="single multiple truefalse"' in page
    assert 'data-question-kinds="single multiple truefalse matching ordering short numeric"' in page
    assert "assessments/bank" in page


def test_a_blueprint_asks_for_difficulty_and_tag_and_says_what_is_missing(course: CoursePage) -> None:
    make_question(course, stem="a", difficulty="hard", tags="Hukum")
    make_question(course, stem="b", difficulty="hard")
    quiz = make_quiz(
        course,
        {"module": "M1", "count": 1, "tag": "hukum"},
        {"module": "", "count": 2, "difficulty": "hard"},
    )
    bank = quizzes.bank_state(quiz)
    assert [(state.available, state.missing) for state in bank.rows] == [(1, 0), (2, 1)]
    assert bank.repeats == quizzes.Repeats(attempts=3, questions=7, fresh=0)
    part = quizzes.part_of(quiz, 100)
    assert part["schema"] == 2
    assert [entry["tags"] for entry in part["pool"]] == [["hukum"], []]


def test_a_course_that_uses_nothing_new_keeps_the_bytes_of_its_quiz_part(course: CoursePage) -> None:
    make_question(course, difficulty="hard")
    part = quizzes.part_of(make_quiz(course, {"module": "M1", "count": 1}), 100)
    assert part["schema"] == 1
    assert set(part["pool"][0]) == {"version", "sha256", "module", "units", "usage", "kind", "options"}
    assert set(part["blueprint"][0]) == {"module", "unit", "usage", "count"}


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
def test_the_editor_shows_the_fields_of_the_chosen_kind_only(live_server: Any, new_device: Any) -> None:
    house = make_organization(name="Sentra Sendiri")
    make_bank_course(organization=house)
    client = signed_in(make_person(name="Citra", role=Role.PUBLISHER, organization=house))
    context = new_device(DESKTOP, base_url=live_server.url)
    for name, morsel in client.cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(reverse("wagtailsnippets_assessments_question:add"))
    panels = page.locator("[data-question-kinds]")
    for kind, names in composing.FIELDS.items():
        page.locator("select[name=kind]").select_option(kind)
        shown = [panel for panel in panels.all() if panel.is_visible()]
        assert len(shown) == len(names), kind
        assert all(kind in (panel.get_attribute("data-question-kinds") or "").split() for panel in shown)
