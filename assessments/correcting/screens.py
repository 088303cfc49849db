"""What the pages and the workbook of a correction show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.spreadsheets import Sheet, write_xlsx
from assessments.correcting import changes
from assessments.kinds import numeric
from assessments.models import Attempt, Correction, CorrectionRow, QuestionVersion
from assessments.templatetags.scores import percent

ROWS_SHOWN = 50
# As ``CorrectionRow.is_changed``: two nulls are alike (waiting for a mark, or a pre-test that passes nobody).
SAME_SCORE = Q(before=F("after")) | Q(before=None, after=None)
SAME_PASS = Q(passed_before=F("passed_after")) | Q(passed_before=None, passed_after=None)
CHANGED = ~SAME_SCORE | ~SAME_PASS
GAINS_PASS = Q(passed_after=True) & (Q(passed_before=False) | Q(passed_before=None))
LOSES_PASS = Q(passed_before=True) & (Q(passed_after=False) | Q(passed_after=None))
# What the list can be narrowed to, by the value in the address.
FILTERS: dict[str, Q] = {
    "berubah": CHANGED,
    "naik": Q(after__gt=F("before")),
    "turun": Q(after__lt=F("before")),
    "lulus": GAINS_PASS,
    "gugur": LOSES_PASS,
    "semua": Q(),
}


@dataclass(frozen=True)
class Figure:
    """A number of the dry run, and the filter that lists what it counts (empty: none)."""

    label: str
    count: int
    narrowed: str = ""


def words_of(correction: Correction, version: QuestionVersion | None) -> str:
    """The change as people read it."""
    change = correction.change
    match change["do"]:
        case "key":
            body = changes.part_of(version.body, change.get("part", "")) if version else None
            texts = {one["id"]: one["text"] for one in (body or {}).get("options", ())}
            return _("The key becomes: %(right)s") % {
                "right": "; ".join(texts.get(one, one) for one in sorted(change["right"]))
            }
        case "points":
            return _("The question is worth %(points)s points") % {"points": numeric.written(change["points"])}
        case "pass_mark":
            return _("The pass mark becomes %(mark)s") % {"mark": percent(change["pass_mark"])}
    return str(correction.get_kind_display())


def figures(correction: Correction) -> list[Figure]:
    """The counts of the dry run, in the order in which they matter."""
    count = correction.counts.get
    return [
        Figure(_("People"), count("people", 0)),
        Figure(_("Attempts concerned"), count("attempts", 0), "semua"),
        Figure(_("Scores that change"), count("changed", 0), "berubah"),
        Figure(_("Higher"), count("up", 0), "naik"),
        Figure(_("Lower"), count("down", 0), "turun"),
        Figure(_("Attempts that now pass"), count("passes", 0), "lulus"),
        Figure(_("Attempts that no longer pass"), count("fails", 0), "gugur"),
        Figure(_("Requirements now met"), count("gains", 0)),
        Figure(_("Requirements no longer met"), count("loses", 0)),
    ]


def filters() -> list[tuple[str, str]]:
    return [
        ("berubah", _("changed")),
        ("naik", _("higher")),
        ("turun", _("lower")),
        ("lulus", _("now passed")),
        ("gugur", _("no longer passed")),
        ("semua", _("all")),
    ]


def rows_of(correction: Correction, narrowed: str = "semua") -> QuerySet[CorrectionRow]:
    """The rows with whom they concern, in one statement."""
    related = ("attempt__part", "enrolment__user", "enrolment__cohort")
    rows = (
        correction.rows.filter(FILTERS[narrowed]).select_related(*related).defer("attempt__paper", "attempt__answers")
    )
    return rows.order_by("enrolment__cohort", "enrolment__user__full_name", "attempt__number")


def told_about(attempt: Attempt) -> list[CorrectionRow]:
    """What became of this ended attempt's score or pass by corrections, oldest first, for its owner; none costs no
    statement, else one."""
    if not attempt.result.get("corrections"):
        return []
    done = CorrectionRow.objects.filter(CHANGED, attempt=attempt, done_at__isnull=False)
    return list(done.select_related("correction").order_by("done_at", "pk"))


def page_of(correction: Correction, narrowed: str, number: str | int) -> Page[CorrectionRow]:
    return Paginator(rows_of(correction, narrowed), ROWS_SHOWN).get_page(number)


def summary(correction: Correction) -> str:
    """What approving does, in one sentence."""
    changed = correction.counts.get("changed", 0)
    return ngettext("%(count)s score is changed.", "%(count)s scores are changed.", changed) % {"count": changed}


def workbook(correction: Correction, what: str) -> bytes:
    """XLSX: every attempt concerned, the certificates, and the figures."""
    facts: list[tuple[Any, ...]] = [
        (_("Correction"), what),
        (_("Of"), correction.title),
        (_("Reason"), correction.reason),
        (_("State"), str(correction.get_state_display())),
        (_("Proposed by"), correction.proposed_by.full_name),
        (_("Decided by"), correction.decided_by.full_name if correction.decided_by else ""),
        *((one.label, one.count) for one in figures(correction)),
    ]
    headings = [_("Name"), _("Angkatan"), _("Quiz"), _("Attempt"), _("Before"), _("After")]
    more = [_("Passed before"), _("Passed after"), _("Requirement"), _("Done at")]
    touched = [
        (one.label, one.enrolment.user.full_name, one.reviewed_by.full_name if one.reviewed_by else "", one.note)
        for one in correction.touches.select_related("enrolment__user", "reviewed_by")
    ]
    return write_xlsx(
        [
            Sheet(_("Attempts"), headings + more, list(_lines(correction))),
            Sheet(_("Certificates"), [_("Number"), _("Name"), _("Reviewed by"), _("Note")], touched),
            Sheet(_("Summary"), [_("Figure"), _("Value")], facts),
        ]
    )


def _lines(correction: Correction) -> Iterator[tuple[Any, ...]]:
    words = {True: _("yes"), False: _("no"), None: ""}
    for row in rows_of(correction):
        yield (
            row.enrolment.user.full_name,
            row.enrolment.cohort.code,
            row.attempt.part.json["title"],
            row.attempt.number,
            row.before,
            row.after,
            words[row.passed_before],
            words[row.passed_after],
            str(row.get_effect_display()) if row.effect else "",
            date_format(row.done_at, "Y-m-d H:i") if row.done_at else "",
        )
