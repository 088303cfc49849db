"""Issuing: one transaction that claims the award and freezes record, number, code and signature.

Exactly once, whatever is killed or delivered twice: the claim is a conditional update of the award's state, and the
register holds at most one certificate per award.  A process that dies before the commit leaves a ready award; one
that dies after it leaves a certificate without a file.  Both are found by the sweep.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Upper

from accounts import events
from certificates import agreed_names, awarding, errors, log, numbering, registering, renumbering, revoking
from certificates.drafting import Fresh, Stamp, draft, redraft
from certificates.frozen_rules import FrozenRule
from certificates.keys import SigningKeys
from certificates.log import closing, keeping
from certificates.models import Award, AwardKind, Certificate, RecordedCertificate, StatusChange
from certificates.numbers import BadNumberTemplate, issue_day
from certificates.record import Holder, MalformedRecord, Record, canonical, read_record, sha256
from certificates.record_schema import check_holder
from certificates.status import lists
from certificates.verifying import listed_title

logger = logging.getLogger(__name__)

_READ: Final = (
    *("kind", "mode", "replaces"),
    *(f"enrolment__{name}" for name in ("status", "completed_at")),
    *(f"enrolment__user__{name}" for name in ("full_name", "name_confirmed_at")),
    *(f"enrolment__cohort__{name}" for name in ("name", "starts_on", "ends_on", "time_zone")),
    "part__json",
    *(f"part__edition__{name}" for name in ("course_id", "number", "facts", "sha256")),
    "issuer__public_id",
)


def issue(award_id: int, *, keys: SigningKeys, at: datetime) -> Certificate | None:
    """Issue the certificate of a ready award at ``at`` (aware); None when there is nothing (more) to do.

    Safe to repeat and to run twice at once.  Raises NoPublicAddress, NoSigningKey, NoCodeKey or DemonstrationKey when
    this installation may not issue; the award stays ready.
    """
    check_installation(keys, at=at)
    try:
        certificate = _issue(award_id, keys=keys, at=at)
    except errors.NotReady:
        awarding.move(Award.objects.get(pk=award_id), at=at)
        return None
    except MalformedRecord as error:
        _block(award_id, str(error), about_number=error.member == "number", at=at)
        return None
    except (errors.NumberTaken, BadNumberTemplate) as error:
        _block(award_id, str(error.message), about_number=True, at=at)
        return None
    if certificate is not None:
        logger.info("certificate issued id=%s award=%s", certificate.pk, award_id)
    return certificate


def check_installation(keys: SigningKeys, *, at: datetime) -> None:
    """Raise unless this installation may sign at ``at`` and knows every number it handed out."""
    closing.check()
    if not settings.SULUH_DEMO and urlsplit(settings.PUBLIC_BASE_URL).scheme != "https":
        raise errors.NoPublicAddress
    if keys.demo != settings.SULUH_DEMO:
        raise errors.DemonstrationKey
    if not (keys.record.entry.covers(at) and keys.seal.entry.covers(at)):
        raise errors.NoSigningKey
    if keys.code is None or not keys.code.entry.covers(at):
        raise errors.NoCodeKey


@transaction.atomic
def _issue(award_id: int, *, keys: SigningKeys, at: datetime) -> Certificate | None:
    if not claim(award_id, at=at):
        return None
    award = _claimed(award_id)
    rule = renumbering.in_force(award.part)
    licence = _still_due(award, rule, at=at)
    registering.publish(keys.register, at=at)
    day = issue_day(at, rule.time_zone)
    stamp = Stamp(
        at=at,
        key_id=keys.record.entry.key_id,
        sequence=_take_number(award, day.year),
        licence=licence,
    )
    fresh = _fresh(at=at)
    if award.replaces is None:
        record, holder = draft(award, rule, stamp=stamp, fresh=fresh)
    else:
        old = read_record(award.replaces.record_text.encode())
        record, holder = redraft(award, rule, old, stamp=stamp, fresh=fresh)
    certificate = _register(award, record, holder, stamp=stamp, keys=keys)
    _tell(certificate, award, at=at)
    handed_out = (award.issuer.public_id, award.kind, day.year, stamp.sequence, certificate.record_sha256)
    transaction.on_commit(partial(keeping.note_number, *handed_out), robust=True)
    return certificate


def _claimed(award_id: int) -> Award:
    """The award with what is read of the rows around it.  An edition alone holds its whole course, which a worker would
    read and take apart for every person again; what a replacement asks besides, it gets when it asks."""
    rows = Award.objects.select_related("enrolment__user", "enrolment__cohort", "part__edition", "issuer")
    award: Award = rows.only(*_READ).get(pk=award_id)
    return award


def _take_number(award: Award, year: int) -> int:
    """The next number.  Raises IssuingClosed when it is known outside the database to have been handed out already:
    the database is an older one that took the place of a newer."""
    number = numbering.take(award.issuer_id, award.kind, year)
    if number <= keeping.last_number(award.issuer.public_id, award.kind, year):
        raise errors.IssuingClosed(closing.BEHIND)
    return number


def claim(award_id: int, *, at: datetime) -> bool:
    """Take the award out of the queue; False when somebody else did.  The guard of exactly once."""
    return bool(Award.objects.filter(pk=award_id, state=Award.State.READY).update(state=Award.State.ISSUED, since=at))


def _still_due(award: Award, rule: FrozenRule, *, at: datetime) -> str:
    """The licence number to print ("" for training).  Raises NotReady when a fact changed since the award was
    queued, which also gives the claim back."""
    if not awarding.is_due(award, at=at):
        raise errors.NotReady
    if award.kind != AwardKind.COMPETENCE:
        return ""
    number = awarding.licence_number(award.issuer_id, rule, on=issue_day(at, rule.time_zone))
    if number is None:
        raise errors.NotReady
    return number


def _fresh(*, at: datetime) -> Fresh:
    """Random parts whose status place is still free (131,072 places a list; a taken one is drawn again)."""
    name = lists.open_list(settings.PUBLIC_BASE_URL, at=at)
    fresh = Fresh(name)
    while Certificate.objects.filter(status_list=name, status_index=fresh.status_index).exists():
        fresh = Fresh(name)
    return fresh


def _register(award: Award, record: Record, holder: Holder, *, stamp: Stamp, keys: SigningKeys) -> Certificate:
    record_bytes = record.canonical()
    # Kinds count apart, so two rules of one issuer may come to the same number; only a person can mend a rule.
    if (taken := _who_has(record)) is not None:
        raise (errors.NumberRecorded if taken == "paper" else errors.NumberTaken)(record.number)
    name_member = canonical(check_holder(asdict(holder)))
    return Certificate.objects.create(
        code=record.code,
        number=record.number,
        kind=record.kind,
        issuer_key=record.issuer.id,
        number_year=date.fromisoformat(record.issued_on).year,
        number_sequence=stamp.sequence,
        record_text=record_bytes.decode(),
        record_sha256=sha256(record_bytes),
        signature=keys.record.sign(record_bytes),
        key_id=record.key,
        name_member=name_member.decode(),
        training=listed_title(record),
        time_zone=record.time_zone,
        issued_at=stamp.at,
        issued_on=date.fromisoformat(record.issued_on),
        valid_until=record.expires_on,
        is_demo=bool(record.demo),
        status_list=record.status.list,
        status_index=record.status.index,
        replaces=award.replaces,
        award=award,
        user=award.enrolment.user,
        enrolment=award.enrolment,
        course_id=award.part.edition.course_id,
        issuer=award.issuer,
    )


def _who_has(record: Record) -> str | None:
    """``certificate`` or ``paper`` (an earlier one that was entered) when the issuer has given out this number before.
    One statement."""
    issued = Certificate.objects.filter(issuer_key=record.issuer.id, number=record.number)
    papers = RecordedCertificate.objects.standing().filter(organization__public_id=record.issuer.id)
    papers = papers.annotate(upper=Upper("number")).filter(upper=record.number.upper())
    said = issued.annotate(what=Value("certificate")).values_list("what", flat=True).order_by()
    both = said.union(papers.annotate(what=Value("paper")).values_list("what", flat=True).order_by())
    return next(iter(both), None)


def _tell(certificate: Certificate, award: Award, *, at: datetime) -> None:
    events.record("certificate_issued", certificate, actor=None, at=at, organization=award.issuer)
    log.append("issued", at=at, certificate=certificate, key_id=certificate.key_id)
    if award.replaces is not None:
        revoking.append_status(
            award.replaces,
            StatusChange.Status.REPLACED,
            reason=agreed_names.why_replaced(award.replaces, by=certificate.number),
            actor=None,
            at=at,
        )


def _block(award_id: int, reason: str, *, about_number: bool, at: datetime) -> None:
    """A fact that no record can say (a name too long, a letter that cannot be printed, a number that is taken): a
    person must look.  The reason names no person."""
    logger.error("award blocked id=%s why=%s", award_id, reason)
    Award.objects.filter(pk=award_id, state=Award.State.READY).update(
        state=Award.State.BLOCKED, reason=reason[:300], about_number=about_number, since=at
    )


def holder_of(certificate: Certificate) -> Holder | None:
    """The name beside the record, or None after a lawful erasure."""
    return Holder(**json.loads(certificate.name_member)) if certificate.name_member else None
