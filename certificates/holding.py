"""A person's own certificates: what was issued, and what is still missing for the rest, with its dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates import sharing
from certificates.models import Award, AwardKind, Certificate, Decision, ReplacementRequest, StatusChange
from certificates.states import State
from certificates.storing import stored_path
from certificates.verifying import status_on
from courses.activities import POSITION_OUTCOME, Activity, ActivityState
from courses.completing import missing
from courses.models import EditionPart, Enrolment, Fulfilment, Requirement

if TYPE_CHECKING:
    from accounts.models import User

LAPSING_DAYS = 90
TONES = {
    State.VALID: ("good", _("Valid")),
    State.EXPIRED: ("wait", _("Expired")),
    State.SUSPENDED: ("wait", _("Suspended")),
    State.REVOKED: ("bad", _("Revoked")),
    State.REPLACED: ("plain", _("Replaced")),
}


REPLACEMENT_WORDS: dict[str, Promise] = {
    Award.State.WAITING_NAME: _("The correction was agreed to. The new certificate waits until you confirm the name."),
    Award.State.WAITING_LICENCE: _(
        "The correction was agreed to. The new certificate waits for a valid LSP licence of the organization."
    ),
    Award.State.BLOCKED: _("The correction was agreed to. Something about it must be checked by the organizer."),
    Award.State.REFUSED: _("The correction was agreed to, but this certificate cannot be replaced as it stands."),
    Award.State.READY: _("The correction was agreed to. The new certificate is being made."),
}


@dataclass(frozen=True)
class Held:
    """One issued certificate as its holder sees it."""

    certificate: Certificate
    status: State
    changes: list[StatusChange]
    request: ReplacementRequest | None
    lapses_soon: bool = False

    @property
    def tone(self) -> str:
        return TONES[self.status][0]

    @property
    def word(self) -> Promise:
        return TONES[self.status][1]

    @property
    def last(self) -> StatusChange | None:
        return self.changes[-1] if self.changes else None

    @property
    def next_one(self) -> str | Promise:
        """What the agreed replacement waits for."""
        award = getattr(self.certificate, "replacing_award", None)
        return REPLACEMENT_WORDS.get(award.state if award else "", REPLACEMENT_WORDS[Award.State.READY])

    @property
    def duplicate_of(self) -> Certificate | None:
        """The lost paper in whose place this one was issued."""
        old: Certificate | None = self.certificate.replaces
        return old if getattr(self.certificate, "is_duplicate", False) else None

    @property
    def address(self) -> str:
        return sharing.address_of(self.certificate)

    @property
    def whatsapp(self) -> str:
        return sharing.whatsapp_link(self.certificate)

    @property
    def has_token(self) -> bool:
        """Whether the credential is stored as a JWT too: older key folders had no key for it."""
        digest = self.certificate.credential_sha256
        return bool(digest) and stored_path(digest, "jwt").is_file()

    @property
    def graduation(self) -> Decision | None:
        """When and by which protocol the graduation was approved."""
        return approval_of(self.certificate.award)

    @property
    def may_be_shared(self) -> bool:
        """Whether it says of itself what it is: nobody should be handed a paper that does not count."""
        return self.status in (State.VALID, State.EXPIRED)

    @property
    def may_be_corrected(self) -> bool:
        """Whether asking would be accepted: the paper is valid today and nothing waits."""
        waits = self.request is not None and self.request.state != ReplacementRequest.State.DECLINED
        return not waits and self.status == State.VALID and bool(self.certificate.name_member)


@dataclass(frozen=True)
class Waiting:
    """One certificate that is still to come.  ``missing`` says in words what it waits for."""

    enrolment: Enrolment
    award: Award | None
    missing: list[str | Promise]
    needs_name: bool
    kind: str

    @property
    def kind_word(self) -> str:
        """One training may lead to a certificate of each kind."""
        return str(AwardKind(self.kind).label)

    @property
    def since(self) -> datetime | None:
        return self.award.since if self.award else None

    @property
    def graduation(self) -> Decision | None:
        return approval_of(self.award)


def held_by(user: User, *, at: datetime) -> list[Held]:
    """The person's certificates, newest first, each with the last request for a correction.  Five statements."""
    changes = Prefetch("status_changes", StatusChange.objects.order_by("id"))
    last_first = ReplacementRequest.objects.select_related("requested_by", "decided_by").order_by("-id")
    requests = Prefetch("replacement_requests", last_first)
    beside = ("replaced_by", "replaces", "replacing_award", "award", "issuer")
    rows = Certificate.objects.with_duplicates().filter(user=user).select_related(*beside)
    decided = Prefetch("award__decisions", Decision.objects.select_related("graduation"))
    return [
        _held(row, at) for row in rows.prefetch_related(changes, requests, decided, "replacement_requests__evidence")
    ]


def _held(certificate: Certificate, at: datetime) -> Held:
    changes = list(certificate.status_changes.all())
    day = at.astimezone(_zone(certificate)).date()
    status = status_on(changes[-1].status if changes else None, certificate.valid_until, day)
    asked = next(iter(certificate.replacement_requests.all()), None)
    until = certificate.valid_until
    soon = status == State.VALID and until is not None and (until - day).days <= LAPSING_DAYS
    return Held(certificate, status, changes, asked, lapses_soon=soon)


def approval_of(award: Award | None) -> Decision | None:
    """The decision that let the award go on, where one was needed; ``decisions`` are fetched with it."""
    last = list(award.decisions.all())[-1:] if award else []
    return next((decision for decision in last if decision.accepted), None)


def _zone(certificate: Certificate) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(certificate.time_zone)


