"""The standard form: content in Indonesian that every organization begins with, and may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from accounts.models import Organization
from cms.models import HomePage
from cms.tenancy import house
from courses.models import EvaluationForm, EvaluationQuestion

TRAINING, FACILITATOR = EvaluationQuestion.About.TRAINING, EvaluationQuestion.About.FACILITATOR
LIKERT, TEXT = EvaluationQuestion.Kind.LIKERT, EvaluationQuestion.Kind.TEXT

TITLE: Final = "Evaluasi pelatihan"
INTRO: Final = "Penilaian Anda dipakai untuk memperbaiki pelatihan berikutnya. Tidak ada jawaban benar atau salah."
LABELS: Final = ("Sangat kurang", "Kurang", "Cukup", "Baik", "Sangat baik")


@dataclass(frozen=True)
class Item:
    """One question of the standard form; ``key`` is the same everywhere, so that results can be compared."""

    key: str
    about: str
    kind: str
    text: str
    required: bool = True


ITEMS: Final = (
    Item("std-l001", TRAINING, LIKERT, "Kesesuaian materi dengan pekerjaan Anda"),
    Item("std-l002", TRAINING, LIKERT, "Kejelasan isi modul"),
    Item("std-l003", TRAINING, LIKERT, "Kesesuaian soal kuis dengan materi"),
    Item("std-l004", TRAINING, LIKERT, "Kecukupan waktu untuk belajar di sela pekerjaan"),
    Item("std-l005", TRAINING, LIKERT, "Kemudahan memakai laman ini, termasuk dengan sinyal lemah"),
    Item("std-l006", TRAINING, LIKERT, "Pelayanan penyelenggara (informasi, jadwal, bantuan)"),
    Item("std-t001", TRAINING, TEXT, "Apa yang paling bermanfaat bagi pekerjaan Anda?", required=False),
    Item("std-t002", TRAINING, TEXT, "Apa yang perlu diperbaiki?", required=False),
    Item("std-f001", FACILITATOR, LIKERT, "Penguasaan materi"),
    Item("std-f002", FACILITATOR, LIKERT, "Cara menyampaikan dan menjawab pertanyaan"),
    Item("std-f003", FACILITATOR, LIKERT, "Ketepatan waktu"),
    Item("std-f004", FACILITATOR, TEXT, "Pesan untuk fasilitator ini", required=False),
)


@transaction.atomic
def provide_standard(organization: Organization) -> EvaluationForm:
    """The organization's standard form, made of the content above when it has none.  Safe to repeat."""
    form: EvaluationForm
    form, made = EvaluationForm.objects.get_or_create(
        organization=organization,
        is_default=True,
        defaults={"title": TITLE, "intro": INTRO, "labels": "\n".join(LABELS)},
    )
    if made:
        EvaluationQuestion.objects.bulk_create(
            EvaluationQuestion(
                form=form,
                key=item.key,
                about=item.about,
                kind=item.kind,
                text=item.text,
                is_required=item.required,
                sort_order=place,
            )
            for place, item in enumerate(ITEMS)
        )
    return form


def provide_for_house(home: HomePage) -> None:
    """A step of ``cms.provisioning``; an installation without organizations gets its form with the first course."""
    found = house()
    if found is not None:
        provide_standard(found)


def standard_of(organization: Organization) -> EvaluationForm | None:
    """The standard form of the organization, or of the nearest one above it that has one."""
    forms = EvaluationForm.objects.usable_in(organization).filter(is_default=True)
    return forms.order_by("-organization__path").first()
