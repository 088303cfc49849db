"""Scores as people here read them: "87,5 %"."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def percent(value: Decimal | str | None) -> str:
    """A percentage without useless zeros: "70 %", "87,5 %", "66,67 %"; empty for None."""
    if value is None:
        return ""
    text = number_format(Decimal(value), decimal_pos=2)
    return f"{text.rstrip('0').rstrip(',.')}\N{NO-BREAK SPACE}%"


@register.filter
def mark_number(value: Decimal | None) -> str:
    """A mark of 0 to 100 without useless zeros: "85", "87,5"; empty for None."""
    return "" if value is None else number_format(Decimal(f"{value.normalize():f}"))
