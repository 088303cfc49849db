"""Entering earlier papers: one person says what stands on them, a second one agrees; nothing is edited afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Upper

from accounts import events
from accounts.roles import Action, may
from certificates import errors
from certificates.keeping import keep
from certificates.models import Certificate, RecordedBatch, RecordedCertificate
from certificates.numbers import plain_number, spellings

if TYPE_CHECKING:
    from accounts.models import Organization, User

SCANS = "scans"
_STATES = RecordedBatch.State
_BATCH = 500


@dataclass(frozen=True)
class Paper:
    """What stands on one paper.  ``scan`` are the bytes of its picture or PDF, ``scan_kind`` their ending."""

    number: str
    name: str
    issued_on: date
    training: str = ""
    scan: bytes = b""
    scan_kind: str = ""


def taken(organization: Organization, numbers: Sequence[str]) -> set[str]:
    """Numbers (upper case) that the organization has issued here or entered before.  Three statements."""
    wanted = _upper(numbers)
    papers = RecordedCertificate.objects.filter(organization=organization)
    known = (
        Certificate.objects.filter(issuer_key=organization.public_id),
        papers.filter(corrects=None, batch__state=_STATES.OPEN),
        papers.standing(),
    )
    found: set[str] = set()
    for rows in known:
        named = rows.annotate(upper=Upper("number")).filter(upper__in=wanted)
        found |= {str(number).upper() for number in named.values_list("number", flat=True)}
    return found


def _upper(numbers: Iterable[str]) -> set[str]:
    return {spelling.upper() for number in numbers for spelling in spellings(number)}


@transaction.atomic
def enter(
    papers: Sequence[Paper],
    *,
    organization: Organization,
    source: str,
    actor: User,
    at: datetime,
    file_name: str = "",
    corrects: RecordedCertificate | None = None,
) -> RecordedBatch:
    """Keep these papers until a second person has agreed; ``corrects`` names the entry whose place the only one takes.

    Raises NotAllowed, ReasonMissing (no source), NumberEntered.
    """
    batch = _open(organization, source, actor=actor, at=at, file_name=file_name)
    known = taken(organization, [paper.number for paper in papers])
    if corrects is not None:
        _require_standing(corrects, organization)
        known -= _upper([corrects.number])
    double = known & _upper(paper.number for paper in papers)
    if double or len({plain_number(paper.number).upper() for paper in papers}) < len(papers):
        raise errors.NumberEntered(", ".join(sorted(double)[:5]))
    rows = [_row(batch, paper, corrects) for paper in papers]
    RecordedCertificate.objects.bulk_create(rows, batch_size=_BATCH)
    _tell("papers_entered", batch, actor=actor, at=at, number=len(papers))
    return batch


@transaction.atomic
def strike(paper: RecordedCertificate, *, reason: str, actor: User, at: datetime) -> RecordedBatch:
    """Ask that an entry be struck out: a row that says nothing takes its place once a second person has agreed.

    Raises NotAllowed, ReasonMissing, NotInForce.
    """
    batch = _open(paper.organization, reason, actor=actor, at=at)
    _require_standing(paper, paper.organization)
    RecordedCertificate.objects.create(
        batch=batch,
        organization=paper.organization,
        number=paper.number,
        name=paper.name,
        training=paper.training,
        issued_on=paper.issued_on,
        corrects=paper,
        struck=True,
    )
    _tell("paper_strike_asked", batch, actor=actor, at=at, number=1)
    return batch


@transaction.atomic
def agree(batch: RecordedBatch, *, actor: User, at: datetime) -> None:
    """The second person's word: from now on anyone who asks is told.

    Raises NotAllowed, SamePerson, AlreadyDecided, NumberEntered when a certificate was issued under one of the numbers
    meanwhile, or NotInForce when another row has taken the place meanwhile of the entry that this one corrects."""
    _require_places(batch)
    _require_unissued(batch)
    _decide(batch, _STATES.AGREED, answer="", actor=actor, at=at)
    _tell("papers_agreed", batch, actor=actor, at=at, number=batch.papers.count())


@transaction.atomic
def decline(batch: RecordedBatch, *, answer: str, actor: User, at: datetime) -> None:
    """Refuse with an answer for whoever entered them.  Raises like ``agree``, or ReasonMissing."""
    if not answer.strip():
        raise errors.ReasonMissing
    _decide(batch, _STATES.DECLINED, answer=answer.strip()[:300], actor=actor, at=at)
    _tell("papers_declined", batch, actor=actor, at=at, number=batch.papers.count())


def _open(organization: Organization, source: str, *, actor: User, at: datetime, file_name: str = "") -> RecordedBatch:
    if not may(actor, Action.RECORD_PAPER, organization):
        raise errors.NotAllowed
    if not source.strip():
        raise errors.ReasonMissing
    return RecordedBatch.objects.create(
        organization=organization,
        source=source.strip()[:300],
        file_name=file_name[-200:],
        entered_by=actor,
        entered_at=at,
    )


def _row(batch: RecordedBatch, paper: Paper, corrects: RecordedCertificate | None) -> RecordedCertificate:
    return RecordedCertificate(
        batch=batch,
        organization=batch.organization,
        number=plain_number(paper.number),
        name=paper.name,
        training=paper.training,
        issued_on=paper.issued_on,
        scan_sha256=keep(paper.scan, SCANS, paper.scan_kind) if paper.scan else "",
        scan_kind=paper.scan_kind if paper.scan else "",
        corrects=corrects,
    )


def _require_standing(paper: RecordedCertificate, organization: Organization) -> None:
    if not RecordedCertificate.objects.standing().filter(pk=paper.pk, organization=organization).exists():
        raise errors.NotInForce


def _require_places(batch: RecordedBatch) -> None:
    """Of two corrections of one entry, or of one that was struck out, only what was agreed to first counts."""
    corrected = RecordedCertificate.objects.filter(corrections__batch=batch)
    held = list(corrected.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if batch.state == _STATES.OPEN and RecordedCertificate.objects.standing().filter(pk__in=held).count() < len(held):
        raise errors.NotInForce


def _require_unissued(batch: RecordedBatch) -> None:
    entered = _upper(batch.papers.filter(corrects=None).values_list("number", flat=True))
    issued = Certificate.objects.filter(issuer_key=batch.organization.public_id).annotate(upper=Upper("number"))
    double = issued.filter(upper__in=entered).order_by("pk").values_list("number", flat=True)[:5]
    if batch.state == _STATES.OPEN and double:
        raise errors.NumberEntered(", ".join(double))


def _decide(batch: RecordedBatch, state: str, *, answer: str, actor: User, at: datetime) -> None:
    if not may(actor, Action.AGREE_PAPER, batch.organization):
        raise errors.NotAllowed
    if actor.pk == batch.entered_by_id:
        raise errors.SamePerson
    waiting = RecordedBatch.objects.filter(pk=batch.pk, state=_STATES.OPEN)
    if not waiting.update(state=state, answer=answer, decided_by=actor, decided_at=at):
        raise errors.AlreadyDecided
    batch.refresh_from_db()


def _tell(verb: str, batch: RecordedBatch, *, actor: User, at: datetime, number: int) -> None:
    events.record(
        verb,
        batch,
        actor=actor,
        at=at,
        organization=batch.organization,
        reason=batch.answer,
        details={"papers": number},
    )
