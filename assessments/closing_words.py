"""Which of the two holds when an angkatan closes while somebody sits a quiz, as the participant is told it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments import deadlines
from courses.reminders import moment

if TYPE_CHECKING:
    from assessments.deadlines import Allowance
    from assessments.models import Attempt
    from courses.models import EditionPart, Enrolment


def before(enrolment: Enrolment, part: EditionPart, allowance: Allowance) -> str:
    """On the page before the start; empty where the angkatan has no closing."""
    closing = deadlines.closing_for(enrolment.cohort.closes_at, allowance)
    if closing is None:
        return ""
    if deadlines.cuts_running(part.json):
        words = _("%(moment)s. This also ends an attempt that is still running then, whatever time it has left.")
    elif part.json["time_limit_minutes"] is None:
        words = _(
            "%(moment)s. It does not cut short an attempt that is running: what was begun before can be finished until "
            "a trainer closes the angkatan."
        )
    else:
        words = _("%(moment)s. It does not cut short an attempt that is running: who has begun has the whole time.")
    return words % {"moment": moment(closing, enrolment.cohort)}


def during(attempt: Attempt) -> str:
    """On the page with the questions; empty where the angkatan has no closing."""
    cohort = attempt.enrolment.cohort
    closing = attempt.cut_at or cohort.closes_at
    if closing is None:
        return ""
    words = _("The closing of the angkatan on %(moment)s does not end this attempt.")
    if attempt.cut_at is not None:
        words = _("The closing of the angkatan on %(moment)s also ends this attempt.")
    return words % {"moment": moment(closing, cohort)}
