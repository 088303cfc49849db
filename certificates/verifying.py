"""What anyone may conclude about a certificate: separate facts, computed apart and shown apart.

The register is asked by public code.  Its row is not believed either: the record's signature is checked again with
the key it names, inside that key's window, and the columns must say what the record says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from certificates.keys import KeyEntry, KeyRegister
from certificates.models import Certificate, StatusChange
from certificates.record import Holder, MalformedRecord, Record, read_record, sha256
from certificates.states import State, gravest

#: What ``Certificate.training`` holds of a title of at most 255 characters.
LONGEST_LISTED: Final = 200


@dataclass(frozen=True)
class Standing:
    """What the register says about one certificate.  ``record`` is None when the stored text is no record any more;
    ``holder_name`` is None after a lawful erasure."""

    certificate: Certificate
    record: Record | None
    holder_name: str | None
    intact: bool
    signed_by: KeyEntry | None
    status: State
    status_at: datetime | None
    reason: str
    day: date
    replaced_by: Certificate | None
    replaces: Certificate | None
    distrusted: KeyEntry | None = None
    """The key that made the signature, when it ended and nothing shows that the signature was made before that."""
    changes: tuple[StatusChange, ...] = ()

    @property
    def trustworthy(self) -> bool:
        """Whether the row is exactly what one of our keys signed inside its window."""
        return self.intact and self.signed_by is not None

    @property
    def holds(self) -> bool:
        """Genuine by the register and valid on the day of the question."""
        return self.trustworthy and self.status == State.VALID

    @property
    def past_end(self) -> bool:
        """Whether the last valid day is over, whatever else was decided."""
        return is_past(self.certificate.valid_until, self.day)

    @property
    def erased(self) -> bool:
        return self.holder_name is None


def assess(certificate: Certificate, changes: list[StatusChange], keys: KeyRegister, *, at: datetime) -> Standing:
    """Put the facts of one row side by side; no statement of its own, or one for a key that ended (``logged``)."""
    record = _read(certificate)
    day = at.astimezone(ZoneInfo(certificate.time_zone)).date()
    last = changes[-1] if changes else None
    status = _status(certificate, last, day)
    made_by = _made_by(certificate, keys)
    counts = made_by is not None and _counts(made_by, certificate)
    return Standing(
        certificate=certificate,
        record=record,
        holder_name=holder_name(certificate),
        intact=record is not None and _columns_agree(certificate, record),
        signed_by=made_by if counts else None,
        distrusted=None if counts else made_by,
        status=status,
        status_at=last.at if last and status != State.EXPIRED else None,
        reason=last.reason if last and status != State.EXPIRED else "",
        day=day,
        replaced_by=getattr(certificate, "replaced_by", None),
        replaces=certificate.replaces,
        changes=tuple(changes),
    )


def status_on(last_status: str | None, valid_until: date | None, day: date) -> State:
    """Pure.  The state of a certificate on ``day``: what was decided about it goes before its end date."""
    decided = State(last_status or State.VALID)
    return gravest([decided, State.EXPIRED] if is_past(valid_until, day) else [decided])


def is_past(valid_until: date | None, day: date) -> bool:
    """Pure.  Whether the last valid day, if there is one, lies before ``day``."""
    return valid_until is not None and valid_until < day


def status_today(certificate: Certificate, last_status: str | None, *, at: datetime) -> State:
    """The state of a certificate at ``at`` (aware), on the day that it is then where it was issued."""
    day = at.astimezone(ZoneInfo(certificate.time_zone)).date()
    return status_on(last_status, certificate.valid_until, day)


def has_expired(certificate: Certificate, *, at: datetime) -> bool:
    """Whether the certificate's own last valid day is over at ``at`` (aware), counted where it was issued."""
    return is_past(certificate.valid_until, at.astimezone(ZoneInfo(certificate.time_zone)).date())


def _status(certificate: Certificate, last: StatusChange | None, day: date) -> State:
    return status_on(last.status if last else None, certificate.valid_until, day)


def _read(certificate: Certificate) -> Record | None:
    try:
        return read_record(certificate.record_text.encode())
    except MalformedRecord:
        return None


def _columns_agree(certificate: Certificate, record: Record) -> bool:
    """Whether the columns that lists and look-ups use repeat the record, name member included."""
    said = (
        sha256(certificate.record_text.encode()),
        record.code,
        record.number,
        record.kind,
        record.issuer.id,
        record.key,
        record.issued_on,
        record.valid_until,
        record.demo,
        record.time_zone,
        listed_title(record),
        record.status.list,
        record.status.index,
        record.replaces,
    )
    stored = (
        certificate.record_sha256,
        certificate.code,
        certificate.number,
        certificate.kind,
        str(certificate.issuer_key),
        certificate.key_id,
        certificate.issued_on.isoformat(),
        certificate.valid_until.isoformat() if certificate.valid_until else "",
        int(certificate.is_demo),
        certificate.time_zone,
        certificate.training,
        certificate.status_list,
        certificate.status_index,
        certificate.replaces.number if certificate.replaces else "",
    )
    return said == stored and _name_agrees(certificate, record)


def listed_title(record: Record) -> str:
    """Pure.  A course's title as lists have room for it; the record keeps the whole."""
    return record.course.title[:LONGEST_LISTED]


def _name_agrees(certificate: Certificate, record: Record) -> bool:
    if not certificate.name_member:
        return True
    holder = _holder(certificate)
    return holder is not None and holder.digest() == record.holder


def _holder(certificate: Certificate) -> Holder | None:
    try:
        member = json.loads(certificate.name_member)
        return Holder(name=member["name"], salt=member["salt"])
    except (ValueError, KeyError, TypeError):
        return None


def holder_name(certificate: Certificate) -> str | None:
    """The name beside the record; None after a lawful erasure."""
    holder = _holder(certificate) if certificate.name_member else None
    return holder.name if holder else None


def _made_by(certificate: Certificate, keys: KeyRegister) -> KeyEntry | None:
    """The record key that made the stored signature and whose first day had come; None when none did."""
    entry = keys.find(certificate.key_id, "record")
    if entry is None or not entry.not_before <= certificate.issued_at <= entry.not_after:
        return None
    return entry if entry.verifies(certificate.record_text.encode(), certificate.signature) else None


def _counts(entry: KeyEntry, certificate: Certificate) -> bool:
    """Whether the signature was made before the key ended.  Who holds an ended key writes any date he likes, so the
    record's own date is not enough: the log must have taken the certificate up before the end."""
    if not entry.ended:
        return True
    logged_at = logged(certificate)
    return entry.covers(certificate.issued_at) and logged_at is not None and entry.covers(logged_at)


def logged(certificate: Certificate) -> datetime | None:
    """When the log took the issue up.  One statement; none after ``with_logged_at``."""
    if hasattr(certificate, "logged_at"):
        at: datetime | None = certificate.logged_at
        return at
    return certificate.log_entries.filter(kind="issued").values_list("at", flat=True).first()
