"""Two organizations share one admin; neither sees the other's content in any list, chooser, search or file."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, GroupPagePermission
from wagtail.test.utils.form_data import streamfield

from accounts.models import Membership, Organization, User
from accounts.roles import Role
from cms.models import OrganizationCollection, OrganizationGroup
from cms.permissions import collection_of, sync_all_groups
from cms.tasks import sync_groups
from tests.cms.test_workflow import form_of
from tests.factories_accounts import make_organization, make_person
from tests.factories_cms import make_body, make_content_page, make_document, make_image
from tests.factories_courses import make_catalogue, make_cohort, make_course, make_enrolment, make_module

# Who may do what is asked in SQL, through Wagtail's own screens: of the database of production.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indexed"), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def house() -> Organization:
    """The first root: it runs the installation and owns neither course."""
    return make_organization(name="Pusdiklat")


class House:
    """One organization with its trainer, course, image and document."""

    def __init__(self, name: str) -> None:
        self.organization = make_organization(name=name)
        self.trainer: User = make_person(name=f"Pelatih {name}", role=Role.TRAINER, organization=self.organization)
        self.course = make_course(organization=self.organization, title=f"Bimtek {name}")
        self.collection = collection_of(self.organization)
        self.image = make_image(title=f"Gambar {name}", collection=self.collection)
        self.document = make_document(title=f"Berkas {name}", collection=self.collection)


@pytest.fixture
def two(house: Organization) -> tuple[House, House]:
    return House("Banten"), House("Sulbar")


LISTS = [
    "/admin/pages/{index}/",
    "/admin/pages/search/?q=Bimtek",
    "/admin/choose-page/",
    "/admin/choose-page/{index}/",
    "/admin/choose-page/search/?q=Bimtek",
    "/admin/images/",
    "/admin/images/?q=Gambar",
    "/admin/images/chooser/",
    "/admin/images/chooser/results/?q=Gambar",
    "/admin/documents/",
    "/admin/documents/chooser/",
    "/admin/documents/chooser/results/?q=Berkas",
    "/admin/reports/workflow/",
    "/admin/reports/site-history/",
    "/admin/reports/aging-pages/",
    "/admin/reports/locked/",
]


@pytest.mark.parametrize("address", LISTS)
def test_no_list_chooser_search_or_report_names_the_other_organizations_content(
    client: Client, two: tuple[House, House], address: str
) -> None:
    own, other = two
    client.force_login(own.trainer)
    response = client.get(address.format(index=make_catalogue().pk), follow=True)
    assert response.status_code in {200, 404}
    html = response.content.decode()
    assert other.course.title not in html
    assert other.image.title not in html
    assert other.document.title not in html


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/admin/pages/{index}/", "course"),
        ("/admin/choose-page/{index}/", "course"),
        ("/admin/images/chooser/", "image"),
        ("/admin/documents/chooser/", "document"),
    ],
)
def test_the_same_lists_do_show_ones_own(client: Client, two: tuple[House, House], address: str, shown: str) -> None:
    own, _other = two
    client.force_login(own.trainer)
    html = client.get(address.format(index=make_catalogue().pk), follow=True).content.decode()
    assert getattr(own, shown).title in html


def test_a_number_of_another_organization_opens_nothing(client: Client, two: tuple[House, House]) -> None:
    own, other = two
    client.force_login(own.trainer)
    page, image, document = other.course.pk, other.image.pk, other.document.pk
    for address in (
        f"/admin/pages/{page}/edit/",
        f"/admin/pages/{page}/history/",
        f"/admin/pages/{page}/view_draft/",
        f"/admin/tempel/{page}/",
        f"/admin/images/{image}/",
        f"/admin/images/chooser/chosen/{image}/",
        f"/admin/images/chooser/chosen-multiple/?id={image}",
        f"/admin/documents/edit/{document}/",
        f"/admin/documents/chooser/chosen/{document}/",
        f"/admin/bulk/wagtailimages/image/delete/?id={image}",
        f"/admin/bulk/wagtailcore/page/delete/?id={page}",
        f"/dokumen/{document}/{other.document.filename}",
    ):
        response = client.get(address)
        body = response.content.decode()
        assert response.status_code in {302, 403, 404} or '"chosen": []' in body or '"result": []' in body, address
        assert other.image.title not in body
        assert other.document.title not in body
    own_image = client.get(f"/admin/images/chooser/chosen/{own.image.pk}/")
    assert own.image.title in own_image.content.decode()


def status(client: Client, address: str) -> int:
    """Status of a response that may be a file, which is read to its end."""
    response = client.get(address)
    response.getvalue()
    if file := getattr(response, "file_to_stream", None):
        file.close()
    return int(response.status_code)


def test_a_file_is_its_organizations_own_until_a_public_page_shows_it(client: Client, two: tuple[House, House]) -> None:
    own, other = two
    rendition = other.image.get_rendition("width-320|format-webp")
    for visitor in (None, own.trainer):
        if visitor:
            client.force_login(visitor)
        assert status(client, rendition.url) == 404
        assert status(client, other.document.url) == 404
    client.force_login(other.trainer)
    assert status(client, rendition.url) == 200
    assert status(client, other.document.url) == 200
    client.logout()
    body = [{"type": "image", "value": {"image": {"image": other.image.pk, "alt_text": "x"}, "caption": ""}, "id": "a"}]
    make_content_page(title="Galeri", body=body)
    assert status(client, rendition.url) == 200
    assert status(client, f"/media/original_images/{other.image.filename}") == 404


def test_a_file_used_only_in_modules_is_for_its_organizations_staff(client: Client, two: tuple[House, House]) -> None:
    """A module's public page shows no body; participants read the frozen copy at its own address."""
    own, other = two
    body = [
        ("image", {"image": {"image": other.image.pk, "alt_text": "x", "decorative": False}, "caption": ""}),
        ("download", {"document": other.document.pk}),
    ]
    module = make_module(other.course, key="M9", body=make_body(*body))
    assert module.live
    rendition = other.image.get_rendition("width-320|format-webp")
    enrolment = make_enrolment(cohort=make_cohort(course=other.course))
    for visitor, answer in ((None, 404), (enrolment.user, 404), (own.trainer, 404), (other.trainer, 200)):
        client.logout()
        if visitor:
            client.force_login(visitor)
        assert status(client, rendition.url) == answer, visitor
        assert status(client, other.document.url) == answer, visitor
    client.force_login(enrolment.user)
    read = client.get(f"/belajar/{enrolment.cohort.public_id}/M9/").content.decode()
    frozen = re.search(r"/belajar/media/[0-9a-f]{64}", read)
    assert frozen is not None
    assert status(client, frozen[0]) == 200
    client.force_login(own.trainer)
    assert status(client, frozen[0]) == 404


