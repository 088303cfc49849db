"""Course pages: a public syllabus without the body, written only by the organization they belong to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from accounts.models import Organization, Role, User
from cms.models import Citation
from courses import authoring
from courses.models import CompetencyUnit, CoursePage, ModulePage
from courses.models.pages import validate_half_hours
from tests.factories_accounts import make_organization, make_person
from tests.factories_cms import make_body, make_image, make_source
from tests.factories_courses import make_catalogue, make_cohort, make_course, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Organization:
    return make_organization(name="Sentra Sendiri")


@pytest.fixture
def course(own: Organization) -> CoursePage:
    return make_course(organization=own, modules=1)


@pytest.fixture
def budi(own: Organization) -> User:
    return make_person(name="Budi", role=Role.TRAINER, organization=own)


@pytest.fixture
def dewi() -> User:
    return make_person(name="Dewi", role=Role.TRAINER, organization=make_organization(name="Sentra Lain"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def course_form(organization: Organization, **changes: Any) -> dict[str, Any]:
    fields = {
        "title": "Bimtek Baru",
        "slug": "bimtek-baru",
        "organization": organization.pk,
        "code": "BARU-1",
        "summary": "",
        "audience": "",
        "legal_basis": "",
        "attendance_percent": 0,
        "evaluation": "none",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
    }
    return fields | changes


def module_form(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": "Modul Baru",
        "slug": "modul-baru",
        "key": "M2",
        "minutes": 10,
        "jp_async": "1.5",
        "jp_sync": "0",
        "objectives": "",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "body": streamfield([]),
        "references": streamfield([]),
    }
    return nested_form_data(fields | changes)  # type: ignore[no-any-return]


def test_the_public_syllabus_never_holds_the_body(client: Client, course: CoursePage) -> None:
    make_module(course, key="M2", body=make_body(("text", {"text": "<p>Rahasia peserta.</p>", "sources": []})))
    make_module(course, key="M3", live=False, title="Belum terbit")
    catalogue = client.get("/pelatihan/")
    assert course.title in catalogue.content.decode()
    syllabus = client.get(f"/pelatihan/{course.slug}/").content.decode()
    assert "Judul M2" in syllabus
    assert "Belum terbit" not in syllabus
    assert "5 JP" in syllabus
    module = client.get(f"/pelatihan/{course.slug}/m2/").content.decode()
    assert "Menjelaskan tujuan" in module
    assert "Rahasia peserta" not in module


def test_the_catalogue_counts_live_modules_in_one_statement(
    django_assert_num_queries: Any, course: CoursePage, own: Organization
) -> None:
    make_course(organization=own, modules=3)
    make_module(course, key="M9", live=False)
    with django_assert_num_queries(1):
        counts = sorted((c.module_count, c.jp_total) for c in CoursePage.objects.live().with_totals())
    assert counts == [(1, Decimal("2.5")), (3, Decimal("7.5"))]


def test_the_seven_components_and_seven_stages_are_there() -> None:
    kinds = list(CompetencyUnit.objects.values_list("kind", flat=True))
    assert (kinds.count("component"), kinds.count("stage")) == (7, 7)
    assert CompetencyUnit.objects.get(code="ATENSI-K4").title == "Terapi fisik, psikososial, dan mental spiritual"
    assert CompetencyUnit.objects.get(code="ATENSI-T7").title == "Pascalayanan dan terminasi"


def test_a_trainer_writes_a_course_of_the_own_organization_as_a_draft(own: Organization, budi: User) -> None:
    client = signed_in(budi)
    address = f"/admin/pages/add/courses/coursepage/{make_catalogue().pk}/"
    form = client.get(address)
    assert form.status_code == 200
    assert address in client.get("/admin/").content.decode()
    assert client.post(address, course_form(make_organization())).status_code == 200
    client.post(address, course_form(own) | {"action-publish": "1"})
    made = CoursePage.objects.get(code="BARU-1")
    assert (made.organization, made.live, made.owner) == (own, False, budi)
    add = f"/admin/pages/add/courses/modulepage/{made.pk}/"
    assert client.get(add).status_code == 200
    client.post(add, module_form())
    module = ModulePage.objects.get(key="M2")
    assert (module.live, module.jp) == (False, Decimal("1.5"))
    assert client.get(f"/admin/pages/{module.pk}/edit/").status_code == 200


def test_nobody_of_another_organization_reaches_a_course_in_the_admin(course: CoursePage, dewi: User) -> None:
    make_course(organization=Organization.objects.get(name="Sentra Lain"))
    module = ModulePage.objects.child_of(course).get()
    before = list(Page.objects.order_by("pk").values_list("pk", "title", "live", "latest_revision"))
    client = signed_in(dewi)
    pages = [f"/admin/pages/{page.pk}/{step}/" for page in (course, module) for step in STEPS]
    pages.append(f"/admin/pages/add/courses/modulepage/{course.pk}/")
    for page in pages:
        for call in (client.get, client.post):
            response = call(page, module_form() if page.endswith(f"{course.pk}/") else {"title": "Diambil alih"})
            assert response.status_code in {302, 403, 404, 405}, (page, response.status_code)
            assert "Isi modul M1" not in response.content.decode()
    assert list(Page.objects.order_by("pk").values_list("pk", "title", "live", "latest_revision")) == before


STEPS = ["edit", "delete", "unpublish", "copy", "move", "edit/preview", "history", "view_draft", "lock"]


def test_a_stale_group_gives_no_right(course: CoursePage, budi: User) -> None:
    assert course.permissions_for_user(budi).can_edit()
    budi.memberships.update(ends_on="2021-01-01")
    assert not CoursePage.objects.get(pk=course.pk).permissions_for_user(User.objects.get(pk=budi.pk)).can_edit()


def test_trainers_write_and_publishers_publish(own: Organization, course: CoursePage, budi: User) -> None:
    citra = make_person(name="Citra", role=Role.PUBLISHER, organization=own)
    above = make_person(name="Di atas", role=Role.PUBLISHER, organization=make_organization())
    rights = course.permissions_for_user(budi)
    assert (rights.can_edit(), rights.can_publish(), rights.can_add_subpage()) == (True, False, True)
    assert course.permissions_for_user(citra).can_publish()
    assert not course.permissions_for_user(above).can_publish()
    catalogue = make_catalogue()
    assert catalogue.permissions_for_user(budi).can_add_subpage()
    assert not catalogue.permissions_for_user(make_person()).can_add_subpage()


def test_two_modules_of_a_course_cannot_share_a_key(course: CoursePage, budi: User) -> None:
    client = signed_in(budi)
    refused = client.post(f"/admin/pages/add/courses/modulepage/{course.pk}/", module_form(key="m1"))
    assert refused.status_code == 200
    assert "sudah memakai kunci" in refused.content.decode()
    assert ModulePage.objects.count() == 1


def test_preview_shows_the_body_to_who_may_edit(course: CoursePage, budi: User) -> None:
    module = ModulePage.objects.child_of(course).get()
    client = signed_in(budi)
    module.save_revision(user=budi)
    shown = client.get(f"/admin/pages/{module.pk}/view_draft/")
    assert "Isi modul M1" in shown.content.decode()


@pytest.mark.parametrize("value", ["0", "0.5", "12.0"])
def test_jp_come_in_halves(value: str) -> None:
    validate_half_hours(Decimal(value))


@pytest.mark.parametrize("value", ["0.3", "-1", "1.25"])
def test_other_fractions_of_jp_are_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        validate_half_hours(Decimal(value))


def test_publishing_a_module_records_what_it_cites_and_withdrawing_forgets_it(course: CoursePage) -> None:
    source = make_source()
    item = {"type": "item", "value": {"source": source.pk, "place": "p2"}, "id": "00000000-0000-4000-8000-000000000001"}
    body = make_body(("text", {"text": "<p>Tujuh tahap.</p>", "sources": [item]}))
    module = make_module(course, key="M2", body=body, live=False)
    module.save_revision().publish()
    cited = Citation.objects.get(object_uuid=module.public_id)
    assert (cited.source, cited.organization, cited.is_public) == (source, course.organization, True)
    module.save_revision().publish()
    assert Citation.objects.count() == 1
    ModulePage.objects.get(pk=module.pk).unpublish()
    assert not Citation.objects.exists()


def test_a_course_that_a_prepared_angkatan_uses_is_not_deleted(own: Organization) -> None:
    course = make_course(organization=own, modules=0)
    citra = make_person(name="Citra", role=Role.PUBLISHER, organization=own)
    cohort = make_cohort(course=course, is_open=False)
    client = signed_in(citra)
    address = f"/admin/pages/{course.pk}/delete/"
    assert "sedang disiapkan" in client.post(address, {"next": ""}, follow=True).content.decode()
    assert CoursePage.objects.filter(pk=course.pk).exists()
    cohort.delete()
    assert authoring.obstacles(course) == []
    assert authoring.obstacles(make_catalogue()) != []


def test_a_heavy_module_is_named_before_a_phone_has_to_bear_it(course: CoursePage) -> None:
    light = ModulePage.objects.child_of(course).get()
    assert authoring.weight_warning(light) == ""
    words = " ".join(f"kata{number * 7919 % 100_003}" for number in range(20_000))
    heavy = make_module(course, key="M2", body=make_body(("text", {"text": f"<p>{words}</p>", "sources": []})))
    assert "kB" in authoring.weight_warning(heavy)
    value = {"image": {"image": make_image().pk, "decorative": True, "alt_text": ""}, "caption": ""}
    pictured = make_module(course, key="M3", body=make_body(("image", value)))
    assert authoring.weight_warning(pictured) == ""
