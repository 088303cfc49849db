"""Deciding on graduation as a list (penetapan kelulusan): everybody who meets the rule is approved or gets a reason.

One transaction: the frozen protocol with its own gapless number, one decision row for each person, and the moves of
their awards.  What one person decides alone at the same moment makes the list fail whole, with nothing written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min, QuerySet

from accounts import events
from accounts.roles import Action, may
from certificates import awarding, deciding, errors, numbering, numbers, pausing
from certificates.awarding import AwardFacts
from certificates.frozen_rules import FrozenRule
from certificates.models import Award, AwardKind, Decision, Graduation
from certificates.record import canonical, instant, sha256
from courses.models import Cohort, Enrolment

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import EditionPart

FORMAT = "suluh-graduation"
VERSION = 1
#: The decisions of an office count apart from its certificates; PK stands for "penetapan kelulusan".
SEQUENCE = "graduation"
TEMPLATE = "{urut:03d}/PK/{kode_unit}/{bulan_romawi}/{tahun}"
#: A form sends three fields for each person, and takes a thousand.
MOST_AT_ONCE = 300
MOST_LISTS = 100
State = Award.State


def candidates(cohort: Cohort, part: EditionPart, *, actor: User) -> list[Award]:
    """People who meet the rule and wait for this person's approval, by name."""
    rows = Award.objects.filter(enrolment__cohort=cohort, part=part, kind=AwardKind.TRAINING, replaces=None)
    rows = rows.filter(state=State.WAITING_APPROVAL).exclude(enrolment__user=actor)
    rows = rows.select_related("enrolment__user", "enrolment__organization", "part", "issuer")
    return list(rows.order_by("enrolment__user__full_name", "pk")[:MOST_AT_ONCE])


@dataclass(frozen=True)
class OpenList:
    """Graduations of one angkatan under one rule that wait to be approved."""

    cohort: Cohort
    key: str
    people: int
    since: datetime


def open_lists(rows: QuerySet[Award]) -> list[OpenList]:
    """What of these awards is decided on as a list, the longest waiting first.  Two statements."""
    training = rows.filter(kind=AwardKind.TRAINING).order_by()
    sums = training.values("enrolment__cohort", "part__key").annotate(people=Count("pk"), since=Min("since"))
    found = list(sums.order_by("since")[:MOST_LISTS])
    cohorts = Cohort.objects.with_edition().in_bulk([one["enrolment__cohort"] for one in found])
    return [OpenList(cohorts[one["enrolment__cohort"]], one["part__key"], one["people"], one["since"]) for one in found]


@transaction.atomic
def decide_list(
    cohort: Cohort,
    part: EditionPart,
    *,
    shown: Collection[UUID],
    approved: Collection[UUID],
    reasons: Mapping[UUID, str],
    actor: User,
    at: datetime,
) -> Graduation:
    """Approve the awards named by ``approved`` and refuse the others of ``shown``, each with its reason.

    Raises NotAllowed, NobodyChosen, ReasonsMissing, TookPart, or AlreadyDecided when somebody else was faster.
    """
    rows = _locked(cohort, part, [*shown, *approved])
    if not rows or len(rows) < len({*shown, *approved}):
        raise errors.AlreadyDecided if {*shown, *approved} else errors.NobodyChosen
    if not may(actor, Action.APPROVE_AWARD, rows[0].issuer):
        raise errors.NotAllowed
    if any(row.enrolment.user_id == actor.pk for row in rows):
        raise errors.TookPart
    accepted = {row.public_id for row in rows} & set(approved)
    given = {row.public_id: reasons.get(row.public_id, "").strip()[:300] for row in rows}
    silent = [
        row.enrolment.user.full_name for row in rows if row.public_id not in accepted and not given[row.public_id]
    ]
    if len(silent) == len(rows):
        raise errors.NobodyChosen
    if silent:
        raise errors.ReasonsMissing(silent)
    excepted = {row.public_id: given[row.public_id] for row in rows if row.public_id not in accepted}
    graduation = _protocol(cohort, part, rows, excepted, actor=actor, at=at)
    _write_down(graduation, rows, excepted)
    _move(cohort, part, rows, excepted, at=at)
    return graduation


def decide_one(award: Award, *, actor: User, at: datetime) -> Graduation:
    """Approve one person's graduation, with a protocol of its own.  Raises like ``decide_list``."""
    only = [award.public_id]
    cohort = award.enrolment.cohort
    return decide_list(cohort, award.part, shown=only, approved=only, reasons={}, actor=actor, at=at)