def posted_body(kind: str, house: House) -> Any:
    """What a form sends that names the image or document of ``house``, past every chooser."""
    if kind == "image":
        image = {"image": str(house.image.pk), "alt_text": "Papan", "decorative": ""}
        return streamfield([("image", {"image": image, "caption": ""})])
    return streamfield([("download", {"document": str(house.document.pk)})])


@pytest.mark.parametrize("kind", ["image", "document"])
def test_another_organizations_file_is_refused_when_its_number_is_typed_into_the_form(
    client: Client, two: tuple[House, House], kind: str
) -> None:
    own, other = two
    module = make_module(own.course, key="M9")
    address = reverse("wagtailadmin_pages:edit", args=[module.pk])
    client.force_login(own.trainer)
    refused = client.post(address, form_of(module, body=posted_body(kind, other)))
    assert refused.status_code == 200
    assert "body" in refused.context["form"].errors
    assert module.revisions.count() == 0
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[module.pk])
    assert not client.post(preview, form_of(module, body=posted_body(kind, other))).json()["is_valid"]
    saved = client.post(address, form_of(module, body=posted_body(kind, own)))
    assert saved.status_code == 302, saved.context["form"].errors
    assert module.revisions.count() == 1


def test_what_stood_in_the_page_before_may_stay(client: Client, two: tuple[House, House]) -> None:
    own, other = two
    module = make_module(own.course, key="M9", body=make_body(("download", {"document": other.document.pk})))
    client.force_login(own.trainer)
    address = reverse("wagtailadmin_pages:edit", args=[module.pk])
    answer = client.post(address, form_of(module, title="Judul baru", body=posted_body("document", other)))
    assert answer.status_code == 302


