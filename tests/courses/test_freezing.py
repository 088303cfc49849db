"""An angkatan reads what was frozen when it opened, whatever happens to the pages afterwards."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import Page

from accounts.models import Event, Role
from courses import editions, manifest, parts
from courses.cohorts import open_cohort
from courses.errors import CourseNotReady
from courses.models import Edition, EditionMedia, EditionModule, EditionPart, ModulePage, Requirement
from courses.parts import PartDraft, Problem, RequirementDraft
from tests.factories_accounts import make_organization, make_person
from tests.factories_cms import make_body, make_image, make_source
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz_part(monkeypatch: pytest.MonkeyPatch) -> PartDraft:
    """An upper app that freezes one part and requires it."""
    draft = PartDraft("quiz", "post", {"schema": 1, "pass_mark": "70.00"}, RequirementDraft("Post-test", 30000))
    monkeypatch.setattr(parts, "_writers", [lambda course: [draft]])
    return draft


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])


def trainer_of(course: Any) -> Any:
    return make_person(name="Budi", role=Role.TRAINER, organization=course.organization)


def test_edition_holds_modules_parts_and_requirements(quiz_part: PartDraft) -> None:
    course = make_course(modules=2)
    edition = editions.freeze(course, at=AT, actor=trainer_of(course))
    assert list(edition.modules.values_list("key", "position")) == [("M1", 1), ("M2", 2)]
    assert edition.jp == 5
    assert list(edition.requirements.values_list("kind", "key", "position")) == [
        ("module", "M1", 100),
        ("module", "M2", 200),
        ("quiz", "post", 30000),
    ]
    part = edition.parts.get()
    assert (part.kind, part.key, part.json) == ("quiz", "post", quiz_part.json)
    assert part.sha256 == manifest.digest(quiz_part.json)
    assert edition.sha256 == manifest.digest(edition.manifest)
    assert Event.objects.filter(verb="edition.frozen").count() == 1


def test_each_module_hash_covers_what_its_row_shows() -> None:
    course = make_course(modules=1)
    edition = editions.freeze(course, at=AT, actor=trainer_of(course))
    module = edition.modules.get()
    document = manifest.module_document(
        key=module.key,
        title=module.title,
        position=module.position,
        minutes=module.minutes,
        jp=(str(module.jp_async), str(module.jp_sync)),
        objectives=module.objectives,
        units=module.units,
        references=module.references,
        body=module.json,
        html=module.html,
        media=[],
    )
    assert module.sha256 == manifest.digest(document) == edition.manifest["modules"][0]["sha256"]


def test_freezing_an_unchanged_course_gives_the_same_edition() -> None:
    course = make_course()
    trainer = trainer_of(course)
    first = editions.freeze(course, at=AT, actor=trainer)
    assert editions.freeze(course, at=AT, actor=trainer) == first
    make_module(course, key="M9")
    second = editions.freeze(course, at=AT, actor=trainer)
    assert (first.number, second.number) == (1, 2)
    assert second.sha256 != first.sha256


def test_draft_modules_are_left_out_and_drafts_of_published_ones_too() -> None:
    course = make_course(modules=1)
    make_module(course, key="M2", live=False)
    module = ModulePage.objects.get(key="M1", path__startswith=course.path)
    module.title = "Judul yang belum terbit"
    module.save_revision()
    edition = editions.freeze(course, at=AT, actor=trainer_of(course))
    assert list(edition.modules.values_list("title", flat=True)) == ["Judul M1"]
    assert [problem.blocking for problem in editions.problems(course)] == [False]


def test_a_course_without_published_modules_cannot_be_frozen() -> None:
    course = make_course(modules=0)
    with pytest.raises(CourseNotReady):
        editions.freeze(course, at=AT, actor=trainer_of(course))
    make_module(course, key="M1", body=make_body())
    with pytest.raises(CourseNotReady, match="M1"):
        editions.freeze(course, at=AT, actor=trainer_of(course))
    assert not Edition.objects.exists()


def test_an_upper_app_can_forbid_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_checks", [lambda course: [Problem("Kuis kosong")]])
    cohort = make_cohort(is_open=False)
    with pytest.raises(CourseNotReady, match="Kuis kosong"):
        open_cohort(cohort, actor=cohort.trainer_links.get().user, at=AT)
    cohort.refresh_from_db()
    assert (cohort.status, cohort.edition) == ("draft", None)


def test_editing_and_deleting_the_page_and_its_image_changes_nothing_for_readers(client: Client) -> None:
    course = make_course(modules=0)
    image = make_image()
    body = make_body(
        ("text", {"text": "<p>Kalimat semula.</p>", "sources": []}),
        ("image", {"image": {"image": image.pk, "decorative": False, "alt_text": "Papan"}, "caption": "Rapat"}),
    )
    module = make_module(course, key="M1", body=body)
    cohort = make_cohort(course=course)
    ani = make_enrolment(cohort=cohort).user
    client.force_login(ani)
    address = f"/belajar/{cohort.public_id}/M1/"
    before = client.get(address)
    assert before.status_code == 200
    assert "Kalimat semula." in before.content.decode()
    media = EditionMedia.objects.filter(edition=cohort.edition).first()
    assert media is not None
    file_before = downloaded(client, media.sha256)
    assert hashlib.sha256(file_before).hexdigest() == media.sha256

    module.title = "Judul lain"
    module.body = make_body(("text", {"text": "<p>Kalimat baru.</p>", "sources": []}))
    module.save_revision().publish()
    image.get_rendition("width-320|format-webp").delete()
    image.delete()
    after_edit = fragment(client.get(address))
    Page.objects.get(pk=course.pk).specific.delete()
    after_delete = fragment(client.get(address))

    assert after_edit == after_delete == fragment(before)
    assert downloaded(client, media.sha256) == file_before
    cohort.refresh_from_db()
    assert cohort.course is None
    assert cohort.title == "Bimtek ATENSI"


def downloaded(client: Client, sha256: str) -> bytes:
    response = client.get(f"/belajar/media/{sha256}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def fragment(response: Any) -> str:
    """What the reader reads, without the form's token."""
    text = str(response.content.decode())
    return text[text.index("<h1>") : text.index("</main>")].split('name="csrfmiddlewaretoken"')[0]


