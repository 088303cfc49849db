"""Quizzes as lines on the pages of participants and trainers (courses.activities)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import roles
from assessments import accommodating, granting, late_answers, settling
from assessments.attempting import Standing
from assessments.models import Attempt, MarkingTask
from assessments.quiz_rules import QuizRules
from courses.activities import Activity, ActivityState, CohortLink, TrainerLink
from courses.cohorts import may_run
from courses.models import CohortTrainer, EditionPart, Enrolment
from courses.reminders import moment

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort

QUIZ, PRETEST, PRACTICE = "quiz", "pretest", "practice"
MINUTES_PER_QUESTION = 1.5


def quiz_activities(enrolments: Sequence[Enrolment]) -> list[Activity]:
    """One line per enrolment and quiz; four statements, however many enrolments."""
    editions = {enrolment.cohort.edition_id for enrolment in enrolments}
    parts = defaultdict(list)
    for part in EditionPart.objects.filter(edition__in=editions, kind=QUIZ):
        parts[part.edition_id].append(part)
    standings = _standings(enrolments, [part for of_edition in parts.values() for part in of_edition])
    return [
        _line(enrolment, part, standings(enrolment, part))
        for enrolment in enrolments
        for part in parts[enrolment.cohort.edition_id or 0]
    ]


def _standings(enrolments: Sequence[Enrolment], parts: Sequence[EditionPart]) -> Any:
    """A function from (enrolment, part) to Standing, made with three statements."""
    attempts: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    light = Attempt.objects.filter(enrolment__in=enrolments).order_by("number")
    for attempt in light.only(*settling.fields_for(parts)):
        attempts[attempt.enrolment_id, attempt.part_id].append(attempt)
    allowed = accommodating.allowances(enrolments)

    def standing(enrolment: Enrolment, part: EditionPart) -> Standing:
        made, rules = attempts[enrolment.pk, part.pk], QuizRules.of_part(part.json)
        return Standing(made, part.json["max_attempts"], allowance=allowed(enrolment, part), rules=rules)

    return standing


def _line(enrolment: Enrolment, part: EditionPart, stand: Standing) -> Activity:
    state = state_of(part.json["kind"], stand)
    questions = sum(row["count"] for row in part.json["blueprint"])
    return Activity(
        enrolment_id=enrolment.pk,
        kind=QUIZ,
        key=part.key,
        title=part.json["title"],
        url=reverse("assessments:start", args=[enrolment.public_id, part.key]),
        state=state,
        minutes=part.json["time_limit_minutes"] or max(5, round(questions * MINUTES_PER_QUESTION)),
        position=part.json["position"],
        note=_note(state, stand) or _open_later(enrolment, state, stand),
        word=_("Continue") if state == ActivityState.STARTED else "",
        counts=bool(part.json["counts"]),
    )


def state_of(kind: str, stand: Standing) -> ActivityState:
    """Pure: what the line says.  A pre-test is done once it was sat; other quizzes once they are passed."""
    if stand.open is not None:
        return ActivityState.STARTED
    if stand.passed or (kind == PRETEST and stand.attempts):
        return ActivityState.DONE
    if stand.waits:
        return ActivityState.WAITING
    return ActivityState.FAILED if stand.used_up or stand.is_settled else ActivityState.TODO


def _note(state: ActivityState, stand: Standing) -> str:
    if state == ActivityState.STARTED:
        return _("In progress")
    if state == ActivityState.DONE:
        return _("Passed") if stand.passed else _("Done")
    if state == ActivityState.WAITING:
        return _("Waits for an assessor's mark")
    if state == ActivityState.FAILED:
        return _("The first attempt has decided") if stand.is_settled else _("Attempts used up")
    return _("Not yet passed, %(left)s left") % {"left": stand.left} if stand.attempts and stand.left else ""


def _open_later(enrolment: Enrolment, state: ActivityState, stand: Standing) -> str:
    """For somebody to whom a quiz is open longer than to the others: the angkatan's own page says that it has ended."""
    closes, later = enrolment.cohort.closes_at, stand.allowance.closes_later_until
    if state != ActivityState.TODO or closes is None or later is None or later <= closes:
        return ""
    return _("Open to you until %(moment)s") % {"moment": moment(later, enrolment.cohort)}


