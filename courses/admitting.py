"""Letting the people of an angkatan in: who can be given a first code or a reset code, and who lacks what for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef

from accounts import contacts, facts, first_codes
from accounts.errors import AccountsError
from accounts.models import FirstCode, User
from accounts.people_lists.reach import NEVER_OPENED
from courses.models import Cohort, Enrolment


class State(StrEnum):
    """What a trainer can do for one person."""

    FIRST = "first"  # never set a password: a first code
    RESET = "reset"  # has one: a code to set another
    PHONE = "phone"  # neither NIP nor phone, never opened: the trainer writes down the phone number
    FACTLESS = "factless"  # neither, and opened: an administrator of the unit writes it down
    APART = "apart"  # staff, or somebody of another unit who has done nothing in this angkatan


@dataclass(frozen=True)
class Standing:
    """One person, and until when a code handed out earlier is still open."""

    enrolment: Enrolment
    state: State
    open_until: datetime | None


def standings(cohort: Cohort, actor: User, *, at: datetime) -> list[Standing]:
    """Everybody on the list with an active account, by name; three statements."""
    untouched = Exists(User.objects.filter(NEVER_OPENED, pk=OuterRef("user")))
    people = cohort.enrolments.counting().filter(user__is_active=True).annotate(untouched=untouched)
    enrolments = list(people.select_related("user", "organization").order_by("user__full_name", "pk"))
    ids = {enrolment.user_id for enrolment in enrolments}
    reached = first_codes.reachable(actor, ids)
    open_codes = dict(FirstCode.objects.open(at=at).filter(user__in=ids).values_list("user", "expires_at"))
    return [Standing(one, _state(one, reached), open_codes.get(one.user_id)) for one in enrolments]


def _state(enrolment: Enrolment, reached: set[int]) -> State:
    person = enrolment.user
    if person.pk not in reached:
        return State.APART
    if not facts.facts_of(person):
        return State.PHONE if enrolment.untouched else State.FACTLESS  # type: ignore[attr-defined]
    return State.RESET if person.has_usable_password() else State.FIRST


def issue(
    cohort: Cohort, chosen: Sequence[str], *, reset: bool, only_without: bool, actor: User, at: datetime
) -> list[tuple[User, str]]:
    """New codes for those ``chosen`` (public ids of enrolments); for a first code nobody chosen means everybody.

    ``only_without`` leaves out who holds a code that is still open.  Empty when nobody is left.
    """
    wanted = State.RESET if reset else State.FIRST
    people = [one for one in standings(cohort, actor, at=at) if one.state is wanted]
    if chosen or reset:
        people = [one for one in people if str(one.enrolment.public_id) in chosen]
    if only_without:
        people = [one for one in people if one.open_until is None]
    return first_codes.issue([one.enrolment.user for one in people], actor=actor, at=at)


def record_phones(
    cohort: Cohort, typed: Mapping[str, str], *, actor: User, at: datetime
) -> tuple[int, dict[str, AccountsError]]:
    """Write down the phone numbers of people without a fact: enrolment (public id) -> what was typed; empty ones are
    left alone.  Returns how many were written and, by enrolment, why another was not.
    """
    saved = 0
    refused: dict[str, AccountsError] = {}
    for one in standings(cohort, actor, at=at):
        key = str(one.enrolment.public_id)
        if one.state is not State.PHONE or not typed.get(key, "").strip():
            continue
        try:
            person = contacts.record_phone(one.enrolment.user, typed[key], actor=actor, at=at)
        except AccountsError as error:
            refused[key] = error
        else:
            saved += 1
            if not facts.facts_of(person):
                refused[key] = contacts.PhoneIsTheNumber()
    return saved, refused
