"""Participant reports of Zoom, Google Meet and BigBlueButton, with their quirks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance import reports
from courses.attendance.intervals import Interval, union_minutes
from courses.attendance.report_cells import Clock, duration, order_of

FOLDER = Path(__file__).parents[1] / "vectors/attendance/reports"
CASES = json.loads((FOLDER / "expected.json").read_text())


@dataclass
class Session:
    starts_at: datetime
    ends_at: datetime


NINE = Session(datetime(2026, 11, 24, 1, 0, tzinfo=UTC), datetime(2026, 11, 24, 2, 30, tzinfo=UTC))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}-{case['zone']}")
def test_vectors(case: dict[str, Any]) -> None:
    session = Session(*(datetime.fromisoformat(moment) for moment in case["session"]))
    data = (FOLDER / case["file"]).read_bytes()
    report = reports.read(data, case["file"], session=session, zone=case["zone"])
    within = Interval(session.starts_at, session.ends_at)
    found = [
        {
            "name": row.name,
            "minutes": union_minutes(row.intervals, within=within),
            "line": row.line,
            "email": row.email,
            "notes": row.notes,
            "original": row.original,
        }
        for row in report.rows
    ]
    assert (report.provider, found) == (case["provider"], case["rows"])
    assert [reports.ReportRow.from_json(json.loads(json.dumps(row.as_json()))) for row in report.rows] == report.rows


@pytest.mark.parametrize(
    "data",
    [b"", b"Nama,Nilai\nSiti,90\n", b"%PDF-1.7", b"\x00\x01\x02", b"Name,Moderator\nSiti,FALSE\n", b"<html></html>"],
)
def test_what_is_no_report_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(reports.ReportRefused) as refused:
        reports.read(data, "laporan.csv", session=NINE, zone="Asia/Jakarta")
    assert str(refused.value)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("11/24/2026 09:01:02 AM", "2026-11-24T09:01:02+08:00"),
        ("11/24/2026, 9:01 PM", "2026-11-24T21:01:00+08:00"),
        ("12:05:00 AM", "2026-11-24T00:05:00+08:00"),
        ("12:05 p.m.", "2026-11-24T12:05:00+08:00"),
        ("2026-11-24T01:01:02Z", "2026-11-24T01:01:02+00:00"),
        ("2026-11-24T09:01:02+08:00", "2026-11-24T09:01:02+08:00"),
        ("2026-11-24 09:01:02 GMT+7", "2026-11-24T09:01:02+07:00"),
        ("24 Nov 2026 09.01 WIT", "2026-11-24T09:01:00+09:00"),
        ("24 November 2026, 09.01.02 WIB", "2026-11-24T09:01:02+07:00"),
        ("Nov 24, 2026, 9:01:02 AM", "2026-11-24T09:01:02+08:00"),
        ("9:01\u202fAM", "2026-11-24T09:01:00+08:00"),
        ("-", None),
        ("", None),
        ("25:99", None),
        ("31/31/2026 09:00", None),
    ],
)
def test_moments(cell: str, expected: str | None) -> None:
    found = Clock("Asia/Makassar", NINE.starts_at, day_first=False).moment(cell)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found.isoformat() == expected


def test_the_order_of_dates_is_that_of_the_whole_file() -> None:
    """3 December and 12 March look alike; one other cell, or the day of the session, tells."""
    start = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
    assert order_of(["03/12/2026 09:00"], zone="Asia/Jakarta", starts_at=start).day_first
    assert not order_of(["12/03/2026 09:00"], zone="Asia/Jakarta", starts_at=start).day_first
    assert order_of(["03/12/2026 09:00", "13/12/2026 09:00"], zone="Asia/Jakarta", starts_at=start).day_first


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("57", 3420), ("57 min", 3420), ("1 hr 2 min", 3720), ("1h 2m 3s", 3723), ("1 j 24 mnt", 5040), ("42m", 2520),
        ("1 jam 5 menit", 3900), ("01:02:03", 3723), ("01.02.03", 3723), ("32:14", 1934), ("-", None), ("", None),
    ],
)  # fmt: skip
def test_durations(cell: str, seconds: int | None) -> None:
    assert duration(cell) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=60))
def test_no_cell_breaks_the_reader(cell: str) -> None:
    found = Clock("Asia/Jakarta", NINE.starts_at).moment(cell)
    assert found is None or found.tzinfo is not None
    duration(cell)


@given(st.lists(st.lists(st.text(max_size=20), max_size=8), max_size=6))
def test_no_table_breaks_the_reader(rows: list[list[str]]) -> None:
    head = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)"
    body = "\n".join(",".join(row) for row in rows)
    data = f"{head}\n{body}\n".encode("utf-8", "ignore")
    try:
        report = reports.read(data, "x.csv", session=NINE, zone="Asia/Jakarta")
    except reports.ReportRefused:
        return
    assert all(one.start <= one.end for row in report.rows for one in row.intervals)
