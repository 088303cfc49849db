"""Judging a credential, a badge or a code that somebody shows: what it proves by itself, beside the register's word."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from certificates import judging
from certificates.credential.facts import CredentialFacts, Flaw
from certificates.judging import Answer
from certificates.looking_up import look_up
from certificates.models import SigningKey
from certificates.record import decode_signature
from certificates.verifying import Standing

_OF_FLAW = {
    Flaw.KEY_UNKNOWN: Answer.OTHER_KEY,
    Flaw.SIGNATURE_BROKEN: Answer.ALTERED,
    Flaw.OTHER_CODE: Answer.ALTERED,
}


@dataclass(frozen=True)
class CredentialVerdict:
    """The answer with everything it rests on.  ``same_file`` is None where the register keeps nothing to compare."""

    answer: Answer
    facts: CredentialFacts
    standing: Standing | None
    same_record: bool
    same_file: bool | None

    @property
    def only_address(self) -> bool:
        """A code without any signature in it: the register alone answers."""
        return self.facts.form == "address" and self.facts.readable and not self.facts.problems


def judge(facts: CredentialFacts, *, at: datetime) -> CredentialVerdict:
    """Put the register's answer beside the facts at ``at`` (aware).  Four statements at most."""
    standing = look_up(facts.code, at=at) if facts.code else None
    return weigh(facts, standing, distrusted=_distrusted(facts), host=urlsplit(settings.PUBLIC_BASE_URL).netloc)


def weigh(
    facts: CredentialFacts, standing: Standing | None, *, distrusted: bool = False, host: str = ""
) -> CredentialVerdict:
    """Pure, given the register's answer.  ``distrusted``: its key was stolen; ``host``: where we answer today."""
    same_record = _same_record(facts, standing)
    same_file = _same_file(facts, standing)
    answer = _of_itself(facts) or _of_register(facts, standing, same_record=same_record, same_file=same_file, host=host)
    if distrusted and same_file is not True and answer in judging.STANDING:
        answer = Answer.KEY_NOT_TRUSTED
    return CredentialVerdict(answer, facts, standing, same_record, same_file)


def _distrusted(facts: CredentialFacts) -> bool:
    if not facts.key_id:
        return False
    return SigningKey.objects.filter(key_id=facts.key_id, revoked_at__isnull=False).exists()


def _of_itself(facts: CredentialFacts) -> Answer | None:
    """Pure.  What already the thing alone rules out; None when nothing speaks against it."""
    if not facts.readable:
        return Answer.UNREADABLE
    if facts.problems:
        return next((_OF_FLAW[flaw] for flaw in facts.problems if flaw in _OF_FLAW), Answer.NOT_GENUINE)
    return None


def _of_register(
    facts: CredentialFacts, standing: Standing | None, *, same_record: bool, same_file: bool | None, host: str
) -> Answer:
    if facts.host and facts.host.lower() not in _hosts(standing, host):
        return Answer.OTHER_HOST
    if standing is None:
        return Answer.NOT_RECORDED
    if not standing.trustworthy:
        return judging.answer_of(standing)
    if facts.signed and not same_record:
        return Answer.DIFFERS
    return Answer.OTHER_FILE if same_file is False else Answer(standing.status)


def _hosts(standing: Standing | None, host: str) -> set[str]:
    """Where we answer today, and where the certificate said that we answer when it was issued."""
    record = standing.record if standing and standing.trustworthy else None
    return {host.lower(), urlsplit(record.issuer.address).netloc.lower()} if record else {host.lower()}


def _same_record(facts: CredentialFacts, standing: Standing | None) -> bool:
    """The record's hash stands for every fact; the name is apart from the record."""
    if standing is None or not facts.record_sha256:
        return False
    row = standing.certificate
    same = row.record_sha256.startswith(facts.record_sha256) and facts.number == row.number
    return same and (standing.erased or facts.name == standing.holder_name)


def _same_file(facts: CredentialFacts, standing: Standing | None) -> bool | None:
    if standing is None:
        return None
    row = standing.certificate
    if facts.form == "json" and row.credential_sha256:
        return facts.sha256 == row.credential_sha256
    if facts.form == "token" and row.token:
        return facts.sha256 == hashlib.sha256(decode_signature(row.token)).hexdigest()
    return None
