"""The demonstration's follow-up plans: one waits for a mark, one was returned, improved and accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from assessments.assignments import handing_in, marking, working
from assessments.assignments.marking import Judgement
from assessments.assignments.parts import PART_KIND
from assessments.models import AssignmentWork, Submission
from courses.models import EditionPart, Enrolment

PLAN = (
    "Tahap yang saya perbaiki: asesmen komprehensif. Setiap penerima manfaat baru saya kunjungi dalam tujuh hari, "
    "bersama pendamping PKH setempat."
)
BETTER = PLAN + " Hasilnya diukur dari jumlah asesmen yang selesai dalam empat belas hari, dilaporkan tiap bulan."
#: The smallest file that is a PDF: something to download.
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " + (
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True)
class BroughtFile:
    """A file as a form would bring it."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self) -> bytes:
        return self.data


@transaction.atomic
def load(*, at: datetime) -> str:
    """Two people's work on the assignment of the running angkatan, unless there is any."""
    if AssignmentWork.objects.filter(part__kind=PART_KIND).exists():
        return ""
    trainer = User.objects.get(participant_number="WID-01")
    people = {
        one.user.participant_number: one
        for one in Enrolment.objects.filter(cohort__code="I-PERAGAAN").select_related("user", "cohort__organization")
    }
    _hand_in(people["PDP-001"], PLAN, at - timedelta(days=2), "rencana-tindak-lanjut.pdf")
    first = _hand_in(people["PDP-002"], PLAN, at - timedelta(days=6))
    said = "Sudah jelas apa yang dikerjakan. Tambahkan bagaimana hasilnya diukur."
    _mark(first, Judgement("returned", comment=said), trainer, at - timedelta(days=5))
    second = _hand_in(people["PDP-002"], BETTER, at - timedelta(days=4))
    _mark(second, Judgement("accepted", Decimal(85), "Terukur dan realistis."), trainer, at - timedelta(days=3))
    return "2 assignments handed in, one of them marked"


def _hand_in(enrolment: Enrolment, text: str, at: datetime, name: str = "") -> Submission:
    part = EditionPart.objects.get(edition=enrolment.cohort.edition_id, kind=PART_KIND)
    work = AssignmentWork.objects.filter(enrolment=enrolment, part=part).first()
    uploads = [BroughtFile(name, PDF)] if name else []
    working.receive(enrolment, part, text=text, revision=work.revision if work else 0, uploads=uploads, at=at)
    return handing_in.hand_in(enrolment, part, at=at)


def _mark(submission: Submission, judgement: Judgement, trainer: User, at: datetime) -> None:
    marking.mark(submission, judgement, seen=0, actor=trainer, at=at)
