"""The angkatan of a wave in one table; statements do not grow with angkatan or people."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from courses.models import Cohort, Enrolment, JoinRequest, LiveSession, Wave, WaveRun
from courses.people_table import seats_among
from courses.roll import NEVER_HERE, SILENT, Seat, counts

PAGE_SIZE = 50
NUMBERS = ("people", "completed", "unnamed", "sessions_planned", "wishes")
#: Counted as the page of each angkatan counts them, under these filters.
WATCHED = {"silent": SILENT, "never_here": NEVER_HERE}


def rows_of(wave: Wave, *, viewer: User, at: datetime) -> list[Cohort]:
    """``angkatan_of``, each also with who is silent and who never signed in (``WATCHED``)."""
    rows = list(angkatan_of(wave, viewer=viewer))
    seats: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats_among(Enrolment.objects.filter(cohort__in=rows)) if rows else ():
        seats[seat.cohort_id].append(seat)
    for row in rows:
        counted = counts(seats[row.pk], at=at)
        for name, key in WATCHED.items():
            setattr(row, name, counted[key])
    return rows


def angkatan_of(wave: Wave, *, viewer: User) -> QuerySet[Cohort]:
    """Those that ``viewer`` oversees, each with its numbers (``NUMBERS``)."""
    enrolments = Enrolment.objects.counting()
    return (
        wave.cohorts.overseen_by(viewer)
        .with_edition()
        .annotate(
            people=_count(enrolments),
            completed=_count(enrolments.filter(status=Enrolment.Status.COMPLETED)),
            unnamed=_count(enrolments.filter(user__name_confirmed_at=None)),
            sessions_planned=_count(LiveSession.objects.planned()),
            wishes=_count(JoinRequest.objects.pending()),
        )
        .order_by("pk")
    )


def totals(rows: list[Cohort]) -> dict[str, int]:
    """The last line of the table."""
    return {name: sum(getattr(row, name) for row in rows) for name in (*NUMBERS, *WATCHED)}


def left_of(run: WaveRun) -> list[tuple[str, str]]:
    """Angkatan that a run left as they were, by name, each with the reason."""
    reasons = {public_id: reason for public_id, reason in run.outcomes.items() if reason}
    found = Cohort.objects.filter(public_id__in=reasons).order_by("pk") if reasons else []
    return [(cohort.name, reasons[str(cohort.public_id)]) for cohort in found]


def waves_of(user: User, *, page: str | int = 1) -> Page[Wave]:
    """Waves this person oversees, newest first, each with ``angkatan``, ``people`` and ``waiting``."""
    in_wave = Cohort.objects.filter(wave=OuterRef("pk")).order_by().values("wave")
    enrolled = (
        Enrolment.objects.counting()
        .filter(cohort__wave=OuterRef("pk"))
        .order_by()
        .values("cohort__wave")
        .annotate(found=Count("pk"))
        .values("found")
    )
    shown = (
        Wave.objects.visible_to(user)
        .select_related("organization", "course")
        .annotate(
            angkatan=Coalesce(Subquery(in_wave.annotate(found=Count("pk")).values("found")), 0),
            opened=Coalesce(
                Subquery(in_wave.filter(status=Cohort.Status.OPEN).annotate(found=Count("pk")).values("found")), 0
            ),
            people=Coalesce(Subquery(enrolled), 0),
        )
    )
    return Paginator(shown.order_by("-created_at", "-pk"), PAGE_SIZE).get_page(page)


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many of ``rows`` belong to the angkatan at hand."""
    mine = rows.filter(cohort=OuterRef("pk")).order_by().values("cohort").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(mine, output_field=IntegerField()), 0)
