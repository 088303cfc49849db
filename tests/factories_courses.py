"""Courses, angkatan and enrolments for tests, made through the domain's own verbs where there is one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from wagtail.models import Page

from accounts.models import Organization, Role, User
from courses.cohorts import Schedule, open_cohort
from courses.models import CatalogueIndexPage, Cohort, CohortTrainer, CoursePage, Enrolment, ModulePage
from tests.factories_accounts import make_organization, make_person
from tests.factories_cms import make_body, make_home
from tests.indexing import unindexed

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 10.00 WIB
_serial = count(1)


@unindexed
def make_catalogue() -> CatalogueIndexPage:
    """The one catalogue page at /pelatihan/, made when it is missing."""
    found: CatalogueIndexPage | None = CatalogueIndexPage.objects.first()
    if found is not None:
        return found
    made: CatalogueIndexPage = make_home().add_child(instance=CatalogueIndexPage(title="Pelatihan", slug="pelatihan"))
    return made


@unindexed
def make_course(
    *, organization: Organization | None = None, title: str = "Bimtek ATENSI", modules: int = 2, **fields: Any
) -> CoursePage:
    """A published course with ``modules`` published modules M1, M2, ..."""
    number = next(_serial)
    fields.setdefault("code", f"BIMTEK-{number}")
    fields.setdefault("slug", f"bimtek-{number}")
    page = CoursePage(title=title, organization=organization or make_organization(), **fields)
    course: CoursePage = Page.objects.get(pk=make_catalogue().pk).add_child(instance=page)
    for index in range(1, modules + 1):
        make_module(course, key=f"M{index}")
    return CoursePage.objects.get(pk=course.pk)


@unindexed
def make_module(course: CoursePage, *, key: str = "M1", title: str = "", **fields: Any) -> ModulePage:
    fields.setdefault("body", make_body(("text", {"text": f"<p>Isi modul {key}.</p>", "sources": []})))
    fields.setdefault("jp_async", Decimal("2.5"))
    fields.setdefault("objectives", "Menjelaskan tujuan\nMenyebutkan tahapan")
    page = ModulePage(title=title or f"Judul {key}", slug=key.lower(), key=key, **fields)
    module: ModulePage = Page.objects.get(pk=course.pk).add_child(instance=page)
    return module


def make_cohort(
    *,
    course: CoursePage | None = None,
    trainer: User | None = None,
    is_open: bool = True,
    schedule: Schedule | None = None,
    at: datetime = AT,
    **fields: Any,
) -> Cohort:
    """An angkatan of 1 November to 31 December 2026 WIB, opened unless ``is_open`` is False."""
    course = course or make_course()
    schedule = schedule or Schedule(date(2026, 11, 1), date(2026, 12, 31), "Asia/Jakarta")
    number = next(_serial)
    fields.setdefault("organization", course.organization)
    cohort = Cohort.objects.create(
        course=course,
        name=fields.pop("name", f"Angkatan {number}"),
        code=fields.pop("code", f"A{number}"),
        starts_on=schedule.starts_on,
        ends_on=schedule.ends_on,
        opens_at=schedule.opens_at,
        closes_at=schedule.closes_at,
        time_zone=schedule.time_zone,
        **fields,
    )
    trainer = trainer or make_person(name="Pelatih Contoh", role=Role.TRAINER, organization=cohort.organization)
    CohortTrainer.objects.create(cohort=cohort, user=trainer, assigned_at=at)
    return open_cohort(cohort, actor=trainer, at=at) if is_open else cohort


def make_enrolment(*, cohort: Cohort | None = None, user: User | None = None, **fields: Any) -> Enrolment:
    cohort = cohort or make_cohort()
    user = user or make_person(role=Role.PARTICIPANT, organization=cohort.organization)
    fields.setdefault("enrolled_at", AT - timedelta(days=1))
    fields.setdefault("organization", cohort.organization)
    return Enrolment.objects.create(cohort=cohort, user=user, **fields)
