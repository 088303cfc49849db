"""Pure but for the typesetter.  The frozen facts of a report as PDF and as workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.spreadsheets import Sheet, write_xlsx
from cms.printing import typeset
from courses.reporting.cells import unpack, words

PAPER: Final = Path(__file__).resolve().parents[1] / "papers" / "report.typ"


def pdf_of(facts: dict[str, Any]) -> bytes:
    """PDF/A-2a and PDF/UA-1.  The same facts give the same bytes.  Raises CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        return typeset(PAPER, paper(facts), at=datetime.fromisoformat(facts["frozen_at"]))


def xlsx_of(facts: dict[str, Any]) -> bytes:
    """One sheet each for the summary, the people, the sessions and the tables of other parts."""
    with translation.override(settings.LANGUAGE_CODE):
        people = facts["people"]
        pairs = [*facts["pairs"], *facts["totals"]]
        sheets = [
            Sheet(_("Summary"), [_("What"), _("Value")], pairs, (30, 70)),
            Sheet(_("Participants"), people["headings"], [[unpack(cell) for cell in row] for row in people["rows"]]),
            Sheet(
                _("Live sessions"), _session_headings(), [[unpack(cell) for cell in row] for row in facts["sessions"]]
            ),
        ]
        for part in facts["parts"]:
            for number, table in enumerate(part["tables"], start=1):
                title = part["title"] if number == 1 else f"{part['title'][:26]} {number}"
                sheets.append(Sheet(title, table["headings"], table["rows"]))
        return write_xlsx(sheets)


def paper(facts: dict[str, Any]) -> dict[str, Any]:
    """What the template prints: words only."""
    people = facts["people"]
    shown = [place for place, wide in enumerate(people["wide"]) if not wide]
    name = facts["cohort"]["name"]
    return {
        "title": f"{facts['title']}: {name}",
        "heading": facts["title"],
        "subject": facts["cohort"]["title"],
        "cohort": name,
        "wide": True,
        "footer": f"{facts['title']}, {name} ({facts['cohort']['code']})",
        "pairs": facts["pairs"],
        "totals": facts["totals"],
        "people_title": _("Participants"),
        "people_head": [_("Row number"), *(people["headings"][place] for place in shown)],
        "people_align": ["r", *("r" if people["numeric"][place] else "l" for place in shown)],
        "people_widths": [0.6, 3, 1.6, 2.6, 1.1, *_widths(people, shown), 2.2, 1.6],
        "people_rows": [
            [str(number), *(words(row[place]) for place in shown)] for number, row in enumerate(people["rows"], start=1)
        ],
        "nobody": _("Nobody was on the list."),
        "sessions_title": _("Live sessions"),
        "sessions_head": _session_headings(),
        "sessions_rows": [[words(cell) for cell in row] for row in facts["sessions"]],
        "parts": facts["parts"],
        "specimen": _("Specimen for demonstration") if settings.SULUH_DEMO else "",
    }


def _widths(people: dict[str, Any], shown: list[int]) -> list[float]:
    """Of the columns between what stands first and last in every report."""
    return [1.3 if people["numeric"][place] else 2 for place in shown[4:-2]]


def _session_headings() -> list[str]:
    return [_("Start"), _("Session"), _("Facilitator"), _("Minutes"), "JP", _("Attended")]
