"""Who sees one person's data, in words that person can read on the own page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organization, Role, Supervision, User
from accounts.models.memberships import MembershipQuerySet, in_force
from accounts.roles import Action, roles_with

_DINAS = [Organization.Kind.DINAS_PROVINSI, Organization.Kind.DINAS_KABKOTA]


@dataclass(frozen=True)
class Viewer:
    """Somebody who may read about the person: who, as what, and why."""

    name: str
    role: str
    reason: str | Promise


ViewerSource = Callable[[User], Iterable[Viewer]]
_sources: list[ViewerSource] = []


def register_viewer_source(source: ViewerSource) -> None:
    """Let an upper app name those it added with ``visibility.register_people_source``.  Repeating is harmless."""
    if source not in _sources:
        _sources.append(source)


def viewers_of(person: User, *, on: date) -> list[Viewer]:
    """Everybody who sees ``person`` on ``on``, each once with the first reason; the person itself left out."""
    held = list(Membership.objects.current(on).filter(user=person).select_related("organization__region"))
    found = [*_through_tree(held, on), *_through_region(held, on), *_through_supervision(person, on)]
    for source in _sources:
        found.extend(source(person))
    once = {(viewer.name, viewer.role): viewer for viewer in reversed(found) if viewer.name != person.full_name}
    return list(reversed(once.values()))


def _through_tree(held: list[Membership], on: date) -> list[Viewer]:
    paths = {path for membership in held for path in membership.organization.own_and_ancestor_paths}
    seats = Membership.objects.current(on).filter(
        organization__path__in=paths, role__in=roles_with(Action.VIEW_PEOPLE), user__is_active=True
    )
    return _named(seats, _("your organization, or one above it"))


def _through_region(held: list[Membership], on: date) -> list[Viewer]:
    places = [m.organization.region for m in held if m.role == Role.PARTICIPANT and m.organization.region]
    regions = {region.pk for region in places} | {region.parent_id for region in places if region.parent_id}
    if not regions:
        return []
    serving = Organization.objects.filter(
        Q(kind__in=_DINAS, region__in=regions)
        | (Q(working_areas__region__in=regions) & in_force(on, "working_areas__"))
    )
    paths = {path for organization in serving for path in organization.own_and_ancestor_paths}
    seats = Membership.objects.current(on).filter(
        organization__path__in=paths, role__in=roles_with(Action.VIEW_REGION), user__is_active=True
    )
    return _named(seats, _("your place of work lies in its region"))


def _through_supervision(person: User, on: date) -> list[Viewer]:
    supervising = Membership.objects.current(on).filter(role=Role.SUPERVISOR).values("user")
    given = Supervision.objects.current(on).filter(supervisee=person, supervisor__in=supervising)
    return [
        Viewer(s.supervisor.full_name, str(Role.SUPERVISOR.label), _("you are entrusted to this supervisor"))
        for s in given.select_related("supervisor")
    ]


def _named(seats: MembershipQuerySet, reason: str | Promise) -> list[Viewer]:
    return [
        Viewer(m.user.full_name, f"{m.get_role_display()}, {m.organization.name}", reason)
        for m in seats.select_related("user", "organization")
    ]
