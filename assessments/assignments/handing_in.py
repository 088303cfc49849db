"""Handing in: the draft becomes a version that waits for a mark; until then it can be replaced or taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import events
from assessments.assignments.parts import rules_of
from assessments.assignments.terms import require_open
from assessments.assignments.working import already_accepted, forget_unused, held
from assessments.errors import CannotWithdraw, NothingToHandIn
from assessments.models import AssignmentWork, Submission, WorkFile
from courses import manifest
from courses.models import EditionPart, Enrolment

State = Submission.State
RECEIPT_SCHEMA = 1


@transaction.atomic
def hand_in(enrolment: Enrolment, part: EditionPart, *, at: datetime) -> Submission:
    """Make the draft the next version; one that waits is replaced by it.

    Safe to repeat: a draft that says the same as the version that waits makes no new one.  Raises AssignmentNotOpen,
    NothingToHandIn.
    """
    return put_in(enrolment, part, at=at)[0]


def put_in(enrolment: Enrolment, part: EditionPart, *, at: datetime) -> tuple[Submission, bool]:
    """``hand_in`` within the caller's transaction: the version, and whether it is new."""
    terms = require_open(enrolment, part, at=at)
    work = held(enrolment, part, at=at)
    text = work.text.strip() if rules_of(part.json).takes_text else ""
    files = list(work.files.filter(in_draft=True))
    if not text and not files:
        raise NothingToHandIn
    last = work.submissions.exclude(state=State.WITHDRAWN).order_by("-number").first()
    if last is not None and last.state == State.ACCEPTED:
        raise already_accepted(part)
    if last is not None and last.state == State.WAITING and _same(last, text, files):
        return last, False
    work.submissions.filter(state=State.WAITING).update(state=State.REPLACED, ended_at=at)
    made = _make(work, text, files, due_at=terms.due_at, at=at)
    _event("handed_in", made, at=at, details={"files": len(files), "receipt": made.receipt_code})
    return made, True


def _same(submission: Submission, text: str, files: Sequence[WorkFile]) -> bool:
    stored = {file["sha256"] for file in submission.receipt["files"]}
    return submission.text == text and stored == {file.sha256 for file in files}


def _make(
    work: AssignmentWork, text: str, files: Sequence[WorkFile], *, due_at: datetime | None, at: datetime
) -> Submission:
    last = work.submissions.order_by("-number").values_list("number", flat=True).first()
    number = (last or 0) + 1
    receipt = receipt_of(work, number, text, files, at=at)
    made = Submission.objects.create(
        work=work,
        number=number,
        text=text,
        receipt=receipt,
        receipt_code=manifest.digest(receipt)[:12],
        submitted_at=at,
        due_at=due_at,
    )
    made.files.set(files)
    return made


def receipt_of(
    work: AssignmentWork, number: int, text: str, files: Sequence[WorkFile], *, at: datetime
) -> dict[str, Any]:
    """What was handed in, in hashes: it can be shown later that it was just this, also when it was taken back."""
    return {
        "schema": RECEIPT_SCHEMA,
        "work": str(work.public_id),
        "number": number,
        "submitted_at": at.isoformat(),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest() if text else "",
        "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in files],
    }


@transaction.atomic
def take_back(submission: Submission, *, at: datetime) -> Submission:
    """Withdraw a version that nobody has marked; its text and files are in the draft, its receipt stays.

    Safe to repeat.  Raises CannotWithdraw, AssignmentNotOpen.
    """
    work = submission.work
    require_open(work.enrolment, work.part, at=at)
    held(work.enrolment, work.part, at=at)
    won = Submission.objects.filter(pk=submission.pk, state=State.WAITING).update(
        state=State.WITHDRAWN, ended_at=at, text=""
    )
    submission.refresh_from_db()
    if not won:
        if submission.state != State.WITHDRAWN:
            raise CannotWithdraw
        return submission
    files = list(submission.files.all())
    submission.files.clear()
    for file in files:
        forget_unused(file)
    _event("taken_back", submission, at=at, details={})
    return submission


def _event(verb: str, submission: Submission, *, at: datetime, details: dict[str, Any]) -> None:
    work = submission.work
    events.record(
        f"{work.part.kind}.{verb}",
        work.enrolment,
        actor=work.enrolment.user,
        at=at,
        organization=work.enrolment.cohort.organization,
        details={work.part.kind: work.part.key, "number": submission.number, **details},
    )
