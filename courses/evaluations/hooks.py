"""Where an evaluation stands in the rest of the product: lines of a participant, columns, report, rekap mengajar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.activities import Activity, ActivityState, CohortLink
from courses.columns import Column, ColumnSet, Value
from courses.evaluations import plotting
from courses.evaluations.answering import is_time
from courses.evaluations.freezing import KEY, KIND, POSITION, Frozen, evaluations_of
from courses.evaluations.results import SCALE, Outcome, Results, Subject, results_of
from courses.models import Cohort, EditionModule, Enrolment, EvaluationAnswer, EvaluationReceipt, ModuleReading
from courses.reporting.sections import Figure, Section, Table
from courses.teaching import TeachingPart

if TYPE_CHECKING:
    from accounts.models import User

COLUMN = Column("evaluation", gettext_lazy("Evaluation"), "state")


def evaluation_lines(enrolments: Sequence[Enrolment]) -> Iterable[Activity]:
    """The line of each enrolment whose edition asks; one statement where none does, else four."""
    asked = _asked(enrolments)
    if not asked:
        return
    now = timezone.now()
    done = _answered(asked)
    editions = {one.cohort.edition_id for one in asked}
    modules = dict(
        EditionModule.objects.filter(edition__in=editions).order_by().values_list("edition").annotate(Count("pk"))
    )
    read = dict(
        ModuleReading.objects.filter(enrolment__in=list(asked))
        .order_by()
        .values_list("enrolment")
        .annotate(Count("pk"))
    )
    for one, evaluation in asked.items():
        read_all = read.get(one.pk, 0) >= modules.get(one.cohort.edition_id, 0)
        yield _line(one, evaluation, is_done=one.pk in done, is_open=is_time(one.cohort, read_all=read_all, at=now))


def _line(one: Enrolment, evaluation: Frozen, *, is_done: bool, is_open: bool) -> Activity:
    state = ActivityState.DONE if is_done else ActivityState.TODO if is_open else ActivityState.LOCKED
    if is_done:
        note = _("Sent. Thank you.")
    elif is_open:
        said = _("Anonymous. The certificate waits for it.") if evaluation.required else _("Anonymous and voluntary.")
        note = said
    elif one.cohort.is_closed:
        note = _("Not sent before the angkatan was closed.")
    else:
        note = _("Opens once all modules have been read.")
    return Activity(
        enrolment_id=one.pk,
        kind=KIND,
        key=KEY,
        title=evaluation.title,
        url=reverse("courses:evaluation", args=[one.cohort.public_id]),
        state=state,
        minutes=evaluation.minutes,
        position=POSITION,
        note=note,
        word=_("Fill in the evaluation"),
        counts=evaluation.required,
    )


def evaluation_column(enrolments: Sequence[Enrolment]) -> ColumnSet:
    """Who has answered, never what; one statement where nothing is asked, else two."""
    asked = _asked(enrolments)
    if not asked:
        return ColumnSet()
    done = _answered(asked)
    values: dict[tuple[int, str], Value] = {
        (one.pk, COLUMN.key): _("sent") if one.pk in done else _("not sent yet") for one in asked
    }
    return ColumnSet((COLUMN,), values)


def results_link(user: User, cohort: Cohort) -> Iterator[CohortLink]:
    """For whoever sees the angkatan; no statement."""
    if cohort.edition_id:
        yield CohortLink(_("Evaluation"), reverse("courses:evaluation_results", args=[cohort.public_id]))


def section(cohort: Cohort, people: Sequence[Enrolment], *, at: datetime) -> Section | None:
    """The part of the closing report: numbers about the training.

    What was said about facilitators and the texts stay on the page: more people read the report than may read these.
    """
    found = results_of(cohort)
    if found is None:
        return None
    told = [(_("Evaluations sent"), _("%(sheets)s of %(asked)s") % {"sheets": found.sheets, "asked": found.asked})]
    training = found.training
    if training is None or not training.scales:
        return Section(_("Evaluation by participants"), paragraphs=[too_few(found)], pairs=told)
    if training.mean is not None:
        told.append((_("Mean of all answers (1 to 5)"), number_format(training.mean)))
    figure = Figure(picture(training, name="evaluation"), description(training))
    return Section(
        _("Evaluation by participants"), pairs=told, figure=figure, tables=[table_of(training)],
    )  # fmt: skip


def too_few(found: Results) -> str:
    """Why there are no numbers."""
    said = _("Results are shown from %(minimum)s answers on, so that nobody can be recognised.")
    return said % {"minimum": found.evaluation.minimum}


def table_of(subject: Subject) -> Table:
    """The same as the picture, as a table."""
    headings = [_("Row number"), _("Question"), _("Answers"), _("Mean"), *(str(score) for score in SCALE)]
    rows = [
        [str(one.number), one.question.text, str(one.answers), said_mean(one), *(str(count) for count in one.counts)]
        for one in subject.scales
    ]
    return Table(headings, rows, "llrr" + "r" * len(SCALE))


def said_mean(one: Outcome) -> str:
    """ "4,25", or a dash without answers."""
    return "-" if one.mean is None else number_format(one.mean)


def picture(subject: Subject, *, name: str) -> str:
    """The bars of one subject."""
    title = subject.title or _("Evaluation of the training")
    return plotting.bars(subject.scales, title=title, description=description(subject), name=name)


def description(subject: Subject) -> str:
    """What the picture shows, in words."""
    return " ".join(
        _("Question %(number)s: mean %(mean)s.") % {"number": one.number, "mean": said_mean(one)}
        for one in subject.scales
    )


def evaluated_by_participants(user: User, start: datetime, end: datetime) -> list[TeachingPart]:
    """For the rekap mengajar: what participants of the year's angkatan gave this person.

    An angkatan belongs to the year of its first day.  The statements do not grow with the people; each angkatan takes
    five.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date() - timedelta(days=1)
    about = EvaluationAnswer.objects.filter(facilitator=user).values("cohort")
    began = Cohort.objects.filter(starts_on__gte=first, starts_on__lte=last, pk__in=about)
    cohorts = began.with_edition().order_by("starts_on", "pk")
    rows = []
    for cohort in cohorts:
        found = results_of(cohort)
        mine = next((one for one in found.subjects if one.facilitator_id == user.pk), None) if found else None
        mean = number_format(mine.mean) if mine and mine.mean is not None else _("fewer than five answers")
        rows.append([cohort.title, f"{cohort.name} ({cohort.code})", str(mine.people if mine else 0), mean])
    headings = [_("Training"), _("Cohort"), _("Answers"), _("Mean (1 to 5)")]
    return [TeachingPart(_("Evaluation by participants"), headings, "llrr", rows)]


def _asked(enrolments: Sequence[Enrolment]) -> dict[Enrolment, Frozen]:
    found = evaluations_of(one.cohort.edition_id for one in enrolments if one.cohort.edition_id)
    return {one: found[one.cohort.edition_id] for one in enrolments if one.cohort.edition_id in found}


def _answered(asked: Iterable[Enrolment]) -> set[int]:
    receipts = EvaluationReceipt.objects.filter(enrolment__in=list(asked))
    return set(receipts.values_list("enrolment_id", flat=True))