def test_a_right_in_an_organization_covers_what_is_below_it(client: Client, house: Organization) -> None:
    below = make_organization(name="Balai", parent=house)
    trainer = make_person(role=Role.TRAINER, organization=house)
    course = make_course(organization=below, title="Bimtek Balai")
    image = make_image(title="Gambar Balai", collection=collection_of(below))
    client.force_login(trainer)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).status_code == 200
    assert image.title in client.get("/admin/images/chooser/").content.decode()


def test_groups_follow_the_dates_of_a_membership(house: Organization) -> None:
    today = timezone.localdate()
    trainer = make_person(role=Role.TRAINER, organization=house)
    assert trainer.has_perm("wagtailadmin.access_admin")
    Membership.objects.filter(user=trainer).update(ends_on=today - timedelta(days=1))
    assert sync_all_groups(on=today) == 1
    trainer = User.objects.get(pk=trainer.pk)
    assert not trainer.groups.exists()
    assert not trainer.has_perm("wagtailadmin.access_admin")
    assert sync_all_groups(on=today) == 0
    Membership.objects.filter(user=trainer).update(ends_on=None)
    sync_groups()
    assert User.objects.get(pk=trainer.pk).has_perm("wagtailadmin.access_admin")


def test_roles_without_business_in_the_admin_get_no_group(client: Client, house: Organization) -> None:
    for role in (Role.PARTICIPANT, Role.ASSESSOR, Role.SUPERVISOR, Role.PIMPINAN):
        person = make_person(role=role, organization=house)
        client.force_login(person)
        assert not person.groups.exists()
        assert client.get("/admin/").status_code in {302, 403}


def test_granting_a_page_twice_changes_nothing_and_a_move_takes_the_old_rights_away(two: tuple[House, House]) -> None:
    own, other = two
    before = set(GroupPagePermission.objects.values_list("group", "page", "permission"))
    own.course.save()
    assert set(GroupPagePermission.objects.values_list("group", "page", "permission")) == before
    own.course.organization = other.organization
    own.course.save()
    holders = OrganizationGroup.objects.filter(group__page_permissions__page=own.course.pk)
    assert {row.organization_id for row in holders} == {other.organization.pk}


def test_collections_nest_like_the_organizations(house: Organization) -> None:
    below = make_organization(name="Balai", parent=house)
    inner = collection_of(below)
    assert inner.is_descendant_of(collection_of(house))
    assert collection_of(below).pk == inner.pk
    assert OrganizationCollection.objects.count() == 2
    assert Collection.objects.filter(name="Balai").count() == 1


def test_the_first_screen_says_what_to_do_and_only_what_one_may(client: Client, two: tuple[House, House]) -> None:
    own, _other = two
    client.force_login(own.trainer)
    html = client.get("/admin/").content.decode()
    assert "/admin/terdampak/" in html
    assert "reviewable=true" not in html
    assert "wagtail.org" not in html
    publisher = make_person(role=Role.PUBLISHER, organization=own.organization)
    client.force_login(publisher)
    assert "reviewable=true" in client.get("/admin/").content.decode()
    assert client.get("/admin/terdampak/").status_code == 200
