"""The signals of one quiz as a page shows them: figures as people read them, no statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessments.models import Attempt
from assessments.noticing.gathering import Exposed, Signals
from assessments.noticing.likeness import Pair
from assessments.noticing.pace import FASTEST_READING, Pace

MOST_SHOWN = 50


@dataclass(frozen=True)
class FastRow:
    attempt: Attempt
    took: str
    said: str


@dataclass(frozen=True)
class TogetherRow:
    attempt: Attempt
    said: str


@dataclass(frozen=True)
class AlikeRow:
    one: Attempt
    other: Attempt
    said: str
    chance: str


@dataclass(frozen=True)
class ExposedRow:
    """``stem`` is for who writes the bank alone."""

    code: str
    module: str
    stem: str
    share: str
    expected: str


@dataclass(frozen=True)
class Shown:
    """Rows of each table, at most fifty; ``more`` says that some are left out."""

    fast: Sequence[FastRow]
    together: Sequence[TogetherRow]
    alike: Sequence[AlikeRow]
    exposed: Sequence[ExposedRow]
    more: bool

    @property
    def is_empty(self) -> bool:
        return not (self.fast or self.together or self.alike or self.exposed)


def shown(found: Signals, *, with_stems: bool) -> Shown:
    """Everything in words."""
    lists = (found.fast, found.together, found.alike, found.exposed)
    return Shown(
        fast=[_fast(*each) for each in found.fast[:MOST_SHOWN]],
        together=[
            TogetherRow(
                attempt,
                _("%(minutes)s minutes by turns: %(one)s and %(other)s answers")
                % {"minutes": _figure(both.minutes, 1), "one": both.answers[0], "other": both.answers[1]},
            )
            for attempt, both in found.together[:MOST_SHOWN]
        ],
        alike=[_alike(*each) for each in found.alike[:MOST_SHOWN]],
        exposed=[_exposed(each, with_stems=with_stems) for each in found.exposed[:MOST_SHOWN]],
        more=found.left_out or any(len(each) > MOST_SHOWN for each in lists),
    )


def _fast(attempt: Attempt, one: Pace) -> FastRow:
    minutes, seconds = divmod(round(one.seconds), 60)
    words = {"answers": one.answers, "characters": _figure(one.characters), "speed": _figure(one.per_second)}
    return FastRow(
        attempt,
        _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds},
        _("%(answers)s answers, %(characters)s letters to read: %(speed)s a second") % words,
    )


def _alike(one: Attempt, other: Attempt, pair: Pair) -> AlikeRow:
    words = _("%(same)s of %(both)s questions that both answered wrongly have the same wrong answer")
    least = _("fewer than 0.001") if pair.expected < 0.001 else _figure(pair.expected, 3)
    return AlikeRow(one, other, words % {"same": pair.same, "both": pair.both}, least)


def _exposed(each: Exposed, *, with_stems: bool) -> ExposedRow:
    body = each.version.body
    return ExposedRow(
        code=each.version.question.external_id or str(each.version.public_id)[:8],
        module=str(body.get("module") or ""),
        stem=str(body["stem"]) if with_stems else "",
        share=_percent(each.share),
        expected=_percent(each.expected),
    )


def threshold() -> str:
    """Letters in a second beyond which nobody reads."""
    return str(FASTEST_READING)


def _figure(value: float, places: int = 0) -> str:
    return str(number_format(round(value, places) if places else round(value), places or None, force_grouping=True))


def _percent(share: float) -> str:
    return f"{_figure(100 * share)}%"
