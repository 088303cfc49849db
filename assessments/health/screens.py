"""What the page and the workbook of a report show, from its stored body; no statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.spreadsheets import Sheet, write_xlsx
from assessments.health import plots, words
from assessments.health.words import ALARMS, Reading, said
from assessments.statistics import FEWEST

SERIOUS: Final = tuple(ALARMS)
LETTERS: Final = "ABCDEFGHIJKLMNOP"


@dataclass(frozen=True)
class Alarm:
    tone: str
    word: str
    says: str


@dataclass(frozen=True)
class OptionRow:
    letter: str
    text: str
    right: bool
    share: str
    low: str
    middle: str
    high: str
    correlation: str
    dead: bool


@dataclass(frozen=True)
class ItemRow:
    """One line of the table and its card below."""

    anchor: str
    number: int
    stem: str
    code: str
    module: str
    n: int
    few: bool
    facility: str
    discrimination: str
    alarms: Sequence[Alarm]
    readings: Sequence[Reading]
    options: Sequence[OptionRow]
    svg: str
    question: int
    versions: int
    series: str


def item_rows(body: Mapping[str, Any], *, order: str = "") -> list[ItemRow]:
    """The items, those with alarms first (or in the order of the bank)."""
    rows = [_row(number, item) for number, item in enumerate(body.get("items", ()), start=1)]
    if order == "bank":
        return rows
    rank = {str(ALARMS[name][1]): place for place, name in enumerate(SERIOUS)}
    return sorted(rows, key=lambda row: min((rank[alarm.word] for alarm in row.alarms), default=len(rank)))


def _row(number: int, item: Mapping[str, Any]) -> ItemRow:
    few = item["n"] < FEWEST
    return ItemRow(
        anchor=f"butir-{number}",
        number=number,
        stem=item["stem"],
        code=item["code"],
        module=item["module"],
        n=item["n"],
        few=few,
        facility=said(item["facility"], percent=True),
        discrimination=said(item["discrimination"]),
        alarms=[_alarm(name) for name in item["alarms"] if name in ALARMS],
        readings=words.of_item(item),
        options=[_option(place, option) for place, option in enumerate(item["options"])],
        svg=_options_svg(number, item),
        question=item["question"],
        versions=item["versions"],
        series=str(item["id"]).partition("/")[0],
    )


def _alarm(name: str) -> Alarm:
    tone, word, says = ALARMS[name]
    return Alarm(tone, str(word), str(says))


def _option(place: int, option: Mapping[str, Any]) -> OptionRow:
    low, middle, high = (said(share, percent=True, decimals=0) for share in option["thirds"])
    return OptionRow(
        letter=LETTERS[place],
        text=option["text"],
        right=option["right"],
        share=said(option["share"], percent=True),
        low=low,
        middle=middle,
        high=high,
        correlation=said(option["rest_correlation"], decimals=2),
        dead=not option["right"] and option["share"] == 0,
    )


def _options_svg(number: int, item: Mapping[str, Any]) -> str:
    if not item["options"]:
        return ""
    rows = [
        (LETTERS[place] + ("*" if option["right"] else ""), option["thirds"])
        for place, option in enumerate(item["options"])
    ]
    told = plots.Words(
        _("Who takes which option"),
        _(
            "For each option the share of the low, the middle and the high third by total score. The table beside"
            " it says the same."
        ),
    )
    return plots.options(rows, told, name=f"options-{number}")


def scores_svg(body: Mapping[str, Any]) -> str:
    """How the scores are spread, with the pass mark and one SEM to its sides."""
    cut = float(body["pass_mark"])
    told = plots.Words(
        title=_("Scores"),
        description=_(
            "How many people had which score; the dashed line is the pass mark, the stripe one SEM to its sides. "
            "The table below says the same."
        ),
        marks=_("Score"),
        cut=_("Pass mark %(mark)s") % {"mark": said(cut, decimals=0)},
    )
    return plots.scores(body["bands"], cut=cut, margin=body["sem_percent"], words=told)


def band_rows(body: Mapping[str, Any]) -> list[tuple[str, int]]:
    bands = body["bands"]
    return [(f"{n * 10}-{100 if n == len(bands) - 1 else n * 10 + 9}", count) for n, count in enumerate(bands)]


def workbook(title: str, body: Mapping[str, Any]) -> bytes:
    """XLSX: the test, the items, the options; figures as numbers, not as words."""
    return write_xlsx([_test_sheet(title, body["test"]), _items_sheet(body["items"]), _options_sheet(body["items"])])


def _test_sheet(title: str, test: Mapping[str, Any]) -> Sheet:
    names = [
        ("n", _("People")),
        ("items", _("Items")),
        ("mean", _("Mean")),
        ("median", _("Median")),
        ("sd", _("SD")),
        ("skewness", _("Skewness")),
        ("kurtosis", _("Kurtosis")),
        ("alpha", _("Reliability (alpha)")),
        ("error_ratio", _("Error ratio")),
        ("sem", _("SEM")),
    ]
    rows = [(_("Quiz"), title), *((label, test[name]) for name, label in names)]
    return Sheet(_("Test"), [_("Figure"), _("Value")], rows)


def _items_sheet(items: Sequence[Mapping[str, Any]]) -> Sheet:
    figures = [
        ("n", "n"),
        ("facility", _("Facility")),
        ("sd", _("SD")),
        ("discrimination", _("Discrimination")),
        ("discriminative_efficiency", _("Efficiency")),
        ("intended_weight", _("Weight meant")),
        ("effective_weight", _("Weight real")),
        ("exposure", _("Stood on")),
    ]
    headings = [_("No."), _("Code"), _("Module"), _("Question"), *(label for _name, label in figures)]
    rows = [
        (
            number,
            item["code"],
            item["module"],
            item["stem"],
            *(item[name] for name, _label in figures),
            *(item["discrimination_interval"] or (None, None)),
            ", ".join(str(ALARMS[name][1]) for name in item["alarms"] if name in ALARMS),
        )
        for number, item in enumerate(items, start=1)
    ]
    return Sheet(_("Items"), [*headings, _("Interval from"), _("Interval to"), _("Alarms")], rows)


def _options_sheet(items: Sequence[Mapping[str, Any]]) -> Sheet:
    headings = [_("No."), _("Code"), _("Option"), _("Text"), _("Key"), _("Share")]
    thirds = [_("Low third"), _("Middle third"), _("High third")]
    rows = [
        (
            number,
            item["code"],
            LETTERS[place],
            option["text"],
            _("yes") if option["right"] else "",
            option["share"],
            *option["thirds"],
            option["rest_correlation"],
        )
        for number, item in enumerate(items, start=1)
        for place, option in enumerate(item["options"])
    ]
    return Sheet(_("Options"), [*headings, *thirds, _("Correlation with the rest")], rows)
