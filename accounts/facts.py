"""What a person knows and a strip of paper does not say: the last four digits of their NIP or registered phone.

A first code opens an account only together with one of them.  A number that stands in the participant number, which
is printed beside the code, is no such fact.
"""

from __future__ import annotations

import re

from django.utils.crypto import constant_time_compare

from accounts.models import User

DIGITS = 4
_SHORTEST = 8  # fewer digits are neither a NIP nor a phone number


def facts_of(person: User) -> list[str]:
    """Pure.  The four digits that go with a code of this person: of the NIP, of the phone, or none."""
    return [number[-DIGITS:] for number in (_usable(person.nip, person), _usable(person.phone, person)) if number]


def fits(person: User, typed: str) -> bool:
    """Pure.  Whether ``typed`` are (or end in) the four digits of a fact; as long for any person and any answer."""
    digits = re.sub(r"\D", "", typed)[-DIGITS:]
    known = (_usable(person.nip, person)[-DIGITS:], _usable(person.phone, person)[-DIGITS:])
    found = [constant_time_compare(digits.rjust(DIGITS, "x"), fact.rjust(DIGITS, "y")) for fact in known]
    return any(found)


def _usable(number: str, person: User) -> str:
    digits, printed = re.sub(r"\D", "", number), re.sub(r"\D", "", person.participant_number)
    return digits if len(digits) >= _SHORTEST and digits[-_SHORTEST:] not in printed else ""
