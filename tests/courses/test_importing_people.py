"""``manage.py import_people`` on lists of real size, made by ``manage.py make_people_list`` with planted faults."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Event, Membership, PeopleList, Role, User
from accounts.people_lists import checking, running, undoing
from accounts.people_lists.making import make
from accounts.reference import load
from accounts.spreadsheets import read_pasted
from courses.completing import fulfil
from courses.lists import purpose_of_wave
from courses.models import Cohort, Wave
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_courses import make_cohort, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort() -> Cohort:
    load()
    return make_cohort()


def make_list(tmp_path: Path, people: int, *options: str, suffix: str = ".xlsx") -> tuple[Path, list[dict[str, Any]]]:
    file = tmp_path / f"daftar{suffix}"
    call_command("make_people_list", str(file), "--people", str(people), "--seed", "7", *options, stdout=StringIO())
    return file, json.loads(file.with_suffix(".faults.json").read_text())


def run(file: Path, *options: str) -> tuple[list[list[str]], str, bool]:
    """Rows printed, the last line, and whether the exit code would be 0."""
    out, good = StringIO(), True
    try:
        call_command("import_people", str(file), *options, stdout=out)
    except CommandError:
        good = False
    *rows, last = out.getvalue().splitlines()
    return [row.split("\t") for row in rows], last, good


@pytest.mark.parametrize(("people", "suffix"), [(991, ".xlsx"), (156, ".csv")])
def test_exactly_the_planted_faults_are_reported(cohort: Cohort, tmp_path: Path, people: int, suffix: str) -> None:
    file, expected = make_list(tmp_path, people, "--faults", suffix=suffix)
    rows, last, good = run(file, "--cohort", cohort.code)
    refused = sum(one["outcome"] == "refused" for one in expected)
    assert (len(rows), last, good) == (people, f"{people - refused} new, 0 changed, 0 known, {refused} refused", False)
    told = {int(line): (outcome, bool(said)) for line, outcome, _number, _name, said in rows}
    planted = {one["line"]: one["outcome"] for one in expected}
    assert {line: outcome for line, (outcome, is_said) in told.items() if is_said} == planted
    assert not PeopleList.objects.exists()


def test_the_reason_of_each_planted_fault_is_the_planted_one(cohort: Cohort, tmp_path: Path) -> None:
    file, expected = make_list(tmp_path, 156, "--faults")
    run(file, "--cohort", cohort.code, "--commit", "--partial")
    rows = PeopleList.objects.get().rows.exclude(reasons=[], notices=[])
    found = [(row.line, [code for code, _words in row.reasons + row.notices]) for row in rows]
    assert found == [(one["line"], one["codes"]) for one in expected]


def test_the_same_seed_makes_the_same_list() -> None:
    assert make(200, seed=3, faults=True) == make(200, seed=3, faults=True)
    assert make(200, seed=3) != make(200, seed=4)


def test_the_names_are_those_of_the_field() -> None:
    names = [row.name for row in make(991, seed=7).rows]
    assert sum(row.number.startswith("PPD") for row in make(991, seed=7).rows) == 183
    assert any(" " not in name for name in names)
    assert any("'" in name for name in names)
    assert any(", S." in name for name in names)
    assert any(len(name) > 60 for name in names)


def test_991_people_are_taken_in_once_and_undone_without_a_trace(cohort: Cohort, tmp_path: Path) -> None:
    before = User.objects.count(), Membership.objects.count()
    file, _expected = make_list(tmp_path, 991)
    assert run(file, "--cohort", cohort.code, "--commit")[1:] == ("991 new, 0 changed, 0 known, 0 refused", True)
    assert cohort.enrolments.count() == 991
    written = Event.objects.filter(verb__in=["person.imported", "enrolment.created"]).count()
    assert run(file, "--cohort", cohort.code, "--commit")[1:] == ("0 new, 0 changed, 991 known, 0 refused", True)
    assert (cohort.enrolments.count(), written) == (991, 1982)
    assert Event.objects.filter(verb__in=["person.imported", "enrolment.created"]).count() == written
    first, again = PeopleList.objects.order_by("pk")
    for one in (again, first):
        undoing.undo(one, actor=None, at=AT)
    assert (User.objects.count(), Membership.objects.count(), cohort.enrolments.count()) == (*before, 0)


def test_a_list_of_a_wave_waits_to_be_dealt_out_and_comes_off_with_what_was_dealt(cohort: Cohort) -> None:
    wave = Wave.objects.create(
        organization=cohort.organization, name="Gelombang I", code="G-1", starts_on=cohort.starts_on,
        time_zone=cohort.time_zone, created_by=cohort.trainer_links.get().user, created_at=AT,
    )  # fmt: skip
    before = User.objects.count()
    text = "No. Peserta\tNama\tKab/Kota\nPST-2\tBudi\tKota Serang\nPST-1\tAni\tKabupaten Lebak"
    made = checking.receive(read_pasted(text), purpose_of_wave(wave), actor=None, at=AT)
    running.start(made, actor=None, at=AT)
    running.run(made.pk, at=AT)
    budi, ani = wave.members.order_by("pk")
    assert [(m.user.full_name, m.region.full_name) for m in (budi, ani)] == [
        ("Budi", "Kota Serang"),
        ("Ani", "Kabupaten Lebak"),
    ]
    budi.enrolment = make_enrolment(cohort=cohort, user=budi.user)
    budi.save()
    made.refresh_from_db()
    fulfil(budi.enrolment.pk, "module", "M1", at=AT, evidence={})
    assert [one.name for one in undoing.obstacles(made)] == ["Budi"]
    budi.enrolment.fulfilments.all().delete()
    undoing.undo(made, actor=None, at=AT)
    assert (User.objects.count(), wave.members.count(), cohort.enrolments.count()) == (before, 0, 0)


def test_refused_rows_stop_a_commit_unless_it_is_partial(cohort: Cohort, tmp_path: Path) -> None:
    file = tmp_path / "daftar.csv"
    file.write_text("No. Peserta;Nama\nPST-1;Ani\nPST-2;\n")
    assert run(file, "--commit")[1:] == ("1 new, 0 changed, 0 known, 1 refused", False)
    assert not User.objects.filter(participant_number="PST-1").exists()
    assert run(file, "--commit", "--partial")[1:] == ("1 new, 0 changed, 0 known, 1 refused", False)
    assert User.objects.filter(participant_number="PST-1").exists()


def test_somebody_named_must_have_the_right(cohort: Cohort, tmp_path: Path) -> None:
    file = tmp_path / "daftar.csv"
    file.write_text("No. Peserta;Nama\nPST-1;Ani\n")
    dewi = make_person(name="Dewi", number="WID-9", role=Role.TRAINER, organization=make_organization())
    with pytest.raises(CommandError):
        call_command("import_people", str(file), "--cohort", cohort.code, "--as", dewi.participant_number)
    budi = cohort.trainer_links.get().user
    assert run(file, "--cohort", cohort.code, "--as", budi.participant_number, "--commit")[2]
    assert PeopleList.objects.get().actor == budi


def test_files_and_codes_that_are_not_there_are_one_line(cohort: Cohort, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        call_command("import_people", str(tmp_path / "none.xlsx"))
    file = tmp_path / "daftar.csv"
    file.write_text("No. Peserta;Nama\nPST-1;Ani\n")
    with pytest.raises(CommandError, match="--organization"):
        call_command("import_people", str(file), "--cohort", "NONE")
    file.write_text("Kolom;Lain\nx1;y\n")
    with pytest.raises(CommandError, match="judul kolom"):
        call_command("import_people", str(file))
