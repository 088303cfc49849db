"""Reminders of live sessions, found by the state of the database at any tick of beat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cms.messaging import Kind, Reminder
from courses.models import Cohort, Enrolment, LiveSession

SESSION_TOMORROW = Kind(
    slug="session-tomorrow",
    label=_("Live session tomorrow"),
    placeholders={
        "pelatihan": "Bimtek ATENSI",
        "sesi": "Sesi 2: Asesmen",
        "waktu": "Selasa, 24 November 2026 pukul 09.00 WIB",
    },
    default_subject="Sesi langsung: {sesi}",
    default_text="{nama}, sesi langsung {sesi} ({pelatihan}) dimulai {waktu}. Tautan untuk bergabung ada di halaman "
    "sesi itu: {tautan}",
)
#: So long before the start a session is announced; a late tick still announces it, until it starts.
AHEAD = timedelta(hours=24)


def sessions_tomorrow(at: datetime) -> Iterable[Reminder]:
    """Everybody who follows an open angkatan, for each of its sessions that starts within a day.

    A session that is moved is a new fact and is announced again; a cancelled one is not.
    """
    soon = LiveSession.objects.filter(
        status=LiveSession.Status.PLANNED,
        starts_at__gt=at,
        starts_at__lte=at + AHEAD,
        cohort__status=Cohort.Status.OPEN,
    )
    sessions = list(soon.select_related("cohort__edition", "cohort__course", "cohort__organization"))
    people = _people_by_cohort({session.cohort_id for session in sessions})
    for session in sessions:
        context = {"pelatihan": session.cohort.title, "sesi": session.title}
        context["waktu"] = moment(session.starts_at, session.cohort)
        for enrolment in people.get(session.cohort_id, []):
            yield Reminder(
                kind=SESSION_TOMORROW.slug,
                user=enrolment.user,
                key=f"{session.public_id}:{session.starts_at:%Y%m%dT%H%M}",
                context=context,
                url=session.get_absolute_url(),
                organization=session.cohort.organization,
                about=about(session.cohort),
                until=session.starts_at,
            )


def about(cohort: Cohort) -> str:
    """Pure.  How messages name the angkatan they belong to."""
    return f"cohort:{cohort.public_id}"


def moment(at: datetime, cohort: Cohort) -> str:
    """'Selasa, 24 November 2026 pukul 09.00 WIB', on the angkatan's clock."""
    with override("id"):
        local = at.astimezone(ZoneInfo(cohort.time_zone))
        return f"{date_format(local, 'l, j F Y')} pukul {local:%H.%M} {cohort.abbreviation}"


def followers(cohort_ids: Iterable[int]) -> QuerySet[Enrolment]:
    """Who follows these angkatan and can still be told something."""
    active = Enrolment.objects.filter(status=Enrolment.Status.ACTIVE, user__is_active=True)
    return active.filter(cohort__in=list(cohort_ids)).select_related("user").order_by("pk")


def _people_by_cohort(cohort_ids: set[int]) -> dict[int, list[Enrolment]]:
    found: dict[int, list[Enrolment]] = {}
    for enrolment in followers(cohort_ids) if cohort_ids else ():
        found.setdefault(enrolment.cohort_id, []).append(enrolment)
    return found
