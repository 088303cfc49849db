"""A trainer submits, a publisher of the same organization approves; through the admin's own screens."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, Page, PageSubscription, TaskState, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail.users.models import UserProfile

from accounts.models import Organization, User
from accounts.roles import Role
from cms.models import Delivery, HomePage, Message
from cms.provisioning import provision
from cms.tasks import publish_scheduled
from courses.models import ModulePage
from tests.factories_accounts import make_organization, make_person
from tests.factories_cms import make_content_page
from tests.factories_courses import make_cohort, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def banten() -> Organization:
    make_organization(name="Pusdiklat")
    provision(on=timezone.localdate())
    return make_organization(name="Banten")


@pytest.fixture
def module(banten: Organization) -> ModulePage:
    found: ModulePage = ModulePage.objects.child_of(make_course(organization=banten)).first()
    return found


@pytest.fixture
def dead_mail_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls the mail server while a page is made fails the test."""

    def called(*_arguments: Any, **_options: Any) -> None:
        raise AssertionError("a page called the mail server")

    monkeypatch.setattr(smtplib.SMTP, "connect", called)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def make(role: Role, organization: Organization, **fields: Any) -> User:
    return make_person(role=role, organization=organization, **fields)


def form_of(module: ModulePage, **changes: Any) -> dict[str, Any]:
    fields = {
        "title": module.title, "slug": module.slug, "key": module.key, "minutes": "20", "jp_async": "2.5",
        "jp_sync": "0.0", "objectives": module.objectives, "units": [],
        "body": streamfield([("text", {"text": rich_text("<p>Isi baru</p>"), "sources": streamfield([])})]),
        "references": streamfield([]), "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    form = nested_form_data(fields | changes)
    return {key: value for key, value in form.items() if value is not None}


def post(client: Client, person: User, module: Page, data: dict[str, Any]) -> Any:
    client.force_login(person)
    return client.post(reverse("wagtailadmin_pages:edit", args=[module.pk]), data)


def act(client: Client, person: User, module: Page, action: str) -> Any:
    client.force_login(person)
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    address = reverse("wagtailadmin_pages:workflow_action", args=[module.pk, action, state.pk])
    return client.post(address, {"comment": "Baik"})


def test_a_trainer_submits_and_the_publisher_of_the_house_approves(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    trainer, publisher = make(Role.TRAINER, banten), make(Role.PUBLISHER, banten)
    response = post(client, trainer, module, form_of(module, title="Judul baru") | {"action-submit": "1"})
    assert response.status_code == 302, response.context["form"].errors if response.context else response
    module.refresh_from_db()
    assert module.title != "Judul baru"
    waiting = WorkflowState.objects.get()
    assert waiting.status == WorkflowState.STATUS_IN_PROGRESS
    assert "Judul baru" in client.get("/admin/").content.decode()
    act(client, publisher, module, "approve")
    module.refresh_from_db()
    assert module.title == "Judul baru"
    assert module.live
    waiting.refresh_from_db()
    assert waiting.status == WorkflowState.STATUS_APPROVED


def test_the_trainer_cannot_publish_past_the_publisher(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    trainer = make(Role.TRAINER, banten)
    post(client, trainer, module, form_of(module, title="Diam-diam") | {"action-publish": "1"})
    module.refresh_from_db()
    assert module.title != "Diam-diam"
    post(client, trainer, module, form_of(module, title="Diam-diam") | {"action-submit": "1"})
    act(client, trainer, module, "approve")
    module.refresh_from_db()
    assert module.title != "Diam-diam"
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_another_organizations_publisher_neither_sees_nor_approves_it(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    stranger = make(Role.PUBLISHER, make_organization(name="Sulbar"))
    trainer = make(Role.TRAINER, banten)
    post(client, trainer, module, form_of(module, title="Judul baru") | {"action-submit": "1"})
    client = Client()  # its own: the trainer's message must not be mistaken for a leak
    client.force_login(stranger)
    for address in ("/admin/", "/admin/reports/workflow/", "/admin/reports/workflow_tasks/"):
        assert "Judul baru" not in client.get(address).content.decode()
    response = act(client, stranger, module, "approve")
    assert response.status_code in {302, 403, 404}
    module.refresh_from_db()
    assert module.title != "Judul baru"
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_a_publisher_asks_for_changes_and_the_trainer_reads_why(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    trainer, publisher = make(Role.TRAINER, banten), make(Role.PUBLISHER, banten)
    post(client, trainer, module, form_of(module) | {"action-submit": "1"})
    act(client, publisher, module, "reject")
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    client.force_login(trainer)
    assert "Baik" in client.get(reverse("wagtailadmin_pages:edit", args=[module.pk])).content.decode()


def test_pasted_text_is_previewed_and_then_added_to_the_draft_only(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    trainer = make(Role.TRAINER, banten)
    client.force_login(trainer)
    address = reverse("cms:paste", args=[module.pk])
    pasted = "<h2>Dari Word</h2><p>Isi <b>tempelan</b><img src=x></p>"
    preview = client.post(address, {"html": pasted})
    assert "Dari Word" in preview.content.decode()
    assert len(preview.context["pasted"].dropped) == 1
    module.refresh_from_db()
    assert module.latest_revision is None or "Dari Word" not in str(module.latest_revision.content)
    response = client.post(address, {"html": pasted, "add": "1"})
    assert response.status_code == 302
    module.refresh_from_db()
    assert "Dari Word" not in str(module.body)
    draft = module.get_latest_revision_as_object()
    assert draft.body[-1].block_type == "text"
    assert "<h2>Dari Word</h2><p>Isi <b>tempelan</b></p>" in str(draft.body[-1].value["text"].source)
    assert len(draft.body) == len(module.body) + 1
    assert address in client.get(reverse("wagtailadmin_pages:edit", args=[module.pk])).content.decode()


def test_the_admin_asks_nothing_of_other_hosts_and_carries_our_name(client: Client, banten: Organization) -> None:
    client.force_login(make(Role.TRAINER, banten))
    html = client.get("/admin/").content.decode()
    assert "Suluh" in html
    assert "mark-flame" in html
    for outside in ("gravatar", "releases.wagtail", "https://wagtail.org", "fonts.googleapis"):
        assert outside not in html


def test_a_module_is_previewed_and_its_history_names_the_revision(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    trainer = make(Role.TRAINER, banten)
    post(client, trainer, module, form_of(module, title="Judul draf"))
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[module.pk])
    assert client.post(preview, form_of(module, title="Judul draf")).json()["is_valid"]
    html = client.get(preview).content.decode()
    assert "Judul draf" in html
    assert "Isi baru" in html
    history = client.get(reverse("wagtailadmin_pages:history", args=[module.pk])).content.decode()
    assert trainer.full_name in history
    module.refresh_from_db()
    assert module.title != "Judul draf"


def test_what_is_scheduled_appears_at_its_time_and_goes_at_its_end(client: Client, banten: Organization) -> None:
    home = HomePage.objects.get()
    page = make_content_page(home=home, title="Pengumuman", live=False)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.expire_at = timezone.now() + timedelta(hours=3)
    page.save_revision().publish()
    publish_scheduled()
    assert client.get("/pengumuman/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        publish_scheduled()
        publish_scheduled()
        assert client.get("/pengumuman/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=4), tick=False):
        publish_scheduled()
        assert client.get("/pengumuman/").status_code == 404


def test_a_locked_module_is_saved_by_nobody_else_and_says_who_locked_it(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    publisher, trainer = make(Role.PUBLISHER, banten), make(Role.TRAINER, banten)
    client.force_login(publisher)
    assert client.post(reverse("wagtailadmin_pages:lock", args=[module.pk])).status_code == 302
    module.refresh_from_db()
    assert (module.locked, module.locked_by) == (True, publisher)
    client.force_login(trainer)
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[module.pk])).content.decode()
    assert publisher.full_name in shown
    before = module.revisions.count()
    post(client, trainer, module, form_of(module, title="Judul titipan"))
    module.refresh_from_db()
    assert module.revisions.count() == before
    assert "Judul titipan" not in {module.title, module.draft_title}
    assert client.post(reverse("wagtailadmin_pages:unlock", args=[module.pk])).status_code in {302, 403}
    module.refresh_from_db()
    assert module.locked, "a trainer does not open a publisher's lock"
    client.force_login(publisher)
    client.post(reverse("wagtailadmin_pages:unlock", args=[module.pk]))
    assert post(client, trainer, module, form_of(module, title="Judul baru")).status_code == 302
    assert module.revisions.count() == before + 1


def told() -> set[tuple[str, str]]:
    return set(Message.objects.values_list("kind", "user__full_name"))


def test_a_scheduled_module_is_read_and_frozen_from_its_time_on(banten: Organization, module: ModulePage) -> None:
    """What an angkatan opened before it has frozen stays; one opened after it freezes the new text."""
    now, course = timezone.now(), module.get_parent().specific
    module.save_revision().publish()
    module.refresh_from_db()  # as every request does: Wagtail asks the page in hand whether it is live
    before = make_cohort(course=course, at=now)
    module.title, module.go_live_at = "Judul terjadwal", now + timedelta(hours=1)
    module.save_revision().publish()
    publish_scheduled()
    assert make_cohort(course=course, at=now).edition == before.edition
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        publish_scheduled()
        after = make_cohort(course=course, at=timezone.now())
    titles = [cohort.edition.modules.get(key=module.key).title for cohort in (before, after) if cohort.edition]
    assert titles == [f"Judul {module.key}", "Judul terjadwal"]


@pytest.mark.usefixtures("dead_mail_server")
def test_news_of_the_workflow_go_through_the_outbox_and_hold_no_page(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    trainer = make(Role.TRAINER, banten, name="Tini", email="tini@contoh.id")
    publisher = make(Role.PUBLISHER, banten, name="Putu", email="putu@contoh.id")
    make(Role.PUBLISHER, make_organization(name="Sulbar"), name="Orang lain", email="lain@contoh.id")
    post(client, trainer, module, form_of(module, title="Judul baru") | {"action-submit": "1"})
    assert told() == {("draft-submitted", "Putu")}
    assert "Judul baru" in Message.objects.get().text
    act(client, publisher, module, "reject")
    post(client, trainer, module, form_of(module, title="Judul lain") | {"action-restart-workflow": "1"})
    act(client, publisher, module, "approve")
    assert told() == {("draft-submitted", "Putu"), ("draft-rejected", "Tini"), ("draft-approved", "Tini")}
    assert Message.objects.filter(kind="draft-submitted").count() == 2
    assert Delivery.objects.waiting().filter(channel="email").count() == 4
    edit = reverse("wagtailadmin_pages:edit", args=[module.pk])
    assert set(Message.objects.values_list("url", flat=True)) == {edit}


@pytest.mark.usefixtures("dead_mail_server")
def test_who_unticked_news_in_the_admin_hears_nothing_and_nobody_hears_of_oneself(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    publisher = make(Role.PUBLISHER, banten, name="Putu", email="putu@contoh.id")
    other = make(Role.PUBLISHER, banten, name="Rudi", email="rudi@contoh.id")
    UserProfile.get_for_user(other)
    UserProfile.objects.filter(user=other).update(submitted_notifications=False)
    post(client, publisher, module, form_of(module) | {"action-submit": "1"})
    assert told() == set()


@pytest.mark.usefixtures("dead_mail_server")
def test_comments_are_told_to_who_asked_for_them_and_hold_no_page(
    client: Client, banten: Organization, module: ModulePage
) -> None:
    trainer = make(Role.TRAINER, banten, name="Tini", email="tini@contoh.id")
    publisher = make(Role.PUBLISHER, banten, name="Putu", email="putu@contoh.id")
    PageSubscription.objects.create(page=module, user=publisher, comment_notifications=True)
    comment = {
        "comments-TOTAL_FORMS": "1", "comments-0-text": "rahasia di komentar", "comments-0-contentpath": "title",
        "comments-0-position": "", "comments-0-resolved": "", "comments-0-DELETE": "", "comments-0-id": "",
        "comments-0-replies-TOTAL_FORMS": "0", "comments-0-replies-INITIAL_FORMS": "0",
    }  # fmt: skip
    post(client, trainer, module, form_of(module, **comment))
    assert Comment.objects.count() == 1
    assert told() == {("draft-commented", "Putu")}
    assert "rahasia" not in Message.objects.get().text