def _locked(cohort: Cohort, part: EditionPart, named: list[UUID]) -> list[Award]:
    rows = Award.objects.filter(enrolment__cohort=cohort, part=part, kind=AwardKind.TRAINING, public_id__in=named)
    rows = rows.filter(state__in=[State.WAITING_APPROVAL, State.REFUSED], replaces=None)
    rows = rows.select_related("enrolment__user", "enrolment__organization", "issuer").select_for_update(of=("self",))
    return sorted(rows, key=lambda row: (row.enrolment.user.full_name.casefold(), row.pk))


def _protocol(
    cohort: Cohort, part: EditionPart, rows: list[Award], excepted: Mapping[UUID, str], *, actor: User, at: datetime
) -> Graduation:
    rule, issuer = FrozenRule.from_json(part.json), rows[0].issuer
    day = numbers.issue_day(at, rule.time_zone)
    sequence = numbering.take(issuer.pk, SEQUENCE, day.year)
    parts = numbers.NumberParts(sequence=sequence, kind=rule.kind, unit_code=rule.issuer["code"], day=day)
    number = numbers.print_number(TEMPLATE, parts)
    text = canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "number": number,
            "decided_at": instant(at),
            "decided_on": day.isoformat(),
            "decided_by": actor.full_name,
            "issuer": {key: rule.issuer[key] for key in ("id", "name", "code", "time_zone")},
            "place": rule.signatory["place"],
            "result": rule.result_label,
            "legal_basis": list(rule.legal_basis),
            "angkatan": _angkatan(cohort, part),
            "approved": [_person(row, rule) for row in rows if row.public_id not in excepted],
            "excepted": [
                _person(row, rule) | {"reason": excepted[row.public_id]} for row in rows if row.public_id in excepted
            ],
            "enrolled": Enrolment.objects.counting().filter(cohort=cohort).count(),
        }
    )
    return Graduation.objects.create(
        number=number,
        year=day.year,
        sequence=sequence,
        issuer=issuer,
        cohort=cohort,
        part=part,
        text=text.decode(),
        sha256=sha256(text),
        approved=len(rows) - len(excepted),
        excepted=len(excepted),
        decided_by=actor,
        decided_at=at,
    )


def _angkatan(cohort: Cohort, part: EditionPart) -> dict[str, Any]:
    return {
        "training": cohort.title,
        "edition": part.edition.number,
        "name": cohort.name,
        "code": cohort.code,
        "starts_on": cohort.starts_on.isoformat(),
        "ends_on": cohort.ends_on.isoformat() if cohort.ends_on else "",
    }


def _person(row: Award, rule: FrozenRule) -> dict[str, str]:
    """Name and unit as they are today, and the day on which the last requirement was met."""
    enrolment = row.enrolment
    completed = enrolment.completed_at
    return {
        "name": enrolment.user.full_name,
        "unit": enrolment.organization.name if enrolment.organization else "",
        "completed_on": numbers.issue_day(completed, rule.time_zone).isoformat() if completed else "",
    }


def _write_down(graduation: Graduation, rows: list[Award], excepted: Mapping[UUID, str]) -> None:
    Decision.objects.bulk_create(
        Decision(
            award=row,
            accepted=row.public_id not in excepted,
            reason=excepted.get(row.public_id, ""),
            decided_by=graduation.decided_by,
            decided_at=graduation.decided_at,
            graduation=graduation,
        )
        for row in rows
    )
    actor, at, issuer = graduation.decided_by, graduation.decided_at, graduation.issuer
    counts = {"approved": graduation.approved, "excepted": graduation.excepted}
    events.record("graduation_decided", graduation, actor=actor, at=at, organization=issuer, details=counts)
    for row in rows:
        reason = excepted.get(row.public_id, "")
        details = {"accepted": not reason, "kind": row.kind, "graduation": graduation.number}
        events.record("award_decided", row, actor=actor, at=at, organization=issuer, reason=reason, details=details)


def _move(cohort: Cohort, part: EditionPart, rows: list[Award], excepted: Mapping[UUID, str], *, at: datetime) -> None:
    """What ``awarding.move`` does for one award, for all of a list: as many statements as states and reasons."""
    paused = pausing.is_paused(cohort.pk, part.pk)
    moves: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        facts = AwardFacts(
            kind=row.kind,
            mode=row.mode,
            requirements_complete=row.enrolment.status == Enrolment.Status.COMPLETED,
            name_confirmed=row.enrolment.user.name_confirmed_at is not None,
            decision=row.public_id not in excepted,
            recommended=False,
            licensed=False,
            paused=paused,
        )
        moves[awarding.state_of(facts), excepted.get(row.public_id, "")].append(row.pk)
    for (state, reason), keys in moves.items():
        won = Award.objects.filter(pk__in=keys, state__in=deciding.DECIDABLE)
        if won.update(state=state, reason=reason, since=at) != len(keys):
            raise errors.AlreadyDecided
