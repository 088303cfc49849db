"""Files into a bank and out of it: dry run, one transaction, known questions, undo, and the same bytes again."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role, User
from assessments.exchange import exporting, importing
from assessments.exchange.formats import WRITTEN
from assessments.exchange.planning import Defaults
from assessments.models import Question, QuestionImport, QuestionVersion
from courses.models import CoursePage
from tests.assessments.test_exchange_vectors import VECTORS
from tests.factories_accounts import make_organization, make_person
from tests.factories_bank import make_bank_course, make_question
from tests.staff import signed_in

pytestmark = pytest.mark.django_db

MIXED = "::Satu::Warna langit?{=biru ~hijau}\n\nPengantar saja.\n\nRusak {=a\n\nKota?{=Bogor}"
KINDS = """
// [id:K-1] [tag:penggunaan:akhir] [tag:hukum] [tag:poin:2]
Pilih satu.{=ya#bagus ~%-50%tidak}

Pilih banyak.{~%50%a ~%50%b ~c}

Benar?{F}

Jodohkan.{=a -> b
=c -> d
= -> e}

Urutkan.{>2 ALL VERTICAL ABSOLUTE_POSITION
dulu
nanti}

Kota?{=Bogor =Buitenzorg* =%50%Depok}

Berapa?{#5.836:0.5}

Ceritakan.{}

Dua angka?{#=1:0 =2:0}
"""


@pytest.fixture
def course() -> CoursePage:
    return make_bank_course()


@pytest.fixture
def budi(course: CoursePage) -> User:
    return make_person(name="Budi Trainer", role=Role.TRAINER, organization=course.organization)


def run(
    tmp_path: Path, data: bytes | str, *options: str, slug: str = "gift", name: str = "soal"
) -> tuple[list[str], int]:
    """Lines that the command prints and its exit code."""
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    out = StringIO()
    try:
        call_command("import_questions", str(path), "--format", slug, *options, stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), int(str(end.code))
    return out.getvalue().splitlines(), 0


def taken_in(course: CoursePage, text: str, actor: User | None = None) -> QuestionImport:
    gift, now = WRITTEN["gift"], timezone.now()
    plan = importing.look_at(text.encode(), gift, course, Defaults(module="M1"))
    kept = importing.keep(plan, course=course, wanted=gift, data=b"", file_name="a.gift", actor=actor, at=now)
    return importing.take_in(kept, actor=actor, at=now)


def test_the_command_names_every_question_and_saves_only_when_told_to(course: CoursePage, tmp_path: Path) -> None:
    lines, code = run(tmp_path, MIXED)
    assert (lines[-1], code) == ("2 imported, 1 skipped, 1 errors", 1)
    assert [line for line in lines if "unsupported" in line or "tidak didukung" in line]
    assert any(line.startswith(("line 5", "baris 5")) for line in lines)
    assert run(tmp_path, MIXED, "--commit")[0][-1] == "0 imported, 1 skipped, 1 errors"
    assert not Question.objects.exists()
    assert not QuestionImport.objects.exists()
    lines, code = run(tmp_path, MIXED, "--commit", "--partial")
    assert (lines[-1], code) == ("2 imported, 1 skipped, 1 errors", 1)
    assert set(Question.objects.values_list("kind", "live")) == {("single", False), ("short", False)}
    assert run(tmp_path, MIXED.replace("Rusak {=a\n\n", ""), "--commit") == (
        [*run(tmp_path, MIXED.replace("Rusak {=a\n\n", ""))[0][:-2], "0 imported, 3 skipped, 0 errors"],
        0,
    )
    assert Event.objects.filter(verb="questions.drafted").count() == 1


def test_the_bank_is_named_by_the_course_page(course: CoursePage, tmp_path: Path) -> None:
    other = make_bank_course(title="Lain")
    lines, code = run(tmp_path, "Benar?{T}", "--commit")
    assert (lines[-1], code) == ("0 imported, 0 skipped, 1 errors", 1)
    assert course.slug in lines[0]
    assert run(tmp_path, "Benar?{T}", "--commit", "--bank", "tiada")[1] == 1
    assert run(tmp_path, "Benar?{T}", "--commit", "--bank", other.slug)[0][-1] == "1 imported, 0 skipped, 0 errors"
    assert Question.objects.get().course == other
    missing = StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "import_questions", str(tmp_path / "tiada"), "--format", "gift", "--bank", other.slug, stdout=missing
        )
    assert missing.getvalue().splitlines()[-1] == "0 imported, 0 skipped, 1 errors"
    with pytest.raises(CommandError):
        call_command("export_questions", str(tmp_path), "--format", "gift", "--bank", other.slug)


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_bank_goes_out_and_into_another_and_out_again_alike(course: CoursePage, tmp_path: Path, slug: str) -> None:
    taken_in(course, KINDS)
    make_question(
        course, stem='<b>"Satu & dua"</b>\nbaris', external_id="A-1", module="M2", explanation="=Ya", difficulty="hard"
    )
    make_question(course, stem="Tahun?", currency="historis", options=tuple((str(n), n == 3) for n in range(8)))
    other = make_bank_course()
    first, second = tmp_path / "satu", tmp_path / "dua"
    out = StringIO()
    call_command("export_questions", str(first), "--format", slug, "--bank", course.slug, stdout=out)
    assert first.stat().st_mode & 0o077 == 0
    said = out.getvalue().splitlines()
    exported = int(said[-1].split()[0])
    assert exported == {"gift": 10, "moodle-xml": 10, "sheet": 4, "aiken": 4}[slug]
    lines, code = run(tmp_path, first.read_bytes(), "--commit", "--bank", other.slug, slug=slug)
    assert (lines[-1], code) == (f"{exported} imported, 0 skipped, 0 errors", 0)
    call_command("export_questions", str(second), "--format", slug, "--bank", other.slug, stdout=StringIO())
    assert second.read_bytes() == first.read_bytes()
    assert (len(said) == 1) == (slug in ("gift", "moodle-xml"))  # those hold all of it; the others name each loss
    assert len([line for line in said if line.startswith("Urutkan")]) == (0 if len(said) == 1 else 1)


def test_every_kind_comes_into_the_bank_with_what_it_lost(course: CoursePage) -> None:
    done = taken_in(course, KINDS)
    assert [(row["outcome"], bool(row["reasons"])) for row in done.rows] == [
        ("new", True),
        ("new", True),
        ("new", False),
        ("new", False),
        ("new", False),
        ("new", True),
        ("new", False),
        ("new", True),
        ("unsupported", True),
    ]
    stored = {question.kind: question for question in Question.objects.filter(course=course)}
    assert (str(stored["single"].points), stored["single"].tags, stored["single"].usage) == ("2.00", "hukum", "final")
    assert (stored["numeric"].value, stored["numeric"].tolerance) == ("5,836", "0,5")
    assert [block.value for block in stored["short"].accepted] == ["Bogor", "Buitenzorg*"]
    assert [block.block_type for block in stored["matching"].pairs] == ["pair", "pair", "extra"]
    assert [block.value["text"] for block in stored["ordering"].steps] == ["dulu", "nanti"]
    assert {question.module for question in stored.values()} == {"M1"}
    for kind in ("single", "multiple", "truefalse", "matching", "ordering", "short", "numeric"):
        stored[kind].get_latest_revision().publish(skip_permission_checks=True)
    assert QuestionVersion.objects.count() == 7


def test_the_same_question_is_known_by_code_or_by_content(course: CoursePage) -> None:
    make_question(course, stem="Warna langit?", options=(("hijau", False), ("biru", True)))
    make_question(course, stem="Lain?", external_id="A-1")
    text = "warna  LANGIT?{=Biru ~hijau}\n\n// [id:A-1]\nBaru?{T}\n\nDua kali?{T}\n\nDua kali?{T}\n\nDua kali?{F}"
    done = taken_in(course, text)
    assert [row["outcome"] for row in done.rows] == ["known", "known", "new", "known", "new"]
    assert "A-1" in done.rows[1]["reasons"][0]


def test_signs_that_no_database_keeps_do_no_harm(course: CoursePage, tmp_path: Path) -> None:
    text = (
        "Panjang?{T####" + "a" * 3900 + "}\n\n" + "//" + "b" * 200 + "\nNo\x00l \x01?{=a\x00 ~b}\n\nAngka?{#\x00satu}"
    )
    name = "so\udce9al"  # a file name that is no UTF-8
    lines, code = run(tmp_path, text, "--commit", "--partial", name=name)
    assert (lines[-1], code) == ("2 imported, 0 skipped, 1 errors", 1)
    assert Question.objects.filter(stem="Nol ?").exists()
    assert QuestionImport.objects.get().file_name == "soal"


def test_what_came_into_the_bank_since_the_preview_is_left_alone(course: CoursePage) -> None:
    gift, now = WRITTEN["gift"], timezone.now()
    plan = importing.look_at(b"Benar?{T}\n\nLain?{T}", gift, course, Defaults())
    kept = importing.keep(plan, course=course, wanted=gift, data=b"", file_name="", actor=None, at=now)
    taken_in(course, "Benar?{T}")
    done = importing.take_in(kept, actor=None, at=now)
    assert [row["outcome"] for row in done.rows] == ["known", "new"]
    assert importing.take_in(kept, actor=None, at=now).made == done.made
    assert Question.objects.count() == 2


def test_a_fault_half_way_saves_nothing(course: CoursePage, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = Question.save_revision

    def breaks(question: Question, **how: Any) -> Any:
        if question.stem == "Kedua?":
            raise RuntimeError
        return saved(question, **how)

    monkeypatch.setattr(Question, "save_revision", breaks)
    with pytest.raises(RuntimeError):
        taken_in(course, "Pertama?{T}\n\nKedua?{T}")
    assert not Question.objects.exists()
    assert QuestionImport.objects.get().state == "shown"


@pytest.mark.parametrize("touched", ["edited", "published", "published and edited back", "nothing", "deleted"])
def test_an_import_is_undone_until_somebody_touches_it(course: CoursePage, budi: User, touched: str) -> None:
    before = make_question(course, stem="Lama?", published=False)
    done = taken_in(course, "Benar?{T}\n\nLain?{T}", budi)
    question = Question.objects.get(stem="Lain?")
    if touched == "edited":
        question.explanation = "Karena."
        question.save_revision(user=budi)
    elif touched.startswith("published"):
        question.get_latest_revision().publish(skip_permission_checks=True)
    elif touched == "deleted":
        question.delete()
    if touched == "published and edited back":
        Question.objects.get(pk=question.pk).unpublish()
    client = signed_in(budi)
    page = client.get(reverse("bank_imported", args=[done.public_id]))
    for _ in range(2):
        client.post(reverse("bank_take_back", args=[done.public_id]))
    if touched in ("nothing", "deleted"):
        assert list(Question.objects.all()) == [before]
        assert Event.objects.get(verb="questions.import_undone").actor == budi
        assert QuestionImport.objects.get().state == "undone"
    else:
        assert page.context["in_the_way"] == [question]
        assert Question.objects.count() == 3
        assert QuestionImport.objects.get().state == "done"


def test_imports_belong_to_the_organization(course: CoursePage, budi: User) -> None:
    done = taken_in(course, "Rahasia sekali?{T}", budi)
    client = signed_in(budi)
    assert b"a.gift" in client.get(reverse("bank_imports")).content
    stranger = signed_in(make_person(role=Role.TRAINER, organization=make_organization(name="Lain")))
    assert b"a.gift" not in stranger.get(reverse("bank_imports")).content
    assert stranger.get(reverse("bank_imported", args=[done.public_id])).status_code == 404
    assert stranger.post(reverse("bank_take_back", args=[done.public_id])).status_code == 404
    assert client.get(reverse("bank_take_back", args=[done.public_id])).status_code == 405
    assert Question.objects.count() == 1


def test_uploads_of_every_format_are_recognised(course: CoursePage, budi: User) -> None:
    client = signed_in(budi)
    taken_in(course, KINDS)
    for slug, wanted in WRITTEN.items():
        data = exporting.write(course, wanted).data
        answer = client.post(
            reverse("bank_import"),
            {"course": course.pk, "usage": "practice", "file": SimpleUploadedFile(f"soal.{wanted.extension}", data)},
        )
        assert str(answer.context["format"]) == str(wanted.label), slug
        assert answer.context["plan"].count("known") == exporting.write(course, wanted).count
    other = make_bank_course(organization=course.organization)
    answer = client.post(reverse("bank_import"), {"course": other.pk, "usage": "final", "text": KINDS})
    shown = {question["stem"]: question["answers"] for question in answer.context["questions"]}
    assert (shown["Jodohkan."], shown["Berapa?"]) == (
        ["a \N{RIGHTWARDS ARROW} b", "c \N{RIGHTWARDS ARROW} d"],
        ["5,836 ± 0,5"],
    )
    pasted = {"course": course.pk, "usage": "practice", "text": (VECTORS / "as-people-write.aiken.txt").read_text()}
    answer = client.post(reverse("bank_import"), {**pasted, "format": "aiken"})
    assert len(answer.context["questions"]) == 4


def test_a_long_file_takes_no_more_statements_to_look_at(
    course: CoursePage, django_assert_max_num_queries: Any
) -> None:
    many = "\n\n".join(f"Soal {n}?{{=a ~b}}" for n in range(60)).encode()
    with django_assert_max_num_queries(8):
        assert importing.look_at(many, WRITTEN["gift"], course, Defaults()).count("new") == 60
