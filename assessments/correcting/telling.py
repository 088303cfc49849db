"""What a participant is told when a score was corrected, through ``cms.messaging``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models import Attempt, Correction, CorrectionRow
from assessments.results import whom_to_ask
from assessments.templatetags.scores import percent
from cms.messaging import Kind, Notice, notify_many
from courses.models import Cohort

CORRECTED = Kind(
    slug="score-corrected",
    label=_("Score corrected"),
    placeholders={
        "pelatihan": "Bimtek ATENSI",
        "kuis": "Post-test",
        "perubahan": "percobaan 1: dari 65 % menjadi 75 %",
        "kelulusan": "Dengan nilai ini Anda lulus kuis.",
        "alasan": "Satu soal mempunyai kunci yang keliru.",
        "tanya": "pelatih Anda, Rina Kartika",
    },
    default_subject="Nilai {kuis} Anda diperbaiki",
    default_text="{nama}, nilai {kuis} Anda ({pelatihan}) diperbaiki, {perubahan}. {kelulusan} Alasan: {alasan} "
    "Lihat hasilnya: {tautan} - jika ada pertanyaan, hubungi {tanya}",
)
# Content, like the text above.
NOW_PASSED = "Dengan nilai ini Anda lulus kuis."
NO_LONGER = (
    "Dengan nilai ini Anda belum lulus kuis. Sertifikat yang sudah terbit tidak berubah dengan sendirinya; jika perlu "
    "ditinjau, Anda akan dihubungi."
)
STILL_PASSED = "Anda tetap lulus kuis."
STILL_NOT = "Anda tetap belum lulus kuis."
NEVER_COUNTED = "Kuis ini tidak menentukan kelulusan."
AWAITED = "menunggu penilaian"


def tell(held: Correction, attempts: Sequence[Attempt], rows: Mapping[int, CorrectionRow], *, at: datetime) -> None:
    """One message per person and quiz, about every attempt whose score or pass has changed; nothing else is said."""
    changed: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if rows[attempt.pk].is_changed:
            changed[attempt.part_id].append(attempt)
    notices = [_notice(held, sat, rows) for sat in changed.values()]
    if notices:
        notify_many(notices, at=at)


def _notice(held: Correction, sat: Sequence[Attempt], rows: Mapping[int, CorrectionRow]) -> Notice:
    last = max(sat, key=lambda one: one.number)
    cohort = last.enrolment.cohort
    lines = [
        f"percobaan {one.number}: dari {_said(rows[one.pk].before)} menjadi {_said(rows[one.pk].after)}"
        for one in sorted(sat, key=lambda one: one.number)
    ]
    return Notice(
        CORRECTED.slug,
        last.enrolment.user,
        key=f"{held.public_id}:{last.part.key}",
        context={
            "pelatihan": cohort.title,
            "kuis": str(last.part.json["title"]),
            "perubahan": "; ".join(lines),
            "kelulusan": _passing(sat, rows),
            "alasan": held.reason if held.reason.endswith((".", "!", "?")) else f"{held.reason}.",
            "tanya": _whom(cohort),
        },
        url=reverse("assessments:result", args=[last.public_id]),
        organization=cohort.organization,
        about=f"cohort:{cohort.public_id}",
    )


def _passing(sat: Sequence[Attempt], rows: Mapping[int, CorrectionRow]) -> str:
    """Passing gained, lost or as before, over the attempts that changed."""
    json = sat[0].part.json
    if json["kind"] == "pretest":
        return NEVER_COUNTED
    effects = {rows[one.pk].effect for one in sat}
    before = any(rows[one.pk].passed_before for one in sat)
    after = any(rows[one.pk].passed_after for one in sat)
    if CorrectionRow.Effect.GAINS in effects or (not json["counts"] and after and not before):
        return NOW_PASSED
    if CorrectionRow.Effect.LOSES in effects or (not json["counts"] and before and not after):
        return NO_LONGER
    if after:
        return STILL_PASSED
    # Another attempt, which was not changed, may carry the pass.
    return "" if json["counts"] and before else STILL_NOT


def _whom(cohort: Cohort) -> str:
    people = whom_to_ask(cohort)
    return ", ".join(f"pelatih Anda, {one.full_name}" for one in people[:2]) or "penyelenggara pelatihan Anda"


def _said(score: object) -> str:
    return AWAITED if score is None else percent(str(score))
