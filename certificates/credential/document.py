"""Pure.  The certificate as an ``OpenBadgeCredential`` (1EdTech Open Badges 3.0 on W3C Verifiable Credentials 2.0),
derived from the record and the name beside it and from nothing else: the same record gives the same bytes.

docs/formats.md says where each fact stands; tests/vectors/credential holds it still.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from certificates.keys import RecordKey
from certificates.record import Holder, Record, SignedRecord, canonical, instant, read_instant, sha256

from .did import did_of
from .proof import add_proof
from .spelling import CONTEXTS, TYPES, spelled_quads

ATTACHMENT_NAME: Final = "credential.json"
SPECIMEN: Final = "CONTOH - "

_SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_NAMES: Final = {"training": "Sertifikat Pelatihan", "competence": "Sertifikat Kompetensi"}
_ACHIEVEMENTS: Final = {"training": "CertificateOfCompletion", "competence": "Certification"}
_PURPOSES: Final = ("revocation", "suspension")


def make_credential(signed: SignedRecord, *, key: RecordKey) -> bytes:
    """The credential with its proof, canonical JSON.  The proof is made at the time of issue, or at the beginning of
    the key's window when the key is younger, so that a repetition gives the same bytes."""
    record = signed.record
    at = max(read_instant(record.issued_at), key.entry.not_before)
    document = credential_document(record, signed.holder, record_sha256=sha256(signed.record_bytes))
    return canonical(add_proof(document, key=key, host=host_of(record), at=at, quads=spelled_quads))


def host_of(record: Record) -> str:
    """The host that the record's issuer answers at, as its did:web names it."""
    return urlsplit(record.issuer.address).netloc


def identity_hash(holder: Holder) -> str:
    """The salted name as Open Badges writes an identity: ``sha256$`` and the hash of name and salt.

    >>> identity_hash(Holder("Ani", "Z2FyYW0"))[:15]
    'sha256$4a80a2c2'
    """
    return "sha256$" + hashlib.sha256((holder.name + holder.salt).encode()).hexdigest()


def credential_document(record: Record, holder: Holder, *, record_sha256: str) -> dict[str, Any]:
    """The credential without its proof; ``record_sha256`` is the hash of the record's bytes."""
    specimen = SPECIMEN if record.demo else ""
    title = record.scheme.title or record.course.title
    document = {
        "@context": list(CONTEXTS),
        "id": record.address,
        "type": list(TYPES),
        "name": f"{specimen}{_NAMES[record.kind]}: {title}",
        "issuer": _issuer(record),
        "validFrom": record.issued_at,
        "credentialSubject": _subject(record, holder, specimen + title),
        "evidence": [_evidence(record, record_sha256)],
        "credentialStatus": [_status(record, purpose) for purpose in _PURPOSES],
        "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if record.valid_until:
        document["validUntil"] = instant(_end_of(date.fromisoformat(record.valid_until), record.time_zone))
    return document


def _end_of(day: date, time_zone: str) -> datetime:
    """The last second of the day in the issuer's zone."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone))
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def _issuer(record: Record) -> dict[str, Any]:
    issuer = record.issuer
    profile: dict[str, Any] = {
        "id": did_of(host_of(record)),
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.address,
    }
    if issuer.licence:
        licence = {"type": "IdentifierEntry", "identifier": issuer.licence, "identifierType": "ext:lisensi-lsp"}
        profile["otherIdentifier"] = [licence]
    return profile


def _subject(record: Record, holder: Holder, title: str) -> dict[str, Any]:
    return {
        "id": f"{record.address}#pemegang",
        "type": ["AchievementSubject"],
        "name": holder.name,
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(holder),
                "identityType": "name",
                "salt": holder.salt,
            }
        ],
        "licenseNumber": record.number,
        "activityStartDate": record.held.starts_on,
        "activityEndDate": record.held.ends_on,
        "creditsEarned": _credits(record.jp.total),
        "term": record.held.cohort,
        "result": [_result(record, position, value) for position, value in enumerate(_results(record))],
        "achievement": _achievement(record, title),
    }


def _achievement(record: Record, title: str) -> dict[str, Any]:
    units = [f"{unit.code} {unit.title}" for unit in record.units]
    return {
        "id": f"urn:uuid:{record.course.id}",
        "type": ["Achievement"],
        "achievementType": _ACHIEVEMENTS[record.kind],
        "name": title,
        "humanCode": record.scheme.code or record.course.code,
        "version": str(record.edition.number),
        "inLanguage": "id",
        "description": f"{record.course.title} ({_hours(record)}), {record.issuer.name}.",
        "criteria": {"narrative": _criteria(record)},
        "creditsAvailable": _credits(record.jp.total),
        "resultDescription": [
            {
                "id": _result_id(record, position),
                "type": ["ResultDescription"],
                "name": name,
                "resultType": "Result",
            }
            for position, name in enumerate(["Hasil", *units])
        ],
    }


def _results(record: Record) -> list[str]:
    return [record.result, *(unit.result for unit in record.units)]


def _result(record: Record, position: int, value: str) -> dict[str, Any]:
    return {"type": ["Result"], "resultDescription": _result_id(record, position), "value": value}


def _result_id(record: Record, position: int) -> str:
    """The first is the whole, the others are the units in their order."""
    return f"{record.address}#hasil-{position}"


def _criteria(record: Record) -> str:
    modules = "; ".join(
        f"{module.title} ({_spoken(Decimal(module.jp_async) + Decimal(module.jp_sync))} JP)"
        for module in record.modules
    )
    held = f"{record.held.cohort}, {record.held.starts_on} sampai {record.held.ends_on}, {_hours(record)}."
    laws = f" Dasar hukum: {'; '.join(record.legal_basis)}." if record.legal_basis else ""
    return f"Pemegang menyelesaikan {record.course.title}: {held} Materi: {modules}.{laws}"


def _hours(record: Record) -> str:
    note = f", {record.jp.note}" if record.jp.note else ""
    return f"{_spoken(Decimal(record.jp.total))} JP{note}"


def _spoken(jp: Decimal) -> str:
    return f"{jp.normalize():f}".replace(".", ",")


def _credits(jp: str) -> int | float:
    """Half hours are the only fractions, and every float writes them exactly."""
    return float(jp) if "." in jp else int(jp)


def _evidence(record: Record, record_sha256: str) -> dict[str, Any]:
    """Ties the credential to the record of the register, whose hash names nobody."""
    return {
        "id": f"{record.address}#rekaman",
        "type": ["Evidence"],
        "name": "Rekaman penerbitan",
        "description": f"SHA-256 {record_sha256}",
    }


def _status(record: Record, purpose: str) -> dict[str, Any]:
    address = f"{record.issuer.address}/status/{record.status.list}/{purpose}"
    return {
        "id": f"{address}#{record.status.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(record.status.index),
        "statusListCredential": address,
    }
