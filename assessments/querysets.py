"""Who sees which attempt and recommendation, and the named selections that verbs and tasks share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Supervision
from accounts.roles import Action, organizations_where
from accounts.visibility import people_entrusted
from courses.models import CohortTrainer

if TYPE_CHECKING:
    from accounts.models import User
    from assessments.models import Attempt, MarkingTask, Recommendation, Submission, WorkFile  # noqa: F401 - named as text below


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """One's own, and those in an angkatan where one may grant attempts or recommend."""
        return self.filter(
            Q(enrolment__user=user)
            | Q(enrolment__cohort__organization__in=organizations_where(user, Action.GRANT_ATTEMPT))
            | Q(enrolment__cohort__organization__in=organizations_where(user, Action.RECOMMEND))
            | Q(enrolment__cohort__in=CohortTrainer.objects.filter(user=user).values("cohort"))
        )

    def sat_by(self, user: User) -> Self:
        """The person's own: a paper is shown to nobody else, whatever the role."""
        return self.filter(enrolment__user=user)

    def with_quiz(self) -> Self:
        """With what the pages of its person show and its verbs ask, in one statement."""
        related = ("part", "enrolment__cohort__organization", "enrolment__cohort__edition")
        heavy = ("enrolment__cohort__edition__manifest", "enrolment__cohort__edition__provenance")
        return self.select_related(*related).defer(*heavy)

    def overdue(self, *, at: datetime) -> Self:
        """Open attempts whose due plus grace has come; an attempt without a limit is never among them."""
        return self.filter(status="open", closes_at__isnull=False, closes_at__lte=at)

    def left_open(self) -> Self:
        """Open attempts without a limit in an angkatan that a trainer has closed.  A last day that has passed does not
        end them: a quiz whose closing ends running attempts has given them a limit."""
        return self.filter(enrolment__cohort__status="closed", status="open", closes_at=None)

    def cut_too_early(self) -> Self:
        """Open attempts that the closing of their angkatan ends, where it has been put off since."""
        later = Q(enrolment__cohort__closes_at=None) | Q(enrolment__cohort__closes_at__gt=F("cut_at"))
        return self.filter(later, status="open", cut_at__isnull=False)

    def for_saving(self) -> Self:
        """The row to be changed, locked until the end of the transaction (SQLite: the transaction is the lock)."""
        return self.select_for_update(of=("self",))


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """Recommendations in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """Those in an angkatan where one may recommend or decide, and one's own as a candidate."""
        return self.filter(
            Q(enrolment__user=user)
            | Q(enrolment__cohort__organization__in=organizations_where(user, Action.RECOMMEND))
            | Q(enrolment__cohort__organization__in=organizations_where(user, Action.DECIDE_COMPETENCE))
        )


#: So long an assessor keeps an answer in hand; then another one may take it.
HELD_FOR = timedelta(days=3)


def free_at(at: datetime) -> Q:
    """Tasks that may be taken: those of nobody, and those held for too long."""
    return Q(state="open") | Q(state="taken", taken_at__lte=at - HELD_FOR)


