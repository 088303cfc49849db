"""Pure.  What stands on the paper, as texts for the template; the sentences follow record v1."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from certificates.record import Holder, Module, Record
from certificates.rendering import words

TITLES: Final = {"training": "Sertifikat Pelatihan", "competence": "Sertifikat Kompetensi"}
SPECIMEN: Final = "CONTOH"
SPECIMEN_NOTICE: Final = "Contoh untuk peragaan, bukan sertifikat yang sah"
# Characters of issuer, title, legal basis and signatory that the front page holds at its usual size.
COMFORTABLE: Final = 480
SIGNED: Final = "Ditandatangani secara elektronik"
SIGNATURE_LEVEL: Final = "TTE tidak tersertifikasi"


def paper(record: Record, holder: Holder) -> dict[str, Any]:
    """Everything the template prints, in the words of the paper."""
    competence = record.kind == "competence"
    host = urlsplit(record.issuer.address).netloc
    return {
        "title": TITLES[record.kind],
        "specimen": SPECIMEN if record.demo else "",
        "specimen_notice": SPECIMEN_NOTICE if record.demo else "",
        "issuer": record.issuer.name,
        "number": record.number,
        "code": record.code,
        "address": record.address,
        "name": holder.name,
        "given": "diberikan kepada",
        "opening": _opening(record),
        "subject": record.scheme.title if competence else record.course.title,
        "closing": _closing(record),
        "facts": _facts(record),
        "crowded": _is_crowded(record),
        "place_and_day": ", ".join(filter(None, (record.issuer.place, words.day(record.issued_on)))),
        "acting": record.signatory.acting,
        "position": record.signatory.position,
        "signatory": record.signatory.name,
        "signed": SIGNED,
        "signature_level": SIGNATURE_LEVEL,
        "check": f"Periksa hanya di {host}; ketik sendiri alamatnya.",
        "qr_alt": f"Kode QR menuju {record.address}",
        "modules": [_module(position, row) for position, row in enumerate(record.modules, start=1)],
        "total": words.hours(record.jp.total),
        "total_note": record.jp.note,
        "units": [[unit.code, unit.title, unit.result] for unit in record.units],
        "key": record.key,
    }


def _opening(record: Record) -> str:
    if record.kind == "competence":
        return f"dinyatakan {record.result.lower()} pada skema sertifikasi"
    return "telah menyelesaikan seluruh persyaratan pelatihan"


def _closing(record: Record) -> str:
    if record.kind == "competence":
        return (
            f"berdasarkan uji kompetensi oleh {record.issuer.name}, "
            f"lembaga sertifikasi profesi dengan lisensi nomor {record.issuer.licence}."
        )
    cohort = f" ({words.unbroken(record.held.cohort)})" if record.held.cohort else ""
    return (
        f"yang diselenggarakan oleh {record.issuer.name} "
        f"pada {words.unbroken(words.days(record.held.starts_on, record.held.ends_on))}{cohort}, "
        f"sebanyak {words.hours(record.jp.total)}\u00a0jam pelatihan (JP)."
    )


def _is_crowded(record: Record) -> bool:
    signatory = record.signatory
    varied = (record.issuer.name, record.course.title, signatory.acting, signatory.position, *record.legal_basis)
    return sum(map(len, varied)) > COMFORTABLE


def _facts(record: Record) -> list[list[str]]:
    end = words.day(record.valid_until) if record.valid_until else "tanpa batas waktu"
    facts = [["Hasil", record.result], ["Berlaku sampai dengan", end]]
    if record.replaces:
        facts.append(["Pengganti sertifikat", f"nomor {record.replaces}"])
    if record.legal_basis:
        facts.append(["Dasar hukum", "\n".join(record.legal_basis)])
    return facts


def _module(position: int, row: Module) -> list[str]:
    total = Decimal(row.jp_async) + Decimal(row.jp_sync)
    return [
        str(position),
        row.title,
        words.hours(row.jp_async),
        words.hours(row.jp_sync),
        words.hours(f"{total.normalize():f}"),
    ]
