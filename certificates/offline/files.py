"""Any file that somebody shows, judged by a trust bundle alone: no database, no network.

PDF, badge (PNG, SVG), credential (JSON, JWT), a photo of the dense QR, or a text with its payload.  Facts come from the
readers that the web uses too; here the bundle's word on the status is put beside them.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from PIL import Image

from certificates import codes
from certificates.checking import FileFacts, examine
from certificates.checking.facts import Problem
from certificates.credential.baking import PNG_HEAD
from certificates.credential.facts import CredentialFacts, Flaw
from certificates.credential.reading import read_credential
from certificates.record import Record, instant, read_instant
from certificates.scanned import code_text
from certificates.states import State

from .bundle import Status, TrustBundle
from .deciding import OfflineAnswer, TokenVerdict, bundle_status, judge_token, record_expired, weigh
from .token import BadToken, parse_fragment

LARGEST: Final = 5_000_000
MOST_PIXELS: Final = 60_000_000
_ADDRESS: Final = re.compile(r"https?://(?P<host>[^/?#\s]+)(?P<path>[^#\s]*)", re.IGNORECASE)
_CODE: Final = re.compile(r"/v/([^/?#]+)", re.IGNORECASE)
_TEXTUAL: Final = (b"{", b"<", b"eyJ", b"\xef\xbb\xbf")
_OF_FILE: Final = {
    Problem.UNSIGNED: "unsigned",
    Problem.UNKNOWN_SEAL: "no_key",
    Problem.SEAL_OUTSIDE_WINDOW: "no_key",
    Problem.RECORD_KEY_UNKNOWN: "no_key",
    Problem.RECORD_KEY_OUTSIDE_WINDOW: "no_key",
}
# Signed, by a key that was lost since: only the register, which knows the log, can say whether it was before.
_DISTRUSTED: Final = frozenset({Problem.RECORD_KEY_NOT_TRUSTED, Problem.SEAL_KEY_NOT_TRUSTED})
_OF_CREDENTIAL: Final = {
    Flaw.KEY_UNKNOWN: "no_key",
    Flaw.KEY_OUTSIDE_WINDOW: "no_key",
    Flaw.UNDEFINED: "unknown_format",
    Flaw.OTHER_SHAPE: "unknown_format",
}


@dataclass(frozen=True)
class Judged:
    """One file's answer.  ``answer`` is an ``OfflineAnswer``, or ``unsigned`` or ``other_host``; what the file says is
    filled in only if one of our keys signed it."""

    kind: str
    answer: str
    sha256: str
    status: Status | None = None
    code: str = ""
    number: str = ""
    name: str = ""
    key: str = ""
    host: str = ""
    demo: bool = False
    expired: bool = False
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        as_of = self.status.as_of if self.status else None
        return {
            "kind": self.kind,
            "answer": self.answer,
            "genuine": self.status is not None,
            "status": self.status.word.value if self.status else None,
            "expired": self.expired if self.status else None,
            "status_as_of": instant(as_of) if as_of else None,
            "code": self.code or None,
            "number": self.number or None,
            "name": self.name or None,
            "key": self.key or None,
            "host": self.host or None,
            "demo": self.demo,
            "problems": list(self.problems),
            "sha256": self.sha256,
        }


def judge_file(content: bytes, bundle: TrustBundle, *, at: datetime) -> Judged:
    """The answer about these bytes at the aware time ``at``; never an exception."""
    digest = hashlib.sha256(content).hexdigest()
    if not content or len(content) > LARGEST:
        return Judged("file", OfflineAnswer.UNREADABLE, digest, problems=("too_large" if content else "empty",))
    if content.startswith(b"%PDF-"):
        return _pdf(examine(content, bundle.contents.keys), bundle, at=at)
    bare = content.lstrip()
    if content.startswith(PNG_HEAD) or bare.startswith(_TEXTUAL):
        facts = read_credential(content, bundle.contents.keys)
        if Flaw.NO_CREDENTIAL_INSIDE not in facts.problems or not content.startswith(PNG_HEAD):
            return _credential(facts, bundle, at=at)
    text = _text(content)
    if text is None:
        text = _photographed(content)
        if not text:
            return Judged("photo", OfflineAnswer.UNREADABLE, digest, problems=("no_code_found",))
    return judge_payload(text, bundle, digest, at=at)


def judge_payload(text: str, bundle: TrustBundle, digest: str = "", *, at: datetime) -> Judged:
    """The answer about a dense QR's text: an address of ours with the token behind ``#``, or the digits alone."""
    address = _ADDRESS.match(text.strip())
    if address and address["host"].lower() not in bundle.contents.hosts:
        return Judged("code", "other_host", digest, host=address["host"])
    # Before the number stands nothing, or an address of ours: whatever else is there, a phone would go there.
    before = (text.rpartition("#")[0] if "#" in text else text).strip()
    elsewhere = Judged("code", "other_host", digest, host=before[:200])
    if address is None and "/v/" in before.lower():
        return elsewhere
    found = _CODE.search(address["path"]) if address else None
    try:
        token = parse_fragment(text)
    except BadToken as error:
        return Judged("code", error.reason, digest)
    if address is None and before and "#" in text:
        return elsewhere
    code = found[1] if found else ""
    if codes.is_code(code):
        code = codes.normalize(code)
    return _token(judge_token(token, bundle, at=at, code=code), digest)


