"""Item health of a real quiz: gathered from attempts, computed by a task, shown to those who write the bank."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Organization, Role, User
from assessments import saving, submitting
from assessments.health import gathering, plots, reporting
from assessments.health.reporting import is_over_exposed
from assessments.models import Attempt, ItemReport, QuestionVersion, Quiz
from courses.models import Cohort, Edition, EditionPart, Enrolment
from tests.factories_accounts import AT, make_membership, make_organization, make_person
from tests.factories_attempts import (
    make_cohort,
    make_edition,
    make_enrolment,
    make_part,
    make_version,
    row,
    start,
    token_of,
)

PEOPLE = 24


class Scene:
    """Six questions and 24 people: the first 12 know everything.  The last question's key is wrong: who knows takes
    its second option, the others its first, which the key calls right."""

    def __init__(self) -> None:
        self.organization: Organization = make_organization()
        self.edition: Edition = make_edition(self.organization)
        self.versions = [make_version(self.organization, stem=f"Soal {n}") for n in range(6)]
        self.part: EditionPart = make_part(self.edition, self.versions, kind="posttest", review="never")
        self.quiz = Quiz.objects.create(
            organization=self.organization,
            public_id=UUID(self.part.key),
            title="Post-test",
            kind="posttest",
            review="never",
        )
        self.cohort: Cohort = make_cohort(self.organization, self.edition)
        self.writer = make_person()
        make_membership(self.writer, self.organization, role=Role.TRAINER)
        self.people: list[Enrolment] = []

    def sit(self, knows: list[bool], *, by: Enrolment | None = None, at: Any = AT) -> Attempt:
        """One attempt that is handed in: ``knows`` says of each question whether the first option is chosen."""
        enrolment = by or Enrolment.objects.create(cohort=self.cohort, user=make_person(), enrolled_at=AT)
        attempt = start(enrolment, self.part, at=at)
        places = {str(version.public_id): n for n, version in enumerate(self.versions)}
        rows = []
        for slot in attempt.paper["slots"]:
            wanted = "o1" if knows[places.get(slot["version"], 0)] else "o2"
            token = next(option["token"] for option in slot["options"] if option["option_id"] == wanted)
            rows.append(row(slot["slot"], slot["slot"], token, at=at))
        saving.save_rows(attempt.public_id, token_of(attempt), rows, at=at + timedelta(minutes=1))
        submitting.submit(attempt, actor=enrolment.user, at=at + timedelta(minutes=2))
        self.people.append(enrolment)
        attempt.refresh_from_db()
        return attempt

    def sit_all(self) -> None:
        for number in range(PEOPLE):
            clever = number < PEOPLE // 2
            slip = number % 5
            self.sit([clever != (n == slip) for n in range(5)] + [not clever])

    def report(self, *, cohort: Cohort | None = None, sitting: str = "first") -> ItemReport:
        report = reporting.ask(self.quiz, cohort, sitting=sitting, actor=self.writer, at=AT)
        reporting.make(report.pk, at=AT)
        report.refresh_from_db()
        return report

    def address(self, name: str = "items", **query: str) -> str:
        address = reverse(f"assessments:{name}", args=[self.quiz.public_id])
        return address + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


@pytest.fixture
def scene() -> Scene:
    return Scene()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_a_wrong_key_among_real_attempts_is_named_and_nothing_else(scene: Scene) -> None:
    scene.sit_all()
    report = scene.report()
    assert report.state == ItemReport.State.MADE
    body = report.body
    assert body["test"]["n"] == PEOPLE
    assert {item["stem"]: item["alarms"] for item in body["items"] if "wrong_key" in item["alarms"]} == {
        "Soal 5": ["wrong_key", "dead_distractor"]
    }
    suspect = next(item for item in body["items"] if item["stem"] == "Soal 5")
    assert suspect["discrimination"] < -50
    key, rival, dead = suspect["options"]
    assert key["right"]
    assert (key["share"], rival["share"], dead["share"]) == (50, 50, 0)
    assert rival["rest_correlation"] > 0.5
    assert sum(body["bands"]) == PEOPLE


@pytest.mark.django_db
def test_one_attempt_per_person_counts_the_first_unless_another_is_asked_for(scene: Scene) -> None:
    first = scene.sit([False] * 6)
    scene.sit([True] * 6, by=first.enrolment, at=AT + timedelta(hours=1))
    assert scene.report().body["test"]["mean"] == 0
    assert scene.report(sitting="best").body["test"]["mean"] == 6
    assert scene.report(sitting="last").body["test"]["n"] == 1


@pytest.mark.django_db
def test_versions_of_one_series_are_one_item_and_a_new_key_starts_another(scene: Scene) -> None:
    scene.sit([True] * 6)
    old = scene.versions[0]
    typo = QuestionVersion.objects.create(
        question=old.question,
        number=2,
        series=old.series,
        sha256="1" * 64,
        body=old.body | {"stem": "Soal nol"},
        published_at=AT,
    )
    rekeyed = QuestionVersion.objects.create(
        question=scene.versions[1].question,
        number=2,
        series=uuid4(),
        sha256="2" * 64,
        body=scene.versions[1].body,
        published_at=AT,
    )
    scene.versions[:2] = [typo, rekeyed]
    scene.edition = make_edition(scene.organization)
    scene.part = make_part(scene.edition, scene.versions, kind="posttest", review="never", key=scene.part.key)
    scene.cohort = make_cohort(scene.organization, scene.edition)
    scene.sit([True] * 6)
    items = {item["stem"]: item for item in scene.report().body["items"]}
    assert (items["Soal nol"]["n"], items["Soal nol"]["versions"]) == (2, 2)
    assert [item["n"] for item in scene.report().body["items"] if item["stem"] == "Soal 1"] == [1, 1]


@pytest.mark.django_db
def test_figures_are_kept_until_an_attempt_ends_or_a_score_changes(scene: Scene) -> None:
    attempt = scene.sit([True] * 6)
    report = scene.report()
    made_at = report.made_at
    again = reporting.ask(scene.quiz, None, sitting="first", actor=scene.writer, at=AT + timedelta(days=1))
    assert (again.state, again.made_at) == (ItemReport.State.MADE, made_at)
    Attempt.objects.filter(pk=attempt.pk).update(score=50)
    assert reporting.ask(scene.quiz, None, sitting="first", actor=scene.writer, at=AT).state == "waiting"
    assert reporting.unfinished() == [report.pk]
    reporting.make(report.pk, at=AT)
    assert reporting.unfinished() == []


@pytest.mark.django_db
def test_a_report_that_fails_again_and_again_is_given_up_and_can_be_tried_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reporting.ask(scene.quiz, None, sitting="first", actor=scene.writer, at=AT)

    def broken(*_arguments: object, **_names: object) -> None:
        raise MemoryError

    monkeypatch.setattr(gathering, "gather", broken)
    for _time in range(reporting.MOST_TRIES):
        with pytest.raises(MemoryError):
            reporting.make(report.pk, at=AT)
    reporting.make(report.pk, at=AT)
    report.refresh_from_db()
    assert report.state == ItemReport.State.FAILED
    monkeypatch.undo()
    page = signed_in(scene.writer)
    assert "Coba lagi" in page.get(scene.address()).content.decode()
    assert page.post(scene.address()).status_code == 302
    reporting.make(report.pk, at=AT)
    report.refresh_from_db()
    assert report.state == ItemReport.State.MADE


@pytest.mark.django_db
def test_the_page_says_what_to_do_and_the_workbook_holds_the_figures(scene: Scene) -> None:
    client = signed_in(scene.writer)
    waiting = client.get(scene.address()).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert client.get(scene.address("items_xlsx")).status_code == 404
    scene.report()
    assert "Belum ada pengerjaan yang selesai" in client.get(scene.address()).content.decode()
    scene.sit_all()
    scene.report()
    page = client.get(scene.address()).content.decode()
    assert 'http-equiv="refresh"' not in page
    assert page.index("Kunci kemungkinan salah") < page.index('id="butir-6"')
    assert "Koreksi kunci" not in page
    for svg in page.split("<svg xmlns")[1:]:
        ElementTree.fromstring("<svg xmlns" + svg.split("</svg>")[0] + "</svg>")  # noqa: S314 - ours
    book = load_workbook(io.BytesIO(client.get(scene.address("items_xlsx")).content))
    assert [sheet.max_row for sheet in book] == [12, 7, 19]
    narrowed = client.get(scene.address(angkatan=str(scene.cohort.public_id)))
    assert narrowed.status_code == 200


@pytest.mark.django_db
def test_only_those_who_write_the_bank_see_figures_that_tell_the_key(scene: Scene) -> None:
    owner = scene.sit([True] * 6).enrolment.user
    outsider = make_person()
    make_membership(outsider, make_organization(), role=Role.TRAINER)
    leader = make_person()
    make_membership(leader, scene.organization, role=Role.PIMPINAN)
    for person in (owner, outsider, leader):
        for name in ("items", "items_xlsx"):
            assert signed_in(person).get(scene.address(name)).status_code == 404, (person, name)
    elsewhere = make_enrolment().cohort
    assert signed_in(scene.writer).get(scene.address(angkatan=str(elsewhere.public_id))).status_code == 404
    assert signed_in(scene.writer).get(scene.address(angkatan="x")).status_code == 404
    assert ItemReport.objects.count() == 0


@pytest.mark.django_db
def test_gathering_takes_the_same_statements_for_few_and_many(scene: Scene, django_assert_num_queries: Any) -> None:
    scene.sit([True] * 6)
    with django_assert_num_queries(4):
        gathering.gather(scene.quiz, None, sitting="first")
    for _time in range(5):
        scene.sit([True] * 6)
    with django_assert_num_queries(4):
        assert len(gathering.gather(scene.quiz, None, sitting="first").percents) == 6


def test_over_exposure_is_a_matter_of_what_the_pool_would_give() -> None:
    assert is_over_exposed(0.6, 1 / 3, 40)
    assert not is_over_exposed(0.4, 1 / 3, 40)
    assert not is_over_exposed(1.0, 1.0, 40), "a quiz that asks its whole pool"
    assert not is_over_exposed(0.6, 1 / 3, 19), "too few people"


def test_the_pictures_are_sound_and_obey_nobody() -> None:
    words = plots.Words("<b>", 'a "b" & c', "Skor", cut="Batas <70>")
    tree = ElementTree.fromstring(  # noqa: S314 - ours
        plots.scores([0, 1, 2, 0, 0, 0, 0, 3, 0, 4], cut=70, margin=5.5, words=words)
    )
    tag = "{http://www.w3.org/2000/svg}"
    assert len(tree.findall(f"{tag}rect[@class='plot-after']")) == 2
    assert len(tree.findall(f"{tag}rect[@class='plot-band']")) == 1
    rows = [("A*", (10.0, 50.0, 100.0)), ("B", (None, 0.0, 3.0))]
    bars = ElementTree.fromstring(plots.options(rows, words, name="o"))  # noqa: S314 - ours
    assert len(bars.findall(f"{tag}rect")) == 5
