"""Writing an assignment: the draft of text and files, kept whenever something arrives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import events
from assessments.assignments import kinds, names, storing
from assessments.assignments.parts import MEGABYTE, Rules, rules_of
from assessments.assignments.terms import require_open
from assessments.errors import AssessmentError, AssignmentNotOpen, DraftChanged, FileRefused
from assessments.models import AssignmentWork, Submission, WorkFile
from assessments.querysets import PRACTICE
from courses.models import EditionPart, Enrolment

#: Of one person, over all assignments.
MOST_PER_PERSON = 200 * MEGABYTE
MOST_LETTERS = 30_000


class Upload(Protocol):
    """A file as a request brings it."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    def read(self) -> bytes: ...


@dataclass
class Received:
    """What came of one request: nothing of it is lost without a sentence."""

    kept: list[WorkFile] = field(default_factory=list)
    refused: list[AssessmentError] = field(default_factory=list)
    conflict: DraftChanged | None = None

    @property
    def is_whole(self) -> bool:
        return not self.refused and self.conflict is None


def receive(
    enrolment: Enrolment,
    part: EditionPart,
    *,
    text: str | None,
    revision: int,
    uploads: Iterable[Upload] = (),
    at: datetime,
) -> Received:
    """Keep what a form brought, the text first; one refused file never costs the text or another file."""
    received = Received()
    if text is not None:
        try:
            save_text(enrolment, part, text=text, revision=revision, at=at)
        except DraftChanged as conflict:
            received.conflict = conflict
        except AssessmentError as error:
            received.refused.append(error)
            return received
    for upload in uploads:
        try:
            received.kept.append(add_file(enrolment, part, upload, at=at))
        except AssessmentError as error:
            received.refused.append(error)
    return received


@transaction.atomic
def save_text(enrolment: Enrolment, part: EditionPart, *, text: str, revision: int, at: datetime) -> AssignmentWork:
    """Keep the draft's text, written from ``revision`` on.  Safe to repeat: the same text is no change.

    Raises DraftChanged when another page has changed it since, AssignmentNotOpen.
    """
    require_open(enrolment, part, at=at)
    written = text.replace("\r\n", "\n")[:MOST_LETTERS]
    if not written and not AssignmentWork.objects.filter(enrolment=enrolment, part=part).exists():
        return AssignmentWork(enrolment=enrolment, part=part, saved_at=at)
    work = held(enrolment, part, at=at)
    if work.text != written:
        if work.revision != revision:
            raise DraftChanged(work.text, work.revision)
        _require_unaccepted(work)
        work.text, work.revision, work.saved_at = written, work.revision + 1, at
        work.save(update_fields=["text", "revision", "saved_at"])
    return work


def add_file(enrolment: Enrolment, part: EditionPart, upload: Upload, *, at: datetime) -> WorkFile:
    """Put a file into the draft.  Safe to repeat: the same bytes are kept once.

    Raises FileRefused with what is wrong with it, AssignmentNotOpen.
    """
    require_open(enrolment, part, at=at)
    rules, called = rules_of(part.json), names.shown(upload.name or "")
    if (upload.size or 0) > rules.most_bytes:
        said = _("%(name)s has %(size)s MB; at most %(most)s MB are taken. For a photo choose a smaller size.")
        size = f"{(upload.size or 0) / MEGABYTE:.1f}".replace(".", ",")
        raise FileRefused(said, name=called, size=size, most=rules.most_megabytes)
    content = kinds.read(upload.read(), name=called, allowed=rules.kinds)
    sha256 = hashlib.sha256(content.data).hexdigest()
    stored = storing.keep(content.data, sha256)
    try:
        file = _record(enrolment, part, rules, called, content, sha256, stored, at=at)
    except BaseException:
        storing.drop(stored)
        raise
    if file.file.name != stored:  # it was there already
        storing.drop(stored)
    return file


@transaction.atomic
def _record(
    enrolment: Enrolment,
    part: EditionPart,
    rules: Rules,
    called: str,
    content: kinds.Content,
    sha256: str,
    stored: str,
    *,
    at: datetime,
) -> WorkFile:
    work = held(enrolment, part, at=at)
    draft = list(work.files.filter(in_draft=True))
    there = next((file for file in draft if file.sha256 == sha256), None)
    if there is not None:
        return there
    _require_unaccepted(work)
    if len(draft) >= rules.most_files:
        said = _("%(name)s is one too many: at most %(most)s files. Remove another one first.")
        raise FileRefused(said, name=called, most=rules.most_files)
    if _kept_of(enrolment) + len(content.data) > MOST_PER_PERSON:
        said = _("%(name)s does not fit: your files take %(most)s MB already. Remove some from your drafts.")
        raise FileRefused(said, name=called, most=MOST_PER_PERSON // MEGABYTE)
    file = WorkFile.objects.create(
        work=work,
        name=names.unlike(names.safe_name(called, content.kind), [file.name for file in draft]),
        kind=content.kind,
        size=len(content.data),
        sha256=sha256,
        file=stored,
        uploaded_at=at,
    )
    _event("file_added", file, at=at)
    return file


@transaction.atomic
def remove_file(file: WorkFile, *, at: datetime) -> bool:
    """Take a file out of the draft; its bytes go unless a version that was handed in holds them.

    False when it was out already.  Raises AssignmentNotOpen.
    """
    enrolment, part = file.work.enrolment, file.work.part
    require_open(enrolment, part, at=at)
    held(enrolment, part, at=at)
    if not WorkFile.objects.filter(pk=file.pk, in_draft=True).update(in_draft=False):
        return False
    _event("file_removed", file, at=at)
    forget_unused(file)
    return True


def forget_unused(file: WorkFile) -> None:
    """Delete a file that stands neither in the draft nor in any version; its bytes after the commit."""
    if WorkFile.objects.filter(pk=file.pk, in_draft=False, submissions=None).delete()[0]:
        storing.drop_later(str(file.file.name))


def held(enrolment: Enrolment, part: EditionPart, *, at: datetime) -> AssignmentWork:
    """The person's work, made at first need, its row locked until the end of the transaction; ``part`` is loaded.

    Writing, handing in, taking back and marking wait here, and take the enrolment only after it.
    """
    AssignmentWork.objects.get_or_create(enrolment=enrolment, part=part, defaults={"saved_at": at})
    rows = AssignmentWork.objects.select_for_update(of=("self",))
    work = rows.get(enrolment=enrolment, part=part)
    work.enrolment, work.part = enrolment, part
    return work


def _require_unaccepted(work: AssignmentWork) -> None:
    if work.submissions.filter(state=Submission.State.ACCEPTED).exists():
        raise already_accepted(work.part)


def already_accepted(part: EditionPart) -> AssignmentNotOpen:
    """The refusal of more work on what was accepted or signed."""
    if part.kind == PRACTICE:
        return AssignmentNotOpen(_("This evidence has been signed; nothing more needs to be handed in."))
    return AssignmentNotOpen(_("This assignment has been accepted; nothing more needs to be handed in."))


def _kept_of(enrolment: Enrolment) -> int:
    """Bytes kept of this person, in all assignments."""
    total = WorkFile.objects.filter(work__enrolment__user=enrolment.user_id).aggregate(size=Sum("size"))
    return total["size"] or 0


def _event(verb: str, file: WorkFile, *, at: datetime) -> None:
    enrolment, part = file.work.enrolment, file.work.part
    events.record(
        f"{part.kind}.{verb}",
        enrolment,
        actor=enrolment.user,
        at=at,
        organization=enrolment.cohort.organization,
        details={part.kind: part.key, "file": str(file.public_id), "sha256": file.sha256},
    )
