"""Live sessions for tests, planned through the domain's own verb."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from courses.models import Cohort, LiveSession
from courses.sessions import Plan, plan_sessions
from tests.factories_courses import AT, make_cohort

#: 10.00 WIB, when tests stand still.
START = AT


def trainer_of(cohort: Cohort) -> User:
    return cohort.trainer_links.get().user


def make_session(
    *, cohort: Cohort | None = None, starts_at: datetime = START, minutes: int = 90, at: datetime = AT, **fields: Any
) -> LiveSession:
    """A session of 90 minutes from now, 2 JP, with a join link."""
    cohort = cohort or make_cohort()
    fields.setdefault("title", "Pertemuan 1")
    fields.setdefault("jp", Decimal(2))
    fields.setdefault("join_url", "https://rapat.example/j/123?pwd=rahasia")
    plan = Plan(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), **fields)
    return plan_sessions(cohort, plan, actor=trainer_of(cohort), at=at)[0]
