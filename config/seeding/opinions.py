"""What the demonstration's participants think of their training, put into the box by the verb they would use."""

from __future__ import annotations

from datetime import datetime

from courses.evaluations import answering
from courses.evaluations.freezing import evaluation_of
from courses.models import Enrolment

# Scores by turns, and the two or three texts of each sheet: useful, to improve, to the facilitator.
SCORES = ((5, 4, 5), (4, 4, 3), (5, 5, 4), (3, 4, 2), (4, 5, 5), (5, 4, 4))
TEXTS = (
    (
        "Contoh kasus pada modul asesmen.",
        "Pertemuan daring sebaiknya sore hari.",
        "Penjelasannya runtut, terima kasih.",
    ),
    ("Tahapan layanan jadi jelas.", "", "Mohon waktu tanya jawab lebih panjang."),
    ("Bisa belajar dari telepon di sela kunjungan.", "Tambah contoh untuk penyandang disabilitas.", ""),
    ("", "Sinyal di tempat tugas lemah, rekaman terlalu besar.", ""),
    ("Dasar hukum dikumpulkan di satu tempat.", "", "Sabar menjawab pertanyaan."),
    ("Kuisnya membuat saya membaca ulang.", "Soal nomor panjang sulit dibaca di layar kecil.", ""),
)


def send(enrolment: Enrolment, number: int, *, at: datetime) -> None:
    """Sheet ``number`` of those above, from this person."""
    evaluation = evaluation_of(enrolment.cohort.edition_id)
    if evaluation is None:
        return
    given = []
    for person in (None, *answering.facilitators_of(enrolment.cohort)):
        texts = iter(TEXTS[number][2:] if person else TEXTS[number][:2])
        for place, question in enumerate(evaluation.about("facilitator" if person else "training")):
            who = person.pk if person else None
            if question.is_scale:
                given.append(answering.Given(question.key, who, score=SCORES[number][place % 3]))
            elif text := next(texts, ""):
                given.append(answering.Given(question.key, who, text=text))
    answering.send(enrolment, given, at=at)
