"""Who is there already: found by participant number, then NIP, then e-mail, and never by name alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models.functions import Lower

from accounts import names
from accounts.models import User
from accounts.people_lists.cells import Entry

_FIELDS = ("participant_number", "full_name", "email", "nip", "phone", "name_confirmed_at", "is_active", "public_id")


class Known:
    """The people that the entries of a list could mean (three statements, whatever its length)."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        people = User.objects.only(*_FIELDS)
        by_number = people.filter(participant_number__in={entry.number for entry in entries if entry.number})
        by_nip = people.filter(nip__in={entry.nip for entry in entries if entry.nip})
        mails = {entry.email.lower() for entry in entries if entry.email}
        by_mail = people.annotate(lowered=Lower("email")).filter(lowered__in=mails)
        self._by_number = {person.participant_number: person for person in by_number}
        self._by_nip: dict[str, list[User]] = {}
        for person in by_nip.order_by("pk"):
            self._by_nip.setdefault(person.nip, []).append(person)
        self._by_mail = {(person.email or "").lower(): person for person in by_mail}
        nips = [person for same in self._by_nip.values() for person in same]
        self.ids = {person.pk for person in (*self._by_number.values(), *nips, *self._by_mail.values())}

    def match(self, entry: Entry, seen: Collection[int]) -> User | None:
        """The person an entry means; what speaks against it joins its reasons, naming people in ``seen`` only."""
        numbered, mailed = self._by_number.get(entry.number), self._by_mail.get(entry.email.lower())
        same_nip = self._by_nip.get(entry.nip, [])
        if len(same_nip) > 1 and numbered not in same_nip:
            entry.reasons.append(("nip-many", {"nip": entry.nip}))
            return None
        carded = numbered if numbered in same_nip else next(iter(same_nip), None)
        person = numbered or carded or mailed
        if person is None:
            return None
        for found, code in ((carded, "nip"), (mailed, "email")):
            if found is not None and found.pk != person.pk:
                _refuse(entry, found, code, seen)
        if not names.same_person_name(entry.name, person.full_name) and not (numbered and carded):
            _refuse(entry, person, "number" if numbered else "nip" if carded else "email", seen)
        if not person.is_active and not entry.reasons:
            entry.reasons.append(("person-archived", {"number": entry.number or person.participant_number}))
        return person


def _refuse(entry: Entry, owner: User, code: str, seen: Collection[int]) -> None:
    told = {code: getattr(entry, code)}
    if owner.pk in seen:
        entry.reasons.append((f"{code}-taken", told | {"name": owner.full_name}))
    else:
        entry.reasons.append((f"{code}-taken-hidden", told))
