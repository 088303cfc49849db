"""Frozen assignments, files of every kind, and people who hand in."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from PIL import Image

from accounts.models import User
from assessments.assignments import handing_in, marking, working
from assessments.assignments.marking import Judgement
from assessments.models import AssignmentMark, AssignmentWork, Submission
from courses.models import Edition, EditionPart, Enrolment, Requirement
from tests.factories_accounts import AT, make_person
from tests.factories_attempts import make_enrolment

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
#: Taken at the Losari beach: what a phone writes into a photo.
GPS = {1: "S", 2: (5.0, 8.0, 36.0), 3: "E", 4: (119.0, 24.0, 27.0)}
ORIENTATION, MAKE, GPS_IFD = 0x0112, 0x010F, 0x8825


def make_part(edition: Edition, *, required: bool = False, **rules: Any) -> EditionPart:
    """A frozen assignment; by default a text and up to three files, accepted or returned."""
    key = str(rules.pop("key", uuid4()))
    json: dict[str, Any] = {
        "schema": 1,
        "title": "Rencana tindak lanjut",
        "instructions": "Tuliskan rencana Anda.",
        "module": "",
        "position": 30010,
        "counts": required,
        "pass_mark": None,
        "due_days": None,
        "takes_text": True,
        "kinds": ["pdf", "docx", "xlsx", "odt", "jpg", "png"],
        "most_files": 3,
        "most_bytes": 1_048_576,
    } | rules
    part = EditionPart.objects.create(edition=edition, kind="assignment", key=key, sha256="0" * 64, json=json)
    if required:
        Requirement.objects.create(edition=edition, kind="assignment", key=key, label=json["title"], position=30010)
    return part


def make_assignment(
    *,
    enrolment: Enrolment | None = None,
    trainer: User | None = None,
    cohort: dict[str, Any] | None = None,
    **rules: Any,
) -> tuple[Enrolment, EditionPart, User]:
    """A person enrolled where this assignment is frozen, and a trainer of the angkatan."""
    trainer = trainer or make_person(name="Sri Wahyuni")
    enrolment = enrolment or make_enrolment(trainer=trainer, **(cohort or {}))
    assert enrolment.cohort.edition is not None
    return enrolment, make_part(enrolment.cohort.edition, **rules), trainer


@dataclass(frozen=True)
class Sent:
    """A file as a form brings it."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self) -> bytes:
        return self.data


def write(enrolment: Enrolment, part: EditionPart, text: str, *files: Sent, at: datetime = AT) -> AssignmentWork:
    """Keep text and files in the draft."""
    work = AssignmentWork.objects.filter(enrolment=enrolment, part=part).first()
    received = working.receive(enrolment, part, text=text, revision=work.revision if work else 0, uploads=files, at=at)
    assert received.is_whole, received
    return AssignmentWork.objects.get(enrolment=enrolment, part=part)


def hand_in(
    enrolment: Enrolment, part: EditionPart, text: str = "Rencana saya.", *files: Sent, at: datetime = AT
) -> Submission:
    """A version that waits for a mark."""
    write(enrolment, part, text, *files, at=at)
    return handing_in.hand_in(enrolment, part, at=at)


def give(
    submission: Submission, result: str, *, actor: User, seen: int = 0, at: datetime = AT, **said: Any
) -> AssignmentMark:
    """A mark; a return says why by itself."""
    if result == "returned":
        said.setdefault("comment", "Tambahkan ukuran hasil.")
    return marking.mark(submission, Judgement(result, **said), seen=seen, actor=actor, at=at)


def office(*names: str, first: bytes = b"") -> bytes:
    """A zip archive with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")
XLSX = office("[Content_Types].xml", "xl/workbook.xml")
ODT = office("content.xml", first=b"application/vnd.oasis.opendocument.text")


def photo(kind: str = "JPEG", *, turned: int = 6, progressive: bool = False) -> bytes:
    """A small photo with place, maker, a comment and, as phones append them, bytes behind its end."""
    image = Image.effect_noise((64, 48), 80).convert("RGB")
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = turned, "Kamera Rahasia"
    exif.get_ifd(GPS_IFD).update(GPS)
    out = io.BytesIO()
    extra: dict[str, Any] = {"comment": b"rumah klien", "progressive": progressive} if kind == "JPEG" else {}
    image.save(out, kind, exif=exif, **extra)
    return out.getvalue() + b"MotionPhoto_Data"
