"""The class before and after its training: which quizzes, whose marks, and how page and report say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import comparing, plotting
from assessments.columns import Measure, mark_of, measures, sittings
from assessments.comparing import Comparison
from assessments.models import Quiz
from courses.models import Cohort, Enrolment
from courses.reporting.sections import Figure, Section, Table

STRENGTHS = {
    "low": gettext_lazy("low"),
    "medium": gettext_lazy("medium"),
    "high": gettext_lazy("high"),
}


@dataclass(frozen=True)
class ClassResult:
    """Two quizzes of an angkatan compared; ``comparison`` is None while nobody has both marks."""

    before: Measure
    after: Measure
    comparison: Comparison | None
    svg: str = ""
    sentence: str = ""

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """What is compared, before, after: in words."""
        found = self.comparison
        if found is None:
            return []
        first, then = found.before, found.after
        return [
            (_("Mean"), said(first.mean), said(then.mean)),
            (_("Middle value (median)"), said(first.median), said(then.median)),
            (_("Lowest"), said(first.lowest), said(then.lowest)),
            (_("Highest"), said(first.highest), said(then.highest)),
        ]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Label and value of what the comparison comes to."""
        found = self.comparison
        if found is None:
            return []
        gain = "-" if found.normalized_gain is None else said(found.normalized_gain)
        strength = f" ({STRENGTHS[found.strength]})" if found.strength else ""
        return [
            (_("People with both marks"), str(found.people)),
            (_("Gain of the mean"), f"{'+' if found.gain > 0 else ''}{said(found.gain)}"),
            (_("Normalized gain (N-gain)"), gain + strength),
            (_("Rose, stayed, fell"), f"{found.rose}, {found.stayed}, {found.fell}"),
            (_("Only one of the two marks"), str(found.only_before + found.only_after)),
        ]

    @property
    def bands(self) -> list[tuple[str, int, int]]:
        """The same as the plot, as a table."""
        if self.comparison is None:
            return []
        first, then = _bands(self.comparison)
        return [(f"{n * 10}-{100 if n == 9 else n * 10 + 9}", first[n], then[n]) for n in range(comparing.BANDS)]


def choices(cohort: Cohort) -> tuple[list[Measure], list[Measure]]:
    """Quizzes to compare: those before, those after."""
    found = measures({cohort.edition_id} if cohort.edition_id else set())
    return [one for one in found if one.kind == Quiz.Kind.PRETEST], [
        one for one in found if one.kind == Quiz.Kind.POSTTEST
    ]


def class_result(cohort: Cohort, *, before: str = "", after: str = "") -> ClassResult | None:
    """Keys of two quizzes (default: the first pre-test, the last post-test); None without such quizzes."""
    firsts, thens = choices(cohort)
    if not firsts or not thens:
        return None
    first = next((one for one in firsts if one.key == before), firsts[0])
    then = next((one for one in thens if one.key == after), thens[-1])
    people = list(cohort.enrolments.counting().values_list("pk", flat=True))
    marks: dict[str, dict[int, Decimal]] = {first.key: {}, then.key: {}}
    by_part = {part_id: quiz for quiz in (first, then) for part_id in quiz.part_ids}
    for enrolment_id, quiz, sat in sittings(people, by_part):
        mark = mark_of(quiz, sat)
        if mark is not None:
            marks[quiz.key][enrolment_id] = mark
    found = comparing.compare(marks[first.key], marks[then.key])
    if found is None:
        return ClassResult(first, then, None)
    sentence = _sentence(found)
    return ClassResult(first, then, found, _svg(first, then, found, sentence), sentence)


def section(cohort: Cohort, people: Sequence[Enrolment], *, at: datetime) -> Section | None:
    """A part of the closing report."""
    result = class_result(cohort)
    if result is None or result.comparison is None:
        return None
    return Section(
        title=_("Before and after"),
        paragraphs=[result.sentence],
        pairs=result.facts,
        tables=[
            Table([_("Measure"), result.before.title, result.after.title], [list(row) for row in result.rows], "lrr"),
            Table(
                [_("Marks"), result.before.title, result.after.title],
                [[label, str(a), str(b)] for label, a, b in result.bands],
                "lrr",
            ),
        ],
        figure=Figure(result.svg, f"{_title(result.before, result.after)}. {result.sentence}"),
    )


def said(value: Decimal) -> str:
    """A number as people read it: "87,5"."""
    return number_format(Decimal(f"{value.normalize():f}"))


def _bands(found: Comparison) -> tuple[list[int], list[int]]:
    return comparing.bands([a for a, _b in found.pairs]), comparing.bands([b for _a, b in found.pairs])


def _sentence(found: Comparison) -> str:
    return _(
        "Of %(people)s people with both marks, %(rose)s rose, %(stayed)s stayed and %(fell)s fell; the mean went from "
        "%(before)s to %(after)s."
    ) % {
        "people": found.people,
        "rose": found.rose,
        "stayed": found.stayed,
        "fell": found.fell,
        "before": said(found.before.mean),
        "after": said(found.after.mean),
    }


def _title(first: Measure, then: Measure) -> str:
    return _("Marks of the class: %(before)s and %(after)s") % {"before": first.title, "after": then.title}


def _svg(first: Measure, then: Measure, found: Comparison, sentence: str) -> str:
    before, after = _bands(found)
    words = plotting.Words(_title(first, then), sentence, first.title, then.title, _("Mark"), _("People"))
    return plotting.bars(before, after, words)
