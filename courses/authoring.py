"""Around writing a course: where it hangs, what it weighs on a phone, what stands in the way of deleting it."""

from __future__ import annotations

import gzip
from typing import Any

from django.db import router
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.freezing import freeze_body
from cms.models import HomePage
from courses.models import CatalogueIndexPage, Cohort, CoursePage, ModulePage

# Bytes of a first visit to a module: 45 kB without its images, 200 kB with (design, section 10).  What surrounds the
# body (page frame, stylesheet) takes about 15 kB of the first.
TEXT_BUDGET = 30_000
WHOLE_BUDGET = 185_000


def catalogue() -> CatalogueIndexPage | None:
    """The page below which courses hang."""
    found: CatalogueIndexPage | None = CatalogueIndexPage.objects.order_by("path").first()
    return found


def new_course_address() -> str:
    """Where a new course is written in the admin; the admin's start while there is no catalogue."""
    found = catalogue()
    if found is None:
        return reverse("wagtailadmin_home")
    return reverse("wagtailadmin_pages:add", args=["courses", "coursepage", found.pk])


def provide_catalogue(home: HomePage) -> None:
    """Make the catalogue below ``home`` if there is none; a step of ``cms.provisioning``."""
    if catalogue() is None:
        intro = "Silabus terbuka bagi siapa saja; isi modul dibaca peserta pada angkatannya."
        page = home.add_child(instance=CatalogueIndexPage(title="Pelatihan", slug="pelatihan", intro=intro))
        page.save_revision().publish()


def obstacles(page: Any) -> list[str]:
    """Why this page cannot be deleted now, in words; empty when nothing speaks against it.

    An opened angkatan is no obstacle: it reads from its edition.
    """
    found = []
    if isinstance(page, CatalogueIndexPage):
        found.append(_("The catalogue is part of the site and stays."))
    courses = CoursePage.objects.descendant_of(page, inclusive=True)
    waiting = Cohort.objects.filter(course__in=courses, status=Cohort.Status.DRAFT).count()
    if waiting:
        said = ngettext(
            "%(count)s angkatan in preparation uses this course: open it first.",
            "%(count)s angkatan in preparation use this course: open them first.",
            waiting,
        )
        found.append(said % {"count": waiting})
    return found + _protections(page)


def _protections(page: Any) -> list[str]:
    collector = Collector(using=router.db_for_write(type(page)), origin=page)
    try:
        collector.collect([page])
    except (ProtectedError, RestrictedError) as error:
        held = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        names = ", ".join(sorted({str(one._meta.verbose_name) for one in held}))
        return [_("This is still used by: %(names)s.") % {"names": names}]
    return []


def weight_warning(module: ModulePage) -> str:
    """One sentence when the module is heavier on a first visit than a phone on a weak line should bear; else empty."""
    frozen = freeze_body(module.body)
    text = len(gzip.compress(frozen.html.encode()))
    shown = [entry for entry in frozen.media.values() if entry.content_type.startswith("image/")]
    # A phone fetches one width of each picture; the narrow one is kept first.
    whole = text + sum(len(entry.bytes) for entry in shown) // 2
    if text <= TEXT_BUDGET and whole <= WHOLE_BUDGET:
        return ""
    return _(
        "This module weighs about %(size)s kB on a first visit (budget: 200 kB): use fewer or smaller pictures."
    ) % {"size": (whole + 15_000) // 1000}
