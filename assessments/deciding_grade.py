"""Pure: what several attempts of one person at one quiz come to, by the rule that the quiz has frozen.

==========  =====================================  ==========================================================
rule        grade                                  passed
==========  =====================================  ==========================================================
highest     of the best passing attempt, else of   one attempt passed
            the best
average     mean of all, halves rounded up         the mean reaches the pass mark, and so does the mean of each
                                                   section and unit its minimum
first       of the first attempt                   the first attempt passed
last        of the last attempt                    the last attempt passed
==========  =====================================  ==========================================================

While an attempt on which it depends waits for a person's mark nothing is decided: then nothing is met or taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from assessments import quiz_rules
from assessments.quiz_rules import QuizRules
from assessments.scoring import half_up

SECTION, UNIT = "section", "unit"


class Ended(Protocol):
    """An ended attempt; without a score it waits for a mark.  ``result`` is read for an average only."""

    @property
    def number(self) -> int: ...
    @property
    def score(self) -> Decimal | None: ...
    @property
    def passed(self) -> bool | None: ...
    @property
    def result(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Decision:
    """``grade``: percentage, or None while there is none.  ``passed``: None while nothing is decided.  ``number``: of
    the attempt that decides; None for an average."""

    grade: Decimal | None = None
    passed: bool | None = None
    number: int | None = None


@dataclass(frozen=True)
class Missed:
    """A minimum that was not reached: of a ``SECTION`` or a ``UNIT``, with what was reached of it, in percent."""

    kind: str
    key: str
    percent: Decimal
    minimum: Decimal


def grade(rules: QuizRules, ended: Sequence[Ended]) -> Decimal | None:
    """The percentage that ``decide`` gives, without looking at results."""
    if rules.grade_of == quiz_rules.AVERAGE:
        return _average_grade(ended)
    return decide(rules, ended).grade


def decide(rules: QuizRules, ended: Sequence[Ended]) -> Decision:
    """``ended``: all ended attempts of a person at the quiz, in any order.  A pre-test passes nobody."""
    if not ended:
        return Decision()
    return _RULES[rules.grade_of](rules, sorted(ended, key=lambda attempt: attempt.number))


def _highest(rules: QuizRules, ended: Sequence[Ended]) -> Decision:
    marked = [attempt for attempt in ended if attempt.score is not None]
    if not marked:
        return Decision()
    best = max(marked, key=lambda attempt: (bool(attempt.passed), attempt.score, -attempt.number))
    waits = len(marked) < len(ended) and not best.passed
    return Decision(best.score, None if waits else best.passed, best.number)


def _average_grade(ended: Sequence[Ended]) -> Decimal | None:
    scores = [attempt.score for attempt in ended if attempt.score is not None]
    return _mean(scores) if scores and len(scores) == len(ended) else None


def _average(rules: QuizRules, ended: Sequence[Ended]) -> Decision:
    mean = _average_grade(ended)
    if mean is None or ended[-1].passed is None:
        return Decision(mean)
    reached = mean >= Decimal(ended[-1].result["pass_mark"])
    return Decision(mean, reached and not missed(rules, (attempt.result for attempt in ended)))


def _first(rules: QuizRules, ended: Sequence[Ended]) -> Decision:
    return Decision(ended[0].score, ended[0].passed, ended[0].number)


def _last(rules: QuizRules, ended: Sequence[Ended]) -> Decision:
    return Decision(ended[-1].score, ended[-1].passed, ended[-1].number)


_RULES = {
    quiz_rules.HIGHEST: _highest,
    quiz_rules.AVERAGE: _average,
    quiz_rules.FIRST: _first,
    quiz_rules.LAST: _last,
}


def missed(rules: QuizRules, results: Iterable[Mapping[str, Any]]) -> list[Missed]:
    """Minimums that these stored results, taken together, do not reach: sections first, in their order, then units.

    What a paper did not ask, or what a correction left out, keeps nobody from passing."""
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for result in results:
        for kind, parts in ((SECTION, result.get("sections", {})), (UNIT, result.get("units", {}))):
            for key, part in parts.items():
                if Fraction(part["maximum"]):
                    found[kind, key].append(Decimal(part["percent"]))
    wanted = [(SECTION, one.key, one.minimum) for one in rules.sections]
    wanted += [(UNIT, key, rules.unit_minimum) for kind, key in sorted(found) if kind == UNIT]
    return [
        Missed(kind, key, _mean(found[kind, key]), minimum)
        for kind, key, minimum in wanted
        if minimum is not None and found[kind, key] and _mean(found[kind, key]) < minimum
    ]


def _mean(percents: Sequence[Decimal]) -> Decimal:
    """Of percentages with two decimals; exact, halves rounded up."""
    return half_up(sum((Fraction(one) for one in percents), Fraction(0)) / len(percents))
