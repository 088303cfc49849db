"""Ralat: a mistake found after an angkatan opened is put right by a dated note beside the frozen text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts import events, roles
from accounts.models import User
from courses import notices
from courses.errors import NotAllowed, ProposalDecided, ReasonMissing, SecondPersonNeeded, UnknownModule
from courses.models import Cohort, Edition, EditionModule, Enrolment, Erratum, ErratumProposal, ModuleReading

BLOCK = re.compile(r'<div class="block" id="b-([0-9a-f]{8})">')
WORDS_SHOWN = 60


@dataclass(frozen=True)
class Spot:
    """Where a correction can stand: a whole module (``block`` empty) or one of its blocks."""

    module_key: str
    block: str
    label: str

    @property
    def value(self) -> str:
        return f"{self.module_key}:{self.block}"


Proposals = QuerySet[ErratumProposal]


def may_correct(user: User, edition: Edition) -> bool:
    """Corrections are publishing: whoever may publish the course may approve what corrects it."""
    return roles.may(user, roles.Action.PUBLISH_CONTENT, edition.organization)


def may_propose(user: User, edition: Edition) -> bool:
    """Whoever writes the course, or runs an angkatan that reads it, may word a correction."""
    if roles.may(user, roles.Action.EDIT_CONTENT, edition.organization):
        return True
    organizations = roles.organizations_where(user, roles.Action.RUN_COHORT).values("pk")
    run = edition.cohorts.filter(Q(organization__in=organizations) | Q(trainer_links__user=user))
    return run.exists()


def spots_of(edition: Edition) -> list[Spot]:
    """Every module of the edition and its blocks, with their first words."""
    return [spot for module in edition.modules.all() for spot in _spots(module)]


@transaction.atomic
def propose(edition: Edition, *, module_key: str, block: str, text: str, actor: User, at: datetime) -> ErratumProposal:
    """Word a correction; nobody else reads it before a second person approves.

    Safe to repeat: the same words at the same spot wait once.  Raises NotAllowed, UnknownModule.
    """
    if not may_propose(actor, edition):
        raise NotAllowed
    if not any((spot.module_key, spot.block) == (module_key, block) for spot in spots_of(edition)):
        raise UnknownModule
    proposal, created = ErratumProposal.objects.get_or_create(
        edition=edition,
        module_key=module_key,
        block=block,
        text=text.strip(),
        state=ErratumProposal.State.PROPOSED,
        defaults={"organization": edition.organization, "proposed_by": actor, "proposed_at": at},
    )
    if created:
        _record("erratum.proposed", proposal, actor=actor, at=at)
    return proposal


@transaction.atomic
def approve(proposal: ErratumProposal, *, actor: User, at: datetime) -> Erratum:
    """Show the correction beside its block in every running angkatan whose edition is older.  Never changed afterwards.

    Whoever has read the module is told.  Safe to repeat.  Raises NotAllowed, SecondPersonNeeded for the one who worded
    it, ProposalDecided when it was refused or withdrawn.
    """
    if not may_correct(actor, proposal.edition):
        raise NotAllowed
    held = ErratumProposal.objects.select_for_update(of=("self",)).select_related("edition").get(pk=proposal.pk)
    if held.erratum is not None:
        return held.erratum
    if held.state != ErratumProposal.State.PROPOSED:
        raise ProposalDecided
    if held.proposed_by_id == actor.pk:
        raise SecondPersonNeeded
    edition = proposal.edition
    erratum, created = Erratum.objects.get_or_create(
        course_uuid=edition.facts["public_id"],
        module_key=held.module_key,
        block=held.block,
        text=held.text,
        defaults={"organization": edition.organization, "published_at": at, "published_by": actor},
    )
    if not created and ErratumProposal.objects.filter(erratum=erratum).exists():
        raise ProposalDecided(_("The same correction has been published already."))
    told = {"state": ErratumProposal.State.PUBLISHED, "erratum": erratum, "decided_by": actor, "decided_at": at}
    ErratumProposal.objects.filter(pk=held.pk).update(**told)
    if created:
        events.record("erratum.published", erratum, actor=actor, at=at, organization=edition.organization)
        notices.corrected(erratum, _readers(erratum), at=at)
    return erratum


@transaction.atomic
def refuse(proposal: ErratumProposal, *, reason: str, actor: User, at: datetime) -> bool:
    """Do not publish it, and say why.  Safe to repeat.  Raises NotAllowed, SecondPersonNeeded, ReasonMissing."""
    if not may_correct(actor, proposal.edition):
        raise NotAllowed
    if proposal.proposed_by_id == actor.pk:
        raise SecondPersonNeeded
    if not reason.strip():
        raise ReasonMissing
    return _end(proposal, ErratumProposal.State.REFUSED, actor=actor, at=at, reason=reason.strip())


@transaction.atomic
def withdraw(proposal: ErratumProposal, *, actor: User, at: datetime) -> bool:
    """Whoever worded it takes it back before it is published.  Safe to repeat.  Raises NotAllowed."""
    if proposal.proposed_by_id != actor.pk:
        raise NotAllowed
    return _end(proposal, ErratumProposal.State.WITHDRAWN, actor=actor, at=at)


def waiting_for(edition: Edition) -> list[ErratumProposal]:
    """Proposals about the course of ``edition`` that wait for a second person; one statement."""
    pending = ErratumProposal.objects.pending().filter(edition__facts__public_id=edition.facts["public_id"])
    return list(pending.select_related("proposed_by", "edition__organization").defer("edition__manifest"))


def waiting_for_approval_of(user: User, most: int = 5) -> tuple[list[tuple[ErratumProposal, str]], int]:
    """The oldest proposals that ``user`` may decide, each with its page, and how many more there are.

    Three statements at most.
    """
    publish = roles.organizations_where(user, roles.Action.PUBLISH_CONTENT).values("pk")
    mine = ErratumProposal.objects.pending().filter(organization__in=publish).exclude(proposed_by=user)
    found = list(mine.select_related("proposed_by", "edition").defer("edition__manifest").order_by("pk")[:most])
    cohorts = Cohort.objects.overseen_by(user).filter(edition__in={one.edition_id for one in found})
    pages = {cohort.edition_id: reverse("courses:errata", args=[cohort.public_id]) for cohort in cohorts if found}
    more = mine.count() - most if len(found) == most else 0
    return [(one, pages.get(one.edition_id, "")) for one in found], more


def since_reading(enrolment: Enrolment) -> list[Erratum]:
    """Corrections of modules that this person has read and that came afterwards; one statement."""
    edition = enrolment.cohort.edition
    if edition is None:
        return []
    before = ModuleReading.objects.filter(
        enrolment=enrolment, key=OuterRef("module_key"), read_at__lt=OuterRef("published_at")
    )
    return list(Erratum.objects.for_edition(edition).filter(Exists(before)))


def _readers(erratum: Erratum) -> list[Enrolment]:
    """Who has read the module in an angkatan that is open and shows the correction."""
    reading = Enrolment.objects.counting().filter(
        cohort__status=Cohort.Status.OPEN,
        cohort__edition__facts__public_id=str(erratum.course_uuid),
        cohort__edition__frozen_at__lt=erratum.published_at,
        readings__key=erratum.module_key,
    )
    return list(reading.with_cohort())


def _end(
    proposal: ErratumProposal, state: ErratumProposal.State, *, actor: User, at: datetime, reason: str = ""
) -> bool:
    pending = ErratumProposal.objects.pending().filter(pk=proposal.pk)
    won = pending.update(state=state, decided_by=actor, decided_at=at, reason=reason)
    if won:
        _record(f"erratum.{state}", proposal, actor=actor, at=at, reason=reason)
    return bool(won)


def _record(verb: str, proposal: ErratumProposal, *, actor: User, at: datetime, reason: str = "") -> None:
    events.record(verb, proposal, actor=actor, at=at, organization=proposal.organization, reason=reason)


def with_errata(html: str, errata: Iterable[Erratum], *, cohort: Cohort) -> str:
    """The frozen fragment with each correction at the head of its block, or of the module."""
    by_block: dict[str, list[Erratum]] = {}
    known = set(BLOCK.findall(html))
    for erratum in errata:
        by_block.setdefault(erratum.block if erratum.block in known else "", []).append(erratum)
    if not by_block:
        return html
    noted = BLOCK.sub(lambda found: found[0] + _notes(by_block.get(found[1], ()), cohort), html)
    return _notes(by_block.get("", ()), cohort) + noted


def _notes(errata: Sequence[Erratum] | tuple[()], cohort: Cohort) -> str:
    context = {"cohort": cohort}
    return "".join(render_to_string("courses/_erratum.html", context | {"erratum": erratum}) for erratum in errata)


def _spots(module: EditionModule) -> list[Spot]:
    whole = _("%(key)s: the whole module") % {"key": module.key}
    found = [Spot(module.key, "", whole)]
    marks = list(BLOCK.finditer(module.html))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        inner = module.html[mark.end() : following.start() if following else None]
        words = " ".join(strip_tags(inner).split())
        found.append(Spot(module.key, mark[1], f"{module.key}: {words[:WORDS_SHOWN]}…"))
    return found
