"""Parts of the report that other modules and the apps above write: comparison of marks, evaluation, assignments.

An app registers a source in its ``AppConfig.ready()``::

    register_section(section)        # section(cohort, enrolments, at=...) -> Section | None

It is asked once, in the transaction that closes the angkatan; what it says is frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from courses.models import Cohort, Enrolment


@dataclass(frozen=True)
class Table:
    """Headings, rows of words, and "l" or "r" for each column."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    align: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture as SVG with colours of its own, and what it says in words."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Section:
    """One part under a heading, in the order: paragraphs, pairs of label and value, figure, tables."""

    title: str
    paragraphs: Sequence[str] = ()
    pairs: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = ()
    figure: Figure | None = None

    def as_json(self) -> dict[str, Any]:
        """Lists and texts only."""
        return asdict(self)


Source = Callable[..., Section | None]


@dataclass
class _Registry:
    sources: list[Source] = field(default_factory=list)


_registry = _Registry()


def register_section(source: Source) -> None:
    """Add a source once; parts stand in the order of registration."""
    if source not in _registry.sources:
        _registry.sources.append(source)


def sections(cohort: Cohort, enrolments: Sequence[Enrolment], *, at: Any) -> list[Section]:
    """What every source has to say."""
    found = (source(cohort, enrolments, at=at) for source in _registry.sources)
    return [section for section in found if section is not None]
