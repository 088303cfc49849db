"""Putting a record together: from the frozen edition and rule, or from the record that is being replaced.

Nothing here reads a live course or rule.  What changes from one call to the next (code, salts, status place) comes
from ``Fresh``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.conf import settings

from accounts.models import User
from certificates import agreed_names, codes, numbers, who_signs
from certificates.design import keeping
from certificates.design.frozen import Design
from certificates.frozen_rules import FrozenRule
from certificates.models import Award, AwardKind
from certificates.record import (
    VERSION,
    Course,
    Edition,
    Held,
    Holder,
    Hours,
    Issuer,
    Module,
    Record,
    Replacement,
    Scheme,
    Signatory,
    StatusSlot,
    Unit,
    hours,
    instant,
    new_salt,
)
from certificates.status.bitstring import PLACES
from courses.models import EditionModule

# What a record says of a frozen module; the rest of it is the teaching itself, which may be long.
_OF_A_MODULE: Final = ("edition_id", "key", "title", "jp_async", "jp_sync", "units")


@dataclass(frozen=True)
class Fresh:
    """The random parts of one certificate, and the status list in which its place is drawn."""

    status_list: str
    code: str = field(default_factory=codes.new_code)
    salt: str = field(default_factory=new_salt)
    holder_salt: str = field(default_factory=new_salt)
    status_index: int = field(default_factory=lambda: secrets.randbelow(PLACES))


@dataclass(frozen=True)
class Stamp:
    """What issuing adds: when, by which key, under which number and licence ("" for training)."""

    at: datetime
    key_id: str
    sequence: int
    licence: str = ""


def draft(award: Award, rule: FrozenRule, *, stamp: Stamp, fresh: Fresh) -> tuple[Record, Holder]:
    """The record of an award, and the erasable name beside it."""
    edition, user, look = award.part.edition, award.enrolment.user, _look(award)
    modules = list(edition.modules.only(*_OF_A_MODULE).order_by("position"))
    day = numbers.issue_day(stamp.at, rule.time_zone)
    holder = Holder(name=user.full_name, salt=fresh.holder_salt)
    record = Record(
        salt=fresh.salt,
        code=fresh.code,
        number=_number(rule, stamp.sequence, day),
        kind=award.kind,
        demo=int(settings.SULUH_DEMO),
        key=stamp.key_id,
        issuer=_issuer(rule, stamp),
        holder=holder.digest(),
        course=Course(id=str(edition.facts["public_id"]), code=edition.code, title=edition.title),
        scheme=_scheme(rule),
        edition=Edition(number=edition.number, sha256=edition.sha256),
        held=_held(award),
        modules=tuple(_module(module) for module in modules),
        jp=_hours(modules, proposed=bool(edition.facts.get("jp_proposed"))),
        result=rule.result_label,
        issued_on=day.isoformat(),
        issued_at=instant(stamp.at),
        time_zone=rule.time_zone,
        legal_basis=rule.legal_basis,
        signatory=_signatory(rule),
        name_confirmed_at=_confirmed_at(user),
        status=StatusSlot(list=fresh.status_list, index=fresh.status_index),
        units=_units(rule, modules),
        valid_until=end_of_validity(day, rule.validity_months),
        language=look.language,
        design=look.design,
        signing=who_signs.at_present(),
    )
    return record, holder


def redraft(award: Award, rule: FrozenRule, old: Record, *, stamp: Stamp, fresh: Fresh) -> tuple[Record, Holder]:
    """The record that replaces ``old``: its facts word for word, with a new name, number, code and date of issue,
    under the licence of its own day; written in the newest version, whichever the old one was."""
    day = numbers.issue_day(stamp.at, rule.time_zone)
    # The name that the second person agreed to and the holder has seen, whatever the account says since.
    asked = agreed_names.agreed(award.replaces) if award.replaces else None
    seen_at = agreed_names.confirmed_at(asked) if asked else None
    if asked is None or seen_at is None:
        msg = "a replacement needs an agreed and confirmed name"
        raise ValueError(msg)
    holder, look = Holder(name=asked.proposed_name, salt=fresh.holder_salt), _look(award)
    record = replace(
        old,
        salt=fresh.salt,
        code=fresh.code,
        number=_number(rule, stamp.sequence, day),
        demo=int(settings.SULUH_DEMO),
        key=stamp.key_id,
        issuer=replace(old.issuer, address=settings.PUBLIC_BASE_URL, licence=stamp.licence),
        holder=holder.digest(),
        issued_on=day.isoformat(),
        issued_at=instant(stamp.at),
        name_confirmed_at=instant(seen_at),
        status=StatusSlot(list=fresh.status_list, index=fresh.status_index),
        replaces=old.number,
        replacement=Replacement(asked.kind, old.issued_on),
        version=VERSION,
        template=f"{old.kind}-{VERSION}",
        language=look.language,
        design=look.design,
        signing=who_signs.at_present(),
    )
    return record, holder


class _Look(NamedTuple):
    """How a paper is set: its language, and the hash of the issuer's design or ""."""

    language: str
    design: str


