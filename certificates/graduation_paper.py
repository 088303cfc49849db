"""Pure but for the typesetter.  The protocol of a decision on graduation as a paper, from its frozen text alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.models import Graduation
from certificates.record import read_instant
from cms.printing import typeset

PAPER: Final = Path(__file__).parent / "papers" / "graduation.typ"


def facts_of(graduation: Graduation) -> dict[str, Any]:
    """What was frozen at the decision."""
    found: dict[str, Any] = json.loads(graduation.text)
    return found


def pdf_of(graduation: Graduation) -> bytes:
    """PDF/A-2a and PDF/UA-1; the same protocol gives the same bytes.  Raises CannotPrint."""
    facts = facts_of(graduation)
    with translation.override(settings.LANGUAGE_CODE):
        return typeset(PAPER, paper(facts, graduation.sha256), at=read_instant(facts["decided_at"]))


def paper(facts: dict[str, Any], sha256: str) -> dict[str, Any]:
    """What the template prints: words only."""
    angkatan, issuer, day = facts["angkatan"], facts["issuer"], _day(facts["decided_on"])
    approved, excepted = len(facts["approved"]), len(facts["excepted"])
    said = ngettext(
        "On %(day)s %(who)s decided that %(count)s person on the list has passed this training.",
        "On %(day)s %(who)s decided that %(count)s people on the list have passed this training.",
        approved,
    )
    return {
        "title": _("Decision on graduation %(number)s") % {"number": facts["number"]},
        "heading": _("Decision on graduation"),
        "subject": issuer["name"],
        "number": _("Number: %(number)s") % {"number": facts["number"]},
        "said": said % {"day": day, "who": facts["decided_by"], "count": approved},
        "pairs": [
            [_("Training"), angkatan["training"]],
            [_("Cohort"), f"{angkatan['name']} ({angkatan['code']})"],
            [_("Held"), _held(angkatan)],
            [_("Result"), facts["result"]],
            [_("Participants on the list of the angkatan"), str(facts["enrolled"])],
            [_("Approved"), str(approved)],
            [_("Not approved, with a reason"), str(excepted)],
        ],
        "basis_title": _("Legal basis"),
        "basis": facts["legal_basis"],
        "approved_title": _("Approved"),
        "head": ["No.", _("Name"), _("Unit"), _("Requirements met on")],
        "approved": _rows(facts["approved"], "completed_on"),
        "excepted_title": _("Not approved"),
        "excepted_head": ["No.", _("Name"), _("Unit"), _("Reason")],
        "excepted": _rows(facts["excepted"], "reason"),
        "place": ", ".join(part for part in (facts["place"], day) if part),
        "signer": facts["decided_by"],
        "note": _(
            "Made from the protocol that was frozen with the decision; later changes of names or lists do not change"
            " it. SHA-256: %(sha256)s"
        )
        % {"sha256": sha256},
        "footer": facts["number"],
        "specimen": _("Specimen for demonstration") if settings.SULUH_DEMO else "",
    }


def _rows(people: list[dict[str, str]], last: str) -> list[list[str]]:
    return [
        [str(number), one["name"], one["unit"], _day(one[last]) if last == "completed_on" else one[last]]
        for number, one in enumerate(people, start=1)
    ]


def _held(angkatan: dict[str, Any]) -> str:
    first, last = _day(angkatan["starts_on"]), _day(angkatan["ends_on"])
    return f"{first} - {last}" if last else first


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j F Y") if text else ""
