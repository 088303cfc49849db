"""Pure.  Statistics as they leave the house (docs/formats.md, "Item statistics, version 1")."""

from __future__ import annotations

from math import isfinite
from typing import Any

from assessments.statistics.kinds import ItemFigures, Report


def as_data(report: Report) -> dict[str, Any]:
    """The report as it leaves the house (docs/formats.md, "Item statistics, version 1")."""
    test = report.test
    return {
        "test": {
            name: _plain(getattr(test, name))
            for name in (
                "n",
                "items",
                "mean",
                "median",
                "sd",
                "skewness",
                "kurtosis",
                "alpha",
                "error_ratio",
                "sem",
            )
        },
        "items": [_item_as_data(item) for item in report.items],
    }


def _item_as_data(item: ItemFigures) -> dict[str, Any]:
    figures = {
        name: _plain(getattr(item, name))
        for name in (
            "n",
            "facility",
            "sd",
            "discrimination",
            "discriminative_efficiency",
            "intended_weight",
            "effective_weight",
        )
    }
    return {
        "id": item.id,
        **figures,
        "discrimination_interval": None if item.interval is None else [_plain(edge) for edge in item.interval],
        "options": [
            {
                "option": option.option,
                "right": option.right,
                "share": _plain(option.share),
                "rest_correlation": _plain(option.rest_correlation),
                "thirds": [_plain(share) for share in option.thirds],
            }
            for option in item.options
        ],
        "alarms": list(item.alarms),
    }


def _plain(value: float | int | None) -> float | int | None:
    return value if value is None or isfinite(value) else None
