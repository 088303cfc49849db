"""What each figure says in plain words, and what to do about it.  Thresholds: ``assessments.statistics``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments import statistics
from assessments.health.reporting import OVER_EXPOSED
from assessments.statistics import (
    DEAD_DISTRACTOR,
    EASY,
    GOOD_ALPHA,
    GOOD_DISCRIMINATION,
    HARD,
    POOR_ALPHA,
    WEAK,
    WEAK_DISCRIMINATION,
    WRONG_KEY,
)

ALARMS: Final[Mapping[str, tuple[str, str | Promise, str | Promise]]] = {
    WRONG_KEY: (
        "bad",
        gettext_lazy("The key is probably wrong"),
        gettext_lazy(
            "People who do well in the rest of the test take another option clearly more often than the key. Check the "
            "key against the source today; if it is wrong, correct it, and the results are counted anew."
        ),
    ),
    WEAK: (
        "wait",
        gettext_lazy("Review this question"),
        gettext_lazy(
            "Answering it right has little or nothing to do with the rest of the test. Look for an unclear "
            "wording, two "
            "defensible options or a fact that was never taught; then mend it or take it out of the pool."
        ),
    ),
    DEAD_DISTRACTOR: (
        "info",
        gettext_lazy("An option that nobody takes"),
        gettext_lazy(
            "A wrong option that misleads nobody makes guessing easier. Replace it by a mistake that people "
            "really make."
        ),
    ),
    OVER_EXPOSED: (
        "wait",
        gettext_lazy("Asked too often"),
        gettext_lazy(
            "It stands on far more papers than its place in the pool explains, so people will pass it on. Write more "
            "questions of the same module and unit."
        ),
    ),
}


@dataclass(frozen=True)
class Reading:
    """One figure as the page shows it: ``tone`` is good, wait, bad, or plain where nothing is judged."""

    label: str
    value: str
    tone: str
    says: str


def said(value: float | None, *, percent: bool = False, decimals: int = 1) -> str:
    """A figure in Indonesian writing, "-" where it is undefined."""
    if value is None:
        return "-"
    return number_format(value, decimals) + ("%" if percent else "")


def of_test(body: Mapping[str, Any]) -> list[Reading]:
    """The figures of the whole test, each with what it says; grey (plain) below the fewest people."""
    test = body["test"]
    enough = test["n"] >= statistics.FEWEST
    return [
        Reading(_("People"), str(test["n"]), "plain", _people(test["n"])),
        Reading(_("Mean and median (points)"), f"{said(test['mean'])} · {said(test['median'])}", "plain", ""),
        Reading(
            _("Spread (SD, points)"),
            said(test["sd"]),
            "plain",
            _("Two thirds of the people usually lie this near the mean."),
        ),
        Reading(_("Reliability (alpha)"), said(test["alpha"], percent=True), *_alpha(test["alpha"], enough)),
        Reading(
            _("Error of measurement (SEM, points)"),
            said(test["sem"]),
            "plain",
            _(
                "A score within one SEM of the pass mark is borderline: chance alone could turn it. It is shown "
                "to the assessor and never changed."
            ),
        ),
        Reading(
            _("Skewness · kurtosis"),
            f"{said(test['skewness'], decimals=2)} · {said(test['kurtosis'], decimals=2)}",
            "plain",
            _skewness(test["skewness"]),
        ),
    ]


def _people(n: int) -> str:
    if n >= statistics.FEWEST:
        return _("One attempt per person.")
    return ngettext(
        "Only %(n)s person: the figures are shown, but nothing follows from them yet.",
        "Only %(n)s people: the figures are shown, but nothing follows from them yet.",
        n,
    ) % {"n": n}


def _alpha(alpha: float | None, enough: bool) -> tuple[str, str]:
    if alpha is None:
        return "plain", _("Cannot be computed: it needs papers of one shape, two questions and scores that differ.")
    if not enough:
        return "plain", ""
    if alpha > GOOD_ALPHA:
        return "good", _("Satisfactory: another paper of this kind would order the people in nearly the same way.")
    if alpha >= POOR_ALPHA:
        return "wait", _("Acceptable for practice. Before decisions about jobs add questions or mend the weak ones.")
    return "bad", _(
        "Unsatisfactory: chance has a large part in the scores. Mend the weak questions and ask more of them."
    )


def _skewness(skewness: float | None) -> str:
    if skewness is None:
        return ""
    if skewness < -1:
        return _("Most people are near full marks: the test is easy for them.")
    if skewness > 1:
        return _("Most people are near the bottom: the test is hard for them.")
    return _("The scores are spread about evenly around the middle.")


def of_item(item: Mapping[str, Any]) -> list[Reading]:
    """The figures of one item."""
    enough = item["n"] >= statistics.FEWEST
    facility, discrimination = item["facility"], item["discrimination"]
    interval = item["discrimination_interval"]
    between = f" ({said(interval[0])} – {said(interval[1])})" if interval else ""
    return [
        Reading(_("Facility"), said(facility, percent=True), *_facility(facility, item["guessing"], enough)),
        Reading(
            _("Discrimination (interval of 95 per cent)"),
            said(discrimination) + between,
            *_discrimination(discrimination, enough),
        ),
        Reading(
            _("Efficiency"),
            said(item["discriminative_efficiency"], percent=True),
            "plain",
            _("How much of the discrimination that these marks allow is reached."),
        ),
        Reading(_("Spread (SD)"), said(item["sd"], percent=True), "plain", ""),
        Reading(
            _("Weight: meant · real"),
            f"{said(item['intended_weight'], percent=True)} · {said(item['effective_weight'], percent=True)}",
            "plain",
            _("The share of the score that it should decide, and the share of the differences that it does decide."),
        ),
        Reading(_("Stood on"), said(item["exposure"], percent=True, decimals=0), "plain", _("Share of the papers.")),
    ]


def _facility(facility: float | None, guessing: float | None, enough: bool) -> tuple[str, str]:
    if facility is None or not enough:
        return "plain", ""
    if guessing is not None and facility <= guessing:
        return "bad", _("No better than blind guessing (%(guess)s).") % {
            "guess": said(guessing, percent=True, decimals=0)
        }
    if facility > EASY:
        return "plain", _("Easy: it tells little about who knows more.")
    if facility < HARD:
        return "wait", _("Hard: make sure that it was taught and is clearly worded.")
    return "good", _("In the useful range of 30 to 80 per cent.")


def _discrimination(value: float | None, enough: bool) -> tuple[str, str]:
    if value is None:
        return "plain", _("Undefined: everybody had the same mark.")
    if not enough:
        return "plain", ""
    if value < 0:
        return "bad", _("Negative: those who know more get it wrong. Check key and wording.")
    if value < WEAK_DISCRIMINATION:
        return "wait", _("Weak: look at the wording and the options.")
    if value > GOOD_DISCRIMINATION:
        return "good", _("Good: it tells those who know more from those who know less.")
    return "plain", _("Fair.")
