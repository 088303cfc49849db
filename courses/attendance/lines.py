"""The lines of live sessions on /belajar/, on a participant's angkatan page and on the trainer's page about one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activities import Activity, ActivityState
from courses.attendance.mine import zone_of
from courses.attendance.standing import KEY, KIND, Standing, standings
from courses.models import Cohort, Enrolment, LiveSession, Requirement, SessionResult
from courses.models.sessions import CODE_GRACE
from courses.templatetags.course_times import jp
from courses.templatetags.session_times import hour, when

# Before the modules: a session has an hour, a module has not.  Done ones must not make practice seem passed by.
_SESSIONS, _ATTENDANCE = -1, 0
_SHOWN = 3
SESSION = "session"


def attendance_lines(enrolments: Sequence[Enrolment]) -> Iterable[Activity]:
    """The next sessions of each angkatan, and how far attendance has come where it is required.

    Seven statements, whatever the number of enrolments.
    """
    now = timezone.now()
    running = [one for one in enrolments if one.cohort.status == Cohort.Status.OPEN]
    coming: dict[int, list[LiveSession]] = defaultdict(list)
    sessions = LiveSession.objects.planned().filter(cohort__in={one.cohort_id for one in running})
    for session in sessions.filter(ends_at__gte=now - CODE_GRACE).order_by("starts_at", "pk"):
        coming[session.cohort_id].append(session)
    attended = set(
        SessionResult.objects.filter(enrolment__in=running, attended=True, session__ends_at__gte=now - CODE_GRACE)
        .values_list("enrolment_id", "session_id")
    )  # fmt: skip
    for one in running:
        for session in coming[one.cohort_id][:_SHOWN]:
            yield _session_line(one, session, now=now, is_present=(one.pk, session.pk) in attended)
    yield from _requirement_lines(enrolments)


def _session_line(enrolment: Enrolment, session: LiveSession, *, now: datetime, is_present: bool) -> Activity:
    zone = zone_of(enrolment)
    session.cohort = enrolment.cohort
    near = session.takes_codes(at=now)
    state, note, word = ActivityState.WAITING, when(session, zone), _("Open the session")
    if is_present:
        state, note = ActivityState.DONE, _("You are recorded as present.")
    elif near:
        state = ActivityState.TODO
        note = _("Live session at %(hour)s: join and enter the code your trainer shows.") % {
            "hour": hour(session.starts_at, zone)
        }
        word = _("Go to the session")
    return Activity(
        enrolment_id=enrolment.pk,
        kind=SESSION,
        key=str(session.public_id),
        title=session.title,
        url=reverse("courses:session", args=[session.public_id]),
        state=state,
        minutes=session.minutes,
        position=_SESSIONS,
        note=note,
        word=word,
    )


def _requirement_lines(enrolments: Sequence[Enrolment]) -> Iterable[Activity]:
    editions = {one.cohort.edition_id for one in enrolments if one.cohort.edition_id}
    needs = Requirement.objects.filter(edition__in=editions, kind=KIND, key=KEY)
    labels = {need.edition_id: need.label for need in needs}
    asked = [one for one in enrolments if one.cohort.edition_id in labels]
    if not asked:
        return
    found = standings(asked)
    for enrolment in asked:
        standing = found[enrolment.pk]
        yield Activity(
            enrolment_id=enrolment.pk,
            kind=KIND,
            key=KEY,
            title=labels[enrolment.cohort.edition_id or 0],
            url=reverse("courses:my_sessions"),
            state=ActivityState.DONE if standing.is_met else ActivityState.WAITING,
            position=_ATTENDANCE,
            note=_said(standing),
        )


def _said(standing: Standing) -> str:
    numbers = {"attended": jp(standing.attended), "target": jp(standing.target), "percent": standing.percent}
    return _("%(attended)s of %(target)s live JP attended (%(percent)s%%)") % numbers
