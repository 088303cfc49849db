"""The phone number of somebody who has never opened the account: written down by whoever gives them a first code."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import events, first_codes
from accounts.errors import AccountsError, NotAllowed
from accounts.models import FirstCode, User
from accounts.people_lists.cells import read_phone
from accounts.people_lists.reach import NEVER_OPENED


class PhoneRefused(AccountsError):
    message = _("This is no phone number. Nothing was changed.")


class AlreadyOpened(NotAllowed):
    message = _(
        "This person has opened the account already: only an administrator of their unit changes the phone number."
    )


class PhoneIsTheNumber(AccountsError):
    message = _(
        "The phone number is saved, but it stands in the participant number, which is printed beside the code. "
        "Please write down another one, or ask an administrator to record the NIP."
    )


@transaction.atomic
def record_phone(person: User, written: str, *, actor: User, at: datetime) -> User:
    """Write down the phone number; the person's open codes become void when it changes.  Safe to repeat.

    For whoever may give this person a first code.  Raises PhoneRefused, NotAllowed, and AlreadyOpened: the phone
    number of an opened account is a way into it.
    """
    phone = read_phone(written.strip())
    if not phone:
        raise PhoneRefused
    if person.pk not in first_codes.reachable(actor, {person.pk}):
        raise NotAllowed
    held = User.objects.select_for_update().filter(NEVER_OPENED, pk=person.pk, is_active=True).first()
    if held is None:
        raise AlreadyOpened
    if held.phone != phone:
        User.objects.filter(pk=held.pk).update(phone=phone)
        FirstCode.objects.filter(user=held, used_at=None, voided_at=None).update(voided_at=at)
        events.record("person.changed", held, actor=actor, at=at, details={"fields": ["phone"]})
    person.refresh_from_db(fields=["phone"])
    return person
