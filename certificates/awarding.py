"""When a certificate is due: the rule, and the moves of the queue row.

The row is the queue.  ``evaluate`` may be called any number of times, by a task or by the sweep: each move is one
conditional update from the state it was computed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from assessments.models import Recommendation
from assessments.querysets import PRACTICE
from certificates import agreed_names, pausing, revoking
from certificates.frozen_rules import FrozenRule
from certificates.models import Award, AwardKind, AwardMode, Certificate, LspLicence, StatusChange
from certificates.numbers import issue_day
from certificates.verifying import has_expired
from courses.models import EditionPart, Enrolment, Fulfilment

State = Award.State
OPEN_STATES = frozenset(
    {
        State.WAITING_REQUIREMENTS,
        State.WAITING_EVIDENCE,
        State.WAITING_NAME,
        State.WAITING_APPROVAL,
        State.WAITING_DECISION,
        State.WAITING_LICENCE,
        State.READY,
        State.PAUSED,
        State.REFUSED,
        State.BLOCKED,
    }
)


@dataclass(frozen=True)
class AwardFacts:
    """What the rule looks at.  ``decision`` is None while nobody has decided."""

    kind: str
    mode: str
    requirements_complete: bool
    name_confirmed: bool
    decision: bool | None
    recommended: bool
    licensed: bool
    evidence_signed: bool = True
    paused: bool = False

    @property
    def needs_decision(self) -> bool:
        return self.kind == AwardKind.COMPETENCE or self.mode == AwardMode.APPROVAL


def state_of(facts: AwardFacts) -> State:
    """Pure.  The first thing that is still missing, in the order in which people can do something about it."""
    if not facts.requirements_complete:
        return State.WAITING_REQUIREMENTS
    if facts.needs_decision and facts.decision is False:
        return State.REFUSED
    if not facts.evidence_signed:
        return State.WAITING_EVIDENCE
    if facts.kind == AwardKind.COMPETENCE and not (facts.recommended and facts.decision):
        return State.WAITING_DECISION
    if facts.needs_decision and not facts.decision:
        return State.WAITING_APPROVAL
    if facts.kind == AwardKind.COMPETENCE and not facts.licensed:
        return State.WAITING_LICENCE
    if not facts.name_confirmed:
        return State.WAITING_NAME
    return State.PAUSED if facts.paused else State.READY


def every_unit_recommended(units: frozenset[str], latest: dict[str, str]) -> bool:
    """Pure.  ``latest`` holds the last recommendation per unit code; a rule without units can never be met."""
    return bool(units) and all(latest.get(unit) == "competent" for unit in units)


def evaluate(enrolment_id: int, *, at: datetime) -> list[Award]:
    """Make or move the awards of one enrolment at ``at`` (aware).  Repeatable."""
    facts = ("status", "cohort_id", "user__name_confirmed_at")
    enrolment = Enrolment.objects.select_related("user").only(*facts).get(pk=enrolment_id)
    parts = EditionPart.objects.filter(edition__cohorts=enrolment.cohort_id, kind="award")
    awards = []
    for part in parts:
        found = Award.objects.filter(enrolment=enrolment, rule_key=part.key, replaces=None).first()
        if found is not None:
            found.enrolment, found.part = enrolment, part
            awards.append(move(found, at=at))
        elif enrolment.status == Enrolment.Status.COMPLETED:
            awards.append(_open(enrolment, part, at=at))
    return awards


def _open(enrolment: Enrolment, part: EditionPart, *, at: datetime) -> Award:
    """A new award in the state that its facts give; or the row of whoever was faster, moved."""
    rule = FrozenRule.from_json(part.json)
    award = Award(
        enrolment=enrolment,
        part=part,
        rule_key=part.key,
        issuer_id=rule.issuer_row(),
        kind=rule.kind,
        mode=rule.mode,
        since=at,
        created_at=at,
    )
    award.state = state_of(gather(award, at=at))
    try:
        with transaction.atomic():
            award.save(force_insert=True)
    except IntegrityError:
        award = Award.objects.get(enrolment=enrolment, rule_key=part.key, replaces=None)
        award.enrolment, award.part = enrolment, part
        return move(award, at=at)
    return award


def move(award: Award, *, at: datetime) -> Award:
    """Bring the row to the state its facts give.  An issued award never moves; a stale twin changes nothing."""
    return _move(award, at=at) if award.state in OPEN_STATES else award


@transaction.atomic
def _move(award: Award, *, at: datetime) -> Award:
    if award.replaces is None:
        state = state_of(gather(award, at=at))
        reason = _refusal(award) if state == State.REFUSED else ""
    else:
        state, reason = _state_of_replacement(award, award.replaces, at=at)
        if state == State.REFUSED:
            agreed_names.lapse(award.replaces, why=reason)
    if state != award.state:
        if Award.objects.filter(pk=award.pk, state=award.state).update(state=state, reason=reason, since=at):
            award.state, award.reason, award.since = state, reason, at
        else:
            award.refresh_from_db()
    return award


def _state_of_replacement(award: Award, old: Certificate, *, at: datetime) -> tuple[State, str]:
    """A replacement was agreed to already.  What became of the old certificate, a licence that ran out, or a name
    that the holder has not seen can still stop it.  With the reason of a refusal."""
    asked = agreed_names.agreed(old)
    status = revoking.last_status(old)
    if status == StatusChange.Status.SUSPENDED or old.revocation_requests.filter(state="open").exists():
        return State.REFUSED, gettext(
            "The certificate to be replaced was suspended, or its revocation was asked for. Ask again when that is"
            " settled."
        )
    if status != StatusChange.Status.VALID:
        return State.REFUSED, gettext("The certificate to be replaced was revoked or replaced in the meantime.")
    if has_expired(old, at=at):
        return State.REFUSED, gettext("The certificate to be replaced has expired in the meantime.")
    if asked is None:
        return State.REFUSED, award.reason or gettext("Nobody has agreed to this correction.")
    if agreed_names.refused_by_holder(asked):
        return State.REFUSED, agreed_names.other_name()
    rule = FrozenRule.from_json(award.part.json)
    if award.kind == AwardKind.COMPETENCE and not licensed(award.issuer_id, rule, on=issue_day(at, rule.time_zone)):
        return State.WAITING_LICENCE, ""
    if agreed_names.confirmed_at(asked) is None:
        return State.WAITING_NAME, ""
    return (State.PAUSED if _paused(award) else State.READY), ""


def _paused(award: Award) -> bool:
    return pausing.is_paused(award.enrolment.cohort_id, award.part_id)


def is_due(award: Award, *, at: datetime) -> bool:
    """Whether the certificate may be issued at ``at``, asked again of the facts, whatever the row says."""
    if award.replaces is None:
        return state_of(gather(award, at=at)) == State.READY
    return _state_of_replacement(award, award.replaces, at=at)[0] == State.READY


def gather(award: Award, *, at: datetime) -> AwardFacts:
    """Read what the rule needs, as it stands at ``at``."""
    enrolment = award.enrolment
    rule = FrozenRule.from_json(award.part.json)
    competence = award.kind == AwardKind.COMPETENCE
    decision = None
    if award.pk and (competence or award.mode == AwardMode.APPROVAL):
        decision = award.decisions.order_by("-id").values_list("accepted", flat=True).first()
    return AwardFacts(
        kind=award.kind,
        mode=award.mode,
        requirements_complete=enrolment.status == Enrolment.Status.COMPLETED,
        name_confirmed=enrolment.user.name_confirmed_at is not None,
        decision=decision,
        recommended=competence and recommended(enrolment.pk, rule),
        licensed=competence and licensed(award.issuer_id, rule, on=issue_day(at, rule.time_zone)),
        evidence_signed=evidence_signed(enrolment.pk, rule),
        paused=_paused(award),
    )


def evidence_signed(enrolment_id: int, rule: FrozenRule) -> bool:
    """Whether a supervisor's signature stands for every stage that the rule names; one that was taken back does not."""
    return not rule.practice or _signed(rule).filter(enrolment=enrolment_id).count() == len(rule.practice)


