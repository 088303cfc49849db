"""The demonstration's practice evidence: one stage waits for the supervisor, one was returned, one was signed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from assessments.assignments import working
from assessments.assignments.marking import Judgement
from assessments.evidence import signing
from assessments.evidence.handing_in import hand_over
from assessments.evidence.parts import stage_of
from assessments.models import Submission
from assessments.querysets import PRACTICE
from config.seeding.assignments import PDF, BroughtFile
from courses.models import EditionPart, Enrolment

ACCESS = (
    "Seorang ibu lanjut usia yang tinggal sendiri dilaporkan oleh ketua RT. Saya mencatat laporan, memeriksa data, dan "
    "mengunjunginya pada hari ketiga bersama relawan sosial."
)
APPROACH = "Pada kunjungan pertama saya menjelaskan layanan, lalu kami menyepakati jadwal kunjungan berikutnya."
ASSESSMENT = (
    "Saya menilai kebutuhan fisik, psikososial, mental spiritual, dan dukungan keluarganya dalam dua kunjungan."
)


@transaction.atomic
def load(*, at: datetime) -> str:
    """Two people's evidence in the running angkatan, unless there is any."""
    if Submission.objects.filter(work__part__kind=PRACTICE).exists():
        return ""
    supervisor = User.objects.get(participant_number="SUP-01")
    people = {
        one.user.participant_number: one
        for one in Enrolment.objects.filter(cohort__code="I-PERAGAAN").select_related("user", "cohort__organization")
    }
    signed = _hand_over(people["PDP-002"], 1, ACCESS, at - timedelta(days=9))
    _judge(signed, Judgement("accepted", comment="Runtut, dan cepat ditangani."), supervisor, at - timedelta(days=8))
    returned = _hand_over(people["PDP-002"], 2, APPROACH, at - timedelta(days=5))
    said = "Sebutkan apa yang disepakati, dan bagaimana Anda mencatatnya."
    _judge(returned, Judgement("returned", comment=said), supervisor, at - timedelta(days=4))
    _hand_over(people["PDP-001"], 3, ASSESSMENT, at - timedelta(days=2), "instrumen-asesmen-kosong.pdf")
    return "3 pieces of practice evidence handed over, one of them signed"


def _hand_over(enrolment: Enrolment, number: int, text: str, at: datetime, name: str = "") -> Submission:
    parts = EditionPart.objects.filter(edition=enrolment.cohort.edition_id, kind=PRACTICE)
    part = next(one for one in parts if stage_of(one.key, one.json).number == number)
    uploads = [BroughtFile(name, PDF)] if name else []
    working.receive(enrolment, part, text=text, revision=0, uploads=uploads, at=at)
    return hand_over(enrolment, part, stated=True, at=at)


def _judge(submission: Submission, judgement: Judgement, supervisor: User, at: datetime) -> None:
    signing.review(submission, judgement, seen=0, actor=supervisor, at=at)
