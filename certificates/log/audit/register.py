"""The register against the log: what each certificate and key says must be what its entries committed to."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from certificates.filing import stored_path
from certificates.keys import KeyRegister
from certificates.log.appending import file_hashes, hash_of_end, hash_of_text, key_hashes
from certificates.log.audit.findings import NOWHERE, Finding
from certificates.log.entries import Details, MalformedEntry
from certificates.models import Certificate, LiftedFile, LogEntry, NumberGap, NumberSequence, SigningKey, StatusChange
from certificates.record import instant
from certificates.verifying import Standing, assess

BATCH = 500
STATUS_OF = {"reinstated": "valid", "suspended": "suspended", "revoked": "revoked", "replaced": "replaced"}
Told = tuple[int, Details]
Series = tuple[UUID, str, int]


def certificates(register: KeyRegister, *, at: datetime) -> Iterator[tuple[int, list[Finding]]]:
    """Each certificate of the register with its findings: (1, what differs).  Four statements for each batch."""
    last = 0
    beside = ("replaces", "replaced_by", "issuer", "enrolment", "award")
    asked = Certificate.objects.with_logged_at().select_related(*beside).order_by("pk")
    while rows := list(asked.filter(pk__gt=last)[:BATCH]):
        last = rows[-1].pk
        told, changes, copies = _told(rows), _changes(rows), _copies(rows)
        for row in rows:
            standing = assess(row, changes[row.pk], register, at=at)
            yield 1, list(_certificate(standing, told[row.pk], changes[row.pk], copies[row.pk]))


def _told(rows: list[Certificate]) -> dict[int, list[Told]]:
    """The readable entries of each certificate, in their order; those without a place come last."""
    found: dict[int, list[Told]] = defaultdict(list)
    entries = LogEntry.objects.filter(certificate__in=rows).order_by("id")
    for key, position, text in entries.values_list("certificate_id", "position", "details"):
        try:
            found[key or 0].append((NOWHERE if position is None else position, Details.read(text)))
        except MalformedEntry:  # told by the walk over the entries
            continue
    return found


def _changes(rows: list[Certificate]) -> dict[int, list[StatusChange]]:
    found: dict[int, list[StatusChange]] = defaultdict(list)
    for change in StatusChange.objects.filter(certificate__in=rows).order_by("id"):
        found[change.certificate_id].append(change)
    return found


def _copies(rows: list[Certificate]) -> dict[int, list[str]]:
    """The later copies of each certificate's file."""
    found: dict[int, list[str]] = defaultdict(list)
    for key, digest in LiftedFile.objects.filter(certificate__in=rows).values_list("certificate_id", "file_sha256"):
        found[key].append(digest)
    return found


def _certificate(
    standing: Standing, told: list[Told], changes: list[StatusChange], copies: list[str]
) -> Iterator[Finding]:
    row = standing.certificate
    entries = {details.kind: (position, details) for position, details in told}
    issued = entries.get("issued")
    if issued is None:
        yield Finding("certificate", row.code, "is in the register, but the log does not tell of its issue")
        return
    position, details = issued
    if not standing.intact or details.hashes.get("record") != row.record_sha256:
        message = "was edited: the register's row is not the record that was logged"
        yield Finding("certificate", row.code, message, position)
    elif standing.signed_by is None:
        yield Finding("certificate", row.code, "is not signed by any key that was ours then", position)
    own = standing.record.issued_at if standing.record else details.time
    if {details.time, own} != {instant(row.issued_at)}:
        said = f"the log says {details.time}, the register {instant(row.issued_at)}, the record {own}"
        message = f"was back-dated: {said}"
        yield Finding("certificate", row.code, message, position)
    yield from _links(row, position)
    yield from _name(row, entries, position)
    yield from _files(row, entries)
    yield from _later_copies(row, told, copies, erased="erased" in entries)
    yield from _history(row, told, changes)


def _links(row: Certificate, position: int) -> Iterator[Finding]:
    """Whether the live rows that it points at, as far as they are there, belong together: whose account shows it, and
    which organization may revoke it."""
    issuer, enrolment, award = row.issuer, row.enrolment, row.award
    wrong = issuer is not None and issuer.public_id != row.issuer_key
    wrong = wrong or (enrolment is not None and row.user_id is not None and row.user_id != enrolment.user_id)
    wrong = wrong or (award is not None and enrolment is not None and award.enrolment_id != enrolment.pk)
    if wrong:
        message = "was edited: it points at another issuer, person or enrolment than it was issued to"
        yield Finding("certificate", row.code, message, position)


def _name(row: Certificate, entries: dict[str, Told], position: int) -> Iterator[Finding]:
    if not row.name_member and "erased" not in entries:
        yield Finding("certificate", row.code, "has lost its name, and the log tells of no lawful erasure", position)
    if row.name_member and "erased" in entries:
        message = "shows a name again that was lawfully erased"
        yield Finding("certificate", row.code, message, entries["erased"][0])


