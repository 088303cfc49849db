"""The pure rule, against vectors written by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from courses.completion import is_complete, missing

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "completion" / "cases.json").read_text())


@dataclass(frozen=True)
class Need:
    kind: str
    key: str
    position: int


@dataclass(frozen=True)
class Done:
    kind: str
    key: str
    withdrawn_at: datetime | None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_rule_agrees_with_the_vectors(case: dict[str, Any]) -> None:
    needs = [Need(*need) for need in case["requirements"]]
    withdrawn = datetime(2026, 11, 22, tzinfo=UTC)
    done = [Done(kind, key, withdrawn if gone else None) for kind, key, gone in case["fulfilments"]]
    assert [f"{need.kind} {need.key}" for need in missing(needs, done)] == case["missing"]
    assert is_complete(needs, done) is case["complete"]
