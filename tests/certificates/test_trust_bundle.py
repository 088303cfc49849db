"""A device with nothing but a trust bundle gives the answer that the format's description asks for."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.judging import Answer
from certificates.offline.bundle import BadBundle, Contents, StatusSet, TrustBundle, make_bundle, read_bundle
from certificates.offline.deciding import OfflineAnswer, judge_token, weigh
from certificates.offline.token import parse_fragment
from certificates.record import StatusSlot, instant, read_instant
from certificates.states import State
from certificates.verifying import status_on
from tests.factories_certpure import signing_keys

FOLDER = Path(__file__).parents[1] / "vectors" / "trust-bundle"
VECTORS = json.loads((FOLDER / "verdicts.json").read_text())
AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
# ADR 0154: what somebody decided goes before what only passed. The one row that says otherwise stays as it was frozen.
OVERRULED = {"expired and revoked": "revoked"}
TABLE = json.loads((FOLDER.parent / "verdicts" / "table.json").read_text())


@pytest.mark.parametrize("row", VECTORS["verdicts"], ids=lambda row: row["what"])
def test_a_frozen_token_gets_its_frozen_answer(row: dict[str, Any]) -> None:
    bundle = read_bundle((FOLDER / "bundle.json").read_bytes())
    verdict = judge_token(parse_fragment(row["token"]), bundle, at=read_instant(row["at"]), code=row["code"])
    assert verdict.answer.value == OVERRULED.get(row["what"], row["answer"])
    as_of = verdict.status.as_of if verdict.status else None
    assert (instant(as_of) if as_of else "") == row["as_of"]


def test_page_command_and_bundle_give_one_answer_in_one_order() -> None:
    assert [state.value for state in State] == TABLE["order"]
    for enumeration in (OfflineAnswer, Answer):
        assert {state.value for state in State} - {"status_unknown"} <= {answer.value for answer in enumeration}
    assert [answer.value for answer in OfflineAnswer][-len(TABLE["order"]) :] == TABLE["order"]
    keys = signing_keys()
    yesterday, today, tomorrow = (AT.date() + timedelta(days=days) for days in (-1, 0, 1))
    for row in TABLE["rows"]:
        until = AT + timedelta(hours=48) if row["fresh"] else AT - timedelta(hours=1)
        lists = tuple(
            StatusSet("1", purpose, 131072, AT - timedelta(hours=2), until, frozenset({7} if row[purpose] else ()), "")
            for purpose in ("revocation", "suspension")
        )
        contents = Contents((), keys.register, lists, {"1": frozenset({7} if row["replaced"] else ())})
        bundle = TrustBundle(contents, AT, AT, keys.record.entry)
        said = bundle.status(StatusSlot("1", 7), at=AT)
        assert weigh(said, expired=row["expired"]).value == row["answer"], row
        decided = [("revocation", "replaced" if row["replaced"] else "revoked"), ("suspension", "suspended")]
        last = [status for purpose, status in decided if row[purpose]]
        if row["fresh"] and len(last) < 2:  # a register knows one last decision, and is never past its time
            end = yesterday if row["expired"] else tomorrow
            assert status_on(last[0] if last else None, end, today).value == row["answer"], row
            if not last:
                assert status_on("valid", end, today).value == row["answer"], row  # a suspension that was lifted


@pytest.mark.parametrize("row", VECTORS["refused"], ids=lambda row: row["why"])
def test_a_bundle_of_another_shape_or_signature_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(BadBundle) as refusal:
        read_bundle(row["text"].encode())
    assert refusal.value.kind == row["kind"]


def test_a_bundle_whose_key_is_none_is_refused_in_words() -> None:
    keys = signing_keys()
    text = make_bundle(Contents(("a.id",), keys.register, (), {}, "c"), key=keys.record, made_at=AT, next_by=AT)
    own = keys.record.entry.public_key
    for bad in ("AAAA", "a", own[:-8] + "AAAAAAAA=", base64.b64encode(b"0" * 44).decode()):
        with pytest.raises(BadBundle):
            read_bundle(text.replace(own.encode(), bad.encode()))


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
    assert read_bundle(text + b"\r\n").contents == contents, "an editor ends a file with a line"
    assert bundle.contents == contents
    assert (bundle.made_at, bundle.signed_by) == (AT, keys.record.entry)
    assert bundle.status(StatusSlot("1", 1), at=AT).word == "replaced"
    assert bundle.status(StatusSlot("1", 3), at=AT).word == "revoked"
