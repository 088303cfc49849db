"""What participants are told about marks by people, through ``cms.messaging``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models import Attempt, ReleasedMark
from cms.messaging import Kind, Notice, notify_many

RELEASED = Kind(
    slug="answers-marked",
    label=_("Written answers marked"),
    placeholders={"pelatihan": "Bimtek ATENSI", "kuis": "Post-test"},
    default_subject="{kuis}: hasil Anda sudah ada",
    default_text="{nama}, jawaban uraian Anda di {kuis} ({pelatihan}) sudah dinilai. Buka untuk melihat hasil dan "
    "komentar asesor: {tautan}",
)
CORRECTED = Kind(
    slug="mark-corrected",
    label=_("Mark of a written answer corrected"),
    placeholders={
        "pelatihan": "Bimtek ATENSI",
        "kuis": "Post-test",
        "nomor": "3",
        "kelulusan": "Dengan nilai ini Anda lulus kuis.",
        "alasan": "Satu tingkat rubrik keliru dipilih.",
    },
    default_subject="Penilaian {kuis} Anda diperbaiki",
    default_text="{nama}, penilaian jawaban uraian nomor {nomor} di {kuis} ({pelatihan}) diperbaiki. {kelulusan} "
    "Alasan: {alasan} Lihat hasilnya: {tautan}",
)
# Content, like the texts above.
PASSED = "Dengan nilai ini Anda lulus kuis."
NOT_PASSED = "Dengan nilai ini Anda belum lulus kuis. Sertifikat yang sudah terbit tidak berubah dengan sendirinya."
NEVER_COUNTED = "Kuis ini tidak menentukan kelulusan."


def released(attempts: Sequence[Attempt], *, at: datetime) -> None:
    """One message per attempt: that there is a result, never the result itself."""
    notify_many([_notice(RELEASED, one, key=f"{one.public_id}:{_marks(one)}", context={}) for one in attempts], at=at)


def corrected(attempt: Attempt, mark: ReleasedMark, *, before: Decimal | None, at: datetime) -> None:
    """That a released mark was put right, with its reason and what it means for passing."""
    reason = mark.reason if mark.reason.endswith((".", "!", "?")) else f"{mark.reason}."
    passing = NEVER_COUNTED if attempt.passed is None else PASSED if attempt.passed else NOT_PASSED
    context = {"nomor": str(mark.slot), "kelulusan": passing, "alasan": reason}
    key = f"{attempt.public_id}:{mark.slot}:{mark.text_sha256[:12]}:{mark.number}"
    notify_many([_notice(CORRECTED, attempt, key=key, context=context)], at=at)


def _marks(attempt: Attempt) -> str:
    """Names what was released: another text that is marked later is news of its own."""
    made = sorted(f"{mark.slot}{mark.text_sha256[:6]}" for mark in attempt.released_marks.all())
    return "".join(made)[:40]


def _notice(kind: Kind, attempt: Attempt, *, key: str, context: dict[str, str]) -> Notice:
    cohort = attempt.enrolment.cohort
    return Notice(
        kind.slug,
        attempt.enrolment.user,
        key=key,
        context={"pelatihan": cohort.title, "kuis": str(attempt.part.json["title"]), **context},
        url=reverse("assessments:result", args=[attempt.public_id]),
        organization=cohort.organization,
        about=f"cohort:{cohort.public_id}",
    )
