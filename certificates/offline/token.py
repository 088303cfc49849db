"""Pure.  What the dense QR of the back page carries: a signed token that is judged without a network.

A CBOR Web Token (RFC 8392) in a COSE_Sign1 (RFC 9052), signed with ES256 by K2.  The registered claims stand under
their own keys; ours stand together under one private key, because a private key costs five bytes.  In the address
the token is the fragment, written as one decimal number: a QR packs digits into ten bits for three.

docs/formats.md describes the format for others; tests/vectors/offline-token holds it still.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from certificates import codes
from certificates.record import Record, SignedRecord, StatusSlot, read_instant, sha256

from .cbor import LONGEST_INPUT, BadCbor, Tagged, Value, decode, encode

SIGN1: Final = 18
ES256: Final = -7
ALGORITHM, KEY_ID = 1, 4
EXPIRES, NOT_BEFORE, CODE, OURS = 4, 5, 7, -65537
NUMBER, NAME, KIND, COURSE, RESULT, STATUS, RECORD, ISSUER, ZONE = range(1, 10)
KINDS: Final = {"training": 1, "competence": 2}
RECORD_BYTES: Final = 16
LONGEST_ISSUER: Final = 64
_QUARTER: Final = timedelta(minutes=15)
_DIGITS: Final = re.compile(r"[1-9][0-9]{0,2899}")
_SPACES: Final = re.compile(r"\s+")
_LATEST: Final = 221845392000  # the beginning of the year 9000
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_LIST: Final = re.compile(r"[a-z0-9-]{1,40}")


class BadToken(ValueError):
    """No token of ours; ``reason`` is ``unreadable`` (not even CBOR) or ``unknown_format``."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(f"{reason}: {why}")
        self.reason = reason


class Signer(Protocol):
    """The signing side of K2."""

    @property
    def entry(self) -> Any: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True)
class Claims:
    """What a token says, its shape checked and its signature not."""

    key_id: str
    code: str
    number: str
    name: str
    kind: str
    course: str
    result: str
    issuer: str
    issued_at: datetime
    expires_at: datetime | None
    """The first moment at which it is no longer valid."""

    offset: timedelta
    status: StatusSlot
    record_hash: str
    """The first sixteen bytes (hex) of the record's SHA-256."""

    message: bytes
    """The bytes that the signature covers."""

    signature: bytes
    """r and s, 32 bytes each."""

    @property
    def issued_on(self) -> date:
        """The day of issue where it was issued."""
        return self.issued_at.astimezone(timezone(self.offset)).date()

    @property
    def valid_until(self) -> date | None:
        """The last day on which it is valid."""
        if self.expires_at is None:
            return None
        return (self.expires_at - timedelta(seconds=1)).astimezone(timezone(self.offset)).date()

    def belongs_to(self, record: Record, record_bytes: bytes) -> bool:
        """Whether this token was made of this record."""
        return self.code == record.code and sha256(record_bytes).startswith(self.record_hash)


def make_token(signed: SignedRecord, *, key: Signer) -> bytes:
    """The token of a certificate: the same bytes whenever it is made again with the same key."""
    protected = encode({ALGORITHM: ES256, KEY_ID: bytes.fromhex(key.entry.key_id.removeprefix("k2-"))})
    payload = encode(_claims(signed))
    signature = key.sign(_to_be_signed(protected, payload))
    return encode(Tagged(SIGN1, [protected, {}, payload, signature]))


