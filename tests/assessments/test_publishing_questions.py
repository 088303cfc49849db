"""Publishing a question: one immutable version for each change of content, whatever way it was published."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.actions.publish_revision import PublishPermissionError
from wagtail.models import Revision

from accounts.models import Event, Role
from assessments import publishing
from assessments.errors import QuestionIncomplete, QuestionInUse
from assessments.models import Question, QuestionVersion
from cms.citing import affected_by
from cms.models import Provision, Regulation, Source
from courses import manifest
from courses.models import CompetencyUnit
from tests.factories_accounts import make_organization, make_person
from tests.factories_bank import latest, make_bank_course, make_question

pytestmark = pytest.mark.django_db
VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "question-version"


def edit(question: Question, **fields: Any) -> Question:
    """Save the changes as a new revision and publish it, as the editor does."""
    draft = Question.objects.get(pk=question.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision().publish(skip_permission_checks=True)
    fresh: Question = Question.objects.get(pk=question.pk)
    return fresh


def reworded(question: Question, place: int, text: str) -> list[Any]:
    raw: list[Any] = question.options.get_prep_value()
    raw[place]["value"]["text"] = text
    return raw


def test_publishing_writes_the_version_and_an_event() -> None:
    course = make_bank_course()
    question = make_question(course, explanation="Karena merah.")
    version = latest(question)
    assert version.number == 1
    assert version.sha256 == manifest.digest(version.body)
    assert [(o["text"], o["correct"]) for o in version.body["options"]] == [
        ("Merah", True),
        ("Biru", False),
        ("Hijau", False),
    ]
    assert all(option["id"] for option in version.body["options"])
    event = Event.objects.get(verb="question.published")
    assert event.organization == course.organization
    assert event.details["number"] == 1


def test_a_draft_writes_no_version() -> None:
    question = make_question(make_bank_course(), published=False)
    assert not question.live
    assert not QuestionVersion.objects.exists()


def test_publishing_the_same_revision_twice_keeps_version_and_options() -> None:
    question = make_question(make_bank_course())
    before = latest(question)
    for _ in range(2):
        question.latest_revision.publish(skip_permission_checks=True)
    assert list(question.versions.values_list("pk", "sha256")) == [(before.pk, before.sha256)]
    again = Question.objects.get(pk=question.pk)
    assert [o.id for o in again.option_list] == [o["id"] for o in before.body["options"]]


def test_going_back_to_an_older_revision_publishes_its_content_as_a_new_version() -> None:
    question = make_question(make_bank_course())
    first = question.latest_revision
    edit(question, stem="Warna darah?")
    first.publish(skip_permission_checks=True)
    assert [v.body["stem"] for v in question.versions.order_by("number")] == [
        "Warna apa?",
        "Warna darah?",
        "Warna apa?",
    ]


def test_a_typo_keeps_the_series_unless_the_author_says_otherwise() -> None:
    question = make_question(make_bank_course())
    series = latest(question).series
    question = edit(question, stem="Warna apa ini?")
    assert latest(question).series == series
    question = edit(question, options=reworded(question, 0, "Merah tua"))
    assert latest(question).series == series
    question = edit(question, stem="Warna apa itu?", new_meaning_after=3)
    assert latest(question).number == 4
    assert latest(question).series != series
    declared = latest(question).series
    question = edit(question, stem="Warna apakah itu?")  # the old declaration does not speak for later changes
    assert latest(question).series == declared


def test_another_key_other_options_or_another_kind_start_a_series() -> None:
    course = make_bank_course()
    question = make_question(course)
    seen = {latest(question).series}
    raw = question.options.get_prep_value()
    raw[0]["value"]["correct"], raw[1]["value"]["correct"] = False, True
    question = edit(question, options=raw)
    seen.add(latest(question).series)
    question = edit(question, options=question.options.get_prep_value()[:2])
    seen.add(latest(question).series)
    question = edit(question, kind=Question.Kind.MULTIPLE)
    seen.add(latest(question).series)
    assert len(seen) == 4


def test_order_explanation_module_units_and_usage_keep_the_series() -> None:
    question = make_question(make_bank_course())
    series = latest(question).series
    unit = CompetencyUnit.objects.first()
    changes: list[dict[str, Any]] = [
        {"options": question.options.get_prep_value()[::-1]},
        {"explanation": "Begini."},
        {"module": "M2"},
        {"usage": "final"},
        {"currency": "historis"},
        {"units": [unit]},
    ]
    for change in changes:
        question = edit(question, **change)
    assert question.versions.count() == 1 + len(changes)
    assert set(question.versions.values_list("series", flat=True)) == {series}


def test_a_scheduled_question_gets_its_version_when_its_time_has_come() -> None:
    question = make_question(make_bank_course(), published=False)
    question.go_live_at = timezone.now() + timedelta(hours=1)
    question.save_revision().publish(skip_permission_checks=True)
    assert not QuestionVersion.objects.exists()
    revision = Question.objects.get(pk=question.pk).scheduled_revision
    due = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = due.isoformat()
    revision.approved_go_live_at = due
    revision.save()
    for _ in range(2):
        call_command("publish_scheduled")
    question = Question.objects.get(pk=question.pk)
    assert question.live
    assert question.versions.count() == 1


def test_an_unfinished_question_is_not_published_and_nothing_changes() -> None:
    question = make_question(make_bank_course(), published=False, options=(("Merah", False), ("Biru", False)))
    with pytest.raises(QuestionIncomplete) as refusal:
        question.latest_revision.publish(skip_permission_checks=True)
    assert "%(" not in str(refusal.value.message)
    question.refresh_from_db()
    assert not question.live
    assert not QuestionVersion.objects.exists()


def test_content_and_version_are_written_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    question = make_question(make_bank_course())
    draft = question.get_latest_revision_as_object()
    draft.stem = "Warna lain?"
    revision = draft.save_revision()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("between content and version")

    monkeypatch.setattr(publishing, "write_version", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        revision.publish(skip_permission_checks=True)
    question = Question.objects.get(pk=question.pk)
    assert question.stem == "Warna apa?"
    assert question.versions.count() == 1


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove_a_version(change: str) -> None:
    version = latest(make_question(make_bank_course()))
    row = QuestionVersion.objects.filter(pk=version.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(number=7) if change == "update" else row._raw_delete("default")
    assert row.get().number == 1


def test_a_published_question_is_not_deleted_and_a_mere_draft_is() -> None:
    course = make_bank_course()
    used, draft = make_question(course), make_question(course, published=False)
    with pytest.raises(QuestionInUse):
        used.delete()
    with pytest.raises(QuestionInUse):
        Question.objects.filter(pk__in=[used.pk, draft.pk]).delete()
    assert Question.objects.count() == 2
    draft.delete()
    assert list(Question.objects.all()) == [used]


def test_archived_and_unpublished_questions_leave_the_pool_and_an_old_revision_does_not_bring_them_back() -> None:
    course = make_bank_course()
    archived, unpublished, current = (make_question(course, stem=stem) for stem in ("a", "b", "c"))
    Question.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    unpublished.unpublish()
    edit(current, stem="c lagi")
    archived.latest_revision.publish(skip_permission_checks=True)
    assert [v.body["stem"] for v in QuestionVersion.objects.current()] == ["c lagi"]


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_version_bodies_of_schema_1_hash_as_frozen(path: Path) -> None:
    vector = json.loads(path.read_text())
    assert manifest.canonical(vector["body"]).decode() == vector["canonical"]
    assert manifest.digest(vector["body"]) == vector["sha256"]


def test_a_published_body_has_exactly_the_documented_members() -> None:
    documented = json.loads((VECTORS / "single.json").read_text())["body"]
    assert set(latest(make_question(make_bank_course())).body) == set(documented)


def test_sources_and_provisions_are_frozen_in_words_and_cited() -> None:
    course = make_bank_course()
    source = Source.objects.create(title="Kemensos: sosialisasi ATENSI", address="https://kemensos.go.id/x")
    law = Regulation.objects.create(kind="permensos", number="7", year=2021, title="Asistensi Rehabilitasi Sosial")
    provision = Provision.objects.create(regulation=law, article="4")
    question = make_question(
        course,
        external_id="M1-01",
        references=[("source", {"source": source, "place": "p2"}), ("provision", {"provision": provision})],
    )
    body = latest(question).body
    address = "https://kemensos.go.id/x"
    assert body["sources"] == [{"label": "Kemensos: sosialisasi ATENSI", "place": "p2", "address": address}]
    assert body["provision"] == str(provision)
    cited = affected_by(law).get()
    assert (cited.object_uuid, cited.is_public) == (question.public_id, False)
    assert question.stem not in cited.label
    edit(question, references=[])
    assert not affected_by(law).exists()


def test_only_publishers_of_the_organization_itself_publish() -> None:
    question = make_question(make_bank_course(), published=False)
    budi = make_person(role=Role.TRAINER, organization=question.organization)
    dewi = make_person(role=Role.PUBLISHER, organization=make_organization(name="Lain"))
    citra = make_person(role=Role.PUBLISHER, organization=question.organization)
    for stranger in (budi, dewi):
        with pytest.raises(PublishPermissionError):
            question.latest_revision.publish(user=stranger)
    assert not QuestionVersion.objects.exists()
    question.latest_revision.publish(user=citra)
    assert QuestionVersion.objects.get().published_by == citra


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_people_who_publish_at_once_number_their_versions_in_turn() -> None:
    question = make_question(make_bank_course())
    revisions = []
    for number in range(4):
        draft = Question.objects.get(pk=question.pk).get_latest_revision_as_object()
        draft.stem = f"Warna nomor {number}?"
        revisions.append(draft.save_revision())
    start = threading.Barrier(len(revisions))

    def publish(revision: Revision) -> None:
        try:
            start.wait(10)
            Revision.objects.get(pk=revision.pk).publish(skip_permission_checks=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(revisions)) as pool:
        for done in [pool.submit(publish, revision) for revision in revisions]:
            done.result(30)
    versions = question.versions.order_by("number")
    assert [version.number for version in versions] == [1, 2, 3, 4, 5]
    assert {version.body["stem"] for version in versions[1:]} == {f"Warna nomor {n}?" for n in range(4)}