class MarkingTaskQuerySet(models.QuerySet["MarkingTask"]):
    """Answers to be marked, in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """What waits, and what one has in hand or has marked oneself; nothing of what another assessor does."""
        return self.markable_by(user).filter(Q(marker=user) | free_at(timezone.now()))

    def markable_by(self, user: User) -> Self:
        """Answers given where one is an assessor, by people whom one does not know from the training.

        Nobody marks their own answer, one of an angkatan that they are entrusted with as trainer, or one of a person
        whom they supervise now: they would recognize the writing.  Who has left an angkatan is not marked."""
        organizations = organizations_where(user, Action.RECOMMEND)
        entrusted = CohortTrainer.objects.filter(user=user).values("cohort")
        supervised = Supervision.objects.current(timezone.localdate()).filter(supervisor=user).values("supervisee")
        found = self.filter(attempt__enrolment__cohort__organization__in=organizations)
        found = found.exclude(attempt__enrolment__user=user).exclude(attempt__enrolment__cohort__in=entrusted)
        return found.exclude(attempt__enrolment__user__in=supervised).exclude(attempt__enrolment__status="dropped")

    def of_answer(self, task: MarkingTask) -> Self:
        """All places of the same answer."""
        return self.filter(attempt=task.attempt_id, slot=task.slot, text_sha256=task.text_sha256)


# Versions that say where somebody stands; the newest of them counts.
COUNTING = ("waiting", "accepted", "returned")
# States of a version that a trainer may read.
STANDING = ("waiting", "replaced", "accepted", "returned")
# The kind of edition part that holds practice evidence: its reader is the supervisor, not the trainer.
PRACTICE = "practice"


def handed_to_cohort(user: User, cohort: str) -> Q:
    """Work in an angkatan that this person runs; ``cohort`` is the path to it.

    Nobody else reads it: it may tell of the people whom a worker accompanies.
    """
    organizations = organizations_where(user, Action.RUN_COHORT).values("pk")
    entrusted = CohortTrainer.objects.filter(user=user).values("cohort")
    return Q(**{f"{cohort}__organization__in": organizations}) | Q(**{f"{cohort}__in": entrusted})


def entrusted(user: User, person: str) -> Q:
    """People entrusted to this supervisor today; ``person`` is the path to them."""
    return Q(**{f"{person}__in": get_user_model().objects.filter(people_entrusted(user)).values("pk")})


def handed_to_reader(user: User, work: str) -> Q:
    """Assignments for who runs the angkatan, practice evidence for the supervisor; ``work`` is the path to it."""
    practice = Q(**{f"{work}__part__kind": PRACTICE})
    theirs = handed_to_cohort(user, f"{work}__enrolment__cohort")
    return (practice & entrusted(user, f"{work}__enrolment__user")) | (theirs & ~practice)


def signed_for(user: User, enrolment: str) -> Q:
    """Practice evidence that assessors may look at, once it is signed: they recommend on it."""
    judged = organizations_where(user, Action.RECOMMEND).values("pk")
    kind = enrolment.removesuffix("enrolment") + "part__kind"
    return Q(**{f"{enrolment}__cohort__organization__in": judged, kind: PRACTICE})


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Versions that were handed in, in the words of the domain."""

    def visible_to(self, user: User) -> Self:
        """One's own, and what has not been taken back of those who handed it to this person; signed practice evidence
        also for assessors."""
        signed = Q(state="accepted") & signed_for(user, "work__enrolment")
        return self.filter(
            Q(work__enrolment__user=user) | signed | (handed_to_reader(user, "work") & ~Q(state="withdrawn"))
        )

    def handed_to(self, user: User) -> Self:
        """What this person may mark: assignments in an angkatan that they run, and not their own."""
        theirs = handed_to_cohort(user, "work__enrolment__cohort")
        rows = self.filter(theirs).exclude(state="withdrawn").exclude(work__enrolment__user=user)
        return rows.exclude(work__part__kind=PRACTICE)

    def supervised_by(self, user: User) -> Self:
        """Practice evidence of the people entrusted to this supervisor today."""
        rows = self.filter(entrusted(user, "work__enrolment__user"), work__part__kind=PRACTICE)
        return rows.exclude(state="withdrawn")

    def deciding(self) -> Self:
        """The version of each work that says where the person stands."""
        rows = self.model._base_manager.filter(work=OuterRef("work"), state__in=COUNTING)
        return self.filter(~Exists(rows.filter(number__gt=OuterRef("number"))), state__in=COUNTING)

    def with_people(self) -> Self:
        """With whoever handed in, where, and for which assignment, in one statement."""
        related = ("work__part", "work__enrolment__user", "work__enrolment__cohort__organization")
        return self.select_related(
            *related, "work__enrolment__cohort__edition", "work__enrolment__cohort__course"
        ).defer("work__enrolment__cohort__edition__manifest", "work__enrolment__cohort__edition__provenance")


class WorkFileQuerySet(models.QuerySet["WorkFile"]):
    """Files of assignments."""

    def visible_to(self, user: User) -> Self:
        """One's own, and those of versions that were handed in to this person; signed evidence also for assessors."""
        rows = self.model._base_manager
        kept = rows.filter(submissions__state__in=STANDING).values("pk")
        signed = rows.filter(submissions__state="accepted").values("pk")
        return self.filter(
            Q(work__enrolment__user=user)
            | (handed_to_reader(user, "work") & Q(pk__in=kept))
            | (signed_for(user, "work__enrolment") & Q(pk__in=signed))
        )
