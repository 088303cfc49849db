"""Pure.  Read one PDF and say what it proves (ETSI EN 319 142-1 for the profile that is ours).

Only files shaped exactly as we write them can be trusted: one signature, over everything but itself, in the last
revision, by a registered seal.  Whatever else comes in is answered too, never raised.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.keys import KeyRegister
from certificates.record import MalformedRecord, SignedRecord, read_instant

from . import list_check
from .attachment import read_attachment
from .facts import FileFacts, Problem
from .later_copies import first_file
from .list_check import ListCheck
from .seal import Seal, judge_seal
from .shape import find_signatures, range_problem

LARGEST_FILE: Final = 5_000_000
_MEBIBYTE: Final = 1024 * 1024
_LIMITS: Final = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=8 * _MEBIBYTE),
    document_budget=DocumentDecodeBudget(base_allowance=32 * _MEBIBYTE, max_ratio=20),
)


def examine(pdf: bytes, register: KeyRegister) -> FileFacts:
    """The facts about these bytes, judged with these public keys."""
    early = _refuse_early(pdf)
    if early:
        return FileFacts.unreadable(pdf, early)
    try:
        return _examine(pdf, register)
    except (PdfDecodeLimitError, MemoryError):
        return FileFacts.unreadable(pdf, Problem.TOO_HEAVY)
    except Exception:  # noqa: BLE001 - the boundary: a hostile file may break its reader in any way, and that is an answer
        return FileFacts.unreadable(pdf, Problem.DAMAGED)


def _refuse_early(pdf: bytes) -> Problem | None:
    if not pdf:
        return Problem.EMPTY
    if len(pdf) > LARGEST_FILE:
        return Problem.TOO_LARGE
    if not pdf.startswith(b"%PDF-"):
        return Problem.NOT_PDF
    return None


def _examine(pdf: bytes, register: KeyRegister) -> FileFacts:
    reader = PdfFileReader(BytesIO(pdf), strict=True, decode_limits=_LIMITS)
    if reader.encrypted:
        return FileFacts.unreadable(pdf, Problem.ENCRYPTED)
    original = first_file(pdf, register)
    if original is not None:
        facts = _examine(original, register)
        shown, first = hashlib.sha256(pdf).hexdigest(), hashlib.sha256(original).hexdigest()
        return replace(facts, sha256=shown, original_sha256=first)
    seal = _judge_seals(pdf, reader, register)
    signed_record, problem = _read_record(reader)
    minutes = _read_list_check(reader) if problem is Problem.NO_RECORD else None
    problem = problem if minutes is None else None
    problems = list(seal.problems)
    valid = False
    if signed_record is None or problem:
        problems += [problem] if problem else []
    else:
        found = _record_problem(signed_record, register, seal)
        valid = found in (None, Problem.DEMO_MISMATCH, Problem.OTHER_SIGNER)
        problems += [found] if found else []
    return FileFacts(
        sha256=hashlib.sha256(pdf).hexdigest(),
        signed=seal.signed,
        intact=seal.intact,
        covers_whole_file=seal.covers_whole_file,
        trusted=seal.trusted,
        signed_by=seal.signed_by,
        seal_key=seal.key_id,
        signed_at=seal.signed_at,
        demo=seal.demo or bool(signed_record and signed_record.record.demo) or bool(minutes and minutes.demo),
        signed_record=signed_record,
        record_signature_valid=valid,
        list_check=minutes,
        problems=tuple(problems),
    )


def _judge_seals(pdf: bytes, reader: PdfFileReader, register: KeyRegister) -> Seal:
    signatures = find_signatures(reader)
    if not signatures:
        return Seal(problems=(Problem.UNSIGNED,))
    if len(signatures) > 1:
        return Seal(signed=True, problems=(Problem.SEVERAL_SIGNATURES,))
    return judge_seal(pdf, signatures[0], range_problem(pdf, reader, signatures[0]), register)


def _read_record(reader: PdfFileReader) -> tuple[SignedRecord | None, Problem | None]:
    attachment = read_attachment(reader)
    if attachment is None:
        return None, Problem.NO_RECORD
    try:
        return SignedRecord.unpack(attachment), None
    except MalformedRecord:
        return None, Problem.RECORD_MALFORMED


def _read_list_check(reader: PdfFileReader) -> ListCheck | None:
    """What minutes carry; None for any other file."""
    attachment = read_attachment(reader, list_check.ATTACHMENT_NAME)
    if attachment is None:
        return None
    try:
        return ListCheck.unpack(attachment)
    except list_check.MalformedListCheck:
        return None


def _record_problem(signed: SignedRecord, register: KeyRegister, seal: Seal) -> Problem | None:
    record = signed.record
    entry = register.find(record.key, "record")
    if entry is None:
        return Problem.RECORD_KEY_UNKNOWN
    if not entry.verifies(signed.record_bytes, signed.signature):
        return Problem.RECORD_SIGNATURE_BROKEN
    if entry.revoked_at is not None:
        return Problem.RECORD_KEY_NOT_TRUSTED
    if not entry.covers(read_instant(record.issued_at)):
        return Problem.RECORD_KEY_OUTSIDE_WINDOW
    if bool(record.demo) != entry.demo or (seal.trusted and seal.demo != entry.demo):
        return Problem.DEMO_MISMATCH
    # Since version 3 the paper says who signs it; our own seal never stands in for BSrE or a person, nor they for it.
    ours = register.find(seal.key_id, "seal") is not None
    if record.version > 2 and seal.trusted and ours != (record.signing == "own-seal"):
        return Problem.OTHER_SIGNER
    return None
