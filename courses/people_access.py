"""Whom a trainer reaches through an angkatan: registered with ``accounts.visibility``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from accounts import roles
from courses.models import Cohort, Enrolment
from courses.querysets import overseeing

if TYPE_CHECKING:
    from accounts.models import User

NEVER_SET_A_PASSWORD = Q(("password__startswith", UNUSABLE_PASSWORD_PREFIX))
_RUNNING = frozenset({roles.Action.ISSUE_CODE, roles.Action.APPROVE_NAME, roles.Action.SEND_MESSAGE})


def people_of_angkatan(user: User, action: roles.Action) -> Q | None:
    """People on the list of an angkatan that ``user`` oversees (to read) or runs (names, codes, messages).

    A first code opens an account.  Being put on a list must not hand somebody's account to a trainer they never met,
    so this way reaches only people who have not set a password yet, and those who have themselves said of a module in
    an open angkatan of this trainer that they have read it: they do know each other, and may ask for a reset code.
    """
    if action == roles.Action.VIEW_PEOPLE:
        cohorts = Cohort._base_manager.filter(overseeing(user))
    elif action in _RUNNING:
        organizations = roles.organizations_where(user, roles.Action.RUN_COHORT).values("pk")
        cohorts = Cohort._base_manager.filter(Q(organization__in=organizations) | Q(trainer_links__user=user))
    else:
        return None
    enrolments = Enrolment.objects.counting().filter(cohort__in=cohorts.values("pk"))
    reached = Q(pk__in=enrolments.values("user"))
    if action == roles.Action.ISSUE_CODE:
        here = enrolments.filter(cohort__status=Cohort.Status.OPEN, readings__isnull=False)
        reached &= NEVER_SET_A_PASSWORD | Q(pk__in=here.values("user"))
    return reached
