"""What the apps above freeze with a course: opaque parts of the edition, and what speaks against opening it.

Registered in an upper app's ``AppConfig.ready()``; ``courses`` looks at nothing but kind, key and bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from courses.models import CoursePage


@dataclass(frozen=True)
class RequirementDraft:
    """This part must be fulfilled; ``position`` is on the scale of ``courses.activities``."""

    label: str
    position: int


@dataclass(frozen=True)
class PartDraft:
    """One part: ``json`` holds strings, integers, booleans, null, lists and string-keyed objects only."""

    kind: str
    key: str
    json: Any
    requirement: RequirementDraft | None = None


@dataclass(frozen=True)
class Problem:
    """Something to put right before opening; a blocking one forbids it."""

    text: str | Promise
    blocking: bool = True


PartWriter = Callable[[CoursePage], Iterable[PartDraft]]
ReadinessCheck = Callable[[CoursePage], Iterable[Problem]]
_writers: list[PartWriter] = []
_checks: list[ReadinessCheck] = []


def register_part_writer(writer: PartWriter) -> None:
    """Add a writer once; called from an upper app's ``ready()``."""
    if writer not in _writers:
        _writers.append(writer)


def register_readiness_check(check: ReadinessCheck) -> None:
    """Add a check once; called from an upper app's ``ready()``."""
    if check not in _checks:
        _checks.append(check)


def parts_of(course: CoursePage) -> list[PartDraft]:
    """Every writer's parts, ordered by kind and key so that the manifest does not depend on who registered first."""
    drafts = [draft for writer in _writers for draft in writer(course)]
    return sorted(drafts, key=lambda draft: (draft.kind, draft.key))


def problems_of(course: CoursePage) -> list[Problem]:
    """What the apps above have against opening this course now."""
    return [problem for check in _checks for problem in check(course)]
