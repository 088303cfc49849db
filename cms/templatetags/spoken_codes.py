"""Codes for ears: groups with a pause between them, each symbol by itself."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def spoken(code: str) -> str:
    """Pure.  'K7Q-M2X' as 'K 7 Q, M 2 X': a screen reader spells it and pauses at the commas."""
    return ", ".join(" ".join(group) for group in code.split("-"))
