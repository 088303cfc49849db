"""Judging a file that somebody shows: what the file proves by itself, beside what the register says.

The file's own facts come from ``checking`` (which knows public keys only); here the register's answer is put next to
them and one answer is given, the gravest reason first.  Each reason stands alone: a twin under another key is refused
whether or not its hash is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certificates.checking import FileFacts, Problem
from certificates.checking.facts import NOT_TRUSTED
from certificates.checking.list_check import ListCheck
from certificates.looking_up import look_up
from certificates.models import CheckedList, SigningKey
from certificates.record import Record
from certificates.verifying import Standing

CHANGED = frozenset(
    {
        Problem.BYTE_RANGE,
        Problem.CHANGED_AFTER_SIGNING,
        Problem.CONTENT_CHANGED,
        Problem.SIGNATURE_BROKEN,
        Problem.SEVERAL_SIGNATURES,
    }
)


class Answer(StrEnum):
    """One answer about a shown certificate; ``valid`` is the only good one."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    ALTERED = "altered"
    OTHER_KEY = "other_key"
    NOT_GENUINE = "not_genuine"
    NOT_RECORDED = "not_recorded"
    REGISTER_DAMAGED = "register_damaged"
    DIFFERS = "differs"
    OTHER_FILE = "other_file"
    KEY_NOT_TRUSTED = "key_not_trusted"
    MINUTES = "minutes"
    OTHER_HOST = "other_host"


@dataclass(frozen=True)
class Verdict:
    """The answer with everything it rests on.  ``same_file`` is None while the register names no file."""

    answer: Answer
    facts: FileFacts
    standing: Standing | None
    same_record: bool
    same_file: bool | None
    minutes: CheckedList | None = None

    @property
    def file_record(self) -> Record | None:
        return self.facts.record

    @property
    def file_name(self) -> str:
        """The name the file claims."""
        return self.facts.signed_record.holder.name if self.facts.signed_record else ""


def judge(facts: FileFacts, *, at: datetime) -> Verdict:
    """Put the register's answer beside the file's facts at ``at`` (aware).  At most three statements, and one more for
    a file of a key that somebody stole."""
    if facts.list_check is not None:
        return _judge_minutes(facts, facts.list_check)
    record = facts.record
    standing = look_up(record.code, at=at) if record else None
    return weigh(facts, standing, vouched=_log_vouches(facts, standing))


def weigh(facts: FileFacts, standing: Standing | None, *, vouched: bool = False) -> Verdict:
    """Pure, given the register's answer: the one answer that follows from all facts.  ``vouched``: the log held this
    file before its seal's key was stolen."""
    same_record = _same_record(facts, standing)
    same_file = _same_file(facts, standing)
    answer = _answer_of_file(facts, vouched=vouched) or _answer_of_register(
        standing, same_record=same_record, same_file=same_file
    )
    return Verdict(answer, facts, standing, same_record, same_file)


def _judge_minutes(facts: FileFacts, said: ListCheck) -> Verdict:
    """Minutes of a list check are ours when they are the very file that was stored."""
    found = CheckedList.objects.select_related("organization").filter(public_id=said.id).first()
    same_file = found.minutes_sha256 == facts.sha256 if found else None
    answer = _answer_of_file(facts, vouched=False)
    if answer is None and found is None:
        answer = Answer.NOT_RECORDED
    elif answer is None:
        answer = Answer.MINUTES if same_file else Answer.OTHER_FILE
    return Verdict(answer, facts, None, same_record=False, same_file=same_file, minutes=found)


def answer_of(standing: Standing) -> Answer:
    """The answer about a certificate of which only the code was shown."""
    if standing.trustworthy:
        return Answer(standing.status)
    return Answer.KEY_NOT_TRUSTED if standing.intact and standing.distrusted else Answer.REGISTER_DAMAGED


def _log_vouches(facts: FileFacts, standing: Standing | None) -> bool:
    """Whether the log named these very bytes before somebody else may have held the key that sealed them."""
    if standing is None or Problem.SEAL_KEY_NOT_TRUSTED not in facts.problems:
        return standing is not None and Problem.RECORD_KEY_NOT_TRUSTED in facts.problems
    stolen = SigningKey.objects.filter(key_id=facts.seal_key).values("revoked_at")[:1]
    filed = standing.certificate.log_entries.filter(kind="filed", at__lt=stolen, details__contains=facts.issued_sha256)
    return filed.exists()


def _answer_of_file(facts: FileFacts, *, vouched: bool) -> Answer | None:
    """Pure.  What already the file alone rules out; None when it is genuine by itself."""
    problems = set(facts.problems)
    rules = (
        (not facts.readable, Answer.UNREADABLE),
        (not facts.signed, Answer.UNSIGNED),
        (bool(problems & CHANGED), Answer.ALTERED),
        (not facts.seal_key, Answer.OTHER_KEY),
        (bool(problems) and problems <= NOT_TRUSTED and not vouched, Answer.KEY_NOT_TRUSTED),
        (not facts.genuine and not (problems and problems <= NOT_TRUSTED), Answer.NOT_GENUINE),
    )
    return next((answer for holds, answer in rules if holds), None)


def _answer_of_register(standing: Standing | None, *, same_record: bool, same_file: bool | None) -> Answer:
    if standing is None:
        return Answer.NOT_RECORDED
    if not standing.trustworthy:
        return answer_of(standing)
    if not same_record:
        return Answer.DIFFERS
    if same_file is False:
        return Answer.OTHER_FILE
    return Answer(standing.status)


def _same_record(facts: FileFacts, standing: Standing | None) -> bool:
    if facts.signed_record is None or standing is None:
        return False
    same = facts.signed_record.record_bytes == standing.certificate.record_text.encode()
    return same and (standing.erased or facts.signed_record.holder.name == standing.holder_name)


def _same_file(facts: FileFacts, standing: Standing | None) -> bool | None:
    if standing is None or not standing.certificate.file_sha256:
        return None
    return facts.issued_sha256 == standing.certificate.file_sha256


# What the register says about a certificate that is genuine.
STANDING = frozenset({Answer.VALID, Answer.EXPIRED, Answer.SUSPENDED, Answer.REVOKED, Answer.REPLACED})
GOOD = frozenset({Answer.VALID})
WAIT = frozenset(
    {Answer.EXPIRED, Answer.SUSPENDED, Answer.UNREADABLE, Answer.NOT_RECORDED, Answer.REPLACED, Answer.MINUTES}
)


def tone(answer: Answer) -> str:
    """Pure.  The colour's name of an answer; the words say the same."""
    if answer in GOOD:
        return "good"
    return "wait" if answer in WAIT else "bad"
