"""Where the certificates of an angkatan stand, person by person and in sums; everything is read from the rows.

No process holds any of it: the page may be closed, the workers killed, and the next look shows what is true then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates import pausing, states
from certificates.holding import TONES, missing_labels
from certificates.models import Award, AwardKind, Certificate, IssueHold
from courses.models import Cohort, EditionPart, Enrolment

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50
State = Award.State


class Group(StrEnum):
    """Parts of an angkatan; the values stand in addresses."""

    ALL = "semua"
    ISSUED = "terbit"
    MAKING = "dibuat"
    WAITING = "menunggu"
    PAUSED = "dijeda"
    HELD_UP = "tertahan"
    INCOMPLETE = "belum"


LABELS: Final[dict[Group, Promise]] = {
    Group.ALL: gettext_lazy("Everybody"),
    Group.ISSUED: gettext_lazy("Issued"),
    Group.MAKING: gettext_lazy("Being made"),
    Group.WAITING: gettext_lazy("Waiting for somebody"),
    Group.PAUSED: gettext_lazy("Paused"),
    Group.HELD_UP: gettext_lazy("Held up or not awarded"),
    Group.INCOMPLETE: gettext_lazy("Requirements not met yet"),
}
_WAITING: Final = (
    State.WAITING_EVIDENCE,
    State.WAITING_NAME,
    State.WAITING_APPROVAL,
    State.WAITING_DECISION,
    State.WAITING_LICENCE,
)
#: Why a row stands where it stands, and who does what next.
NEXT: Final[dict[str, tuple[Promise, Promise]]] = {
    State.WAITING_EVIDENCE: (
        gettext_lazy("A supervisor has not signed the practice evidence of every stage."),
        gettext_lazy("Ask the supervisor to look at the evidence; the certificate follows by itself."),
    ),
    State.WAITING_NAME: (
        gettext_lazy("The person has not confirmed the name as it is to be printed."),
        gettext_lazy("Remind the person to read and confirm the name on the account's page."),
    ),
    State.WAITING_APPROVAL: (
        gettext_lazy("The graduation list has not been approved yet."),
        gettext_lazy("An authorized person of the issuing organization approves the list."),
    ),
    State.WAITING_DECISION: (
        gettext_lazy("The decision on competence has not been made yet."),
        gettext_lazy("An assessor recommends every unit, then an authorized person decides."),
    ),
    State.WAITING_LICENCE: (
        gettext_lazy("The issuing organization has no LSP licence that is valid today."),
        gettext_lazy("An administrator records the licence and a second one approves it."),
    ),
    State.READY: (
        gettext_lazy("Nothing is missing. The certificate is in the queue of the signing worker."),
        gettext_lazy("Nothing to do. It usually takes less than a minute."),
    ),
    State.PAUSED: (
        gettext_lazy("Nothing is missing, but issuing is paused."),
        gettext_lazy("It goes on when an authorized person lets it."),
    ),
    State.BLOCKED: (
        gettext_lazy("Something cannot be printed or numbered."),
        gettext_lazy("Correct the name, or let an administrator set another number template."),
    ),
    State.REFUSED: (
        gettext_lazy("An authorized person decided against it."),
        gettext_lazy("An authorized person can decide again."),
    ),
}


@dataclass(frozen=True)
class Line:
    """One person under one rule."""

    enrolment: Enrolment
    award: Award | None
    certificate: Certificate | None
    tone: str
    word: str | Promise
    why: list[str | Promise]
    next_step: str | Promise


@dataclass(frozen=True)
class GroupLink:
    """One filter of the page."""

    key: Group
    label: Promise
    count: int
    is_current: bool


@dataclass(frozen=True)
class Progress:
    """One rule in one angkatan."""

    part: EditionPart
    kind_word: str
    issuer: str
    counted: dict[Group, int]
    filters: list[GroupLink]
    page: Page[Enrolment]
    lines: list[Line]
    hold: IssueHold | None
    last_hold: IssueHold | None
    may_pause: bool

    @property
    def moves(self) -> bool:
        """Whether a worker is about to change something, so that looking again pays."""
        return self.counted[Group.MAKING] > 0

    @property
    def total(self) -> int:
        return self.counted[Group.ALL]

    @property
    def issued(self) -> int:
        return self.counted[Group.ISSUED]

    @property
    def to_approve(self) -> bool:
        return bool(self.part.json["kind"] == AwardKind.TRAINING and self.part.json["mode"] == "approval")


def rules_of(cohort: Cohort) -> list[EditionPart]:
    """The award rules that the angkatan's edition promises."""
    return list(EditionPart.objects.filter(edition=cohort.edition_id, kind="award").order_by("-json__kind", "key"))