def test_sources_named_in_the_body_are_listed_with_the_module() -> None:
    course = make_course(modules=0)
    source = make_source(title="Kemensos, 21 Juli 2021", address="https://contoh.id/berita")
    text = {"text": "<p>Tujuh tahap.</p>", "sources": [item({"source": source.pk, "place": "p10"})]}
    make_module(course, key="M1", body=make_body(("text", text)))
    module = editions.freeze(course, at=AT, actor=trainer_of(course)).modules.get()
    assert module.references == [
        {"kind": "source", "label": "Kemensos, 21 Juli 2021, p10", "url": "https://contoh.id/berita"}
    ]
    source.title = "Nama lain"
    source.save()
    module.refresh_from_db()
    assert module.references[0]["label"].startswith("Kemensos")


def item(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "item", "value": value, "id": "00000000-0000-4000-8000-000000000001"}


@pytest.mark.parametrize("model", [EditionModule, Requirement, EditionPart])
def test_the_database_refuses_to_change_or_remove_what_is_frozen(model: Any, quiz_part: PartDraft) -> None:
    edition = editions.freeze(course := make_course(), at=AT, actor=trainer_of(course))
    field = "html" if model is EditionModule else "key"
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(edition=edition).update(**{field: "lain"})
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(edition=edition).delete()


def test_the_database_refuses_to_change_the_manifest_but_lets_the_page_go() -> None:
    edition = editions.freeze(course := make_course(), at=AT, actor=trainer_of(course))
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(sha256="0" * 64)
    Edition.objects.filter(pk=edition.pk).update(course=None)


def test_frozen_files_go_to_those_who_follow_or_oversee_an_edition_that_holds_them(client: Client) -> None:
    course = make_course(modules=0)
    image = make_image()
    value = {"image": {"image": image.pk, "decorative": True, "alt_text": ""}, "caption": ""}
    make_module(course, key="M1", body=make_body(("image", value)))
    cohort = make_cohort(course=course)
    ani = make_enrolment(cohort=cohort).user
    left = make_enrolment(cohort=cohort, status="dropped", dropped_at=AT).user
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    media = EditionMedia.objects.filter(edition=cohort.edition).first()
    assert media is not None
    expected = {ani: 200, cohort.trainer_links.get().user: 200, left: 404, dewi: 404}
    for person, status in expected.items():
        client.force_login(person)
        response = client.get(f"/belajar/media/{media.sha256}")
        assert response.status_code == status, person
        assert len(b"".join(response)) > 0
    client.logout()
    assert client.get(f"/belajar/media/{media.sha256}").status_code == 302
    client.force_login(ani)
    assert client.get(f"/belajar/media/{'0' * 64}").status_code == 404
    assert client.post(f"/belajar/media/{media.sha256}").status_code == 405
