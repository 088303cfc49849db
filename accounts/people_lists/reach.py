"""Whose data a list may correct: never a way into somebody's account (ADR 0051).

E-mail, phone and NIP are keys: a letter resets a password, four digits go with a code that opens an account.  So a list
corrects them only while the account has never been opened, for people the actor could bring in anyway; whoever manages
a person may correct them at any time, as on the person's own screen.  Staff of other organizations stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, PeopleListRow, Role, User
from accounts.roles import Action, organizations_where

NEVER_OPENED = Q(
    password__startswith=UNUSABLE_PASSWORD_PREFIX, last_login=None, privacy_seen_at=None, name_confirmed_at=None
)


def changeable(actor: User | None, ids: Collection[int]) -> set[int]:
    """Those of ``ids`` whose NIP, phone, e-mail or unconfirmed name a list of ``actor`` may correct (one statement).

    No actor is the operator at the command line, who corrects participants nobody has opened an account for.
    """
    people = User.objects.filter(pk__in=ids, is_active=True, is_superuser=False)
    staff = Membership.objects.exclude(role=Role.PARTICIPANT)
    if actor is None:
        return set(people.filter(NEVER_OPENED).exclude(pk__in=staff.values("user")).values_list("pk", flat=True))
    managed = organizations_where(actor, Action.MANAGE_PEOPLE)
    coded = organizations_where(actor, Action.ISSUE_CODE)
    members = Membership.objects.current(timezone.localdate()).filter(organization__in=coded)
    # Not through an angkatan: enrolling somebody must not make the same list mean more the second time.
    brought_in = PeopleListRow.objects.filter(created=True, people_list__organization__in=coded)
    ours = NEVER_OPENED & (Q(pk__in=members.values("user")) | Q(pk__in=brought_in.values("person")))
    held = Membership.objects.current(timezone.localdate()).filter(organization__in=managed)
    elsewhere = staff.exclude(organization__in=managed)
    reached = people.filter(ours | Q(pk__in=held.values("user"))).exclude(pk__in=elsewhere.values("user"))
    return set(reached.values_list("pk", flat=True))


def visible(actor: User | None, ids: Collection[int]) -> set[int]:
    """Those of ``ids`` whose recorded name and number may be told to ``actor``; the operator sees everybody."""
    if actor is None:
        return set(ids)
    return set(User.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
