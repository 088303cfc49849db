"""Emergency file, version 1: what one device still holds of an attempt, as a file (docs/formats.md, "Emergency file").

The participant downloads it, a trainer loads it; it is authenticated by the attempt token, which it does not contain.
Reading and checking are pure; ``load`` hands the rows to the save protocol, which decides as for any other delivery.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from assessments import attempting, protocol, saving
from assessments.errors import FileNotOurs, NotAllowed
from assessments.models import Attempt
from assessments.protocol import Row

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort

FORMAT, VERSION = "suluh-answers", 1
MEMBERS = {"format", "version", "attempt", "device", "rows", "mac"}
ROW_MEMBERS = {"seq", "slot", "answer", "opened", "elapsed"}
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 1000


@dataclass(frozen=True)
class EmergencyFile:
    """What was read; ``signed`` are the bytes that ``mac`` authenticates."""

    attempt: UUID
    rows: list[Row]
    signed: bytes
    mac: str

    def is_made_with(self, token: str) -> bool:
        """Whether whoever made the file knew the attempt's token."""
        return hmac.compare_digest(mac_of(self.signed, token), self.mac)


@dataclass(frozen=True)
class Loaded:
    """What a file brought: rows that were new, and by seq what counts, what came late, what fits no question."""

    attempt: Attempt
    new: int
    saved: int
    late: int
    refused: int


def mac_of(signed: bytes, token: str) -> str:
    """HMAC-SHA256 (RFC 2104) under the token's characters, in lower-case hex."""
    return hmac.new(token.encode(), signed, hashlib.sha256).hexdigest()


def read(data: bytes) -> EmergencyFile:
    """The file, taken whole or not at all.  Raises FileNotOurs."""
    if len(data) > MAX_BYTES:
        raise FileNotOurs(why=_("it is larger than 2 MB."))
    try:
        found = json.loads(data, object_pairs_hook=_without_doubles)
        mac = found.pop("mac")
        file = EmergencyFile(UUID(found["attempt"]), _rows(found), rfc8785.dumps(found), mac)
        is_text = isinstance(mac, str) and mac.isascii()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileNotOurs(why=_("it cannot be read.")) from error
    if not is_text:
        raise FileNotOurs(why=_("it cannot be read."))
    return file


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _rows(found: dict[str, Any]) -> list[Row]:
    if set(found) != MEMBERS - {"mac"} or (found["format"], found["version"]) != (FORMAT, VERSION):
        raise ValueError("another format or version")
    rows = found["rows"]
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_ROWS or any(set(row) != ROW_MEMBERS for row in rows):
        raise ValueError("no list of rows")
    device = UUID(found["device"])
    # MalformedBatch is a ValueError: what no request may bring, no file may.
    return [protocol.read_row(device, row) for row in rows]


@transaction.atomic
def load(data: bytes, cohort: Cohort, *, actor: User, at: datetime) -> Loaded:
    """Deliver a file into its attempt, received at ``at``.  Safe to repeat: known rows change nothing.

    Ask first whether ``actor`` may (assessments.late_answers.may_decide).  Raises FileNotOurs, NotAllowed, AttemptFull.
    """
    file = read(data)
    attempts = Attempt.objects.filter(enrolment__cohort=cohort).select_related("enrolment__user")
    attempt = attempts.filter(public_id=file.attempt).first()
    # An attempt elsewhere and a wrong authentication are one answer: nothing is learned by trying.
    token = attempting.token_for(attempt) if attempt else ""
    if attempt is None or not file.is_made_with(token):
        raise FileNotOurs(why=_("it belongs to no attempt here, or somebody changed it."))
    if attempt.enrolment.user == actor:
        raise NotAllowed
    return _deliver(attempt, token, file.rows, actor=actor, at=at)


def _deliver(attempt: Attempt, token: str, rows: list[Row], *, actor: User, at: datetime) -> Loaded:
    saved, late, refused = 0, 0, 0
    before, after = None, attempt
    for start in range(0, len(rows), protocol.MAX_ROWS):
        batch = rows[start : start + protocol.MAX_ROWS]
        before = Attempt.objects.for_saving().get(pk=attempt.pk).chain_length if before is None else before
        done = saving.save_rows(attempt.public_id, token, batch, at=at)
        saved, late, refused = saved + len(done.saved), late + len(done.late), refused + len(done.refused)
        after = done.attempt
    new = after.chain_length - (before or 0)
    if new:
        events.record(
            "attempt.file_loaded",
            attempt,
            actor=actor,
            at=at,
            organization=attempt.enrolment.cohort.organization,
            details={"rows": new, "late": late, "refused": refused},
        )
    return Loaded(attempt, new, saved, late, refused)
