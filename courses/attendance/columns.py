"""Attendance as a column of the angkatan page and its papers, and what counts as a sign of life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from courses.attendance.standing import standings
from courses.columns import Column, ColumnSet
from courses.models import Enrolment, Presence

PERCENT = Column("attendance", _("Attendance"), "percent")
LIVE_JP = Column("live_jp", _("Live JP attended"), "number", wide=True)
#: What the person did, not what others wrote down.
_OWN = (Presence.Source.JOIN, Presence.Source.CODE)


def attendance_columns(enrolments: Sequence[Enrolment]) -> ColumnSet:
    """Percent of the live JP and the JP themselves, for angkatan that have any; five statements."""
    found = standings(enrolments)
    having = {pk: standing for pk, standing in found.items() if standing.target}
    if not having:
        return ColumnSet()
    percents = {(pk, PERCENT.key): standing.percent for pk, standing in having.items()}
    jp = {(pk, LIVE_JP.key): standing.attended for pk, standing in having.items()}
    return ColumnSet((PERCENT, LIVE_JP), {**percents, **jp})


def latest_arrivals(enrolment_ids: Sequence[int]) -> dict[int, datetime]:
    """When each last opened a join link or typed a code; one statement."""
    rows = Presence.objects.filter(enrolment__in=list(enrolment_ids), source__in=_OWN).order_by()
    return dict(rows.values_list("enrolment_id").annotate(latest=Max("recorded_at")))
