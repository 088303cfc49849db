"""What is said about practice evidence through ``cms.messaging``; never what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Supervision, User
from assessments.assignments.telling import HANDED_IN
from assessments.evidence import supervisors
from assessments.models import AssignmentMark, AssignmentWork, Submission
from assessments.querysets import PRACTICE
from cms.messaging import Kind, Notice, Reminder, notify, notify_many
from courses.models import Cohort, EditionPart
from courses.reminders import about, moment

State = Submission.State
_EXAMPLES = {"pelatihan": "Bimtek ATENSI", "bukti": "Bukti praktik: Asesmen komprehensif"}
REVIEWED = Kind(
    slug="practice-reviewed",
    label=_("Practice evidence signed or returned"),
    placeholders=_EXAMPLES | {"hasil": "ditandatangani"},
    default_subject="{bukti}: {hasil}",
    default_text="{nama}, {bukti} ({pelatihan}) sudah diperiksa supervisor Anda: {hasil}. Buka untuk membaca: {tautan}",
)
HANDED_OVER = Kind(
    slug="practice-handed-over",
    label=_("Practice evidence waits for you"),
    placeholders=_EXAMPLES | {"orang": "Ani Lestari, S.Tr.Sos."},
    default_subject="Bukti praktik dari {orang}",
    default_text="{nama}, {orang} menyerahkan {bukti} ({pelatihan}) kepada Anda. Tanda tangani atau kembalikan dengan "
    "alasan: {tautan}",
    copyable=False,
    staff=True,
)
WAITS = Kind(
    slug="practice-waits",
    label=_("Practice evidence has waited long"),
    placeholders={"jumlah": "3"},
    default_subject="Bukti praktik menunggu Anda",
    default_text="{nama}, {jumlah} bukti praktik menunggu tanda tangan Anda lebih dari tujuh hari: {tautan}",
    copyable=False,
    staff=True,
)
LACKS = Kind(
    slug="practice-lacks",
    label=_("Practice evidence still to be handed in"),
    placeholders={"pelatihan": "Bimtek ATENSI", "waktu": "Selasa, 24 November 2026 pukul 23.59 WIB"},
    default_subject="Bukti praktik belum lengkap",
    default_text="{nama}, bukti praktik Anda ({pelatihan}) belum lengkap. Serahkan kepada supervisor sebelum angkatan "
    "ditutup {waktu}. Yang sudah Anda tulis tidak hilang: {tautan}",
)
KINDS = (REVIEWED, HANDED_OVER, WAITS, LACKS)
# Content, like the texts above: what stands for {hasil}.
RESULTS = {AssignmentMark.Result.ACCEPTED: "ditandatangani", AssignmentMark.Result.RETURNED: "perlu diperbaiki"}
#: After so long a supervisor is reminded, once a week while something still waits so long.
LONG = timedelta(days=7)
#: So long before the angkatan closes: a supervisor must still find time to read.
AHEAD = timedelta(days=14)


def reviewed(mark: AssignmentMark, *, at: datetime) -> None:
    """Tell the person that the supervisor has looked; once per judgement, never its words."""
    submission, work = mark.submission, mark.submission.work
    cohort = work.enrolment.cohort
    context = {"pelatihan": cohort.title, "bukti": str(work.part.json["title"])}
    notify(
        REVIEWED.slug,
        work.enrolment.user,
        key=f"{submission.public_id}:{mark.number}",
        context=context | {"hasil": RESULTS[AssignmentMark.Result(mark.result)]},
        url=work.get_absolute_url(),
        at=at,
        organization=cohort.organization,
        about=about(cohort),
    )


def handed_over(submission: Submission, given: Sequence[Supervision], *, at: datetime) -> None:
    """Tell each supervisor that something waits; once per version."""
    work = submission.work
    cohort = work.enrolment.cohort
    context = {
        "pelatihan": cohort.title,
        "bukti": str(work.part.json["title"]),
        "orang": work.enrolment.user.full_name,
    }
    notices = [
        Notice(
            kind=HANDED_OVER.slug,
            user=row.supervisor,
            key=str(submission.public_id),
            context=context,
            url=reverse("assessments:evidence", args=[submission.public_id]),
            organization=cohort.organization,
            about=about(cohort),
        )
        for row in given
    ]
    notify_many(notices, at=at)


def evidence_waiting(at: datetime) -> Iterator[Reminder]:
    """Supervisors with evidence that has waited for seven days or more, again after each further seven days.

    The weeks are counted from what has waited longest.  Two statements.
    """
    old = Submission.objects.filter(state=State.WAITING, submitted_at__lte=at - LONG, work__part__kind=PRACTICE)
    waiting = list(old.order_by("submitted_at").values_list("work__enrolment__user", "submitted_at", "public_id"))
    given = supervisors.by_person({person for person, _since, _id in waiting}, on=timezone.localdate(at))
    piles: dict[User, list[str]] = {}
    for person, since, public_id in waiting:
        for row in given.get(person, []):
            piles.setdefault(row.supervisor, []).append(f"{public_id}:{(at - since) // LONG}")
    for supervisor, pile in piles.items():
        yield Reminder(
            kind=WAITS.slug,
            user=supervisor,
            key=pile[0],
            context={"jumlah": str(len(pile))},
            url=reverse("assessments:evidence_queue"),
        )


def evidence_lacking(at: datetime) -> Iterator[Reminder]:
    """Whoever needs evidence, or has begun it, and has not handed in every stage two weeks before the angkatan closes.

    A closing time that is moved is a new fact and is announced again.
    """
    closing = Cohort.objects.filter(
        status=Cohort.Status.OPEN, opens_at__lte=at, closes_at__gt=at, closes_at__lte=at + AHEAD
    )
    for cohort in closing.filter(edition__parts__kind=PRACTICE).distinct().with_edition():
        if cohort.closes_at is not None:
            yield from _lacking(cohort, cohort.closes_at)


def _lacking(cohort: Cohort, closes_at: datetime) -> Iterator[Reminder]:
    parts = list(EditionPart.objects.filter(edition=cohort.edition_id, kind=PRACTICE))
    handed = dict(
        Submission.objects.filter(work__enrolment__cohort=cohort, work__part__in=parts, state__in=HANDED_IN)
        .order_by()
        .values_list("work__enrolment")
        .annotate(stages=Count("work__part", distinct=True))
    )
    people = cohort.enrolments.counting().filter(user__is_active=True).select_related("user").order_by("pk")
    if not any(part.json["counts"] for part in parts):
        people = people.filter(Exists(AssignmentWork.objects.filter(enrolment=OuterRef("pk"), part__in=parts)))
    for enrolment in people:
        if handed.get(enrolment.pk, 0) < len(parts):
            yield Reminder(
                kind=LACKS.slug,
                user=enrolment.user,
                key=f"{cohort.public_id}:{closes_at:%Y%m%dT%H%M}",
                context={"pelatihan": cohort.title, "waktu": moment(closes_at, cohort)},
                url=reverse("assessments:evidence_overview", args=[enrolment.public_id]),
                organization=cohort.organization,
                about=about(cohort),
                until=closes_at,
            )
