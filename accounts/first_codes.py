"""First codes: random, shown once, single use, seven days; the way in without an e-mail address.

A code is kept as HMAC-SHA-256 under a key derived from SECRET_KEY (37 bits of code would not survive a bare hash).
It opens an account only together with four digits that the person knows (``accounts.facts``).  Guessing is throttled
where codes are typed (``accounts.limits``); wrong digits beside the right code also close that code for a while.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import events, facts
from accounts.errors import AccountsError
from accounts.models import FirstCode, Membership, Role, User
from accounts.models.people import normalize_number
from accounts.roles import Action, organizations_where

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"  # nothing that is mistaken for another: no 0 O, 1 I L, 2 Z, 5 S, 8 B
LENGTH = 8
LIFE = timedelta(days=7)
WRONG_DIGITS = 5  # so many wrong digits beside the right code close it: 5 minutes, then 10, 20 ...
PAUSE = timedelta(minutes=5)


#: fn(people, actor, at): what an upper app does when codes are made, in the same transaction; never with the codes.
IssueListener = Callable[[Sequence[User], User, datetime], None]
_listeners: list[IssueListener] = []


def register_issue_listener(listener: IssueListener) -> None:
    """Let an upper app know of new codes (it tells the people).  Repeating is harmless."""
    if listener not in _listeners:
        _listeners.append(listener)


class CodeRefused(AccountsError):
    message = _(
        "Number, code and four digits do not fit together, or the code was used, is older than 7 days or was tried "
        "wrongly too often. Ask your trainer for a new code."
    )


class CodeNotForYou(AccountsError):
    message = _("You may not make a first code for one of these people. Nothing was changed.")


class FactMissing(AccountsError):
    message = _(
        "One of these people has neither a NIP nor a phone number on record, so a code would open nothing. "
        "Nothing was changed."
    )


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
    people in that organization: a code opens the account.  Raises CodeNotForYou or FactMissing for the whole call.
    """
    wanted = {user.pk for user in users}
    people = list(User.objects.select_for_update().filter(pk__in=wanted, is_active=True).order_by("pk"))
    if len(people) != len(wanted) or wanted - reachable(actor, wanted):
        raise CodeNotForYou
    if not all(facts.facts_of(person) for person in people):
        raise FactMissing
    FirstCode.objects.filter(user__in=people, used_at=None, voided_at=None).update(voided_at=at)
    issued = [(person, "".join(choose(ALPHABET) for _n in range(LENGTH))) for person in people]
    FirstCode.objects.bulk_create(
        FirstCode(user=p, digest=_digest(p, code), issued_by=actor, issued_at=at, expires_at=at + LIFE)
        for p, code in issued
    )
    for person in people:
        events.record("code.issued", person, actor=actor, at=at)
    for listener in _listeners:
        listener(people, actor, at)
    order = {person.pk: (person, code) for person, code in issued}
    return [order[user.pk] for user in users]


def reachable(actor: User, wanted: Collection[int]) -> set[int]:
    """Those of ``wanted`` whose account ``actor`` may open with a code."""
    managed = organizations_where(actor, Action.MANAGE_PEOPLE)
    staff_elsewhere = Membership.objects.exclude(role=Role.PARTICIPANT).exclude(organization__in=managed)
    reached = User.objects.reached_by(actor, Action.ISSUE_CODE).filter(pk__in=wanted, is_superuser=False)
    return set(reached.exclude(pk__in=staff_elsewhere.values("user")).values_list("pk", flat=True))


def check(participant_number: str, code: str, digits: str, *, at: datetime) -> FirstCode:
    """The open code of this person, unused.  Raises CodeRefused, in the same words and as many statements, whatever
    is wrong.  Not inside a transaction of the caller's: what was tried wrongly is written down.
    """
    found = (
        FirstCode.objects.open(at=at)
        .filter(user__participant_number=normalize_number(participant_number), user__is_active=True)
        .select_related("user")
        .first()
    )
    person = found.user if found else User()
    right_code = constant_time_compare(found.digest if found else "-" * 64, _digest(person, normalize(code)))
    right_fact = facts.fits(person, digits)
    if found is None or not (right_code and right_fact) or _is_closed(found, at=at):
        tried = found.pk if found and right_code and not right_fact else None
        FirstCode.objects.filter(pk=tried or 0).update(wrong_digits=F("wrong_digits") + 1, wrong_at=at)
        raise CodeRefused
    return found


def _is_closed(code: FirstCode, *, at: datetime) -> bool:
    """Whether the digits were wrong so often that the code rests.  The pauses double, or a week would hold enough tries
    for ten thousand endings of a phone number."""
    rounds = code.wrong_digits // WRONG_DIGITS
    return bool(rounds and code.wrong_at and at < code.wrong_at + PAUSE * 2 ** min(rounds - 1, 12))


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


@transaction.atomic
def disown(person: User, *, at: datetime) -> int:
    """The person did not ask for the codes that are open: none of them works any longer.  Returns how many."""
    voided = FirstCode.objects.filter(user=person, used_at=None, voided_at=None).update(voided_at=at)
    events.record("account.not_me", person, actor=person, at=at, details={"codes": voided})
    return voided


def _digest(person: User, code: str) -> str:
    return salted_hmac("accounts.first_codes", f"{person.public_id}:{code}", algorithm="sha256").hexdigest()
