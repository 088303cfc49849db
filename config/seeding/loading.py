"""Loading the demonstration: each step is a module that loads what is missing and leaves what is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from config.seeding import assignments, cohort, course, evidence, live, papers, people, site

STEPS = (people.load, site.load, course.load, cohort.load, live.load, assignments.load, evidence.load, papers.load)


def load(*, at: datetime) -> Iterator[str]:
    """Load what is missing as of ``at`` (aware); yields one line for each step that loaded something."""
    for step in STEPS:
        line = step(at=at)
        if line:
            yield f"suluh: {line}"
