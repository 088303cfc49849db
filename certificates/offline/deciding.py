"""Pure.  The answer about a shown token with nothing but a trust bundle and a clock: the first reason that holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from certificates.keys import KeyEntry, KeyRegister
from certificates.record import Record, StatusSlot
from certificates.states import State, gravest

from .bundle import Status, TrustBundle
from .token import BadToken, Claims, read_token


class OfflineAnswer(StrEnum):
    """One answer; ``valid`` is the only good one and holds as of the lists' date.  In the order of looking, and of
    ``State`` once it is genuine."""

    UNREADABLE = "unreadable"
    UNKNOWN_FORMAT = "unknown_format"
    NO_KEY = "no_key"
    BAD_SIGNATURE = "bad_signature"
    OTHER_CODE = "other_code"
    REVOKED = "revoked"
    REPLACED = "replaced"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    STATUS_UNKNOWN = "status_unknown"
    VALID = "valid"


@dataclass(frozen=True)
class TokenVerdict:
    """The answer with what it rests on.  ``claims`` are only worth reading when ``genuine``."""

    answer: OfflineAnswer
    claims: Claims | None = None
    key: KeyEntry | None = None
    status: Status | None = None
    expired: bool = False

    @property
    def genuine(self) -> bool:
        """One of our keys signed exactly this inside its window, whatever became of the certificate."""
        return self.status is not None

    @property
    def demo(self) -> bool:
        return self.key is not None and self.key.demo


def judge_token(token: bytes, bundle: TrustBundle, *, at: datetime, code: str = "") -> TokenVerdict:
    """Judge a token at the aware time ``at``; ``code`` is the one in the address before it, if there was one."""
    try:
        claims = read_token(token)
    except BadToken as error:
        return TokenVerdict(OfflineAnswer(error.reason))
    key = code_key(claims, bundle.contents.keys)
    if key is None:
        return TokenVerdict(OfflineAnswer.NO_KEY, claims)
    if not key.verifies_code(claims.message, claims.signature):
        return TokenVerdict(OfflineAnswer.BAD_SIGNATURE, claims, key)
    if code and code != claims.code:
        return TokenVerdict(OfflineAnswer.OTHER_CODE, claims, key)
    status = bundle_status(bundle, claims.status, key, at=at)
    over = claims.expires_at is not None and claims.expires_at <= at
    return TokenVerdict(weigh(status, expired=over), claims, key, status, expired=over)


def code_key(claims: Claims, register: KeyRegister) -> KeyEntry | None:
    """The K2 that the token names, if the token was issued inside its window."""
    key = register.find(claims.key_id, "code")
    return key if key is not None and key.covers(claims.issued_at) else None


def bundle_status(bundle: TrustBundle, slot: StatusSlot, key: KeyEntry, *, at: datetime) -> Status:
    """The lists' word; after a compromise of the key only the register, which knows the log, can say valid."""
    status = bundle.status(slot, at=at)
    if status.word is State.VALID and key.revoked_at is not None:
        return Status(State.UNKNOWN, status.as_of)
    return status


def weigh(status: Status, *, expired: bool) -> OfflineAnswer:
    """The answer about a genuine certificate: the gravest of what the lists say and of its own end."""
    return OfflineAnswer(gravest([status.word, State.EXPIRED] if expired else [status.word]))


def record_expired(record: Record, today: date) -> bool:
    """Whether the record's last valid day lies before ``today``, a day where it was issued."""
    return record.expires_on is not None and record.expires_on < today
