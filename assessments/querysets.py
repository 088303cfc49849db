"""Who sees which attempt and recommendation, and the named selections that verbs and tasks share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.roles import Action, organizations_where
from courses.models import CohortTrainer

if TYPE_CHECKING:
    from accounts.models import User
    from assessments.models import Attempt, Recommendation  # noqa: F401 - named as text in the type arguments


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

    def overdue(self, *, at: datetime) -> Self:
        """Open attempts whose due plus grace has come; an attempt without a limit is never among them."""
        return self.filter(status="open", closes_at__isnull=False, closes_at__lte=at)

    def left_open(self, *, at: datetime) -> Self:
        """Open attempts without a limit in an angkatan that has ended."""
        ended = Q(enrolment__cohort__status="closed") | Q(enrolment__cohort__closes_at__lte=at)
        return self.filter(ended, status="open", closes_at=None)

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
