"""Which bank a command means: the bank of a course goes by the address of the course's page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.errors import AssessmentError
from courses.models import CoursePage


class NoSuchBank(AssessmentError):
    """The message names the banks that there are."""


def bank_named(slug: str) -> CoursePage:
    """The course whose page has this slug; without one, the only course.  Raises NoSuchBank."""
    courses = CoursePage.objects.select_related("organization").order_by("slug", "pk")
    found = list((courses.filter(slug=slug) if slug else courses)[:2])
    if len(found) == 1:
        only: CoursePage = found[0]
        return only
    known = ", ".join(courses.values_list("slug", flat=True)[:30]) or "-"
    if found:
        sentence = (
            _("Several courses have the page address %(slug)s: rename one of the pages.") % {"slug": slug}
            if slug
            else _("There is more than one bank. Name one with --bank: %(known)s.") % {"known": known}
        )
        raise NoSuchBank(sentence)
    if not slug:
        raise NoSuchBank(_("There is no course yet, so there is no bank."))
    raise NoSuchBank(
        _("No course has the page address %(slug)s. There are: %(known)s.") % {"slug": slug, "known": known}
    )