def progress_of(cohort: Cohort, part: EditionPart, *, actor: User, wanted: str, page: Any) -> Progress:
    """The people of one filter, with the sums of all.  About ten statements, however many people."""
    rows = _people(cohort, part)
    chosen = Group(wanted) if wanted in set(Group) else Group.ALL
    counted = _counted(rows)
    found = Paginator(rows.filter(_condition(chosen)).order_by("user__full_name", "pk"), PER_PAGE).get_page(page)
    holds = IssueHold.objects.filter(cohort=cohort, part=part).select_related("paused_by", "resumed_by")
    last = holds.order_by("-id").first()
    return Progress(
        part=part,
        kind_word=str(AwardKind(part.json["kind"]).label),
        issuer=part.json["issuer"]["name"],
        counted=counted,
        filters=[GroupLink(group, LABELS[group], counted[group], group == chosen) for group in Group],
        page=found,
        lines=_lines(cohort, part, list(found)),
        hold=last if last is not None and last.resumed_at is None else None,
        last_hold=last if last is not None and last.resumed_at is not None else None,
        may_pause=pausing.may_decide(part, actor=actor),
    )


def _people(cohort: Cohort, part: EditionPart) -> QuerySet[Enrolment]:
    awards = Award.objects.filter(enrolment=OuterRef("pk"), part=part, replaces=None)
    unfiled = Certificate.objects.filter(award__enrolment=OuterRef("pk"), award__part=part, file_sha256="")
    rows = Enrolment.objects.counting().filter(cohort=cohort).select_related("user", "organization")
    return rows.annotate(award_state=Subquery(awards.values("state")[:1]), unfiled=Exists(unfiled))


def _condition(group: Group) -> Q:
    return {
        Group.ALL: Q(),
        Group.ISSUED: Q(award_state=State.ISSUED, unfiled=False),
        Group.MAKING: Q(award_state=State.READY) | Q(award_state=State.ISSUED, unfiled=True),
        Group.WAITING: Q(award_state__in=_WAITING),
        Group.PAUSED: Q(award_state=State.PAUSED),
        Group.HELD_UP: Q(award_state__in=[State.BLOCKED, State.REFUSED]),
        Group.INCOMPLETE: Q(award_state=None) | Q(award_state=State.WAITING_REQUIREMENTS),
    }[group]


def _counted(rows: QuerySet[Enrolment]) -> dict[Group, int]:
    sums = {group.name.lower(): Count("pk", filter=_condition(group)) for group in Group if group != Group.ALL}
    found = rows.aggregate(all=Count("pk"), **sums)
    return {group: found[group.name.lower()] for group in Group}


def _lines(cohort: Cohort, part: EditionPart, enrolments: Sequence[Enrolment]) -> list[Line]:
    rows = Award.objects.filter(enrolment__in=enrolments, part=part, replaces=None)
    awards = {award.enrolment_id: award for award in rows}
    newest = Certificate.objects.filter(enrolment__in=enrolments, award__part=part, replaced_by=None)
    papers = {paper.enrolment_id: paper for paper in newest.with_status()}
    for enrolment in enrolments:
        enrolment.cohort = cohort
    missing = missing_labels(enrolments, {cohort.edition_id} if cohort.edition_id else set())
    return [_line(one, awards.get(one.pk), papers.get(one.pk), missing.get(one.pk, [])) for one in enrolments]


def _line(enrolment: Enrolment, award: Award | None, paper: Any, missing: list[str]) -> Line:
    if paper is not None:
        return _issued(enrolment, award, paper)
    if award is None or award.state == State.WAITING_REQUIREMENTS:
        why: list[str | Promise] = [*missing] or [_("The last requirement was met a moment ago.")]
        return Line(
            enrolment, award, None, "plain", _("Not complete yet"), why, _("It goes on by itself when these are met.")
        )
    because, then = NEXT[award.state]
    tone = {State.READY: "info", State.BLOCKED: "bad", State.REFUSED: "bad"}.get(State(award.state), "wait")
    told: list[str | Promise] = [because, award.reason] if award.reason else [because]
    return Line(enrolment, award, None, tone, award.get_state_display(), told, then)


def _issued(enrolment: Enrolment, award: Award | None, paper: Any) -> Line:
    if not paper.file_sha256:
        said = _("The certificate is registered; its file is being made.")
        return Line(enrolment, award, paper, "info", _("Being made"), [said], "")
    tone, word = TONES[states.State(paper.last_status or states.State.VALID)]
    return Line(enrolment, award, paper, tone, _("Issued") if tone == "good" else word, [], "")
