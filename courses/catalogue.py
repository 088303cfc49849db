"""The published courses as the home page shows them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.catalogue import CatalogueEntry
from courses.models import CoursePage
from courses.templatetags.course_times import jp

MOST = 12


def entries() -> Iterator[CatalogueEntry]:
    """Live courses by title; one statement."""
    for course in CoursePage.objects.live().select_related("organization").with_totals().order_by("title")[:MOST]:
        modules = ngettext("%(count)s module", "%(count)s modules", course.module_count) % {
            "count": course.module_count
        }
        hours = f"{jp(course.jp_total)} JP"
        if course.jp_proposed:
            hours = _("%(hours)s (proposed)") % {"hours": hours}
        yield CatalogueEntry(course.title, course.url or "", course.summary, (modules, hours, course.organization.name))
