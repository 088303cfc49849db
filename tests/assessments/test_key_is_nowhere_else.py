"""No other door tells the key: admin, search, choosers, previews, documents, public pages - walked as a participant."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.search.backends import get_search_backend

from accounts.models import Role, User
from assessments.models import Question, QuestionVersion
from courses.cohorts import open_cohort
from courses.models import CoursePage, EditionPart, ModulePage
from tests.factories_accounts import make_person
from tests.factories_attempts import start
from tests.factories_bank import make_question, make_quiz
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment

# Which bytes leave is decided above the database: two worlds are compared beside one of them.
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("indexed")]
SECRET = "rahasiapembahasan"
RIGHT = "jawabankunciasli"


@pytest.fixture
def sitting(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A participant of a course with a published bank, in the middle of an attempt."""
    course = make_course(modules=1)
    for number in range(3):
        make_question(
            course,
            stem=f"Soal {number}?",
            options=((f"{RIGHT} {number}", True), ("keliru", False), ("salah", False)),
            explanation=f"{SECRET} {number}",
        )
    make_quiz(course, {"module": "M1", "usage": "practice", "count": 2})
    cohort = make_cohort(course=course, is_open=False)
    open_cohort(cohort, actor=cohort.trainer_links.get().user, at=AT)
    enrolment = make_enrolment(cohort=cohort, user=make_person(role=Role.PARTICIPANT, organization=course.organization))
    return start(enrolment, EditionPart.objects.get(edition=cohort.edition, kind="quiz"), at=AT)


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> list[str]:
    """Every address of the project, numbers and words filled in with what a curious person would try."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += addresses(entry, route)
        elif isinstance(entry, URLPattern):
            found.append(route)
    return found


def test_no_admin_address_opens_for_who_sits_a_quiz(sitting: Any) -> None:
    """Lists, search, choosers, previews, revisions, reports and Wagtail's own API all lie below /admin/."""
    client = Client()
    client.force_login(sitting.enrolment.user)
    question = Question.objects.first()
    assert question is not None
    revision = question.latest_revision.pk if question.latest_revision else 0
    walked = 0
    for name in ("question", "quiz"):
        for tail in (
            "",
            "results/",
            "add/",
            f"edit/{question.pk}/",
            f"edit/{question.pk}/preview/",
            f"history/{question.pk}/",
            f"history/{question.pk}/revisions/{revision}/view/",
            f"usage/{question.pk}/",
            f"copy/{question.pk}/",
            f"inspect/{question.pk}/",
            f"?q={SECRET}",
            "?export=xlsx",
        ):
            answer = client.get(f"/admin/snippets/assessments/{name}/{tail}")
            assert answer.status_code in {302, 403, 404}, tail
            assert SECRET not in answer.content.decode()
            walked += 1
    for address in (
        "/admin/", "/admin/api/main/pages/", "/admin/api/main/images/", "/admin/api/main/documents/", "/api/v2/pages/",
        f"/admin/pages/search/?q={SECRET}", f"/admin/choose-page/search/?q={SECRET}", f"/admin/search/?q={SECRET}",
        f"/admin/snippets/choose/assessments/question/?q={SECRET}", "/admin/reports/site-history/", "/admin/documents/",
        "/admin/documents/chooser/", "/admin/images/chooser/", "/documents/1/soal.pdf", "/dokumen/1/soal.pdf",
        "/media/images/soal.webp", "/media/original_images/soal.png", f"/cari/?q={SECRET}", f"/search/?q={SECRET}",
        "/sitemap.xml", "/graphql/",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code in {302, 403, 404}, address
        assert SECRET not in answer.content.decode()
        walked += 1
    assert walked == 45


def test_every_address_without_arguments_tells_nothing_of_the_key(sitting: Any) -> None:
    """The whole address table of this installation, asked as the participant and as nobody."""
    course = CoursePage.objects.get()
    plain = {"/" + route for route in addresses() if not set("<(?^$\\") & set(route)}
    assert {"/belajar/", "/akun/", "/akun/data-saya/", "/regulasi/"} <= plain
    plain |= {sitting.get_absolute_url(), str(course.url), str(ModulePage.objects.get().url)}
    plain |= {f"/belajar/{sitting.enrolment.cohort.public_id}/", f"/belajar/{sitting.enrolment.cohort.public_id}/M1/"}
    words = {SECRET, *QuestionVersion.objects.values_list("sha256", flat=True)}
    people: tuple[User | AnonymousUser, ...] = (sitting.enrolment.user, AnonymousUser())
    for user in people:
        for address in sorted(plain - {"/keluar/"}):
            client = Client()
            if isinstance(user, User):
                client.force_login(user)
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            text = body.decode(errors="replace")
            assert not [word for word in words if word in text], address
            # The right option's words stand in the paper itself, beside the wrong ones, and nowhere else.
            assert RIGHT not in text or address == sitting.get_absolute_url(), address


def test_no_page_index_holds_a_word_of_the_bank(sitting: Any) -> None:
    """What a public search could ever find: the indexes of pages hold nothing of questions."""
    backend = get_search_backend()
    for word in (SECRET, RIGHT):
        for model in (CoursePage, ModulePage):
            assert list(backend.search(word, model.objects.all())) == []
