"""Certificates for tests: a training with a frozen award rule, people who completed it, and keys made once."""

from __future__ import annotations

import shutil
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from wagtail.models import Page

from accounts.models import Organization, Role, User
from assessments.models import Recommendation
from certificates import awarding, deciding, filing, issuing, revocations
from certificates.keys import SigningKeys, load_signing_keys
from certificates.keys.making import Owner
from certificates.models import Award, Certificate, LspLicence
from courses.models import Cohort, CompetencyUnit, CoursePage, Edition, EditionModule, EditionPart, Enrolment
from tests.factories_accounts import AT, make_organization, make_person
from tests.indexing import unindexed
from tests.kept_keys import keys_in

PASSPHRASE = "a passphrase that only tests use"
_serial = count(1)


def key_folder(*, demo: bool = True) -> Path:
    """A folder of this process with keys, made once per run."""
    return _keys_made(demo)


@lru_cache(maxsize=2)
def _keys_made(demo: bool) -> Path:
    # One spelling of the argument: the cache takes ``f()`` and ``f(demo=True)`` for two calls and would make keys anew.
    folder = Path(settings.WORKER_DIR) / ("keys" if demo else "keys-real")
    shutil.rmtree(folder, ignore_errors=True)
    owner = Owner(name="Balai Contoh", demo=demo)
    keys_in(folder, passphrase=PASSPHRASE, owner=owner, at=AT - timedelta(days=400))
    return folder


def signing_keys(*, demo: bool = True) -> SigningKeys:
    """The keys of ``key_folder``, also for a test that was not given the passphrase of a worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
        return load_signing_keys(key_folder(demo=demo))


def make_part(
    edition: Edition, *, issuer: Organization, kind: str = "training", mode: str = "automatic", **facts: Any
) -> EditionPart:
    """The frozen award rule of an edition, as ``frozen_rules.freeze`` writes it."""
    competence = kind == "competence"
    part = {
        "schema": 1,
        "kind": kind,
        "mode": mode,
        "result_label": "Kompeten" if competence else "Lulus",
        "legal_basis": ["Peraturan Menteri Sosial Nomor 7 Tahun 2021"],
        "validity_months": None,
        "issuer": {
            "id": str(issuer.public_id),
            "name": issuer.name,
            "code": issuer.code,
            "time_zone": issuer.time_zone,
        },
        "signatory": {"name": "Rahmat Hidayat, M.Si.", "position": "Kepala Balai", "acting": "", "place": "Serang"},
        "units": [],
        "scheme_code": "SKM-1" if competence else "",
        "scheme_title": "Pendampingan ATENSI" if competence else "",
        "number_template": "{urut:04d}/{jenis}/{kode_unit}/{bulan_romawi}/{tahun}",
        "classification": "",
        **facts,
    }
    return EditionPart.objects.create(edition=edition, kind="award", key=str(uuid.uuid4()), sha256="0" * 64, json=part)


def make_edition(
    organization: Organization, *, title: str = "Bimtek ATENSI Dasar", course: CoursePage | None = None
) -> Edition:
    number = next(_serial)
    edition = Edition.objects.create(
        course=course,
        organization=organization,
        number=number,
        facts={"public_id": str(uuid.uuid4()), "title": title, "code": "ATENSI-01", "jp": "4.0", "jp_proposed": True},
        manifest={},
        sha256=f"{number:064x}",
        frozen_at=AT - timedelta(days=30),
    )
    for position, name in enumerate(("Pengantar ATENSI", "Asesmen dan rencana"), start=1):
        EditionModule.objects.create(
            edition=edition,
            key=f"M{position}",
            title=name,
            position=position,
            minutes=90,
            jp_async=Decimal("1.5"),
            jp_sync=Decimal("0.5"),
            units=[{"code": f"T-{position}", "kind": "stage", "title": f"Tahap {position}"}],
            sha256="0" * 64,
        )
    return edition


def make_cohort(organization: Organization, *, edition: Edition | None = None, **fields: Any) -> Cohort:
    number = next(_serial)
    values: dict[str, Any] = {
        "name": f"Angkatan {number}",
        "code": f"A-{number}",
        "starts_on": date(2026, 11, 2),
        "ends_on": date(2026, 11, 20),
        "opens_at": AT - timedelta(days=20),
        "status": Cohort.Status.OPEN,
        "opened_at": AT - timedelta(days=20),
        "time_zone": organization.time_zone,
    }
    edition = edition or make_edition(organization)
    return Cohort.objects.create(organization=organization, edition=edition, **{**values, **fields})


def make_enrolment(user: User, cohort: Cohort, *, completed_at: datetime | None = AT, **fields: Any) -> Enrolment:
    status = Enrolment.Status.COMPLETED if completed_at else Enrolment.Status.ACTIVE
    return Enrolment.objects.create(
        user=user,
        cohort=cohort,
        status=status,
        enrolled_at=AT - timedelta(days=19),
        completed_at=completed_at,
        **fields,
    )


def make_award(
    *,
    person: User | None = None,
    organization: Organization | None = None,
    kind: str = "training",
    course: CoursePage | None = None,
    **facts: Any,
) -> Award:
    """The evaluated award of a completed enrolment; ``facts`` go into the frozen rule."""
    organization = organization or make_organization(name="Balai Contoh")
    person = person or make_person(role=Role.PARTICIPANT, organization=organization)
    cohort = make_cohort(organization, edition=make_edition(organization, course=course), course=course)
    assert cohort.edition is not None
    make_part(cohort.edition, issuer=organization, kind=kind, **facts)
    return awarding.evaluate(make_enrolment(person, cohort).pk, at=AT)[0]


def make_certificate(*, at: datetime = AT, with_file: bool = False, **fields: Any) -> Certificate:
    """A certificate issued through the product's own verbs; ``with_file`` also renders and seals it."""
    award = make_award(**fields)
    certificate = issuing.issue(award.pk, keys=signing_keys(), at=at)
    assert certificate is not None
    if with_file:
        filing.make_file(certificate.pk, keys=signing_keys(), at=AT)
        certificate.refresh_from_db()
    return certificate


