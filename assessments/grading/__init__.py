"""Marks by people: what assessors gave for answers that no rule can mark."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.models import Attempt


def points_of(attempt: Attempt) -> dict[int, Fraction]:
    """Points people have given and released for this attempt, by slot; a slot that is missing still waits.

    ``marking.mark_again(attempt, at=...)`` brings them into score and result."""
    return {}
