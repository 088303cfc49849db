"""A device with nothing but a trust bundle gives the answer that the format's description asks for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.offline.bundle import BadBundle, Contents, StatusSet, make_bundle, read_bundle
from certificates.offline.deciding import judge_token
from certificates.offline.token import parse_fragment
from certificates.record import StatusSlot, instant, read_instant
from tests.factories_certpure import signing_keys

FOLDER = Path(__file__).parents[1] / "vectors" / "trust-bundle"
VECTORS = json.loads((FOLDER / "verdicts.json").read_text())
AT = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.mark.parametrize("row", VECTORS["verdicts"], ids=lambda row: row["what"])
def test_a_frozen_token_gets_its_frozen_answer(row: dict[str, Any]) -> None:
    bundle = read_bundle((FOLDER / "bundle.json").read_bytes())
    verdict = judge_token(parse_fragment(row["token"]), bundle, at=read_instant(row["at"]), code=row["code"])
    assert verdict.answer.value == row["answer"]
    as_of = verdict.status.as_of if verdict.status else None
    assert (instant(as_of) if as_of else "") == row["as_of"]


@pytest.mark.parametrize("row", VECTORS["refused"], ids=lambda row: row["why"])
def test_a_bundle_of_another_shape_or_signature_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(BadBundle) as refusal:
        read_bundle(row["text"].encode())
    assert refusal.value.kind == row["kind"]


def test_what_was_put_in_comes_out_and_the_same_facts_make_the_same_bytes() -> None:
    keys = signing_keys()
    lists = tuple(
        StatusSet("1", purpose, 131072, AT, AT + timedelta(hours=48), places, "ab" * 32)
        for purpose, places in (("revocation", frozenset({3, 1})), ("suspension", frozenset[int]()))
    )
    contents = Contents(("suluh.example.go.id",), keys.register, lists, {"1": frozenset({1})}, "suluh\n3\n")
    text = make_bundle(contents, key=keys.record, made_at=AT, next_by=AT + timedelta(days=1))
    assert text == make_bundle(contents, key=keys.record, made_at=AT, next_by=AT + timedelta(days=1))
    bundle = read_bundle(text)
    assert bundle.contents == contents
    assert (bundle.made_at, bundle.signed_by) == (AT, keys.record.entry)
    assert bundle.status(StatusSlot("1", 1), at=AT).word == "replaced"
    assert bundle.status(StatusSlot("1", 3), at=AT).word == "revoked"