def _files(row: Certificate, entries: dict[str, Told]) -> Iterator[Finding]:
    filed = entries.get("filed")
    if filed is None:
        if row.file_sha256:
            yield Finding("certificate", row.code, "has a file, but the log does not tell of it")
        return
    position, details = filed
    logged, named = dict(details.hashes), {"record": row.record_sha256, **file_hashes(row)}
    if "erased" in entries:  # the code on the paper bears the name and went with it
        logged.pop("token", None), named.pop("token", None)
    if named != logged:
        yield Finding("certificate", row.code, "names another file than the one that was logged", position)
    if "erased" in entries:
        return  # what carried the name is lawfully gone
    stored = {"pdf": row.file_sha256, "json": details.hashes.get("credential", "")}
    for kind, digest in stored.items():
        fault = _fault(digest, kind) if digest else ""
        if fault:
            yield Finding("file", f"{digest}.{kind}", f"of certificate {row.code} {fault}", position)


def _later_copies(row: Certificate, told: list[Told], copies: list[str], *, erased: bool) -> Iterator[Finding]:
    logged = {details.hashes.get("pdf", ""): position for position, details in told if details.kind == "lifted"}
    for digest in logged.keys() ^ set(copies):
        message = f"has a later copy {digest} of its file in the {'log' if digest in logged else 'register'} alone"
        yield Finding("certificate", row.code, message, logged.get(digest, NOWHERE))
    for digest in copies if not erased else ():
        fault = _fault(digest, "pdf")
        if fault:
            yield Finding("file", f"{digest}.pdf", f"of certificate {row.code} {fault}", logged.get(digest, NOWHERE))


def _fault(digest: str, kind: str) -> str:
    try:
        with stored_path(digest, kind).open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return "is lost from the file store"
    return "" if same else "was changed in the file store"


def _history(row: Certificate, told: list[Told], changes: list[StatusChange]) -> Iterator[Finding]:
    """The status rows against the log's: one by one, so that the first one that differs is named."""
    logged = [(position, details) for position, details in told if details.kind in STATUS_OF]
    stored = [(each.status, instant(each.at), hash_of_text(each.reason)) for each in changes]
    for position, details in logged:
        wanted = (STATUS_OF[details.kind], details.time, details.hashes.get("reason"))
        if not stored or stored[0] != wanted:
            message = f"of {row.code} ({details.kind} {details.time}) was removed or edited"
            yield Finding("status change", f"{len(changes) - len(stored) + 1}", message, position)
            return
        stored.pop(0)
    if stored:
        status, at, _reason = stored[0]
        message = f"of {row.code} ({status} {at}) was added without the log"
        yield Finding("status change", f"{len(changes) - len(stored) + 1}", message)


def keys() -> Iterator[Finding]:
    """The public keys against the log."""
    entries: dict[str, list[Told]] = defaultdict(list)
    for position, text in (
        LogEntry.objects.exclude(key_id="").filter(certificate=None).values_list("position", "details")
    ):
        try:
            details = Details.read(text)
        except MalformedEntry:
            continue
        entries[details.key].append((NOWHERE if position is None else position, details))
    for row in SigningKey.objects.order_by("pk"):
        yield from _key(row, {details.kind: (position, details) for position, details in entries.pop(row.key_id, [])})
    for name, told in entries.items():
        if any(details.kind == "key_added" for _position, details in told):
            yield Finding("key", name, "is not in the register: it was deleted", told[0][0])


def _key(row: SigningKey, entries: dict[str, Told]) -> Iterator[Finding]:
    added = entries.get("key_added")
    if added is None:
        yield Finding("key", row.key_id, "is in the register, but the log does not tell of it")
        return
    if dict(added[1].hashes) != key_hashes(row):
        yield Finding("key", row.key_id, "was edited: key, purpose or window are not those that were logged", added[0])
    for kind, ended in (("key_retired", row.retired_at), ("key_compromised", row.revoked_at)):
        told = entries.get(kind)
        if (told[1].hashes.get("end") if told else None) != (hash_of_end(ended) if ended else None):
            yield Finding("key", row.key_id, f"does not end as the log says ({kind})", told[0] if told else NOWHERE)


def numbers() -> Iterator[Finding]:
    """Numbers without gap: each is a certificate's or lies in a gap that was written down.  Three statements."""
    gaps: dict[Series, list[tuple[int, int]]] = defaultdict(list)
    for gap in NumberGap.objects.order_by("first"):
        gaps[gap.issuer_key, gap.kind, gap.year].append((gap.first, gap.last))
    series_rows = NumberSequence.objects.values_list("organization__public_id", "kind", "year", "last")
    counted = {(issuer, kind, year): last for issuer, kind, year, last in series_rows}
    given = Certificate.objects.order_by("issuer_key", "kind", "number_year", "number_sequence")
    rows = given.values_list("issuer_key", "kind", "number_year", "number_sequence").iterator(chunk_size=2000)
    for found, group in groupby(rows, key=itemgetter(0, 1, 2)):
        issuer_key, kind, year = found
        before = 0
        for *_series, number in group:
            for missing in _not_written_down(before + 1, number - 1, gaps[found]):
                yield Finding("number", f"{missing} of {kind} {year}", f"of issuer {issuer_key} has no certificate")
            before = number
        if counted.get(found, before) < before:
            yield Finding("number", f"{before} of {kind} {year}", f"of issuer {issuer_key} would be given out again")


def _not_written_down(first: int, last: int, gaps: list[tuple[int, int]]) -> Iterator[str]:
    """What of these numbers lies in no gap: "4", or "4 to 9" however many there are."""
    for low, high in [*gaps, (last + 1, last)]:
        if first < min(low, last + 1):
            until = min(low - 1, last)
            yield f"{first}" if first == until else f"{first} to {until}"
        first = max(first, high + 1)
        if first > last:
            return