def _token(verdict: TokenVerdict, digest: str) -> Judged:
    claims = verdict.claims if verdict.genuine else None
    if claims is None:
        return Judged("code", verdict.answer, digest)
    return Judged(
        "code",
        verdict.answer,
        digest,
        status=verdict.status,
        code=claims.code,
        number=claims.number,
        name=claims.name,
        key=claims.key_id,
        demo=verdict.demo,
        expired=verdict.expired,
    )


def _pdf(facts: FileFacts, bundle: TrustBundle, *, at: datetime) -> Judged:
    problems = tuple(problem.value for problem in facts.problems)
    record = facts.record
    if not facts.readable:
        return Judged("pdf", OfflineAnswer.UNREADABLE, facts.sha256, problems=problems)
    if facts.list_check is not None:
        return Judged("pdf", OfflineAnswer.UNKNOWN_FORMAT, facts.sha256, problems=("list_check",))
    sound = facts.genuine or (bool(problems) and _DISTRUSTED.issuperset(facts.problems))
    if not sound or record is None or facts.signed_record is None:
        answer = next((_OF_FILE[one] for one in facts.problems if one in _OF_FILE), OfflineAnswer.BAD_SIGNATURE)
        return Judged("pdf", answer, facts.sha256, problems=problems)
    status = bundle.status(record.status, at=at)
    if status.word is State.VALID and not facts.genuine:
        status = Status(State.UNKNOWN, status.as_of)
    expired = record_expired(record, _today(record, at))
    return Judged(
        "pdf",
        weigh(status, expired=expired),
        facts.sha256,
        status=status,
        code=record.code,
        number=record.number,
        name=facts.signed_record.holder.name,
        key=record.key,
        host=urlsplit(record.issuer.address).netloc,
        demo=facts.demo,
        expired=expired,
        problems=problems,
    )


def _today(record: Record, at: datetime) -> date:
    return at.astimezone(ZoneInfo(record.time_zone)).date()


def _credential(facts: CredentialFacts, bundle: TrustBundle, *, at: datetime) -> Judged:
    kind, problems = facts.carrier or facts.form or "credential", tuple(flaw.value for flaw in facts.problems)
    if not facts.readable:
        return Judged(kind, OfflineAnswer.UNREADABLE, facts.sha256, problems=problems)
    key = bundle.contents.keys.find(facts.key_id, "token" if facts.form == "jwt" else "record")
    if not facts.genuine or facts.status is None or key is None:
        answer = next((_OF_CREDENTIAL[one] for one in facts.problems if one in _OF_CREDENTIAL), "bad_signature")
        return Judged(kind, answer, facts.sha256, problems=problems)
    if facts.host not in bundle.contents.hosts:
        return Judged(kind, "other_host", facts.sha256, host=facts.host)
    status = bundle_status(bundle, facts.status, key, at=at)
    expired = bool(facts.valid_until) and read_instant(facts.valid_until) < at
    return Judged(
        kind,
        weigh(status, expired=expired),
        facts.sha256,
        status=status,
        code=facts.code,
        number=facts.number,
        name=facts.name,
        key=facts.key_id,
        host=facts.host,
        demo=facts.demo,
        expired=expired,
    )


def _text(content: bytes) -> str | None:
    """What a text file says; None for a picture."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _photographed(content: bytes) -> str:
    """The text of our QR in a picture; "" when there is none."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return ""
            return code_text(picture.convert("L"))
    except Exception:  # noqa: BLE001 - the boundary: a hostile picture may break its reader in any way
        return ""
