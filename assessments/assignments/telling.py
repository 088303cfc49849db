"""What is said about assignments through ``cms.messaging``: a mark, and a due date that comes near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.assignments.parts import PART_KIND, rules_of
from assessments.assignments.terms import Terms, terms_by_key, terms_of
from assessments.models import AssignmentMark, Submission
from cms.messaging import Kind, Reminder, notify
from courses.models import Cohort, EditionPart
from courses.reminders import about, followers, moment

_EXAMPLES = {"pelatihan": "Bimtek ATENSI", "tugas": "Rencana tindak lanjut (RTL)"}
MARKED = Kind(
    slug="assignment-marked",
    label=_("Assignment marked"),
    placeholders=_EXAMPLES | {"hasil": "diterima"},
    default_subject="{tugas}: {hasil}",
    default_text="{nama}, {tugas} ({pelatihan}) sudah diperiksa: {hasil}. Buka untuk membaca komentar pelatih: "
    "{tautan}",
)
DUE = Kind(
    slug="assignment-due",
    label=_("Assignment due soon"),
    placeholders=_EXAMPLES | {"waktu": "Selasa, 24 November 2026 pukul 23.59 WIB"},
    default_subject="Segera dikumpulkan: {tugas}",
    default_text="{nama}, {tugas} ({pelatihan}) dikumpulkan paling lambat {waktu}. Yang sudah Anda tulis tidak hilang: "
    "{tautan}",
)
# Content, like the texts above: what stands for {hasil}.
RESULTS = {AssignmentMark.Result.ACCEPTED: "diterima", AssignmentMark.Result.RETURNED: "perlu diperbaiki"}
#: So long before the due date; a late tick still reminds, until it is over.
AHEAD = timedelta(hours=48)
#: States after which a person need not be reminded.
HANDED_IN = (Submission.State.WAITING, Submission.State.ACCEPTED)


def marked(mark: AssignmentMark, *, at: datetime) -> None:
    """Tell the person that there is a mark to read; once per mark, never the mark itself."""
    submission, work = mark.submission, mark.submission.work
    cohort = work.enrolment.cohort
    context = {"pelatihan": cohort.title, "tugas": str(work.part.json["title"])}
    notify(
        MARKED.slug,
        work.enrolment.user,
        key=f"{submission.public_id}:{mark.number}",
        context=context | {"hasil": RESULTS[AssignmentMark.Result(mark.result)]},
        url=work.get_absolute_url(),
        at=at,
        organization=cohort.organization,
        about=about(cohort),
    )


def assignments_due(at: datetime) -> Iterable[Reminder]:
    """Whoever follows an angkatan and has handed in nothing that waits or was accepted, two days before it is due.

    A date that is moved is a new fact and is announced again.
    """
    running = Cohort.objects.filter(status=Cohort.Status.OPEN, opens_at__lte=at)
    cohorts = list(running.filter(edition__parts__kind=PART_KIND).distinct().with_edition())
    parts: dict[int, list[EditionPart]] = {}
    for part in EditionPart.objects.filter(kind=PART_KIND, edition__in={one.edition_id for one in cohorts}):
        parts.setdefault(part.edition_id, []).append(part)
    decided = terms_by_key(one.pk for one in cohorts)
    for cohort in cohorts:
        for part in parts.get(cohort.edition_id or 0, []):
            terms = terms_of(rules_of(part.json), cohort, decided.get((cohort.pk, part.key)))
            due_at = terms.due_at
            if terms.closed_at is None and due_at is not None and at < due_at <= at + AHEAD:
                yield from _reminders(cohort, part, terms)


def _reminders(cohort: Cohort, part: EditionPart, terms: Terms) -> Iterator[Reminder]:
    if terms.due_at is None:
        return
    done = Submission.objects.filter(work__enrolment=OuterRef("pk"), work__part=part, state__in=HANDED_IN)
    context = {"pelatihan": cohort.title, "tugas": part.json["title"], "waktu": moment(terms.due_at, cohort)}
    for enrolment in followers([cohort.pk]).exclude(Exists(done)):
        yield Reminder(
            kind=DUE.slug,
            user=enrolment.user,
            key=f"{cohort.public_id}:{part.key}:{terms.due_at:%Y%m%dT%H%M}",
            context=context,
            url=reverse("assessments:assignment", args=[enrolment.public_id, part.key]),
            organization=cohort.organization,
            about=about(cohort),
            until=terms.due_at,
        )
