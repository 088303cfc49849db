"""What a design looks like: a paper with facts made up for it, marked CONTOH; and whether a usual one stays small.

No key signs it and nothing of it is registered, so a specimen proves nothing to anybody.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Final

from certificates.design.frozen import Design
from certificates.record import (
    Course,
    Edition,
    Held,
    Holder,
    Hours,
    Issuer,
    Module,
    Record,
    Scheme,
    Signatory,
    SignedRecord,
    StatusSlot,
    Unit,
)
from certificates.rendering import render_pdf, render_picture
from certificates.rendering.compiling import LARGEST_PDF

NAME: Final = "Siti Nur’aini Rahmawati, S.Tr.Sos."
# What seal and credential add to a paper, with a little room.
ADDED_BY_SEALING: Final = 8_600
PREVIEW_PPI: Final = 80.0
_CODE: Final = "121-J0A-GYJ-9X0-W75-GVM"
_SALT: Final = "Y29udG9oLWNvbnRvaC1jbw"
_MODULES: Final = (
    "Kebijakan dan dasar hukum ATENSI",
    "Tujuh komponen layanan ATENSI",
    "Tahapan layanan dan manajemen kasus",
    "Klaster sasaran dan penerima manfaat",
    "Asesmen komprehensif",
    "Kolaborasi dan tim kerja lintas program",
    "Pencatatan, pelaporan, dan pelindungan data",
    "Etika, supervisi, dan keselamatan kerja",
)
_UNITS: Final = (
    "Dukungan pemenuhan kebutuhan hidup layak",
    "Perawatan sosial dan/atau pengasuhan anak",
    "Dukungan keluarga",
    "Terapi fisik, psikososial, dan mental spiritual",
    "Pelatihan vokasional dan/atau pembinaan kewirausahaan",
    "Bantuan dan asistensi sosial",
    "Dukungan aksesibilitas",
)


def specimen(design: Design, *, kind: str, issuer: Issuer, signatory: Signatory, day: date) -> SignedRecord:
    """A record of a usual course, issued by ``issuer`` on ``day``, in this design."""
    holder = Holder(NAME, _SALT)
    competence = kind == "competence"
    result = "Kompeten" if competence else "Tercapai"
    record = Record(
        salt=_SALT,
        code=_CODE,
        number=f"0001/{'SK' if competence else 'SP'}/CONTOH/{day.year}",
        kind=kind,
        demo=1,
        key="k1-contoh",
        issuer=replace(issuer, licence="BNSP-LSP-0000-ID") if competence else issuer,
        holder=holder.digest(),
        course=Course(issuer.id, "CONTOH", "Bimbingan Teknis Pendamping Rehabilitasi Sosial (ATENSI)"),
        edition=Edition(1, "0" * 64),
        held=Held("Angkatan I", date(day.year, 1, 5).isoformat(), date(day.year, 1, 23).isoformat()),
        modules=tuple(Module(f"M{n}", title, "2", "1.5") for n, title in enumerate(_MODULES, start=1)),
        jp=Hours("28", ""),
        units=tuple(Unit(f"K{n}", title, result) for n, title in enumerate(_UNITS, start=1)),
        result="Kompeten" if competence else "Lulus",
        scheme=Scheme("CONTOH", "Pendamping Rehabilitasi Sosial") if competence else Scheme(),
        issued_on=day.isoformat(),
        issued_at=f"{day.isoformat()}T02:00:00Z",
        time_zone="Asia/Jakarta",
        legal_basis=("Permensos Nomor 15 Tahun 2025 tentang Asistensi Rehabilitasi Sosial",),
        signatory=signatory,
        name_confirmed_at=f"{day.isoformat()}T01:00:00Z",
        status=StatusSlot("contoh", 0),
        language=design.language,
        design=design.digest,
    )
    return SignedRecord(record.canonical(), holder, "")


def as_pdf(signed: SignedRecord, design: Design) -> bytes:
    """Both pages.  Its large code holds mere digits, as many as a usual token has.  Raises CannotRender."""
    digits = int.from_bytes(hashlib.shake_256(b"CONTOH").digest(266), "big")
    return render_pdf(signed, design=design, token_url=f"{signed.record.address}#{digits}")


def as_picture(signed: SignedRecord, design: Design) -> bytes:
    """The front page as PNG.  Raises CannotRender."""
    return render_picture(signed, design=design, ppi=PREVIEW_PPI)


def is_small_enough(pdf: bytes) -> bool:
    """Whether a usual certificate in this design stays within what a paper may weigh, once it is sealed."""
    return len(pdf) + ADDED_BY_SEALING <= LARGEST_PDF
