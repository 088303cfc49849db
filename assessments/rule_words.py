"""The rules of a quiz in words for participants, and which of them an attempt did not meet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import quiz_rules
from assessments.deciding_grade import SECTION, UNIT, missed
from assessments.quiz_rules import QuizRules
from assessments.templatetags.scores import percent
from courses.models import CompetencyUnit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.attempting import Standing
    from assessments.models import Attempt

HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True)
class PartLine:
    """What was reached of a section or a unit, in percent, with its minimum if it has one."""

    title: str
    percent: Decimal
    minimum: Decimal | None
    missed: bool


def what_counts(rules: QuizRules) -> str:
    """Which of several attempts counts."""
    return {
        quiz_rules.HIGHEST: _("the highest score counts"),
        quiz_rules.AVERAGE: _("the average of all attempts counts"),
        quiz_rules.FIRST: _("the first attempt counts, later ones are for practice"),
        quiz_rules.LAST: _("the last attempt counts, also when its score is lower"),
    }[rules.grade_of]


def delay(rules: QuizRules) -> str:
    """The time between attempts: "2 hari", "3 jam", "90 menit"."""
    minutes = rules.delay_minutes
    if minutes and minutes % DAY == 0:
        return ngettext("%(count)s day", "%(count)s days", minutes // DAY) % {"count": minutes // DAY}
    if minutes and minutes % HOUR == 0:
        return ngettext("%(count)s hour", "%(count)s hours", minutes // HOUR) % {"count": minutes // HOUR}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def before_another(stand: Standing) -> str:
    """What a person should know before another attempt; empty where it can only help."""
    if not any(not attempt.is_open for attempt in stand.attempts):
        return ""
    if stand.rules.grade_of == quiz_rules.FIRST:
        return _("Your first attempt has decided. Another one is for practice and changes nothing.")
    if stand.rules.grade_of == quiz_rules.AVERAGE and stand.passed:
        return _("You have passed. The average of all attempts counts, so another attempt can take that away again.")
    if stand.rules.grade_of == quiz_rules.LAST and stand.passed:
        return _("You have passed. The last attempt counts, so another attempt can take that away again.")
    return ""


def counted(stand: Standing, attempt: Attempt) -> str:
    """Below the result of an attempt: what counts, where it is not this attempt's own score."""
    if stand.grade is None or (stand.deciding is not None and stand.deciding.pk == attempt.pk):
        return ""
    return {
        quiz_rules.HIGHEST: _("Your highest score is %(score)s, and that one counts."),
        quiz_rules.AVERAGE: _("The average of your attempts is %(score)s, and that one counts."),
        quiz_rules.FIRST: _("Your first attempt counts, with %(score)s."),
        quiz_rules.LAST: _("Your last attempt counts, with %(score)s."),
    }[stand.rules.grade_of] % {"score": percent(stand.grade)}


def section_lines(rules: QuizRules, result: Mapping[str, Any]) -> list[PartLine]:
    """The result per section, in their order; empty without sections."""
    short = {one.key for one in missed(rules, [result]) if one.kind == SECTION}
    found = result.get("sections", {})
    return [
        PartLine(one.title, Decimal(found[one.key]["percent"]), one.minimum, one.key in short)
        for one in rules.sections
        if one.key in found
    ]


def missed_lines(rules: QuizRules, result: Mapping[str, Any]) -> list[PartLine]:
    """The minimums that an attempt did not reach, by name; one statement if there are units among them."""
    found = missed(rules, [result])
    codes = [one.key for one in found if one.kind == UNIT]
    titles = {(SECTION, one.key): one.title for one in rules.sections}
    if codes:
        units = CompetencyUnit.objects.filter(code__in=codes).values_list("code", "title")
        titles |= {(UNIT, code): title for code, title in units}
    return [PartLine(titles.get((one.kind, one.key), one.key), one.percent, one.minimum, missed=True) for one in found]
