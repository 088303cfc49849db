"""The demonstration's data files (config/demo/*.yaml)."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent / "demo"


@functools.cache
def read(name: str) -> dict[str, Any]:
    """The content of config/demo/<name>.yaml."""
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        content: dict[str, Any] = yaml.safe_load(file)
    return content


def sign_ins() -> list[tuple[str, str, str]]:
    """Role, participant number and password of one person for each role."""
    people = read("people")
    return [
        (person["peran"][0], person["nomor"], people["kata_sandi"]) for person in people["orang"] if person.get("utama")
    ]
