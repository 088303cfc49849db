"""Why a row is refused or remarked on: stable codes, and the sentence that a trainer reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Reason = tuple[str, dict[str, str]]

REFUSALS: dict[str, str | Promise] = {
    "number-missing": _("The participant number and the NIP are both missing."),
    "number-shape": _("“%(number)s” does not look like a participant number (3 to 40 letters and digits)."),
    "number-rounded": _(
        "The participant number was rounded by a spreadsheet (%(number)s). Format the column as text and write it anew."
    ),
    "number-twice": _("The number %(number)s stands in this list more than once (first in row %(line)s)."),
    "number-two-names": _("The number %(number)s stands in this list with different names (rows %(lines)s)."),
    "number-taken": _("The number %(number)s already belongs to %(name)s."),
    "number-taken-hidden": _("The number %(number)s already belongs to a person with another name."),
    "nip-shape": _("The NIP “%(nip)s” does not have 18 digits."),
    "nip-impossible": _("The NIP %(nip)s cannot exist: %(part)s."),
    "nip-rounded": _("The NIP was rounded by a spreadsheet (%(nip)s). Format the column as text and write it anew."),
    "nip-twice": _("The NIP %(nip)s stands in this list more than once (rows %(lines)s)."),
    "nip-taken": _("The NIP %(nip)s already belongs to %(name)s."),
    "nip-taken-hidden": _("The NIP %(nip)s already belongs to another person."),
    "nip-many": _("The NIP %(nip)s is recorded for more than one person. An administrator must put that right first."),
    "name-missing": _("The name is missing."),
    "name-long": _("The name is longer than 200 characters."),
    "name-shape": _("“%(name)s” does not look like a name."),
    "name-letters": _("A certificate cannot print “%(name)s”: only Latin, Arabic and Javanese letters, no pictures."),
    "name-damaged": _("A letter of the name was lost (“%(name)s”). Please write the name anew."),
    "email-shape": _("“%(email)s” is no e-mail address."),
    "email-twice": _("The e-mail address %(email)s stands in this list for different people (rows %(lines)s)."),
    "email-taken": _("The e-mail address %(email)s already belongs to %(name)s."),
    "email-taken-hidden": _("The e-mail address %(email)s already belongs to another person."),
    "person-archived": _("The number %(number)s belongs to an archived person."),
    "person-twice": _("This row means the same person as row %(line)s."),
    "unit-unknown": _("The unit “%(unit)s” is not known."),
    "unit-near": _("The unit “%(unit)s” is not known. Nearest: %(near)s."),
    "unit-many": _("More than one unit is called “%(unit)s”; please write its code."),
    "region-unknown": _("The region “%(region)s” is not known."),
    "region-near": _("The region “%(region)s” is not known. Nearest: %(near)s."),
    "region-many": _("More than one region is called “%(region)s”: %(near)s. Please write which."),
    "changed-since": _(
        "Something about this person has changed since the list was checked. Please check the list again."
    ),
}

NOTICES: dict[str, str | Promise] = {
    "name-capitals": _("The name is written in capitals only. Suggestion: “%(suggestion)s”"),
    "name-encoding": _("The name seems to have passed through a wrong encoding. Suggestion: “%(suggestion)s”"),
    "name-kept": _("Recorded as %(name)s; this spelling stays."),
    "number-assigned": _("Without a participant number: one is assigned, and the NIP finds the person again."),
    "number-kept": _("This person is recorded under the number %(number)s; that number stays."),
    "number-kept-hidden": _("This person is recorded under another number; that number stays."),
    "number-nik": _("This number looks like a NIK. A NIK should not be used as participant number."),
    "nip-kept": _("The NIP differs from the recorded one and is not changed by a list."),
    "email-kept": _("The e-mail address differs from the recorded one and is not changed by a list."),
    "phone-kept": _("The phone number differs from the recorded one and is not changed by a list."),
    "phone-left-out": _("“%(phone)s” is no phone number and is left out."),
    "unit-left-out": _("The unit “%(unit)s” is not known and is left out: this person has a unit already."),
    "region-left-out": _("The region “%(region)s” is not known and is left out: this person has a unit already."),
    "follow-present": "%(sentence)s",
}


def sentence(reason: Sequence[Any]) -> str:
    """A stored or fresh [code, words] in the language of whoever reads it."""
    code, words = reason
    text = REFUSALS.get(code) or NOTICES[code]
    told = dict(words)
    if "part" in told:
        told["part"] = str(NIP_PARTS[told["part"]])
    return str(text) % told


NIP_PARTS: dict[str, str | Promise] = {
    "birth": _("its first eight digits are no date of birth"),
    "start": _("digits 9 to 14 are no month of appointment"),
    "order": _("its month of appointment lies before the 15th birthday"),
    "future": _("its month of appointment lies in the future"),
    "sex": _("its 15th digit is neither 1 nor 2"),
    "sequence": _("its last three digits are zero"),
}
