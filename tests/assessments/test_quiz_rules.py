"""Sections, minimums, exposure limit, delay, and which attempt decides: from the editor to the result."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from assessments.drawing import draw_for_part

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


@pytest.mark.once
@pytest.mark.parametrize("path", sorted((VECTORS / "paper-3").glob("*.json")), ids=lambda path: path.stem)
def test_papers_of_schema_3_are_drawn_as_frozen(path: Path) -> None:
    vector = json.loads(path.read_text())
    rng = random.Random(vector["seed"])
    paper = draw_for_part(vector["part"], seen=vector["seen"], rng=rng, held_back=vector["held_back"])
    assert paper == vector["paper"]
