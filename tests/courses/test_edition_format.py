"""The edition manifest, version 1, against its frozen vector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from courses import manifest

VECTOR: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors" / "edition" / "v1.json").read_text())


def test_canonical_bytes_and_hashes_are_those_of_the_vector() -> None:
    assert manifest.canonical(VECTOR["manifest"]).decode() == VECTOR["manifest_canonical"]
    assert manifest.digest(VECTOR["manifest"]) == VECTOR["manifest_sha256"]
    assert manifest.digest(VECTOR["module"]) == VECTOR["module_sha256"]
    assert manifest.digest(VECTOR["part"]) == VECTOR["part_sha256"]


def test_module_document_has_the_shape_of_the_vector() -> None:
    module = VECTOR["module"]
    built = manifest.module_document(
        key=module["key"],
        title=module["title"],
        position=module["position"],
        minutes=module["minutes"],
        jp=(module["jp_async"], module["jp_sync"]),
        objectives=module["objectives"],
        units=module["units"],
        references=module["references"],
        body=module["body"],
        html=VECTOR["html"],
        media=module["media"],
    )
    assert manifest.digest(built) == VECTOR["module_sha256"]


def test_manifest_does_not_depend_on_the_order_in_which_parts_arrive() -> None:
    whole = VECTOR["manifest"]
    built = manifest.build(
        course=whole["course"],
        modules=whole["modules"],
        media=whole["media"],
        parts=whole["parts"],
        requirements=list(reversed(whole["requirements"])),
    )
    assert manifest.digest(built) == VECTOR["manifest_sha256"]


@pytest.mark.parametrize("value", [1.5, {1: "a"}, object(), [{"a": {2, 3}}]])
def test_a_value_that_programs_could_spell_differently_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        manifest.canonical({"value": value})
