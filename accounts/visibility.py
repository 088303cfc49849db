"""Who sees which person: the one rule behind every ``visible_to`` about people.

Upper apps widen it without being imported here: ``register_people_source(source)`` in their AppConfig.ready(), with
``source(user, action) -> Q | None`` over User (for example: people enrolled in an angkatan that ``user`` runs).
``action`` is what the asker wants to do (VIEW_PEOPLE, ISSUE_CODE, APPROVE_NAME ...); answer None to add nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from accounts.models.memberships import Membership, Role, Supervision
from accounts.models.organizations import Organization, WorkingArea
from accounts.roles import Action, organizations_where

if TYPE_CHECKING:
    from accounts.models.people import User

PeopleSource = Callable[["User", Action], Q | None]
_sources: list[PeopleSource] = []


def register_people_source(source: PeopleSource) -> None:
    """Let an upper app add people to those that ``user`` reaches for an action.  Repeating is harmless."""
    if source not in _sources:
        _sources.append(source)


def people_reached(user: User, action: Action, *, on: date | None = None) -> Q:
    """Condition on User: people towards whom ``user`` may do ``action``, through the tree or a registered source.

    Administrators of people also reach those whose membership has ended, or nobody could ever bring them back.
    """
    today = on or timezone.localdate()
    held = Membership.objects.filter(organization__in=organizations_where(user, action, on=today))
    past = Membership.objects.filter(organization__in=organizations_where(user, Action.MANAGE_PEOPLE, on=today))
    reached = Q(pk__in=held.current(today).values("user"))
    if action in (Action.VIEW_PEOPLE, Action.MANAGE_PEOPLE):
        reached |= Q(pk__in=past.values("user"))
    for source in _sources:
        added = source(user, action)
        if added is not None:
            reached |= added
    return reached


def people_in_region(user: User, *, on: date | None = None) -> Q:
    """Condition on User: workers whose place of work lies in the region of an organization that ``user`` heads.

    An organization's region is its working areas in force; a Dinas Sosial also answers for its own province or
    kabupaten/kota.  Where a sentra or LKS merely stands gives it no right over its neighbours.
    """
    today = on or timezone.localdate()
    headed = organizations_where(user, Action.VIEW_REGION, on=today)
    areas = WorkingArea.objects.current(today).filter(organization__in=headed).values("region")
    seats = headed.filter(kind__in=[Organization.Kind.DINAS_PROVINSI, Organization.Kind.DINAS_KABKOTA]).values("region")
    places = Q()
    for regions in (areas, seats):
        places |= Q(organization__region__in=regions) | Q(organization__region__parent__in=regions)
    return Q(pk__in=Membership.objects.current(today).filter(places, role=Role.PARTICIPANT).values("user"))


def people_entrusted(user: User, *, on: date | None = None) -> Q:
    """Condition on User: people whose supervision by ``user`` is in force, while ``user`` is a supervisor."""
    today = on or timezone.localdate()
    qualified = Membership.objects.current(today).filter(user=user, role=Role.SUPERVISOR)
    entrusted = Supervision.objects.current(today).filter(supervisor=user, supervisor__in=qualified.values("user"))
    return Q(pk__in=entrusted.values("supervisee"))


def people_visible(user: User) -> Q:
    """Condition on User: everyone ``user`` may read about, oneself included."""
    return Q(pk=user.pk) | people_reached(user, Action.VIEW_PEOPLE) | people_in_region(user) | people_entrusted(user)
