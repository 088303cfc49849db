"""Every way of tampering has its own answer, and nothing anybody shows can break the judge."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.checking import FileFacts, Problem, examine, seal
from certificates.keys import KeyRegister
from certificates.record import SignedRecord
from certificates.signing.cms import ContainerMould, container, signed_attributes
from tests.certificates import forgeries
from tests.factories_certpure import ISSUED_AT, NAME, make_certificate, signing_keys

P = Problem


def judge(pdf: bytes) -> FileFacts:
    return examine(pdf, signing_keys().register)


def test_our_own_certificate_is_genuine_in_every_respect() -> None:
    facts = judge(forgeries.ours())
    assert facts.genuine
    assert (facts.signed, facts.intact, facts.covers_whole_file, facts.trusted) == (True,) * 4
    assert facts.signed_by == "Segel Sertifikat - Suluh"
    assert facts.seal_key == signing_keys().seal.entry.key_id
    assert facts.signed_at == ISSUED_AT
    assert not facts.demo
    assert facts.record
    assert facts.record.number == "0001/SP/SULUH-BANTEN/XI/2026"
    assert facts.signed_record
    assert facts.signed_record.holder.name == NAME
    assert facts.problems == ()


def test_a_demonstration_certificate_is_genuine_and_marked() -> None:
    keys = signing_keys("Peraga", demo=True)
    facts = examine(make_certificate(keys=keys), keys.register)
    assert facts.genuine
    assert facts.demo


# (forgery, problems in order, intact, trusted, record signature valid)
TAMPERING: list[tuple[Callable[[], bytes], tuple[Problem, ...], bool, bool, bool]] = [
    (forgeries.byte_flipped_in_a_page, (P.CONTENT_CHANGED,), False, False, True),
    (forgeries.byte_flipped_in_the_byte_range_spaces, (P.CONTENT_CHANGED,), False, False, True),
    (forgeries.signature_value_flipped, (P.SIGNATURE_BROKEN,), False, False, True),
    (forgeries.something_hidden_behind_the_signature, (P.SIGNATURE_BROKEN,), False, False, True),
    (forgeries.signature_is_rubbish, (P.SIGNATURE_BROKEN,), False, False, True),
    (forgeries.signature_digits_in_another_case, (P.BYTE_RANGE,), True, False, True),
    (forgeries.unsigned_part_of_the_signature_changed, (P.UNUSUAL_SIGNATURE,), True, False, True),
    (forgeries.copied_onto_another_certificate, (P.CONTENT_CHANGED,), False, False, True),
    (forgeries.revision_appended, (P.CHANGED_AFTER_SIGNING,), True, False, True),
    (forgeries.text_appended, (P.CHANGED_AFTER_SIGNING,), True, False, True),
    (forgeries.name_changed_by_an_update, (P.CHANGED_AFTER_SIGNING, P.RECORD_MALFORMED), True, False, False),
    (forgeries.sealed_twice, (P.SEVERAL_SIGNATURES,), False, False, True),
    (forgeries.byte_range_leaves_a_gap, (P.BYTE_RANGE, P.CONTENT_CHANGED), False, False, True),
    (forgeries.byte_range_starts_late, (P.BYTE_RANGE, P.CONTENT_CHANGED), False, False, True),
    (forgeries.two_byte_ranges, (P.BYTE_RANGE,), True, False, True),
    (forgeries.three_revisions, (P.CHANGED_AFTER_SIGNING,), True, False, True),
    (forgeries.sealed_by_a_twin_key, (P.UNKNOWN_SEAL, P.RECORD_KEY_UNKNOWN), True, False, False),
    (forgeries.our_record_sealed_by_a_twin_key, (P.UNKNOWN_SEAL,), True, False, True),
    (forgeries.record_resigned_by_another_key, (P.RECORD_KEY_UNKNOWN,), True, True, False),
    (forgeries.record_names_our_key_but_another_signed, (P.RECORD_SIGNATURE_BROKEN,), True, True, False),
    (forgeries.record_changed_under_its_signature, (P.RECORD_SIGNATURE_BROKEN,), True, True, False),
    (forgeries.record_issued_before_its_key, (P.RECORD_KEY_OUTSIDE_WINDOW,), True, True, False),
    (forgeries.demonstration_record_under_a_real_seal, (P.DEMO_MISMATCH,), True, True, True),
    (forgeries.sealed_by_us_under_words_of_bsre, (P.OTHER_SIGNER,), True, True, True),
    (forgeries.without_a_record, (P.NO_RECORD,), True, True, False),
    (forgeries.with_two_records, (P.NO_RECORD,), True, True, False),
    (forgeries.with_an_empty_record, (P.RECORD_MALFORMED,), True, True, False),
    (forgeries.with_an_empty_name, (P.RECORD_MALFORMED,), True, True, False),
    (forgeries.with_a_huge_record, (P.NO_RECORD,), True, True, False),
    (forgeries.unsigned, (P.UNSIGNED,), False, False, True),
]

UNREADABLE: list[tuple[Callable[[], bytes], Problem]] = [
    (forgeries.truncated, P.DAMAGED),
    (forgeries.cut_in_half, P.DAMAGED),
    (forgeries.empty, P.EMPTY),
    (forgeries.not_a_pdf, P.NOT_PDF),
    (forgeries.picture_before_the_pdf, P.NOT_PDF),
    (forgeries.only_a_header, P.DAMAGED),
    (forgeries.too_large, P.TOO_LARGE),
    (forgeries.encrypted, P.ENCRYPTED),
    (forgeries.bomb, P.TOO_HEAVY),
    (forgeries.nested_beyond_reason, P.DAMAGED),
    (forgeries.a_loop_of_tables, P.DAMAGED),
]


@pytest.mark.parametrize(
    ("forgery", "problems", "intact", "trusted", "record_valid"), TAMPERING, ids=[row[0].__name__ for row in TAMPERING]
)
def test_each_way_of_tampering_has_its_own_answer(
    forgery: Callable[[], bytes], problems: tuple[Problem, ...], intact: bool, trusted: bool, record_valid: bool
) -> None:
    facts = judge(forgery())
    assert facts.problems == problems
    assert (facts.intact, facts.trusted, facts.record_signature_valid) == (intact, trusted, record_valid)
    assert facts.readable
    assert not facts.genuine


@pytest.mark.parametrize(("forgery", "problem"), UNREADABLE, ids=[row[0].__name__ for row in UNREADABLE])
def test_what_cannot_be_judged_is_said_to_be_unreadable(forgery: Callable[[], bytes], problem: Problem) -> None:
    facts = judge(forgery())
    assert facts.problems == (problem,)
    assert not facts.readable
    assert not (facts.signed)
    assert not (facts.intact)
    assert not (facts.trusted)
    assert not (facts.record_signature_valid)


def test_a_twin_with_our_names_is_told_apart_by_its_key_alone() -> None:
    ours, twin = judge(forgeries.ours()), judge(forgeries.sealed_by_a_twin_key())
    assert twin.signed_by == ours.signed_by
    assert twin.seal_key == ""
    assert twin.intact
    assert twin.covers_whole_file
    assert not twin.trusted


def test_a_seal_that_signed_outside_its_window_is_not_trusted() -> None:
    register = signing_keys().register
    ended = datetime(2026, 6, 1, tzinfo=UTC)
    retired = KeyRegister(tuple(replace(entry, not_after=ended) for entry in register.entries))
    facts = examine(forgeries.ours(), retired)
    assert facts.problems == (P.SEAL_OUTSIDE_WINDOW, P.RECORD_KEY_OUTSIDE_WINDOW)
    assert facts.intact
    assert not facts.trusted


def test_an_old_certificate_stays_genuine_beside_newer_keys() -> None:
    register = signing_keys("Kunci Baru").register.with_entries(signing_keys().register.entries)
    assert examine(forgeries.ours(), register).genuine


def test_a_register_whose_root_did_not_issue_the_seal_trusts_nothing() -> None:
    stranger_root = forgeries.twin_keys().seal.entry.certificates[-1]
    entries = tuple(
        replace(entry, certificates=(entry.certificates[0], stranger_root)) if entry.certificates else entry
        for entry in signing_keys().register.entries
    )
    assert examine(forgeries.ours(), KeyRegister(entries)).problems == (P.UNKNOWN_SEAL,)


def test_nothing_is_trusted_with_an_empty_register() -> None:
    assert examine(forgeries.ours(), KeyRegister(())).problems == (P.UNKNOWN_SEAL, P.RECORD_KEY_UNKNOWN)


def test_the_record_in_the_file_is_the_one_that_was_put_in() -> None:
    facts = judge(forgeries.ours())
    assert isinstance(facts.signed_record, SignedRecord)
    assert facts.record == facts.signed_record.record


@pytest.mark.parametrize("forgery", [row[0] for row in TAMPERING[:6]] + [forgeries.empty, forgeries.ours])
def test_facts_survive_the_way_between_processes(forgery: Callable[[], bytes]) -> None:
    facts = judge(forgery())
    assert FileFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_no_single_changed_byte_leaves_a_genuine_certificate() -> None:
    pdf = forgeries.ours()
    chance = random.Random(20261122)
    for _time in range(120):
        position = chance.randrange(len(pdf))
        changed = pdf[:position] + bytes([pdf[position] ^ (1 << chance.randrange(8))]) + pdf[position + 1 :]
        assert not judge(changed).genuine, position


def test_rubbish_between_header_and_end_is_answered() -> None:
    chance = random.Random(7)
    for _time in range(80):
        pdf = bytearray(forgeries.ours())
        for _piece in range(chance.randrange(1, 6)):
            start = chance.randrange(len(pdf))
            pdf[start : start + chance.randrange(400)] = chance.randbytes(chance.randrange(400))
        assert not judge(bytes(pdf)).genuine


def test_a_seal_from_the_mould_is_what_would_be_built_anew_and_no_stranger_makes_one() -> None:
    """What is kept from one file to the next follows from our own certificates, so no file can leave anything there."""
    certificate = asn1.Certificate.load(signing_keys().seal.entry.chain()[0].public_bytes(Encoding.DER))
    mould = ContainerMould(certificate, 384)
    for number in range(3):
        digest, signature = bytes([number]) * 32, bytes([200 + number]) * 384
        attributes = signed_attributes(certificate, digest)
        assert mould.attributes(digest) == attributes.dump()
        assert mould.container(digest, signature) == container(certificate, attributes, signature).dump()
    for digest, signature in ((bytes(31), bytes(384)), (bytes(32), bytes(383))):
        with pytest.raises(ValueError, match="another length"):
            mould.container(digest, signature)
    seal._mould.cache_clear()
    strange = (forgeries.sealed_by_a_twin_key, forgeries.signature_value_flipped, forgeries.signature_is_rubbish)
    for forgery in (*strange, forgeries.copied_onto_another_certificate):
        assert not judge(forgery()).trusted
    assert seal._mould.cache_info().currsize == 0
    for forgery in (forgeries.ours, forgeries.unsigned_part_of_the_signature_changed, forgeries.expired):
        judge(forgery())
    assert seal._mould.cache_info().currsize == 1
