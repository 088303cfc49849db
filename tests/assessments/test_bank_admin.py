"""The bank in the Wagtail admin: writing, publishing by others, and another organization's bank that does not exist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.models import Organization, Role, User
from assessments.models import Assignment, Practice, Question, QuestionVersion, Quiz
from cms import workflows
from cms.models import Message
from courses.models import CoursePage
from tests.factories_accounts import make_organization, make_person
from tests.factories_bank import make_bank_course, make_question, make_quiz
from tests.factories_certificates import make_edition
from tests.factories_practice import freeze_stages
from tests.staff import signed_in

# Who may do what is asked in SQL, through Wagtail's own screens: of the database of production.
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

SECRET = "Soal rahasia angkatan lain?"


def address(name: str, *args: Any, model: str = "question") -> str:
    return reverse(f"wagtailsnippets_assessments_{model}:{name}", args=args)


@pytest.fixture
def own() -> Organization:
    return make_organization(name="Sentra Sendiri")


@pytest.fixture
def course(own: Organization) -> CoursePage:
    return make_bank_course(organization=own)


@pytest.fixture
def budi(own: Organization) -> User:
    return make_person(name="Budi Trainer", role=Role.TRAINER, organization=own)


@pytest.fixture
def citra(own: Organization) -> User:
    return make_person(name="Citra Penerbit", role=Role.PUBLISHER, organization=own)


@pytest.fixture
def dewi() -> User:
    return make_person(name="Dewi Luar", role=Role.TRAINER, organization=make_organization(name="Sentra Lain"))


@pytest.fixture
def other_question() -> Question:
    course = make_bank_course(organization=make_organization(name="Sentra Ketiga"), title="Bimtek Orang Lain")
    return make_question(course, stem=SECRET, external_id="RHS-1", explanation="Rahasia juga.")


def form_data(course: CoursePage, **changes: Any) -> dict[str, Any]:
    return {
        "course": course.pk,
        "module": "M1",
        "external_id": "",
        "kind": "single",
        "stem": "Warna daun?",
        "explanation": "",
        "usage": "practice",
        "currency": "berlaku",
        "difficulty": "easy",
        "options-count": "2",
        "options-0-deleted": "",
        "options-0-order": "0",
        "options-0-type": "option",
        "options-0-id": "",
        "options-0-value-text": "Hijau",
        "options-0-value-correct": "on",
        "options-1-deleted": "",
        "options-1-order": "1",
        "options-1-type": "option",
        "options-1-id": "",
        "options-1-value-text": "Biru",
        "references-count": "0",
        "points": "1",
        "tags": "",
        **{f"{name}-count": "0" for name in ("images", "pairs", "steps", "accepted", "rubric", "parts")},
    } | changes


def test_a_trainer_writes_a_draft_and_the_course_decides_the_organization(budi: User, course: CoursePage) -> None:
    client = signed_in(budi)
    answer = client.post(address("add"), form_data(course))
    assert answer.status_code == 302, answer.context["form"].errors
    question = Question.objects.get()
    assert (question.organization, question.live) == (course.organization, False)
    assert [option.text for option in question.option_list] == ["Hijau", "Biru"]
    assert client.get(address("edit", question.pk)).status_code == 200
    assert b"Warna daun?" in client.get(address("list")).content


def test_a_draft_may_be_unfinished_but_what_is_published_may_not(citra: User, course: CoursePage) -> None:
    client = signed_in(citra)
    unfinished = form_data(course) | {"options-0-value-correct": ""}
    del unfinished["options-0-value-correct"]
    assert client.post(address("add"), unfinished).status_code == 302
    question = Question.objects.get()
    refused = client.post(address("edit", question.pk), unfinished | {"action-publish": "1"})
    assert refused.status_code == 200
    assert refused.context["form"].errors["options"]
    assert not QuestionVersion.objects.exists()
    client.post(address("edit", question.pk), form_data(course) | {"action-publish": "1"})
    assert QuestionVersion.objects.get().body["stem"] == "Warna daun?"


def test_a_trainer_cannot_publish_whatever_is_sent(budi: User, course: CoursePage) -> None:
    client = signed_in(budi)
    question = make_question(course, published=False)
    client.post(address("edit", question.pk), form_data(course) | {"action-publish": "1"})
    question.refresh_from_db()
    assert not question.live
    assert not QuestionVersion.objects.exists()


def test_a_question_cannot_be_put_into_another_organizations_course(budi: User, other_question: Question) -> None:
    client = signed_in(budi)
    answer = client.post(address("add"), form_data(other_question.course))  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert "course" in answer.context["form"].errors
    assert Question.objects.count() == 1


def test_a_module_that_the_course_does_not_have_is_refused(budi: User, course: CoursePage) -> None:
    answer = signed_in(budi).post(address("add"), form_data(course, module="M9"))
    assert "M1, M2" in str(answer.context["form"].errors["module"])


def test_the_author_says_whether_new_words_ask_something_else(citra: User, course: CoursePage) -> None:
    client = signed_in(citra)
    client.post(address("add"), form_data(course) | {"action-publish": "1"})
    question = Question.objects.get()
    ids = {f"options-{n}-id": option.id for n, option in enumerate(question.option_list)}
    edit = address("edit", question.pk)
    client.post(edit, form_data(course, stem="Warna daun itu?", **ids) | {"action-publish": "1"})
    client.post(edit, form_data(course, stem="Warna langit?", meaning_changed="on", **ids) | {"action-publish": "1"})
    assert client.get(edit).context["form"].initial["meaning_changed"] is False
    first, typo, other = QuestionVersion.objects.order_by("number")
    assert first.series == typo.series != other.series


def addresses(question: Question, revision: Revision) -> list[tuple[str, str]]:
    pk, rev = question.pk, revision.pk
    return [
        ("get", address("edit", pk)),
        ("post", address("edit", pk)),
        ("get", address("delete", pk)),
        ("post", address("delete", pk)),
        ("get", address("usage", pk)),
        ("get", address("history", pk)),
        ("get", address("history_results", pk)),
        ("get", address("preview_on_edit", pk)),
        ("post", address("preview_on_edit", pk)),
        ("get", address("revisions_view", pk, rev)),
        ("get", address("revisions_revert", pk, rev)),
        ("post", address("revisions_revert", pk, rev)),
        ("get", address("revisions_compare", pk, "earliest", "latest")),
        ("get", address("revisions_unschedule", pk, rev)),
        ("get", address("unpublish", pk)),
        ("post", address("unpublish", pk)),
        ("post", address("lock", pk)),
        ("post", address("unlock", pk)),
        ("get", address("workflow_history", pk)),
        ("get", address("confirm_workflow_cancellation", pk)),
        ("get", reverse("wagtailsnippetchoosers_assessments_question:chosen", args=[pk])),
    ]


def test_another_organizations_question_does_not_exist_at_any_address(dewi: User, other_question: Question) -> None:
    client = signed_in(dewi)
    before = Question.objects.filter(pk=other_question.pk).values().get()
    for method, where in addresses(other_question, other_question.latest_revision):
        answer = getattr(client, method)(where)
        assert answer.status_code == 404, (method, where, answer.status_code)
    assert Question.objects.filter(pk=other_question.pk).values().get() == before


def test_the_owner_reaches_the_same_addresses(other_question: Question) -> None:
    """The negative control of the test above: the addresses exist."""
    publisher = make_person(role=Role.PUBLISHER, organization=other_question.organization)
    client = signed_in(publisher)
    for method, where in addresses(other_question, other_question.latest_revision):
        if method == "get" and "unschedule" not in where and "workflow/confirm" not in where:
            assert client.get(where).status_code == 200, where


@pytest.mark.usefixtures("indexed")
def test_lists_searches_choosers_exports_and_reports_name_no_other_question(
    dewi: User, other_question: Question
) -> None:
    client = signed_in(dewi)
    chooser = "wagtailsnippetchoosers_assessments_question"
    places = [
        address("list"),
        address("list") + "?q=angkatan",
        address("list") + f"?course={other_question.course_id}",
        address("list_results") + "?q=angkatan",
        reverse(f"{chooser}:choose"),
        reverse(f"{chooser}:choose") + "?q=angkatan",
        reverse(f"{chooser}:choose_results") + "?q=angkatan",
        reverse(f"{chooser}:chosen_multiple") + f"?id={other_question.pk}",
        reverse("bank_import"),
        reverse("bank_imports"),
        reverse("bank_export"),
        reverse("bank_export") + f"?course={other_question.course_id}&format=gift",
        address("add"),
        address("list", model="quiz"),
        address("add", model="quiz"),
        reverse("wagtail_bulk_action", args=["assessments", "question", "delete"]) + f"?id={other_question.pk}",
        reverse("wagtail_bulk_action", args=["assessments", "question", "delete"]) + "?id=all",
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_reports:workflow_tasks"),
        reverse("wagtailadmin_home"),
    ]
    for place in places:
        answer = client.get(place)
        body = answer.getvalue()
        for word in (b"rahasia", b"Rahasia", b"RHS-1", b"Orang Lain"):
            assert word not in body, place


def test_bulk_deletion_touches_neither_used_nor_foreign_questions(
    budi: User, course: CoursePage, other_question: Question
) -> None:
    used, draft = make_question(course), make_question(course, published=False)
    foreign_draft = make_question(other_question.course, published=False)  # type: ignore[arg-type]
    bulk, client = reverse("wagtail_bulk_action", args=["assessments", "question", "delete"]), signed_in(budi)
    assert client.post(f"{bulk}?id={draft.pk}&id={foreign_draft.pk}").status_code == 404
    assert Question.objects.count() == 4
    assert client.post(f"{bulk}?id={used.pk}&id={draft.pk}").status_code == 302
    assert set(Question.objects.all()) == {used, other_question, foreign_draft}


def test_a_used_question_is_archived_from_the_delete_page_and_can_come_back(budi: User, course: CoursePage) -> None:
    question = make_question(course)
    client = signed_in(budi)
    page = client.get(address("delete", question.pk))
    assert page.context["in_use"] is True
    assert "Ini sudah dipakai" in page.content.decode()
    assert "Ya, hapus" not in page.content.decode()
    client.post(address("delete", question.pk))
    question.refresh_from_db()
    assert question.is_archived
    client.post(address("delete", question.pk))
    question.refresh_from_db()
    assert not question.is_archived


def test_a_draft_is_deleted_from_the_delete_page(budi: User, course: CoursePage) -> None:
    question = make_question(course, published=False)
    signed_in(budi).post(address("delete", question.pk))
    assert not Question.objects.exists()


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.ASSESSOR, Role.SUPERVISOR, Role.PIMPINAN])
def test_people_without_a_bank_are_kept_out(role: Role, course: CoursePage) -> None:
    question = make_question(course, stem=SECRET)
    person = make_person(role=role, organization=course.organization)
    client = signed_in(person)
    for where in (
        address("list"),
        address("edit", question.pk),
        address("preview_on_edit", question.pk),
        reverse("bank_import"),
        reverse("bank_imports"),
        reverse("bank_export"),
        reverse("bank_template"),
    ):
        answer = client.get(where)
        assert answer.status_code in (302, 403, 404)
        assert SECRET.encode() not in answer.content


def test_anonymous_people_are_sent_to_sign_in(course: CoursePage) -> None:
    names = ("bank_import", "bank_imports", "bank_export", "bank_template")
    for where in (address("list"), *map(reverse, names)):
        answer = Client().get(where)
        assert answer.status_code == 302
        assert "/masuk/" in answer["Location"]


def test_the_preview_shows_the_key_only_in_the_mode_that_says_so(budi: User, course: CoursePage) -> None:
    question = make_question(course, explanation="Karena merah.")
    client = signed_in(budi)
    where = address("preview_on_edit", question.pk)
    ids = {f"options-{n}-id": option.id for n, option in enumerate(question.option_list)}
    sent = client.post(where, form_data(course, stem="Warna apa?", explanation="Karena merah.", **ids))
    assert sent.json()["is_valid"] is True
    shown = client.get(where, {"mode": "candidate"}).content
    assert b"Hijau" in shown
    assert b"Karena merah." not in shown
    assert b"checked" not in shown
    other = form_data(course, stem="Warna apa?", explanation="Sebab lain.", **ids)
    del other["options-0-value-correct"]
    client.post(where, other | {"options-1-value-correct": "on"})
    assert client.get(where, {"mode": "candidate"}).content == shown  # nothing of the key, byte for byte
    assert b"Sebab lain." in client.get(where, {"mode": "key"}).content


def quiz_data(course: CoursePage, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Pascates",
        "course": course.pk,
        "kind": "posttest",
        "module": "",
        "is_required": "on",
        "pass_mark": "70",
        "max_attempts": "3",
        "time_limit_minutes": "",
        "grace_seconds": "60",
        "review": "after_close",
        "shuffle": "on",
        "grade_of": "highest",
        "delay_minutes": "0",
        **nested_form_data({"sections": inline_formset([])}),
        "markers": "1",
        "third_beyond": "20",
        "blueprint-TOTAL_FORMS": "1",
        "blueprint-INITIAL_FORMS": "0",
        "blueprint-MIN_NUM_FORMS": "0",
        "blueprint-MAX_NUM_FORMS": "1000",
        "blueprint-0-module": "M1",
        "blueprint-0-unit": "",
        "blueprint-0-usage": "final",
        "blueprint-0-count": "2",
        "blueprint-0-ORDER": "1",
        "blueprint-0-id": "",
    } | changes


def test_the_editor_warns_of_a_thin_final_pool_and_shows_it(budi: User, course: CoursePage) -> None:
    for n in range(3):
        make_question(course, stem=f"Akhir {n}", usage="final")
    client = signed_in(budi)
    answer = client.post(address("add", model="quiz"), quiz_data(course), follow=True)
    quiz = Quiz.objects.get()
    assert any("3" in str(m) and "6" in str(m) for m in answer.context["messages"])
    page = client.get(address("edit", quiz.pk, model="quiz")).content
    assert b"help-warning" in page


def test_a_practice_quiz_with_a_final_row_is_refused_by_the_editor(budi: User, course: CoursePage) -> None:
    data = quiz_data(course, kind="practice", review="after_submit")
    answer = signed_in(budi).post(address("add", model="quiz"), data)
    assert answer.status_code == 200
    assert not Quiz.objects.exists()


def test_a_quiz_of_another_organization_does_not_exist(dewi: User, course: CoursePage) -> None:
    quiz = make_quiz(course, {"module": "M1", "count": 1})
    client = signed_in(dewi)
    for name in ("edit", "delete", "usage", "history"):
        assert client.get(address(name, quiz.pk, model="quiz")).status_code == 404
        assert client.post(address(name, quiz.pk, model="quiz")).status_code in (404, 405)
    assert Quiz.objects.filter(pk=quiz.pk).exists()


def test_a_trainer_submits_and_a_publisher_of_the_organization_approves(
    budi: User, citra: User, dewi: User, course: CoursePage
) -> None:
    workflows.provision()
    trainer, publisher = signed_in(budi), signed_in(citra)
    trainer.post(address("add"), form_data(course))
    question = Question.objects.get()
    edit = address("edit", question.pk)
    ids = {f"options-{n}-id": option.id for n, option in enumerate(question.option_list)}
    unfinished = form_data(course, stem="", **ids) | {"action-submit": "1"}
    assert trainer.post(edit, unfinished).context["form"].errors["stem"]
    trainer.post(edit, form_data(course, **ids) | {"action-submit": "1"})
    state = Question.objects.get().current_workflow_task_state
    approve = address("workflow_action", question.pk, "approve", state.pk)
    for stranger in (trainer, signed_in(dewi)):
        stranger.post(approve, {})
        assert not QuestionVersion.objects.exists()
    assert b"Warna daun?" in publisher.get(reverse("wagtailadmin_home")).content
    publisher.post(approve, {})
    version = QuestionVersion.objects.get()
    assert (version.published_by, version.body["stem"]) == (citra, "Warna daun?")
    assert Question.objects.get().live
    news = Message.objects.order_by("pk")
    assert [(one.kind, one.user) for one in news] == [("draft-submitted", citra), ("draft-approved", budi)]
    assert not any("Warna" in one.subject + one.text for one in news), "a question may be one of an exam"


def test_a_publisher_schedules_and_history_tells(citra: User, course: CoursePage) -> None:
    client = signed_in(citra)
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    client.post(address("add"), form_data(course, go_live_at=later) | {"action-publish": "1"})
    question = Question.objects.get()
    assert (question.live, question.scheduled_revision is not None) == (False, True)
    assert not QuestionVersion.objects.exists()
    assert client.get(address("history", question.pk)).status_code == 200


def test_a_locked_question_is_saved_by_nobody_else_and_says_who_locked_it(
    budi: User, citra: User, course: CoursePage
) -> None:
    question = make_question(course)
    publisher, trainer = signed_in(citra), signed_in(budi)
    assert publisher.post(address("lock", question.pk)).status_code == 302
    question.refresh_from_db()
    assert (question.locked, question.locked_by) == (True, citra)
    assert citra.full_name in trainer.get(address("edit", question.pk)).content.decode()
    revisions = question.revisions.count()
    trainer.post(address("edit", question.pk), form_data(course, stem="Soal titipan?"))
    trainer.post(address("unlock", question.pk))
    question.refresh_from_db()
    assert (question.locked, question.stem, question.revisions.count()) == (True, "Warna apa?", revisions)
    publisher.post(address("unlock", question.pk))
    ids = {f"options-{n}-id": option.id for n, option in enumerate(question.option_list)}
    trainer.post(address("edit", question.pk), form_data(course, stem="Soal baru?", **ids))
    assert question.revisions.count() == revisions + 1


def test_a_trainer_writes_an_assignment_and_no_other_organization_sees_it(
    course: CoursePage, budi: User, dewi: User
) -> None:
    fields = {
        "title": "Rencana tindak lanjut",
        "course": course.pk,
        "module": "",
        "instructions": "Tuliskan rencana Anda.",
        "is_required": "on",
        "grading": "score",
        "pass_mark": "70",
        "takes_text": "on",
        "kinds": ["pdf", "jpg"],
        "most_files": 3,
        "most_megabytes": 5,
    }
    added = address("add", model="assignment")
    nothing = signed_in(budi).post(added, {**fields, "takes_text": "", "kinds": []})
    assert "Izinkan teks atau paling sedikit satu jenis berkas" in nothing.content.decode()
    assert signed_in(budi).post(added, fields).status_code == 302
    made = Assignment.objects.get()
    assert (made.organization, made.kinds) == (course.organization, ["pdf", "jpg"])
    edit = address("edit", made.pk, model="assignment")
    page = signed_in(budi).get(edit).content.decode()
    assert 'value="pdf"' in page
    assert signed_in(dewi).get(edit).status_code in {302, 404}
    assert made.title not in signed_in(dewi).get(address("list", model="assignment")).content.decode()
    assert "Arsipkan" not in signed_in(budi).get(address("delete", made.pk, model="assignment")).content.decode()


def test_a_training_asks_for_practice_evidence_once_and_an_archived_entry_stays_out_while_another_holds(
    course: CoursePage, budi: User, dewi: User
) -> None:
    fields = {"course": course.pk, "instructions": "Tulis.", "kinds": ["pdf"], "most_files": 3, "most_megabytes": 5}
    added, client = address("add", model="practice"), signed_in(budi)
    assert client.post(added, fields).status_code == 302
    made = Practice.objects.get()
    assert (made.organization, made.kinds, made.is_required) == (course.organization, ["pdf"], False)
    assert "sudah meminta bukti praktik" in client.post(added, fields).content.decode()
    assert signed_in(dewi).get(address("edit", made.pk, model="practice")).status_code in {302, 404}
    freeze_stages(make_edition(course.organization, course=course))
    remove = address("delete", made.pk, model="practice")
    assert "Arsipkan" in client.get(remove).content.decode()
    client.post(remove)
    assert client.post(added, fields).status_code == 302
    assert "sudah meminta bukti praktik" in client.post(remove, follow=True).content.decode()
    assert Practice.objects.in_force().get() != made
