"""The register's answer to many rows at once, in a constant number of statements.

A list is told no more about anybody than the public page tells whoever has the paper: a number whose name is another
one shows neither the name nor anything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db.models import Prefetch
from django.db.models.functions import Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.names import same_person_name
from certificates import codes
from certificates.keys import KeyRegister
from certificates.models import Certificate, RecordedCertificate, StatusChange
from certificates.numbers import spellings
from certificates.querysets import CertificateQuerySet
from certificates.registering import public_register
from certificates.verifying import Standing, assess


class Outcome(StrEnum):
    """What is said about one row."""

    MATCH = "match"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    RECORDED = "recorded_afterwards"
    OTHER_NAME = "other_name"
    NAME_ERASED = "name_erased"
    NOT_RECORDED = "not_recorded"
    UNREADABLE = "unreadable"
    DAMAGED = "register_damaged"


WORDS: Final[dict[Outcome, Promise]] = {
    Outcome.MATCH: _("Matches, valid"),
    Outcome.EXPIRED: _("Matches, no longer valid"),
    Outcome.SUSPENDED: _("Matches, but suspended"),
    Outcome.REVOKED: _("Matches, but revoked"),
    Outcome.REPLACED: _("Matches, but replaced by a newer certificate"),
    Outcome.RECORDED: _("Registered afterwards, not signed electronically"),
    Outcome.OTHER_NAME: _("The number exists, but the name is another one"),
    Outcome.NAME_ERASED: _("Recorded, but the name was erased at the holder's request and cannot be compared"),
    Outcome.NOT_RECORDED: _("Not recorded here"),
    Outcome.UNREADABLE: _("Cannot be checked: a code, or number and name, is needed"),
    Outcome.DAMAGED: _("The register's entry does not match its signature"),
}
TONES: Final = {
    Outcome.MATCH: "good",
    Outcome.REVOKED: "bad",
    Outcome.OTHER_NAME: "bad",
    Outcome.DAMAGED: "bad",
}


@dataclass(frozen=True)
class Answer:
    """The answer to one row; everything but the outcome is empty unless the row's paper was found."""

    outcome: Outcome
    code: str = ""
    number: str = ""
    holder: str = ""
    training: str = ""
    issued_on: str = ""
    valid_until: str = ""

    def to_json(self) -> list[str]:
        facts = (self.code, self.number, self.holder, self.training, self.issued_on, self.valid_until)
        return [self.outcome.value, *facts]

    @classmethod
    def from_json(cls, cells: Sequence[Any]) -> Answer:
        """The answer that ``to_json`` wrote."""
        return cls(Outcome(cells[0]), *cells[1:])


def answer_rows(rows: Sequence[Sequence[Any]], *, at: datetime) -> list[Answer]:
    """The answer to each ``[line, code or number, name]``, in their order.  At most six statements."""
    wanted = {str(key): codes.normalize(str(key)) for _line, key, _name in rows if codes.is_code(str(key))}
    by_code = {row.code: row for row in _with_changes(Certificate.objects.filter(code__in=set(wanted.values())))}
    register = _Numbers([str(key) for _line, key, _name in rows if str(key) not in wanted])
    keys = public_register()
    answers = []
    for _line, key, name in rows:
        if key in wanted:
            answers.append(_of_code(by_code.get(wanted[key]), name, keys, at=at))
        elif key and name:
            answers.append(register.answer(key, name, keys, at=at))
        else:
            answers.append(Answer(Outcome.UNREADABLE))
    return answers


def _with_changes(rows: CertificateQuerySet) -> list[Certificate]:
    changes = Prefetch("status_changes", StatusChange.objects.order_by("id"))
    return list(rows.with_logged_at().select_related("replaces", "replaced_by").prefetch_related(changes))


def _of_code(row: Certificate | None, name: str, keys: KeyRegister, *, at: datetime) -> Answer:
    if row is None:
        return Answer(Outcome.NOT_RECORDED)
    standing = assess(row, list(row.status_changes.all()), keys, at=at)
    if name and standing.holder_name is not None and not same_person_name(standing.holder_name, name):
        return Answer(Outcome.OTHER_NAME)
    found = _found(standing)
    # Anybody's name may stand on the list beside this code: nothing is left to compare it with.
    uncompared = name and standing.erased and found.outcome is Outcome.MATCH
    return replace(found, outcome=Outcome.NAME_ERASED) if uncompared else found


def _found(standing: Standing) -> Answer:
    if not standing.trustworthy:
        return Answer(Outcome.DAMAGED)
    row = standing.certificate
    outcome = Outcome.MATCH if standing.holds else Outcome(standing.status.value)
    return Answer(
        outcome,
        row.code,
        row.number,
        standing.holder_name or "",
        row.training,
        row.issued_on.isoformat(),
        row.valid_until.isoformat() if row.valid_until else "",
    )


class _Numbers:
    """Everything the register holds under these numbers, however they were spelled."""

    def __init__(self, numbers: Iterable[str]) -> None:
        wanted = {spelling.upper() for number in numbers for spelling in spellings(number)}
        self._issued: defaultdict[str, list[Certificate]] = defaultdict(list)
        self._papers: defaultdict[str, list[RecordedCertificate]] = defaultdict(list)
        if not wanted:
            return
        issued = Certificate.objects.annotate(upper=Upper("number")).filter(upper__in=wanted)
        for row in _with_changes(issued.order_by("-issued_at")):
            self._issued[row.number.upper()].append(row)
        papers = RecordedCertificate.objects.standing().annotate(upper=Upper("number")).filter(upper__in=wanted)
        for paper in papers.order_by("-pk"):
            self._papers[paper.number.upper()].append(paper)

    def answer(self, number: str, name: str, keys: KeyRegister, *, at: datetime) -> Answer:
        """The paper of this number and name; only that the number exists when its holder has another name."""
        other = Outcome.NOT_RECORDED
        for spelling in spellings(number):
            for row in self._issued[spelling.upper()]:
                standing = assess(row, list(row.status_changes.all()), keys, at=at)
                if standing.holder_name is not None and same_person_name(standing.holder_name, name):
                    return _found(standing)
                other = Outcome.NAME_ERASED if standing.erased or other is Outcome.NAME_ERASED else Outcome.OTHER_NAME
            for paper in self._papers[spelling.upper()]:
                if same_person_name(paper.name, name):
                    return _recorded(paper)
                other = Outcome.NAME_ERASED if other is Outcome.NAME_ERASED else Outcome.OTHER_NAME
        return Answer(other)


def _recorded(paper: RecordedCertificate) -> Answer:
    return Answer(Outcome.RECORDED, "", paper.number, paper.name, paper.training, paper.issued_on.isoformat(), "")
