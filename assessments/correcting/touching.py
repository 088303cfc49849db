"""What upper apps have promised because somebody passed: they tell us through a registered source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Touched:
    """Something issued to an enrolment that stands in force: ``key`` names it for ever, ``label`` is what people read,
    ``address`` where it is looked at."""

    enrolment_id: int
    key: str
    label: str
    address: str
    issuer_id: int | None


Source = Callable[[Sequence[int]], Iterable[Touched]]
_sources: list[Source] = []


def register_touched_source(source: Source) -> None:
    """Add a source once: from enrolment ids to what was issued to them, in a fixed number of statements."""
    if source not in _sources:
        _sources.append(source)


def touched(enrolment_ids: Sequence[int]) -> list[Touched]:
    """What was issued to these enrolments and stands in force."""
    return [one for source in _sources for one in source(enrolment_ids)] if enrolment_ids else []
