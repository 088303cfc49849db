"""Asking for item statistics and computing them: the row is the queue, and a kept report stands until data change."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from accounts.models import User
from assessments import statistics
from assessments.health import gathering
from assessments.health.gathering import Family, Gathered
from assessments.models import ItemReport, Quiz
from courses.models import Cohort

logger = logging.getLogger(__name__)
SCHEMA = 1
MOST_TRIES = 5
BANDS = 10
OVER_EXPOSED = "over_exposed"
#: An item that comes this much more often than its pool would have it is over-exposed.
EXPOSURE_FACTOR = 1.5


def ask(quiz: Quiz, cohort: Cohort | None, *, sitting: str, actor: User, at: datetime) -> ItemReport:
    """The report to show: the kept one, put on the queue when its data have changed.  Safe to repeat."""
    from assessments.tasks import make_item_report  # the task module imports this one

    wanted = gathering.fingerprint(quiz, cohort)
    report, made = ItemReport.objects.get_or_create(
        quiz=quiz,
        cohort=cohort,
        sitting=sitting,
        defaults={"wanted": wanted, "asked_by": actor, "asked_at": at},
    )
    changed = ItemReport.objects.filter(pk=report.pk).exclude(wanted=wanted)
    renewed = changed.update(wanted=wanted, state=ItemReport.State.WAITING, tries=0, asked_by=actor, asked_at=at)
    if made or renewed:
        make_item_report.enqueue(report.pk)
        report.refresh_from_db()
    return report


def make(report_id: int, *, at: datetime) -> None:
    """Compute a report that waits.  Safe to repeat; what is killed half-way is found by the sweep."""
    waiting = ItemReport.objects.filter(pk=report_id, state=ItemReport.State.WAITING)
    if waiting.filter(tries__gte=MOST_TRIES).update(state=ItemReport.State.FAILED):
        logger.warning("item statistics given up id=%s", report_id)
    if not waiting.update(tries=F("tries") + 1):
        return
    report = ItemReport.objects.select_related("quiz", "cohort").get(pk=report_id)
    body = body_of(gathering.gather(report.quiz, report.cohort, sitting=report.sitting))
    # Data that changed meanwhile asked anew: then this result is not the wanted one, and the row stays on the queue.
    waiting.filter(wanted=report.wanted).update(
        state=ItemReport.State.MADE, body=body, fingerprint=report.wanted, made_at=at
    )


def try_again(report: ItemReport) -> None:
    """Put one that could not be computed on the queue again."""
    from assessments.tasks import make_item_report  # as above

    failed = ItemReport.objects.filter(pk=report.pk, state=ItemReport.State.FAILED)
    if failed.update(state=ItemReport.State.WAITING, tries=0):
        make_item_report.enqueue(report.pk)


def unfinished() -> list[int]:
    """Ids of reports whose task was lost or killed: for the sweep."""
    return list(ItemReport.objects.unfinished().order_by("pk").values_list("pk", flat=True)[:50])


def body_of(data: Gathered) -> dict[str, Any]:
    """What the page, the drawing and the workbook show; figures as ``statistics.as_data`` writes them."""
    report = statistics.analyse(data.items, totals=data.totals, slots=data.slots)
    told = statistics.as_data(report)
    people = len(data.percents)
    met = sum(len(family.marks) for family in data.families)
    expected = met / people / data.pool if people and data.pool else None
    return {
        "schema": SCHEMA,
        "test": told["test"],
        "pass_mark": str(data.pass_mark),
        "passed": sum(percent >= data.pass_mark for percent in data.percents),
        "bands": _bands(data.percents),
        "sem_percent": _sem_percent(report.test.sem, data.maxima),
        "pool": data.pool,
        "items": [
            _item(family, figures, people, expected)
            for family, figures in zip(data.families, told["items"], strict=True)
        ],
    }


def _bands(percents: Sequence[Decimal]) -> list[int]:
    """How many scores lie in 0 to below 10, ... 90 to 100."""
    counts = [0] * BANDS
    for percent in percents:
        counts[min(BANDS - 1, int(percent // 10))] += 1
    return counts


def _sem_percent(sem: float | None, maxima: Sequence[float]) -> float | None:
    """The standard error of measurement in per cent of the paper; None where papers differ in their maximum."""
    if sem is None or len(set(maxima)) != 1 or not maxima[0]:
        return None
    return 100 * sem / maxima[0]


def _item(family: Family, figures: dict[str, Any], people: int, expected: float | None) -> dict[str, Any]:
    body = family.body
    texts = {option["id"]: option["text"] for option in body.get("options") or ()}
    kind = str(body.get("kind") or "")
    fractions = [1 / len(texts)] * len(texts) if texts else []
    guessing = statistics.guessing_score(kind, fractions, len(body.get("choices") or ()))
    exposure = figures["n"] / people if people else None
    alarms = list(figures["alarms"])
    if exposure is not None and expected is not None and is_over_exposed(exposure, expected, people):
        alarms.append(OVER_EXPOSED)
    return {
        **figures,
        "question": family.question,
        "version": family.number,
        "versions": len(family.versions),
        "code": family.code,
        "module": family.module,
        "kind": kind,
        "usage": str(body.get("usage") or ""),
        "stem": str(body.get("stem") or ""),
        "maximum": float(family.maximum),
        "guessing": None if guessing is None else 100 * guessing,
        "exposure": None if exposure is None else 100 * exposure,
        "options": [{**option, "text": texts.get(option["option"], "")} for option in figures["options"]],
        "alarms": alarms,
    }


def is_over_exposed(exposure: float, expected: float, people: int) -> bool:
    """Pure.  Both are shares of the papers; a quiz that asks its whole pool exposes everything and tells nothing."""
    return people >= statistics.FEWEST and expected <= 2 / 3 and exposure > EXPOSURE_FACTOR * expected
