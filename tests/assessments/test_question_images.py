"""Images of questions: described in words, frozen by hash, small, and given to whoever has the question on a paper."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image as Picture
from wagtail.images import get_image_model

from accounts.models import Organization
from assessments import picturing, publishing
from assessments.errors import QuestionIncomplete
from assessments.models import Question, QuestionImage
from cms.permissions import collection_of
from tests.factories_accounts import AT, make_person
from tests.factories_attempts import make_enrolment, make_part, start
from tests.factories_bank import latest, make_bank_course, make_question

pytestmark = pytest.mark.django_db


def make_image(
    *, size: tuple[int, int] = (1600, 900), colour: str = "#0f5c4d", organization: Organization | None = None
) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = io.BytesIO()
    Picture.new("RGB", size, colour).save(data, "PNG")
    file = SimpleUploadedFile("denah.png", data.getvalue(), "image/png")
    more = {"collection": collection_of(organization)} if organization else {}
    return get_image_model().objects.create(title="Denah", file=file, **more)


def illustrated(**fields: Any) -> Any:
    course = make_bank_course()
    image = make_image()
    options = [
        {"type": "option", "value": {"text": "Kiri", "correct": True, "image": image.pk, "alt": "Pintu di kiri"}},
        {"type": "option", "value": {"text": "Kanan", "correct": False}},
    ]
    question: Any = make_question(course, published=False, stem="Pintu mana?", **fields)
    question.images = [("image", {"image": image, "alt": "Denah dengan dua pintu"})]
    question.options = Question.options.field.to_python(options)
    question.save_revision().publish(skip_permission_checks=True)
    return Question.objects.get(pk=question.pk)


def attempt_over(question: Question) -> Any:
    enrolment = make_enrolment(organization=question.organization)
    assert enrolment.cohort.edition is not None
    return start(enrolment, make_part(enrolment.cohort.edition, [latest(question)]))


def fetch(client: Client, attempt: Any, sha256: str) -> Any:
    return client.get(f"/kuis/{attempt.public_id}/gambar/{sha256}")


def test_publishing_freezes_the_bytes_and_names_them_with_their_description() -> None:
    body = latest(illustrated()).body
    assert body["schema"] == 2
    of_stem, of_option = body["images"]
    assert (of_stem["place"], of_stem["alt"]) == ("stem", "Denah dengan dua pintu")
    assert (of_option["place"], of_option["alt"]) == (body["options"][0]["id"], "Pintu di kiri")
    assert of_stem["sha256"] == of_option["sha256"]
    stored = QuestionImage.objects.get()
    with stored.file.open() as file:
        data = file.read()
    assert hashlib.sha256(data).hexdigest() == stored.sha256 == of_stem["sha256"]
    with Picture.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (800, 450))
    assert (of_stem["width"], of_stem["height"]) == (800, 450)
    assert len(data) == stored.size < picturing.MAX_BYTES


def test_the_image_reaches_its_person_and_nobody_else_also_after_the_original_is_gone() -> None:
    question = illustrated()
    attempt = attempt_over(question)
    sha256 = latest(question).body["images"][0]["sha256"]
    get_image_model().objects.all().delete()
    client = Client()
    client.force_login(attempt.enrolment.user)
    with time_machine.travel(AT, tick=False):
        page = client.get(f"/kuis/{attempt.public_id}/").content.decode()
        assert page.count(f'<img src="/kuis/{attempt.public_id}/gambar/{sha256}"') == 2
        assert page.count('loading="lazy"') == 2
        assert 'alt="Denah dengan dua pintu" width="800" height="450"' in page
        answer = fetch(client, attempt, sha256)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert "private" in answer["Cache-Control"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert hashlib.sha256(answer.getvalue()).hexdigest() == sha256
        assert fetch(client, attempt, "0" * 64).status_code == 404
        other = Client()
        other.force_login(make_person(name="Dewi"))
        assert fetch(other, attempt, sha256).status_code == 404
        assert fetch(Client(), attempt, sha256).status_code == 302


def test_an_image_of_a_question_that_is_not_on_the_paper_is_not_found() -> None:
    question = illustrated()
    attempt = attempt_over(make_question(make_bank_course(organization=question.organization)))
    client = Client()
    client.force_login(attempt.enrolment.user)
    assert fetch(client, attempt, QuestionImage.objects.get().sha256).status_code == 404


def test_an_image_without_description_is_not_published() -> None:
    question: Any = make_question(make_bank_course(), published=False)
    question.images = [("image", {"image": make_image(), "alt": " "})]
    with pytest.raises(QuestionIncomplete, match="keterangan"):
        question.save_revision().publish(skip_permission_checks=True)
    assert not QuestionImage.objects.exists()


def test_an_image_that_stays_too_heavy_or_is_gone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    question = illustrated()
    monkeypatch.setattr(picturing, "MAX_BYTES", 10)
    with pytest.raises(QuestionIncomplete, match="terlalu berat"):
        publishing.write_version(question, actor=None, at=AT)
    monkeypatch.undo()
    get_image_model().objects.all().delete()
    with pytest.raises(QuestionIncomplete, match="sudah dihapus"):
        publishing.write_version(Question.objects.get(pk=question.pk), actor=None, at=AT)


def test_another_image_is_wording_and_the_same_image_is_no_new_version() -> None:
    question = illustrated()
    first = latest(question)
    question.latest_revision.publish(skip_permission_checks=True)
    assert question.versions.count() == 1
    question.images = [("image", {"image": make_image(colour="#a94d08"), "alt": "Denah lain"})]
    question.save_revision().publish(skip_permission_checks=True)
    assert question.versions.count() == 2
    assert latest(question).series == first.series


def test_the_database_refuses_to_change_a_stored_image() -> None:
    illustrated()
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionImage.objects.update(size=1)