def _signed(rule: FrozenRule) -> QuerySet[Fulfilment]:
    keys = [stage["key"] for stage in rule.practice]
    return Fulfilment.objects.filter(kind=PRACTICE, key__in=keys, withdrawn_at=None)


def recommended(enrolment_id: int, rule: FrozenRule) -> bool:
    rows = Recommendation.objects.filter(enrolment_id=enrolment_id).order_by("at", "id")
    latest = {code: result for code, result in rows.values_list("unit__code", "result")}  # noqa: C416 - later rows win
    return every_unit_recommended(frozenset(unit["code"] for unit in rule.units), latest)


def licensed(organization_id: int, rule: FrozenRule, *, on: date) -> bool:
    """Whether an approved licence of the organization covers the scheme on the day ``on`` (Law 14/2019)."""
    return licence_number(organization_id, rule, on=on) is not None


def licence_number(organization_id: int, rule: FrozenRule, *, on: date) -> str | None:
    """Number of the youngest approved licence that covers the scheme on the day ``on``."""
    licences = LspLicence.objects.in_force(organization_id, on=on)
    return next((str(licence.number) for licence in licences if rule.scheme_code in licence.scheme_codes), None)


def _refusal(award: Award) -> str:
    return str(award.decisions.order_by("-id").values_list("reason", flat=True).first() or "")


