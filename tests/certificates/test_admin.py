"""The Wagtail admin: own organizations only, the register to read, two administrators for a licence."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from certificates.frozen_rules import FrozenRule, write_parts
from certificates.models import AwardRule, Certificate, LspLicence, Signatory
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import make_award, make_certificate, make_course, make_licence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
REGISTER = "wagtailsnippets_certificates_certificate"
LICENCES = "wagtailsnippets_certificates_lsplicence"
RULES = "wagtailsnippets_certificates_awardrule"


@pytest.fixture
def certificate() -> Certificate:
    return make_certificate(organization=make_organization(name="Balai"))


@pytest.fixture
def citra(certificate: Certificate) -> User:
    return make_person(name="Citra", role=Role.ADMINISTRATOR, organization=certificate.issuer)


@pytest.fixture
def foreign_admin() -> User:
    return make_person(name="Dewi", role=Role.ADMINISTRATOR, organization=make_organization(name="Lain"))


def test_the_register_lists_own_certificates_and_offers_no_editing(
    client: Client, certificate: Certificate, citra: User, foreign_admin: User
) -> None:
    client.force_login(citra)
    text = client.get(reverse(f"{REGISTER}:list")).content.decode()
    assert certificate.number in text
    assert reverse("certificates:manage", args=[certificate.public_id]) in text
    assert client.get(reverse(f"{REGISTER}:inspect", args=[certificate.pk])).status_code == 200
    for action in ("edit", "delete"):
        assert client.get(reverse(f"{REGISTER}:{action}", args=[certificate.pk])).status_code in (302, 403, 404)
        client.post(reverse(f"{REGISTER}:{action}", args=[certificate.pk]), {"number": "1"})
    certificate.refresh_from_db()
    client.force_login(foreign_admin)
    assert certificate.number not in client.get(reverse(f"{REGISTER}:list")).content.decode()
    assert client.get(reverse(f"{REGISTER}:inspect", args=[certificate.pk])).status_code == 404


def test_trainers_have_no_way_to_the_register(client: Client, certificate: Certificate) -> None:
    client.force_login(make_person(name="Tono", role=Role.TRAINER, organization=certificate.issuer))
    assert client.get(reverse(f"{REGISTER}:list")).status_code == 302
    assert client.get(reverse("certificates:register")).status_code == 404


def test_a_licence_is_proposed_by_one_and_approved_by_another_administrator(
    client: Client, certificate: Certificate, citra: User
) -> None:
    home = certificate.issuer
    assert home is not None
    client.force_login(citra)
    posted = {
        "organization": home.pk,
        "number": "BNSP-LSP-0042-ID",
        "valid_from": "2026-01-01",
        "valid_until": "2029-12-31",
        "schemes": "SKM-1",
    }
    assert client.post(reverse(f"{LICENCES}:add"), posted).status_code == 302
    licence = LspLicence.objects.get()
    assert (licence.proposed_by, licence.approved_by) == (citra, None)
    approve = reverse("licence_approve", args=[licence.pk])
    client.post(approve)
    assert LspLicence.objects.get().approved_by is None
    eko = make_person(name="Eko", role=Role.ADMINISTRATOR, organization=home)
    client.force_login(eko)
    assert client.get(approve).status_code == 200
    client.post(approve)
    assert LspLicence.objects.get().approved_by == eko
    client.post(reverse(f"{LICENCES}:edit", args=[licence.pk]), {**posted, "number": "OTHER"})
    assert LspLicence.objects.get().number == "BNSP-LSP-0042-ID"


def test_an_edited_proposal_belongs_to_whoever_edited_it_last(
    client: Client, certificate: Certificate, citra: User
) -> None:
    assert certificate.issuer is not None
    licence = make_licence(certificate.issuer, approved_by=None, approved_at=None)
    client.force_login(citra)
    posted = {
        "organization": certificate.issuer.pk,
        "number": licence.number,
        "valid_from": "2026-01-01",
        "valid_until": "2035-12-31",
        "schemes": "SKM-1\nSKM-9",
    }
    client.post(reverse(f"{LICENCES}:edit", args=[licence.pk]), posted)
    client.post(reverse("licence_approve", args=[licence.pk]))
    licence.refresh_from_db()
    assert (licence.proposed_by, licence.approved_by) == (citra, None)


def test_a_rule_offers_own_courses_and_is_frozen_into_the_edition(
    client: Client, certificate: Certificate, citra: User
) -> None:
    home = certificate.issuer
    assert home is not None
    course, foreign = make_course(home), make_course(make_organization(name="Lain"), code="X-1")
    signatory = Signatory.objects.create(organization=home, name="Rahmat", position="Kepala")
    client.force_login(citra)
    posted = {
        "organization": home.pk,
        "course": foreign.pk,
        "kind": "training",
        "mode": "approval",
        "is_active": "on",
        "result_label": "Lulus",
        "validity_months": "",
        "signatory": signatory.pk,
        "legal_basis": "Permensos 7/2021\n",
        "number_template": "{urut:04d}/{jenis}/{kode_unit}/{bulan_romawi}/{tahun}",
        "classification": "",
        "scheme_code": "",
        "scheme_title": "",
    }
    assert client.post(reverse(f"{RULES}:add"), posted).status_code == 200
    assert not AwardRule.objects.exists()
    assert client.post(reverse(f"{RULES}:add"), {**posted, "course": course.pk}).status_code == 302
    rule = AwardRule.objects.get()
    [part] = write_parts(course)
    frozen = FrozenRule.from_json(part.json)
    assert (frozen.mode, frozen.legal_basis, frozen.signatory["name"]) == ("approval", ("Permensos 7/2021",), "Rahmat")
    AwardRule.objects.filter(pk=rule.pk).update(mode="automatic")
    assert FrozenRule.from_json(part.json).mode == "approval"


def test_a_competence_rule_needs_scheme_and_units(client: Client, certificate: Certificate, citra: User) -> None:
    home = certificate.issuer
    assert home is not None
    signatory = Signatory.objects.create(organization=home, name="Rahmat", position="Kepala")
    client.force_login(citra)
    posted = {
        "organization": home.pk,
        "course": make_course(home).pk,
        "kind": "competence",
        "mode": "automatic",
        "is_active": "on",
        "result_label": "Kompeten",
        "signatory": signatory.pk,
        "number_template": "{urut:04d}/{tahun}",
    }
    text = client.post(reverse(f"{RULES}:add"), posted).content.decode()
    assert "memerlukan ini" in text
    assert not AwardRule.objects.exists()


def test_the_administrators_first_page_says_what_waits(client: Client, certificate: Certificate, citra: User) -> None:
    assert certificate.issuer is not None
    make_award(organization=certificate.issuer, mode="approval")
    make_licence(certificate.issuer, approved_by=None, approved_at=None)
    client.force_login(citra)
    text = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "1 kelulusan menunggu penetapan Anda" in text
    assert "1 lisensi LSP menunggu administrator kedua" in text
    assert reverse(f"{REGISTER}:list") in text
    client.force_login(make_person(name="Tono", role=Role.TRAINER, organization=certificate.issuer))
    assert "suluh-certificates" not in client.get(reverse("wagtailadmin_home")).content.decode()