def grant_links(user: User, enrolments: Sequence[Enrolment]) -> Iterator[TrainerLink]:
    """A link to what a person is given for every quiz, and one per quiz to grant more, for those who may; three
    statements."""
    organizations = set(roles.organizations_where(user, roles.Action.GRANT_ATTEMPT).values_list("pk", flat=True))
    entrusted = set(CohortTrainer.objects.filter(user=user).values_list("cohort", flat=True))
    parts = defaultdict(list)
    for part in EditionPart.objects.filter(edition__in={each.cohort.edition_id for each in enrolments}, kind=QUIZ):
        parts[part.edition_id].append(part)
    for enrolment in enrolments:
        allowed = enrolment.cohort.organization_id in organizations or enrolment.cohort_id in entrusted
        if allowed and enrolment.user_id != user.pk:
            yield TrainerLink(
                enrolment.pk, _("Accommodations"), reverse("assessments:accommodate", args=[enrolment.public_id])
            )
            for part in parts[enrolment.cohort.edition_id or 0]:
                label = _("Another attempt or more time: %(quiz)s") % {"quiz": part.json["title"]}
                url = reverse("assessments:grant", args=[enrolment.public_id, part.key])
                yield TrainerLink(enrolment.pk, label, url)


def comparison_link(user: User, cohort: Cohort) -> Iterator[CohortLink]:
    """The class before and after, for whoever sees the angkatan; no statement."""
    if cohort.edition_id:
        yield CohortLink(_("Before and after"), reverse("assessments:comparison", args=[cohort.public_id]))


def grant_pages(user: User, cohort: Cohort) -> Iterator[CohortLink]:
    """Late answers, emergency files and signals, for who may decide; what is given beyond the rules of the quizzes, and
    access codes where a quiz asks for one, for who may give them.  Who may give may also decide, so this is asked once:
    two statements or three, three for others."""
    may_grant = granting.may_grant(user, cohort)
    if cohort.edition_id and (may_grant or late_answers.may_decide(user, cohort)):
        yield CohortLink(_("Late answers"), reverse("assessments:late_answers", args=[cohort.public_id]))
        yield CohortLink(_("Signals of quizzes"), reverse("assessments:signals", args=[cohort.public_id]))
    if may_grant:
        yield CohortLink(_("Accommodations"), reverse("assessments:accommodations", args=[cohort.public_id]))
    coded = EditionPart.objects.filter(edition=cohort.edition_id, kind=QUIZ, json__access_code=True)
    if may_grant and cohort.edition_id and coded.exists():
        yield CohortLink(_("Access codes"), reverse("assessments:access_codes", args=[cohort.public_id]))


def marking_link(user: User, cohort: Cohort) -> Iterator[CohortLink]:
    """The marks of written answers, with how many wait, for who runs the angkatan; one statement where there are
    none."""
    counted = MarkingTask.objects.filter(attempt__enrolment__cohort=cohort).exclude(state="idle")
    tasks = counted.aggregate(all=Count("pk"), waiting=Count("pk", filter=~Q(state="done")))
    if tasks["all"] and may_run(user, cohort):
        told = _("Written answers (%(waiting)s waiting)") % {"waiting": tasks["waiting"]}
        label = told if tasks["waiting"] else _("Marks of written answers")
        yield CohortLink(label, reverse("assessments:releases", args=[cohort.public_id]))


def item_links(user: User, cohort: Cohort) -> Iterator[CohortLink]:
    """The health of the questions of each final quiz and pre-test, for who writes the bank; two statements."""
    if cohort.edition_id is None or not roles.may(user, roles.Action.EDIT_BANK, cohort.organization):
        return
    parts = EditionPart.objects.filter(edition=cohort.edition_id, kind=QUIZ).exclude(json__kind=PRACTICE)
    for key, title in parts.order_by("json__position", "key").values_list("key", "json__title"):
        label = _("Item health: %(quiz)s") % {"quiz": title}
        yield CohortLink(label, reverse("assessments:items", args=[key]) + f"?angkatan={cohort.public_id}")