def missed_enrolments(limit: int) -> list[int]:
    """Completed enrolments with an award in their edition and no row here: their signal was lost."""
    rows = Award.objects.filter(enrolment_id=OuterRef(OuterRef("pk")), rule_key=OuterRef("key"), replaces=None)
    parts = EditionPart.objects.filter(edition_id=OuterRef("cohort__edition_id"), kind="award")
    found = Enrolment.objects.filter(Exists(parts.filter(~Exists(rows))), status=Enrolment.Status.COMPLETED)
    return list(found.order_by("pk").values_list("pk", flat=True)[:limit])


def movable(limit: int, *, at: datetime) -> list[int]:
    """Awards whose missing thing is there by now, the longest waiting first.

    Only rows that will move are taken, so those that still wait cannot keep the others from their turn.
    """
    confirmed = Q(state=State.WAITING_NAME, enrolment__user__name_confirmed_at__isnull=False)
    complete = Q(state=State.WAITING_REQUIREMENTS, enrolment__status=Enrolment.Status.COMPLETED)
    licence = Q(state=State.WAITING_LICENCE, part__in=_licensed_parts(at=at))
    evidence = Q(state=State.WAITING_EVIDENCE, pk__in=_evidenced())
    going_on = Q(state=State.PAUSED, pk__in=pausing.resumed().values("pk"))
    rows = Award.objects.filter(confirmed | complete | licence | evidence | going_on).order_by("since", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _evidenced() -> list[int]:
    """Awards that wait for evidence although all of it is signed: as many statements as editions, whoever waits."""
    waiting = Award.objects.filter(state=State.WAITING_EVIDENCE).order_by()
    found: list[int] = []
    for part in EditionPart.objects.filter(pk__in=waiting.values("part")).order_by("pk"):
        rule = FrozenRule.from_json(part.json)
        mine = _signed(rule).filter(enrolment=OuterRef("enrolment")).order_by().values("enrolment")
        number = mine.annotate(number=Count("pk")).values("number")
        rows = waiting.filter(part=part).annotate(signed=Coalesce(Subquery(number), 0))
        found.extend(rows.filter(signed=len(rule.practice)).values_list("pk", flat=True))
    return found


def _licensed_parts(*, at: datetime) -> list[int]:
    """The frozen rules whose awards wait for a licence although there is one at ``at``: as many rows as editions,
    however many people wait."""
    waiting = dict(
        Award.objects.filter(state=State.WAITING_LICENCE).order_by().values_list("part", "issuer").distinct()
    )
    found = []
    for part in EditionPart.objects.filter(pk__in=waiting).order_by("pk"):
        rule = FrozenRule.from_json(part.json)
        if licensed(waiting[part.pk], rule, on=issue_day(at, rule.time_zone)):
            found.append(part.pk)
    return found


def certificate_of(award: Award) -> Certificate | None:
    return Certificate.objects.filter(award=award).first()
