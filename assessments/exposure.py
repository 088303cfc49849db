"""Which questions too many of an angkatan have met already, asked once when a paper is drawn.

The papers themselves are the count: a counter beside them would have to be changed by everybody who starts at the same
moment.  Two who start together do not see each other's paper; the next one sees both.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from assessments.models import Attempt
from courses.models import Enrolment

# A case has several slots of one version, so papers are counted, not slots.
_SQL = """
SELECT {version}, COUNT(DISTINCT attempt.id), (
    SELECT COUNT(*) FROM {attempts} one JOIN {enrolments} own ON own.id = one.enrolment_id
    WHERE one.part_id = %(part)s AND own.cohort_id = %(cohort)s)
FROM {attempts} attempt JOIN {enrolments} enrolment ON enrolment.id = attempt.enrolment_id, {slots}
WHERE attempt.part_id = %(part)s AND enrolment.cohort_id = %(cohort)s
GROUP BY 1
"""
_VENDORS = {
    "postgresql": {
        "version": "slot.value ->> 'version'",
        "slots": "LATERAL jsonb_array_elements(attempt.paper -> 'slots') AS slot(value)",
    },
    "sqlite": {
        "version": "json_extract(slot.value, '$.version')",
        "slots": "json_each(attempt.paper, '$.slots') AS slot",
    },
}


def shown(cohort_id: int, part_id: int) -> tuple[dict[str, int], int]:
    """In how many papers of the angkatan at this quiz each version stands, and how many papers there are; one
    statement that brings back one row for each version."""
    tables = {"attempts": Attempt._meta.db_table, "enrolments": Enrolment._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(**tables, **_VENDORS[connection.vendor]), {"part": part_id, "cohort": cohort_id})
        rows = cursor.fetchall()
    return {version: count for version, count, _papers in rows}, rows[0][2] if rows else 0


def held_back(cohort_id: int, part_id: int, *, limit: int | None) -> Sequence[str]:
    """Versions that stand in more than ``limit`` percent of these papers, sorted; no statement without a limit."""
    if limit is None:
        return ()
    counts, papers = shown(cohort_id, part_id)
    return over(counts, papers, limit=limit)


def over(counts: dict[str, int], papers: int, *, limit: int) -> list[str]:
    """Pure: the versions in more than ``limit`` percent of ``papers``."""
    return sorted(version for version, count in counts.items() if count * 100 > limit * papers)
