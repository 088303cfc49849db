"""Who sees a person's training, in words for the person's own page (registered with ``accounts.viewers``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organization, Role
from accounts.roles import Action, roles_with
from accounts.viewers import Viewer
from courses.models import CohortTrainer, Enrolment

if TYPE_CHECKING:
    from accounts.models import User


def viewers_of_training(person: User) -> Iterator[Viewer]:
    """Whoever oversees an angkatan the person is or was in, and who leads the unit the person came from.

    The other side of ``EnrolmentQuerySet.visible_to`` and ``people_access``; four statements at most.
    """
    enrolments = list(Enrolment.objects.filter(user=person).select_related("cohort__organization", "organization"))
    if not enrolments:
        return
    entrusted = CohortTrainer.objects.filter(cohort__in={each.cohort_id for each in enrolments}, user__is_active=True)
    for link in entrusted.select_related("user", "cohort").order_by("pk"):
        role = f"{Role.TRAINER.label}, {link.cohort.name}"
        yield Viewer(link.user.full_name, role, _("trains an angkatan that you are or were in"))
    organizers = {each.cohort.organization for each in enrolments}
    yield from _seats(organizers, Action.VIEW_COHORT, _("your angkatan is run by this organization, or one below it"))
    units = {each.organization for each in enrolments if each.organization}
    yield from _seats(units, Action.VIEW_TEAM, _("you joined an angkatan from this unit, or one below it"))


def _seats(organizations: set[Organization], action: Action, reason: str | Promise) -> Iterator[Viewer]:
    paths = {path for organization in organizations for path in organization.own_and_ancestor_paths}
    seats = Membership.objects.current(timezone.localdate()).filter(
        organization__path__in=paths, role__in=roles_with(action), user__is_active=True
    )
    for seat in seats.select_related("user", "organization").order_by("pk"):
        yield Viewer(seat.user.full_name, f"{seat.get_role_display()}, {seat.organization.name}", reason)
