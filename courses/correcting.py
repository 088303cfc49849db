"""Ralat: a mistake found after an angkatan opened is put right by a dated note beside the frozen text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts import events, roles
from accounts.models import User
from courses.errors import NotAllowed, UnknownModule
from courses.models import Cohort, Edition, EditionModule, Erratum

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


def may_correct(user: User, edition: Edition) -> bool:
    """Corrections are publishing: whoever may publish the course may correct what was frozen of it."""
    return roles.may(user, roles.Action.PUBLISH_CONTENT, edition.organization)


def spots_of(edition: Edition) -> list[Spot]:
    """Every module of the edition and its blocks, with their first words."""
    return [spot for module in edition.modules.all() for spot in _spots(module)]


@transaction.atomic
def publish_erratum(edition: Edition, *, module_key: str, block: str, text: str, actor: User, at: datetime) -> Erratum:
    """Show ``text`` beside the block in every running angkatan whose edition is older.  Never changed afterwards.

    Safe to repeat: the same words at the same spot are published once.  Raises NotAllowed, UnknownModule.
    """
    if not may_correct(actor, edition):
        raise NotAllowed
    if not any((spot.module_key, spot.block) == (module_key, block) for spot in spots_of(edition)):
        raise UnknownModule
    erratum, created = Erratum.objects.get_or_create(
        course_uuid=edition.facts["public_id"],
        module_key=module_key,
        block=block,
        text=text.strip(),
        defaults={"organization": edition.organization, "published_at": at, "published_by": actor},
    )
    if created:
        events.record("erratum.published", erratum, actor=actor, at=at, organization=edition.organization)
    return erratum


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
