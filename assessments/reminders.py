"""Reminders of quizzes that close with their angkatan, found by the state of the database at any tick of beat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from assessments.activities import quiz_activities
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
    """Everybody who still has to pass a quiz that counts, and can, in an angkatan that closes within two days.

    A closing time that is moved is a new fact and is announced again.
    """
    closing = Cohort.objects.filter(
        status=Cohort.Status.OPEN, opens_at__lte=at, closes_at__gt=at, closes_at__lte=at + AHEAD
    )
    enrolments = list(
        followers(closing.values_list("pk", flat=True)).select_related(
            "user", "cohort__edition", "cohort__course", "cohort__organization"
        )
    )
    by_id = {enrolment.pk: enrolment for enrolment in enrolments}
    for line in quiz_activities(enrolments):
        cohort = by_id[line.enrolment_id].cohort
        if line.counts and line.state in OPEN_STATES and cohort.closes_at is not None:
            yield Reminder(
                kind=QUIZ_CLOSES.slug,
                user=by_id[line.enrolment_id].user,
                key=f"{cohort.public_id}:{line.key}:{cohort.closes_at:%Y%m%dT%H%M}",
                context={"pelatihan": cohort.title, "kuis": line.title, "waktu": moment(cohort.closes_at, cohort)},
                url=line.url,
                organization=cohort.organization,
                about=about(cohort),
                until=cohort.closes_at,
            )
