"""First codes: random, shown once, single use, seven days; the way in without an e-mail address.

A code is kept as HMAC-SHA-256 under a key derived from SECRET_KEY (37 bits of code would not survive a bare hash),
and guessing is throttled where codes are typed (``accounts.limits``).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.errors import AccountsError
from accounts.models import FirstCode, Membership, Role, User
from accounts.models.people import normalize_number
from accounts.roles import Action, organizations_where

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"  # nothing that is mistaken for another: no 0 O, 1 I L, 2 Z, 5 S, 8 B
LENGTH = 8
LIFE = timedelta(days=7)


class CodeRefused(AccountsError):
    message = _(
        "This number and code do not fit together, or the code was used or is older than 7 days. "
        "Ask your trainer for a new code."
    )


class CodeNotForYou(AccountsError):
    message = _("You may not make a first code for one of these people. Nothing was changed.")


def normalize(code: str) -> str:
    """Pure.  A typed code as it is compared: pasted groups, spaces and small letters do no harm."""
    return re.sub(r"[\W_]+", "", code).upper()


def grouped(code: str) -> str:
    """Pure.  'ACDE-FGHJ': how a code is shown and read aloud."""
    return f"{code[:4]}-{code[4:]}"


@transaction.atomic
def issue(
    users: Iterable[User], *, actor: User, at: datetime, choose: Callable[[str], str] = secrets.choice
) -> list[tuple[User, str]]:
    """New codes for ``users``; earlier open ones become void.  The plain codes are returned once and kept nowhere.

    ``actor`` reaches them by Action.ISSUE_CODE (its organizations, or a people source an upper app registered with
    ``accounts.visibility``).  Somebody who holds another role than participant is given a code only by who manages
    people in that organization: a code opens the account.  Raises CodeNotForYou for the whole call.
    """
    wanted = {user.pk for user in users}
    people = list(User.objects.select_for_update().filter(pk__in=wanted, is_active=True).order_by("pk"))
    if len(people) != len(wanted) or wanted - _allowed(actor, wanted):
        raise CodeNotForYou
    FirstCode.objects.filter(user__in=people, used_at=None, voided_at=None).update(voided_at=at)
    issued = [(person, "".join(choose(ALPHABET) for _n in range(LENGTH))) for person in people]
    FirstCode.objects.bulk_create(
        FirstCode(user=p, digest=_digest(p, code), issued_by=actor, issued_at=at, expires_at=at + LIFE)
        for p, code in issued
    )
    for person in people:
        events.record("code.issued", person, actor=actor, at=at)
    order = {person.pk: (person, code) for person, code in issued}
    return [order[user.pk] for user in users]


def _allowed(actor: User, wanted: set[int]) -> set[int]:
    """Those of ``wanted`` whose account ``actor`` may open with a code."""
    managed = organizations_where(actor, Action.MANAGE_PEOPLE)
    staff_elsewhere = Membership.objects.exclude(role=Role.PARTICIPANT).exclude(organization__in=managed)
    reached = User.objects.reached_by(actor, Action.ISSUE_CODE).filter(pk__in=wanted, is_superuser=False)
    return set(reached.exclude(pk__in=staff_elsewhere.values("user")).values_list("pk", flat=True))


def check(participant_number: str, code: str, *, at: datetime) -> FirstCode:
    """The open code of this person, unused.  Raises CodeRefused, in the same words whatever is wrong."""
    found = (
        FirstCode.objects.open(at=at)
        .filter(user__participant_number=normalize_number(participant_number), user__is_active=True)
        .select_related("user")
        .first()
    )
    digest = _digest(found.user if found else User(), normalize(code))
    if found is None or not constant_time_compare(found.digest, digest):
        raise CodeRefused
    return found


@transaction.atomic
def use(first_code: FirstCode, *, at: datetime) -> User:
    """Spend a checked code: exactly one caller wins.  Raises CodeRefused for the others, or when it has run out.

    The condition stands on the row itself: with a join Django would write a subquery, which PostgreSQL does not look
    at again after waiting for another transaction, and everybody would win (tests/accounts/test_races.py).
    """
    won = FirstCode.objects.open(at=at).filter(pk=first_code.pk).update(used_at=at)
    person = User.objects.filter(pk=first_code.user_id, is_active=True).first()
    if not won or person is None:
        raise CodeRefused
    events.record("code.used", person, actor=person, at=at)
    return person


@transaction.atomic
def redeem(participant_number: str, code: str, *, at: datetime) -> User:
    """Spend the code of this person and answer the person; a new password must follow.  Raises CodeRefused."""
    person = use(check(participant_number, code, at=at), at=at)
    person.must_change_password = True
    person.save(update_fields=["must_change_password"])
    return person


@transaction.atomic
def open_account(first_code: FirstCode, *, password: str, at: datetime) -> User:
    """Spend a checked code and set the password that goes with it; other sessions of the person end.

    Raises CodeRefused, or ValidationError when the password is too weak (the code then stays open).
    """
    validate_password(password, first_code.user)
    person = use(first_code, at=at)
    person.set_password(password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    return person


def _digest(person: User, code: str) -> str:
    return salted_hmac("accounts.first_codes", f"{person.public_id}:{code}", algorithm="sha256").hexdigest()