def read_token(token: bytes) -> Claims:
    """What the token says.  Raises BadToken; whether the signature holds is for who knows the keys to say."""
    try:
        outer = decode(token)
    except BadCbor as error:
        raise BadToken("unreadable", str(error)) from error
    try:
        return _read(outer)
    except (BadCbor, KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadToken("unknown_format", str(error)) from error


def token_url(address: str, token: bytes) -> str:
    """The text of the dense QR: the certificate's address with the token as decimal digits behind ``#``."""
    return f"{address}#{int.from_bytes(token, 'big')}"


def parse_fragment(text: str) -> bytes:
    """The token in a fragment, with or without ``#`` and the address before it.  Raises BadToken."""
    digits = _SPACES.sub("", text).rpartition("#")[2]
    if not _DIGITS.fullmatch(digits):
        raise BadToken("unreadable", "not decimal digits")
    number = int(digits)
    token = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(token) > LONGEST_INPUT:
        raise BadToken("unreadable", "too long")
    return token


def _claims(signed: SignedRecord) -> dict[int, Value]:
    record = signed.record
    issued_at = read_instant(record.issued_at)
    offset = ZoneInfo(record.time_zone).utcoffset(issued_at.astimezone(ZoneInfo(record.time_zone)))
    offset = (offset or timedelta()) // _QUARTER * _QUARTER
    claims: dict[int, Value] = {
        NOT_BEFORE: int(issued_at.timestamp()),
        CODE: record.code.replace("-", "").encode(),
        OURS: {
            NUMBER: record.number,
            NAME: signed.holder.name,
            KIND: KINDS[record.kind],
            COURSE: record.course.code,
            RESULT: record.result,
            STATUS: [record.status.list, record.status.index],
            RECORD: bytes.fromhex(sha256(signed.record_bytes))[:RECORD_BYTES],
            ISSUER: shortened(record.issuer.name),
            ZONE: offset // _QUARTER,
        },
    }
    if record.expires_on is not None:
        days = record.expires_on.toordinal() + 1 - date(1970, 1, 1).toordinal()
        claims[EXPIRES] = min(days * 86400 - int(offset.total_seconds()), _LATEST)
    return claims


def shortened(issuer: str) -> str:
    """An issuer's name as a token has room for it; the record's hash stands for the whole."""
    return issuer if len(issuer) <= LONGEST_ISSUER else f"{issuer[: LONGEST_ISSUER - 1]}…"


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure of RFC 9052, 4.4, with no external data."""
    return encode(["Signature1", protected, b"", payload])


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


def _read(outer: Value) -> Claims:
    if not isinstance(outer, Tagged) or outer.tag != SIGN1 or not isinstance(outer.value, list):
        raise ValueError("no COSE_Sign1")
    protected, unprotected, payload, signature = outer.value
    if not isinstance(protected, bytes) or not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise TypeError("not the parts of a COSE_Sign1")
    _demand(unprotected == {} and len(signature) == 64, "not the parts of a COSE_Sign1")
    header, claims = _map(decode(protected)), _map(decode(payload))
    _demand(set(header) == {ALGORITHM, KEY_ID} and header[ALGORITHM] == ES256, "another algorithm")
    _demand(set(claims) - {EXPIRES} == {NOT_BEFORE, CODE, OURS}, "other claims")
    ours = _map(claims[OURS])
    _demand(set(ours) == set(range(NUMBER, ZONE + 1)), "other claims")
    place = ours[STATUS]
    _demand(isinstance(place, list) and len(place) == 2, "no place in a list")
    expires = _whole(claims[EXPIRES], 1, _LATEST) if EXPIRES in claims else None
    issued = _whole(claims[NOT_BEFORE], 1, _LATEST)
    _demand(expires is None or expires > issued, "ends before it starts")
    return Claims(
        key_id=f"k2-{_bytes(header[KEY_ID], 8).hex()}",
        code=_code(_bytes(claims[CODE], codes.LENGTH)),
        number=_text(ours[NUMBER], 80),
        name=_text(ours[NAME], 80),
        kind={number: kind for kind, number in KINDS.items()}[_whole(ours[KIND], 1, 2)],
        course=_text(ours[COURSE], 40),
        result=_text(ours[RESULT], 60),
        issuer=_text(ours[ISSUER], LONGEST_ISSUER),
        issued_at=datetime.fromtimestamp(issued, UTC),
        expires_at=datetime.fromtimestamp(expires, UTC) if expires is not None else None,
        offset=_whole(ours[ZONE], -48, 56) * _QUARTER,
        status=_slot(place),
        record_hash=_bytes(ours[RECORD], RECORD_BYTES).hex(),
        message=_to_be_signed(protected, payload),
        signature=signature,
    )


def _map(value: Value) -> dict[int, Value]:
    if not isinstance(value, dict):
        raise TypeError("no map")
    return value


def _bytes(value: Value, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise TypeError(f"not {length} bytes")
    return value


def _text(value: Value, longest: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= longest or _CONTROL.search(value):
        raise TypeError(f"no text of 1 to {longest} characters")
    return value


def _whole(value: Value, low: int, high: int) -> int:
    if not isinstance(value, int) or not low <= value <= high:
        raise TypeError(f"no number from {low} to {high}")
    return value


def _code(symbols: bytes) -> str:
    text = symbols.decode("ascii")
    code = codes.normalize(text)
    _demand(code.replace("-", "") == text, "not a public code")
    return code


def _slot(place: Any) -> StatusSlot:
    list_id, index = place
    _demand(isinstance(list_id, str) and _LIST.fullmatch(list_id) is not None, "no status list")
    return StatusSlot(list_id, _whole(index, 0, 2**31 - 1))
