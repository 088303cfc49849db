"""Reminders of quizzes that close with their angkatan, found by the state of the database at any tick of beat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.activities import quiz_activities
from assessments.allowing import closings
from assessments.models import Accommodation
from cms.messaging import Kind, Reminder
from courses.activities import ActivityState
from courses.models import Cohort
from courses.reminders import about, followers, moment

QUIZ_CLOSES = Kind(
    slug="quiz-closes",
    label=_("Quiz closes soon"),
    placeholders={
        "pelatihan": "Bimtek ATENSI",
        "kuis": "Post-test",
        "waktu": "Selasa, 24 November 2026 pukul 23.59 WIB",
    },
    default_subject="Segera ditutup: {kuis}",
    default_text="{nama}, {kuis} ({pelatihan}) ditutup {waktu}. Jawaban yang sudah tersimpan tidak hilang.",
)
#: So long before the angkatan closes; a late tick still reminds, until it has closed.
AHEAD = timedelta(hours=48)
OPEN_STATES = frozenset({ActivityState.TODO, ActivityState.STARTED})


def quizzes_closing(at: datetime) -> Iterable[Reminder]:
    """Everybody who still has to pass a quiz that counts, and can, when it closes for them within two days.

    A closing time that is moved, for all or for one, is a new fact and is announced again.
    """
    soon = Q(closes_at__gt=at, closes_at__lte=at + AHEAD)
    later = Accommodation.objects.in_force().filter(closes_later_until__gt=at, closes_later_until__lte=at + AHEAD)
    own, wide = later.values("enrolment__cohort"), later.filter(enrolment=None).values("cohort")
    closing = Cohort.objects.filter(status=Cohort.Status.OPEN, opens_at__lte=at, closes_at__isnull=False).filter(
        soon | Q(pk__in=own) | Q(pk__in=wide)
    )
    enrolments = list(
        followers(closing.values_list("pk", flat=True)).select_related(
            "user", "cohort__edition", "cohort__course", "cohort__organization"
        )
    )
    by_id = {enrolment.pk: enrolment for enrolment in enrolments}
    closes = closings(enrolments)
    for line in quiz_activities(enrolments):
        enrolment = by_id[line.enrolment_id]
        cohort, end = enrolment.cohort, closes(enrolment, line.key)
        if line.counts and line.state in OPEN_STATES and end is not None and at < end <= at + AHEAD:
            yield Reminder(
                kind=QUIZ_CLOSES.slug,
                user=enrolment.user,
                key=f"{cohort.public_id}:{line.key}:{end:%Y%m%dT%H%M}",
                context={"pelatihan": cohort.title, "kuis": line.title, "waktu": moment(end, cohort)},
                url=line.url,
                organization=cohort.organization,
                about=about(cohort),
                until=end,
            )
