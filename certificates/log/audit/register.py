"""The register against the log: what each certificate and key says must be what its entries committed to."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from django.db.models import Max, Min

from certificates.filing import stored_path
from certificates.keys import KeyRegister
from certificates.log.appending import file_hashes, hash_of_end, hash_of_text, key_hashes
from certificates.log.audit.findings import NOWHERE, Finding
from certificates.log.entries import Details, MalformedEntry
from certificates.models import Certificate, LogEntry, NumberGap, NumberSequence, SigningKey, StatusChange
from certificates.record import instant
from certificates.verifying import Standing, assess

BATCH = 500
STATUS_OF = {"reinstated": "valid", "suspended": "suspended", "revoked": "revoked", "replaced": "replaced"}
Told = tuple[int, Details]


def certificates(register: KeyRegister, *, at: datetime) -> Iterator[tuple[int, list[Finding]]]:
    """Each certificate of the register with its findings: (1, what differs)."""
    last = 0
    while rows := list(
        Certificate.objects.filter(pk__gt=last).order_by("pk").select_related("replaces", "replaced_by")[:BATCH]
    ):
        last = rows[-1].pk
        told, changes = _told(rows), _changes(rows)
        for row in rows:
            standing = assess(row, changes[row.pk], register, at=at)
            yield 1, list(_certificate(standing, told[row.pk], changes[row.pk]))


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


def _certificate(standing: Standing, told: list[Told], changes: list[StatusChange]) -> Iterator[Finding]:
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
    yield from _name(row, entries, position)
    yield from _files(row, entries)
    yield from _history(row, told, changes)


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
    """Numbers without gap: each is a certificate's or lies in a gap that a reconciliation wrote down."""
    gaps: dict[tuple[object, str, int], list[NumberGap]] = defaultdict(list)
    for gap in NumberGap.objects.all():
        gaps[gap.issuer_key, gap.kind, gap.year].append(gap)
    groups = (
        Certificate.objects.order_by()
        .values_list("issuer_key", "kind", "number_year")
        .annotate(Min("number_sequence"), Max("number_sequence"))
    )
    for issuer_key, kind, year, _first, last in groups:
        rows = Certificate.objects.filter(issuer_key=issuer_key, kind=kind, number_year=year)
        given = rows.order_by("number_sequence").values_list("number_sequence", flat=True)
        for before, number in pairwise([0, *given]):
            for missing in range(before + 1, number):
                if not any(gap.first <= missing <= gap.last for gap in gaps[issuer_key, kind, year]):
                    yield Finding("number", f"{missing} of {kind} {year}", f"of issuer {issuer_key} has no certificate")
        counted = NumberSequence.objects.filter(organization__public_id=issuer_key, kind=kind, year=year)
        if counted.filter(last__lt=last).exists():
            yield Finding("number", f"{last} of {kind} {year}", f"of issuer {issuer_key} would be given out again")