def revoke(certificate: Certificate, *, reason: str = "Keliru", at: datetime = AT) -> None:
    """Revoked as it must be: one administrator of the issuer asks, a pimpinan agrees."""
    asker = make_person(name="Hasan Admin", role=Role.ADMINISTRATOR, organization=certificate.issuer)
    second = make_person(name="Wati Kepala", role=Role.PIMPINAN, organization=certificate.issuer)
    asked = revocations.request(certificate, reason=reason, actor=asker, at=at)
    revocations.agree(asked, actor=second, at=at)


def make_decided(
    organization: Organization, *, enrolment: Enrolment | None = None, scheme: str = "SKM-1", **facts: Any
) -> Award:
    """A competence award that was recommended and decided on with yes; the organization needs a licence."""
    unit, budi = make_unit("U-1"), make_person(name="Budi", role=Role.ASSESSOR, organization=organization)
    enrolment = enrolment or make_enrolment(make_person(), make_cohort(organization))
    edition = enrolment.cohort.edition
    assert edition is not None
    units = [{"code": unit.code, "title": unit.title}]
    part = make_part(edition, issuer=organization, kind="competence", units=units, scheme_code=scheme, **facts)
    awarding.evaluate(enrolment.pk, at=AT)
    Recommendation.objects.create(
        enrolment=enrolment, unit=unit, result="competent", reason="Bukti lengkap", assessor=budi, at=AT
    )
    head = make_person(name="Direktur", role=Role.PIMPINAN, organization=organization)
    award = Award.objects.get(enrolment=enrolment, part=part)
    return deciding.decide(award, accepted=True, reason="", actor=head, at=AT)


def make_licence(organization: Organization, **fields: Any) -> LspLicence:
    values: dict[str, Any] = {
        "number": f"BNSP-LSP-{next(_serial):04d}-ID",
        "valid_from": date(2025, 1, 1),
        "valid_until": date(2029, 12, 31),
        "schemes": "SKM-1\nSKM-2",
        "proposed_by": make_person(name="Citra Admin"),
        "proposed_at": AT - timedelta(days=10),
        "approved_by": make_person(name="Eko Admin"),
        "approved_at": AT - timedelta(days=9),
    }
    return LspLicence.objects.create(organization=organization, **{**values, **fields})


@unindexed
def make_course(organization: Organization, *, code: str = "ATENSI-01") -> CoursePage:
    root = Page.objects.get(depth=1)
    page = CoursePage(title="Bimtek ATENSI Dasar", slug=f"kursus-{next(_serial)}", organization=organization, code=code)
    course: CoursePage = root.add_child(instance=page)
    return course


def make_unit(code: str = "U-1") -> CompetencyUnit:
    unit, _created = CompetencyUnit.objects.get_or_create(code=code, defaults={"title": f"Unit {code}"})
    return unit