def _look(award: Award) -> _Look:
    """The issuer's design of this moment, also for a replacement (ADR 0120)."""
    row = keeping.in_force(award.issuer_id, award.kind)
    return _Look(keeping.frozen(row).language, row.sha256) if row else _Look(Design().language, "")


def end_of_validity(day: date, months: int | None) -> str:
    """Pure.  The last valid day: the same day ``months`` later, or the last day of a shorter month; "" for no end.

    >>> end_of_validity(date(2026, 8, 31), 6)
    '2027-02-28'
    """
    if months is None:
        return ""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last).isoformat()
        except ValueError:
            continue
    raise AssertionError


def _confirmed_at(user: User) -> str:
    if user.name_confirmed_at is None:
        msg = "a record needs a confirmed name"
        raise ValueError(msg)
    return instant(user.name_confirmed_at)


def _issuer(rule: FrozenRule, stamp: Stamp) -> Issuer:
    return Issuer(
        id=rule.issuer["id"],
        name=rule.issuer["name"],
        place=rule.signatory["place"],
        address=settings.PUBLIC_BASE_URL,
        licence=stamp.licence,
    )


def _scheme(rule: FrozenRule) -> Scheme:
    competence = rule.kind == AwardKind.COMPETENCE
    return Scheme(code=rule.scheme_code, title=rule.scheme_title) if competence else Scheme()


def _signatory(rule: FrozenRule) -> Signatory:
    signs = rule.signatory
    return Signatory(name=signs["name"], position=signs["position"], acting=signs["acting"])


def _number(rule: FrozenRule, sequence: int, day: date) -> str:
    parts = numbers.NumberParts(
        sequence=sequence,
        kind=rule.kind,
        unit_code=rule.issuer["code"],
        day=day,
        classification=rule.classification,
    )
    return numbers.print_number(rule.number_template, parts)


def _held(award: Award) -> Held:
    """First day of the cohort to its last day, or to the person's own day of completion when that came earlier (or
    the cohort has no last day): a paper never says that a training lasted beyond the day it was issued."""
    cohort = award.enrolment.cohort
    completed = award.enrolment.completed_at
    own_last = numbers.issue_day(completed, cohort.time_zone) if completed else cohort.ends_on or cohort.starts_on
    ends_on = max(min(own_last, cohort.ends_on or own_last), cohort.starts_on)
    return Held(cohort=cohort.name, starts_on=cohort.starts_on.isoformat(), ends_on=ends_on.isoformat())


def _module(module: EditionModule) -> Module:
    return Module(key=module.key, title=module.title, jp_async=hours(module.jp_async), jp_sync=hours(module.jp_sync))


def _hours(modules: list[EditionModule], *, proposed: bool) -> Hours:
    return Hours(total=hours(sum((module.jp for module in modules), Decimal(0))), note="usulan" if proposed else "")


def _units(rule: FrozenRule, modules: list[EditionModule]) -> tuple[Unit, ...]:
    """The rule's units with their result; without any, what the modules teach.  The words are the paper's own."""
    if rule.units:
        result = "Kompeten" if rule.kind == AwardKind.COMPETENCE else "Tercapai"
        return tuple(Unit(code=unit["code"], title=unit["title"], result=result) for unit in rule.units)
    taught = {unit["code"]: unit["title"] for module in modules for unit in module.units}
    return tuple(Unit(code=code, title=title, result="Dipelajari") for code, title in taught.items())
