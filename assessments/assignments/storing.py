"""The bytes of files that were handed in: below var/, named by rows of WorkFile alone."""

from __future__ import annotations

from assessments.assignments.shelves import LEFT_BEHIND, Shelf
from assessments.models import WorkFile
from assessments.models.assignments import submission_storage

__all__ = ["LEFT_BEHIND", "SUBMISSIONS", "drop", "drop_later", "keep", "sweep"]

SUBMISSIONS = Shelf(submission_storage, lambda name: WorkFile.objects.filter(file=name).exists())
keep, drop, drop_later, sweep, _stored = (
    SUBMISSIONS.keep,
    SUBMISSIONS.drop,
    SUBMISSIONS.drop_later,
    SUBMISSIONS.sweep,
    SUBMISSIONS.stored,
)
