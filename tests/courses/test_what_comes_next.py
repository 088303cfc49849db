"""The pure rule behind the next-step card."""

from __future__ import annotations

import pytest

from courses.activities import Activity
from courses.progress import next_of


def line(key: str, position: int, state: str = "todo", *, counts: bool = True, url: str = "/x/") -> Activity:
    return Activity(1, "any", key, key, url, state, position=position, counts=counts)


PRE = line("pre", 50, counts=False)
M1, M1_DONE, M2 = line("m1", 100), line("m1", 100, "done"), line("m2", 200)
DRILL = line("drill", 150, counts=False)
POST = line("post", 30000)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], None),
        ([PRE, M1, POST], "pre"),
        ([PRE, M1_DONE, DRILL, M2, POST], "drill"),
        ([PRE, M1_DONE, DRILL, line("m2", 200, "done"), POST], "post"),
        ([line("pre", 50, "started", counts=False), M1_DONE, M2], "pre"),
        ([M1_DONE, line("m2", 200, "locked"), POST], "post"),
        ([line("m1", 100, url=""), M2], "m2"),
        ([M1_DONE, DRILL, line("post", 30000, "failed")], "post"),
        ([M1_DONE, DRILL, line("post", 30000, "done")], None),
        ([M1_DONE, line("award", 30000, "waiting", counts=False)], None),
    ],
)
def test_the_first_line_that_waits(steps: list[Activity], expected: str | None) -> None:
    found = next_of(steps)
    assert (found.key if found else None) == expected
