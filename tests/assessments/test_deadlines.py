"""What still counts, at the edges."""

from __future__ import annotations

from datetime import timedelta

from assessments import deadlines
from tests.factories_accounts import AT

MICROSECOND = timedelta(microseconds=1)


def test_no_limit_means_no_due_moment_and_everything_counts():
    assert deadlines.due_at(AT, limit_minutes=None, extra_minutes=30) is None
    assert deadlines.closes_at(None, grace_seconds=60) is None
    assert deadlines.counts(AT + timedelta(days=4000), None)


def test_due_is_the_limit_and_the_extra_minutes_after_the_opening():
    assert deadlines.due_at(AT, limit_minutes=45, extra_minutes=15) == AT + timedelta(hours=1)


def test_received_by_due_plus_grace_counts_and_a_microsecond_later_does_not():
    due = deadlines.due_at(AT, limit_minutes=1)
    closes = deadlines.closes_at(due, grace_seconds=60)
    assert closes == AT + timedelta(minutes=2)
    assert deadlines.counts(due, closes)
    assert deadlines.counts(closes, closes)
    assert not deadlines.counts(closes + MICROSECOND, closes)


def test_without_grace_the_due_moment_is_the_end():
    due = deadlines.due_at(AT, limit_minutes=1)
    closes = deadlines.closes_at(due, grace_seconds=0)
    assert deadlines.counts(due, closes)
    assert not deadlines.counts(due + MICROSECOND, closes)
