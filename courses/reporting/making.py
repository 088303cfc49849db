"""From frozen facts to stored files: asked for in the transaction of the closing, made by a task, named once."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Max

from accounts import events
from accounts.models import User
from cms.printing import CannotPrint
from courses.cohorts import require_may_run
from courses.errors import CohortNotOpen
from courses.models import Cohort, CohortReport
from courses.models.editions import edition_storage
from courses.reporting import facts, files

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 5


def freeze(cohort: Cohort, *, actor: User, at: datetime) -> CohortReport:
    """The report of the closing; call it within its transaction.  Safe to repeat: the first one stands."""
    standing = CohortReport.objects.filter(cohort=cohort, number=1).first()
    return standing or _freeze(cohort, number=1, reason="", actor=actor, at=at)


@transaction.atomic
def supplement(cohort: Cohort, *, reason: str, actor: User, at: datetime) -> CohortReport:
    """A later version beside the first, with the facts of now and a reason.  Raises NotAllowed, CohortNotOpen."""
    require_may_run(actor, cohort)
    # Two at once must not take the same number.
    held = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if not held.is_closed:
        raise CohortNotOpen
    last = CohortReport.objects.filter(cohort=cohort).aggregate(last=Max("number"))["last"] or 0
    return _freeze(cohort, number=last + 1, reason=reason if last else "", actor=actor, at=at)


def _freeze(cohort: Cohort, *, number: int, reason: str, actor: User, at: datetime) -> CohortReport:
    from courses.tasks import make_report  # the task module imports this one

    said = facts.gather(cohort, number=number, reason=reason, actor=actor, at=at)
    report = CohortReport.objects.create(
        cohort=cohort, number=number, reason=reason, facts=said, frozen_at=at, asked_by=actor
    )
    details = {"number": number}
    events.record(
        "report.frozen", report, actor=actor, at=at, organization=cohort.organization, reason=reason, details=details
    )
    make_report.enqueue(report.pk)
    return report


def make(report_id: int, *, at: datetime) -> None:
    """Make and store both files of a report that has none.  Safe to repeat and to run twice."""
    waiting = CohortReport.objects.filter(pk=report_id, state=CohortReport.State.WAITING)
    if not waiting.update(attempts=F("attempts") + 1):
        return
    report = CohortReport.objects.get(pk=report_id)
    try:
        pdf = files.pdf_of(report.facts)
    except CannotPrint as error:
        logger.warning("report not made id=%s attempt=%s why=%s", report_id, report.attempts, error)
        if report.attempts >= MOST_ATTEMPTS:
            waiting.update(state=CohortReport.State.FAILED)
        return
    named = {"pdf_sha256": _store(pdf, "pdf"), "xlsx_sha256": _store(files.xlsx_of(report.facts), "xlsx")}
    if waiting.update(state=CohortReport.State.MADE, made_at=at, **named):
        logger.info("report made id=%s", report_id)


def try_again(report: CohortReport, *, actor: User) -> None:
    """Put a report that could not be made on the queue again.  Raises NotAllowed."""
    from courses.tasks import make_report  # the task module imports this one

    require_may_run(actor, report.cohort)
    failed = CohortReport.objects.filter(pk=report.pk, state=CohortReport.State.FAILED)
    if failed.update(state=CohortReport.State.WAITING, attempts=0):
        make_report.enqueue(report.pk)


def unfinished() -> list[int]:
    """Ids of reports whose task was lost or killed: for the sweep."""
    return list(
        CohortReport.objects.filter(state=CohortReport.State.WAITING).order_by("pk").values_list("pk", flat=True)[:50]
    )


def read(report: CohortReport, kind: str) -> bytes:
    """The stored bytes of "pdf" or "xlsx".  Raises FileNotFoundError."""
    digest = report.pdf_sha256 if kind == "pdf" else report.xlsx_sha256
    with edition_storage().open(_name(digest, kind)) as stored:
        return bytes(stored.read())


def _store(content: bytes, kind: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    storage, name = edition_storage(), _name(digest, kind)
    if not storage.exists(name):
        storage.save(name, ContentFile(content))
    return digest


def _name(digest: str, kind: str) -> str:
    return f"reports/{digest}.{kind}"
