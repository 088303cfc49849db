"""The only table of who may do what.

A membership covers its organization and everything below it, for every role, administrators included; nobody is
above the tree.  Reading is the business of ``visible_to``; doing is asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.memberships import Membership, Role
from accounts.models.organizations import Organization, OrganizationQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.people import User

__all__ = ["GRANTS", "Action", "Role", "has_role", "may", "organizations_where", "roles_of", "roles_with"]


class Action(models.TextChoices):
    """What may be done in an organization."""

    VIEW_PEOPLE = "view_people", _("see people of the organization")
    VIEW_REGION = "view_region", _("see workers whose place of work lies in the working area")
    MANAGE_PEOPLE = "manage_people", _("manage people")
    ISSUE_CODE = "issue_code", _("make first codes")
    APPROVE_NAME = "approve_name", _("decide on name corrections")
    EDIT_CONTENT = "edit_content", _("write content")
    PUBLISH_CONTENT = "publish_content", _("publish content")
    EDIT_BANK = "edit_bank", _("write questions")
    PUBLISH_BANK = "publish_bank", _("publish questions")
    RUN_COHORT = "run_cohort", _("run an angkatan")
    VIEW_COHORT = "view_cohort", _("see an angkatan")
    SEND_MESSAGE = "send_message", _("write to people")
    GRANT_ATTEMPT = "grant_attempt", _("grant another attempt or extra time")
    RECOMMEND = "recommend", _("recommend competent or not yet competent")
    DECIDE_COMPETENCE = "decide_competence", _("decide on competence")
    APPROVE_AWARD = "approve_award", _("approve the list of those who passed")
    SIGN_FILES = "sign_files", _("have certificates signed that wait for a signatory")
    REVOKE_CERTIFICATE = "revoke_certificate", _("suspend a certificate and ask for its revocation")
    AGREE_REVOCATION = "agree_revocation", _("agree to the revocation of a certificate")
    ERASE_NAME = "erase_name", _("erase a name from a certificate")
    REQUEST_REPLACEMENT = "request_replacement", _("ask for a replacement certificate")
    AGREE_REPLACEMENT = "agree_replacement", _("agree to a replacement certificate")
    VIEW_TEAM = "view_team", _("see training and certificates of the team")
    CHECK_LISTS = "check_lists", _("check lists of certificates")
    RECORD_PAPER = "record_paper", _("enter earlier paper certificates")
    AGREE_PAPER = "agree_paper", _("agree to entered paper certificates")
    MANAGE_ORGANIZATION = "manage_organization", _("manage organizations and memberships")
    SET_LICENCE = "set_licence", _("record an LSP licence")


# An administrator keeps the house but does not assess: a recommendation is an assessor's own judgement.
GRANTS: Mapping[Role, frozenset[Action]] = {
    Role.PARTICIPANT: frozenset(),
    Role.TRAINER: frozenset(
        {
            Action.VIEW_PEOPLE,
            Action.ISSUE_CODE,
            Action.APPROVE_NAME,
            Action.EDIT_CONTENT,
            Action.EDIT_BANK,
            Action.RUN_COHORT,
            Action.VIEW_COHORT,
            Action.SEND_MESSAGE,
            Action.GRANT_ATTEMPT,
            Action.REQUEST_REPLACEMENT,
            Action.RECORD_PAPER,
        }
    ),
    Role.ASSESSOR: frozenset({Action.VIEW_COHORT, Action.RECOMMEND}),
    Role.SUPERVISOR: frozenset(),  # sees the people entrusted by name (Supervision), nobody through the tree
    Role.PIMPINAN: frozenset(
        {
            Action.VIEW_PEOPLE,
            Action.VIEW_REGION,
            Action.VIEW_COHORT,
            Action.VIEW_TEAM,
            Action.CHECK_LISTS,
            Action.DECIDE_COMPETENCE,
            Action.APPROVE_AWARD,
            Action.SIGN_FILES,
            Action.AGREE_REPLACEMENT,
            Action.AGREE_PAPER,
            Action.AGREE_REVOCATION,
        }
    ),
    Role.PUBLISHER: frozenset(
        {Action.EDIT_CONTENT, Action.PUBLISH_CONTENT, Action.EDIT_BANK, Action.PUBLISH_BANK, Action.VIEW_COHORT}
    ),
    Role.ADMINISTRATOR: frozenset(set(Action) - {Action.RECOMMEND, Action.VIEW_REGION}),
}


def roles_with(action: Action) -> list[Role]:
    """Pure.  Roles that may do ``action``, in the order of the table."""
    return [role for role, actions in GRANTS.items() if action in actions]


def may(user: User | AnonymousUser, action: Action, organization: Organization, *, on: date | None = None) -> bool:
    """Whether ``user`` may do ``action`` in ``organization`` on ``on`` (default: today).

    One statement.  True when a membership in force, in the organization or above it, holds a role with the action.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    return (
        Membership.objects.current(on or timezone.localdate())
        .filter(user=user, role__in=roles_with(action), organization__path__in=organization.own_and_ancestor_paths)
        .exists()
    )


def organizations_where(user: User | AnonymousUser, action: Action, *, on: date | None = None) -> OrganizationQuerySet:
    """Organizations in which ``user`` may do ``action``; a subquery, so filtering by it costs no extra statement."""
    if not user.is_authenticated or not user.is_active:
        return Organization.objects.none()
    return Organization.objects.where(user, roles_with(action), on=on or timezone.localdate())


def has_role(user: User | AnonymousUser, role: Role, *, on: date | None = None) -> bool:
    """Whether ``user`` holds ``role`` anywhere on ``on`` (default: today)."""
    return role in roles_of(user, on=on)


def roles_of(user: User | AnonymousUser, *, on: date | None = None) -> frozenset[Role]:
    """Roles that ``user`` holds anywhere on ``on`` (default: today).  One statement."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held = Membership.objects.current(on or timezone.localdate()).filter(user=user)
    return frozenset(Role(role) for role in held.order_by().values_list("role", flat=True).distinct())