def waiting_for(user: User) -> list[Waiting]:
    """The person's trainings that promise a certificate which is not issued yet.  Six statements."""
    enrolments = list(
        Enrolment.objects.filter(user=user)
        .exclude(status=Enrolment.Status.DROPPED)
        .select_related("cohort__edition", "cohort__organization")
        .order_by("-enrolled_at")
    )
    editions = _editions(enrolments)
    awards = {
        (award.enrolment_id, award.rule_key): award
        for award in Award.objects.filter(enrolment__in=enrolments, replaces=None).prefetch_related(
            Prefetch("decisions", Decision.objects.select_related("graduation"))
        )
    }
    parts: dict[int | None, list[EditionPart]] = defaultdict(list)
    for part in EditionPart.objects.filter(edition_id__in=editions, kind="award").order_by("key"):
        parts[part.edition_id].append(part)
    open_requirements = missing_labels(enrolments, editions)
    lines = []
    for enrolment in enrolments:
        for part in parts[enrolment.cohort.edition_id]:
            award = awards.get((enrolment.pk, part.key))
            if award is None or award.state != Award.State.ISSUED:
                lines.append(_waiting(user, enrolment, award, part, open_requirements[enrolment.pk]))
    return lines


def _editions(enrolments: Sequence[Enrolment]) -> set[int]:
    found = (enrolment.cohort.edition_id for enrolment in enrolments)
    return {edition_id for edition_id in found if edition_id is not None}


def missing_labels(enrolments: Sequence[Enrolment], editions: set[int]) -> dict[int, list[str]]:
    """What each enrolment still lacks, in the words of its edition.  Two statements."""
    requirements: dict[int | None, list[Requirement]] = defaultdict(list)
    for requirement in Requirement.objects.filter(edition_id__in=editions):
        requirements[requirement.edition_id].append(requirement)
    fulfilments = defaultdict(list)
    for fulfilment in Fulfilment.objects.filter(enrolment__in=enrolments):
        fulfilments[fulfilment.enrolment_id].append(fulfilment)
    return {
        enrolment.pk: [
            requirement.label
            for requirement in missing(requirements[enrolment.cohort.edition_id], fulfilments[enrolment.pk])
        ]
        for enrolment in enrolments
    }


WORDS = {
    Award.State.WAITING_EVIDENCE: _("Your supervisor has not signed the practice evidence of every stage yet."),
    Award.State.WAITING_APPROVAL: _("The graduation list has not been approved yet."),
    Award.State.WAITING_DECISION: _("The decision on competence has not been made yet."),
    Award.State.WAITING_LICENCE: _("The issuing organization has no LSP licence that is valid today."),
    Award.State.READY: _("Your certificate is being made. It usually takes less than a minute."),
    Award.State.PAUSED: _("The organizer has paused the issuing. Your result is kept; you need do nothing."),
    Award.State.BLOCKED: _("Something about your data must be checked by the organizer."),
}


def _waiting(
    user: User, enrolment: Enrolment, award: Award | None, part: EditionPart, requirements: list[str]
) -> Waiting:
    needs_name = user.name_confirmed_at is None
    words: list[str | Promise] = [*requirements]
    if award is not None and award.state in WORDS:
        words.append(WORDS[Award.State(award.state)])
    if award is not None and award.state == Award.State.REFUSED:
        words.append(_("Not awarded: %(reason)s") % {"reason": award.reason})
    if award is None and part.json.get("practice"):
        words.append(_("Practice evidence of every stage, signed by your supervisor."))
    if award is None and part.json["kind"] == "competence":
        words.append(_("Afterwards: recommendation by an assessor and a decision on competence."))
    if award is None and part.json["kind"] == "training" and part.json["mode"] == "approval":
        words.append(_("Afterwards: approval of the graduation list."))
    return Waiting(enrolment=enrolment, award=award, missing=words, needs_name=needs_name, kind=part.json["kind"])


def activities(enrolments: Sequence[Enrolment]) -> list[Activity]:
    """Activity source of the learning pages: one line per promised certificate.  Three statements."""
    parts: dict[int | None, list[EditionPart]] = defaultdict(list)
    editions = _editions(enrolments)
    for part in EditionPart.objects.filter(edition_id__in=editions, kind="award").order_by("key"):
        parts[part.edition_id].append(part)
    awards = {
        (award.enrolment_id, award.rule_key): award
        for award in Award.objects.filter(enrolment__in=enrolments, replaces=None)
    }
    codes = {
        (enrolment_id, kind): code
        for enrolment_id, kind, code in Certificate.objects.filter(enrolment__in=enrolments, replaced_by=None)
        .order_by("issued_at")
        .values_list("enrolment_id", "kind", "code")
    }
    return [
        _activity(enrolment, part, awards.get((enrolment.pk, part.key)), codes.get((enrolment.pk, part.json["kind"])))
        for enrolment in enrolments
        for part in parts[enrolment.cohort.edition_id]
    ]


def _activity(enrolment: Enrolment, part: EditionPart, award: Award | None, code: str | None) -> Activity:
    state, note = ActivityState.LOCKED, ""
    url = reverse("certificates:mine")
    if award is not None:
        issued = award.state == Award.State.ISSUED
        state = ActivityState.DONE if issued else ActivityState.WAITING
        note = "" if issued else award.get_state_display()
    if award is not None and award.state == Award.State.REFUSED:
        state = ActivityState.FAILED
    if state == ActivityState.DONE and code:
        url = reverse("certificates:show", args=[code])
    return Activity(
        enrolment_id=enrolment.pk,
        kind="certificate",
        key=part.key,
        title=str(AwardKind(part.json["kind"]).label),
        url=url,
        state=state,
        position=POSITION_OUTCOME,
        note=note,
        counts=False,
    )
