"""Pure.  What stands on the paper of records v2 and v3, as texts for the template.

A phrase is a pair, Indonesian and English; the English is empty on a paper without it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from certificates.design.frozen import Design
from certificates.record import Holder, Module, Record

from . import english, words

Phrase = list[str]

TITLES: Final = {"training": "Sertifikat Pelatihan", "competence": "Sertifikat Kompetensi"}
SPECIMEN: Final = "CONTOH"
# Characters of the varied texts that the front page holds at its usual size.
COMFORTABLE: Final = 480
SIGNED: Final = ("Ditandatangani secara elektronik", "Signed electronically")
# What the paper says about its signature, by who makes it.  The file is signed afterwards: ``filing`` files nothing
# whose signature is another.
SIGNATURE_LEVELS: Final = {
    "own-seal": ("TTE tidak tersertifikasi", "Not a certified electronic signature"),
    "bsre": (
        "menggunakan sertifikat elektronik yang diterbitkan oleh BSrE",
        "using an electronic certificate issued by BSrE",
    ),
    "signatory": (
        "oleh penandatangan dengan sertifikat elektroniknya sendiri",
        "by the signatory, with a certificate of their own",
    ),
}
DUPLICATE: Final = ("Duplikat", "Duplicate")
LOST: Final = (
    "Surat yang digantikan dilaporkan hilang atau rusak",
    "The paper it replaces was reported lost or damaged",
)


def paper(record: Record, holder: Holder, design: Design) -> dict[str, Any]:
    """Everything the template prints."""
    both = record.language == "id-en"

    def say(indonesian: str, in_english: str) -> Phrase:
        return [indonesian, in_english if both else ""]

    competence = record.kind == "competence"
    return {
        "language": record.language,
        "title": say(TITLES[record.kind], english.TITLES[record.kind]),
        "specimen": SPECIMEN if record.demo else "",
        "specimen_notice": say("Contoh untuk peragaan, bukan sertifikat yang sah", "Specimen, not a valid certificate")
        if record.demo
        else ["", ""],
        "above": design.texts.above,
        "issuer": record.issuer.name,
        "number_label": say("Nomor", "Number"),
        "number": record.number,
        "code": record.code,
        "name": holder.name,
        "name_direction": _direction(holder.name),
        "given": say("diberikan kepada", "awarded to"),
        "own_given": design.texts.given,
        "opening": say(*_opening(record)),
        "subject": record.scheme.title if competence else record.course.title,
        "closing": say(*_closing(record)),
        "own_closing": design.texts.closing,
        "foot": design.texts.foot,
        "facts": [[say(*label), value] for label, value in _facts(record, both=both)],
        "crowded": _is_crowded(record, design),
        "place_and_day": ", ".join(filter(None, (record.issuer.place, words.day(record.issued_on)))),
        "acting": record.signatory.acting,
        "position": record.signatory.position,
        "signatory": record.signatory.name,
        "total_note": record.jp.note,
        "key": record.key,
        **_signature(record, say),
        **_codes(record, say),
        **_tables(record, both=both, say=say),
    }


def _signature(record: Record, say: Any) -> dict[str, Any]:
    """Who signs, and whether this is a second paper."""
    return {
        "signed": say(*SIGNED),
        "signature_level": say(*SIGNATURE_LEVELS[record.signing]),
        "duplicate": say(*DUPLICATE) if record.replacement.kind == "duplicate" else ["", ""],
        "lost": say(*LOST),
    }


def _codes(record: Record, say: Any) -> dict[str, Any]:
    host = urlsplit(record.issuer.address).netloc
    return {
        "code_label": say("Kode pemeriksaan", "Verification code"),
        "check": say(
            f"Periksa hanya di {host}; ketik sendiri alamatnya.", f"Check only at {host}; type the address yourself."
        ),
        "qr_alt": f"Kode QR menuju {record.address}",
        "dense_title": say("Dapat diperiksa tanpa jaringan", "Works without a network"),
        "dense": say(
            "Pindai kode besar ini dengan pemeriksa Suluh yang sudah terpasang: isi dan tanda tangannya terbaca "
            "langsung dari kertas, juga tanpa sinyal.",
            "Scan this large code with an installed Suluh verifier: it reads the facts and their signature from the "
            "paper itself, even without a signal.",
        ),
        "dense_alt": f"Kode QR untuk pemeriksaan tanpa jaringan, sertifikat {record.code}",
        "key_label": say("Kunci", "Key"),
        "host": host,
    }


def _tables(record: Record, *, both: bool, say: Any) -> dict[str, Any]:
    return {
        "modules_title": say("Materi dan jam pelatihan", "Subjects and training hours"),
        "modules_head": [
            say("No", "No"),
            say("Materi", "Subject"),
            say("JP asinkron", "self-paced"),
            say("JP sinkron", "live"),
            say("JP", "hours"),
        ],
        "modules": [_module(position, row) for position, row in enumerate(record.modules, start=1)],
        "total_label": say("Jumlah", "Total"),
        "total": words.hours(record.jp.total),
        "units_title": say("Unit kompetensi dan hasil", "Competency units and results"),
        "units_head": [say("Kode", "Code"), say("Unit kompetensi", "Competency unit"), say("Hasil", "Result")],
        "units": [
            [unit.code, unit.title, [unit.result, english.result(unit.result) if both else ""]] for unit in record.units
        ],
    }


def _opening(record: Record) -> tuple[str, str]:
    if record.kind == "competence":
        declared = english.result(record.result).lower() or "assessed"
        return (
            f"dinyatakan {record.result.lower()} pada skema sertifikasi",
            f"has been declared {declared} in the certification scheme",
        )
    return (
        "telah menyelesaikan seluruh persyaratan pelatihan",
        "has completed all requirements of the training",
    )


def _closing(record: Record) -> tuple[str, str]:
    issuer, held = record.issuer, record.held
    if record.kind == "competence":
        return (
            f"berdasarkan uji kompetensi oleh {issuer.name}, "
            f"lembaga sertifikasi profesi dengan lisensi nomor {issuer.licence}.",
            f"on the basis of an assessment by {issuer.name}, "
            f"a professional certification body under licence number {issuer.licence}.",
        )
    cohort = f" ({words.unbroken(held.cohort)})" if held.cohort else ""
    span = words.unbroken(words.days(held.starts_on, held.ends_on))
    in_english = words.unbroken(english.days(held.starts_on, held.ends_on))
    jp = record.jp.total
    return (
        f"yang diselenggarakan oleh {issuer.name} pada {span}{cohort}, "
        f"sebanyak {words.hours(jp)}\u00a0jam pelatihan (JP).",
        f"held by {issuer.name} {in_english}, {jp}\u00a0training hours.",
    )


def _facts(record: Record, *, both: bool) -> list[tuple[tuple[str, str], list[Phrase]]]:
    """Label and lines of each fact."""
    end = words.day(record.valid_until) if record.valid_until else "tanpa batas waktu"
    end_in_english = english.day(record.valid_until) if record.valid_until else "no end date"
    facts = [
        (("Hasil", "Result"), [[record.result, english.result(record.result) if both else ""]]),
        (("Berlaku sampai dengan", "Valid until"), [[end, end_in_english if both else ""]]),
    ]
    if record.replaces:
        facts.append((("Pengganti sertifikat", "Replaces certificate"), [_replaced(record, both=both)]))
    if record.legal_basis:
        facts.append((("Dasar hukum", "Legal basis"), [[line, ""] for line in record.legal_basis]))
    return facts


def _replaced(record: Record, *, both: bool) -> Phrase:
    """Number and, since record v3, date of what is replaced."""
    number, on = f"nomor {record.replaces}", record.replacement.issued_on
    if not on:
        return [number, ""]
    in_english = f"issued {words.unbroken(english.day(on))}" if both else ""
    return [f"{number} tanggal {words.unbroken(words.day(on))}", in_english]


def _is_crowded(record: Record, design: Design) -> bool:
    signatory, texts = record.signatory, design.texts
    varied = (record.issuer.name, record.course.title, signatory.acting, signatory.position, *record.legal_basis)
    own = (texts.above, texts.closing, texts.foot)
    both = 120 if record.language == "id-en" else 0
    more = 60 * (record.signing != "own-seal") + 60 * (record.replacement.kind == "duplicate")
    return sum(map(len, (*varied, *own))) + both + more > COMFORTABLE


def _direction(name: str) -> str:
    """``rtl`` for a name whose first letter is Arabic, else ``ltr``."""
    first = next((letter for letter in name if letter.isalpha()), "")
    return "rtl" if "\u0600" <= first <= "\u077f" else "ltr"


def _module(position: int, row: Module) -> list[str]:
    total = Decimal(row.jp_async) + Decimal(row.jp_sync)
    return [
        str(position),
        row.title,
        words.hours(row.jp_async),
        words.hours(row.jp_sync),
        words.hours(f"{total.normalize():f}"),
    ]
