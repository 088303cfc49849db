"""From a list to its answers: asked for once, answered in batches by a task.  The rows are the queue, so a worker may
be killed and the work repeated anywhere."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.roles import Action, may
from certificates import errors
from certificates.keeping import keep, kept_path
from certificates.models import CheckedBatch, CheckedList
from certificates.verifying_lists.answering import Outcome, answer_rows
from certificates.verifying_lists.reading import MOST_ROWS, Asked
from certificates.verifying_lists.sheet import sheet_of

if TYPE_CHECKING:
    from accounts.models import Organization, User

logger = logging.getLogger(__name__)
FOLDER = "lists"
BATCH = 500
MOST_ATTEMPTS = 5
MOST_LISTS = 10  # an hour, of one person
KEPT_DAYS = 90
_STATES = CheckedList.State


class NothingAsked(errors.CertificateError):
    message = _("No row to check was found. Send codes, or numbers together with names.")


class TooManyRows(errors.CertificateError):
    message = _("The list is too long: please send at most 10.000 rows at a time.")


class TooManyLists(errors.CertificateError):
    message = _("You have had ten lists checked in the last hour. Please wait a little; nothing was lost.")


@transaction.atomic
def ask(
    rows: Sequence[Asked], *, organization: Organization, actor: User, at: datetime, file_name: str = ""
) -> CheckedList:
    """Keep the rows as a list to be checked; queues nothing.  Raises NotAllowed, NothingAsked, TooManyRows,
    TooManyLists."""
    if not may(actor, Action.CHECK_LISTS, organization):
        raise errors.NotAllowed
    if not rows:
        raise NothingAsked
    if len(rows) > MOST_ROWS:
        raise TooManyRows
    if CheckedList.objects.filter(actor=actor, asked_at__gt=at - timedelta(hours=1)).count() >= MOST_LISTS:
        raise TooManyLists
    made = CheckedList.objects.create(
        organization=organization, actor=actor, file_name=file_name[-200:], total=len(rows), asked_at=at
    )
    CheckedBatch.objects.bulk_create(
        CheckedBatch(checked_list=made, position=place, rows=[row.to_json() for row in rows[place : place + BATCH]])
        for place in range(0, len(rows), BATCH)
    )
    events.record("list_check_asked", made, actor=actor, at=at, organization=organization, details={"rows": len(rows)})
    return made


def run(list_id: int, *, at: datetime) -> bool:
    """Answer what is left of a running list; True when the last row was answered (by this call or another).  Any
    number of these may run at once; each batch is answered once."""
    running = CheckedList.objects.filter(pk=list_id, state=_STATES.RUNNING)
    if not running.update(attempts=F("attempts") + 1):
        return CheckedList.objects.filter(pk=list_id, state=_STATES.CHECKED).exists()
    if running.filter(attempts__gt=MOST_ATTEMPTS).update(state=_STATES.FAILED):
        logger.warning("list check stopped id=%s", list_id)
        return False
    while answer_batch(list_id, at=at):
        pass
    return _finish(list_id, at=at)


@transaction.atomic
def answer_batch(list_id: int, *, at: datetime) -> bool:
    """Answer the next batch that has no answers; False when none is left.  Nine statements at most."""
    waiting = CheckedBatch.objects.select_for_update(skip_locked=True).filter(
        checked_list=list_id, answers__isnull=True
    )
    batch = waiting.order_by("position").first()
    if batch is None:
        return False
    batch.answers = [answer.to_json() for answer in answer_rows(batch.rows, at=at)]
    batch.save(update_fields=["answers"])
    CheckedList.objects.filter(pk=list_id).update(attempts=0)
    return True


def _finish(list_id: int, *, at: datetime) -> bool:
    """Count, write the sheet, and leave the minutes to the signing worker.  Safe to repeat and to run twice."""
    checked = CheckedList.objects.select_related("organization", "actor").get(pk=list_id)
    if checked.state != _STATES.RUNNING or checked.batches.filter(answers__isnull=True).exists():
        return bool(checked.state == _STATES.CHECKED)
    counts: Counter[str] = Counter()
    for batch in checked.batches.order_by("position").iterator(chunk_size=5):
        counts.update(answer[0] for answer in batch.answers or [])
    digest = keep(sheet_of(checked), FOLDER, "xlsx")
    ordered = {outcome.value: counts[outcome.value] for outcome in Outcome if counts[outcome.value]}
    with transaction.atomic():
        running = CheckedList.objects.filter(pk=list_id, state=_STATES.RUNNING)
        if running.update(state=_STATES.CHECKED, counts=ordered, sheet_sha256=digest, checked_at=at, attempts=0):
            events.record(
                "list_checked", checked, actor=checked.actor, at=at, organization=checked.organization, details=ordered
            )
    return True


def go_on(checked: CheckedList) -> bool:
    """Put a list that stopped back on the queue; False when it did not stop, or when its rows are gone."""
    state = _STATES.CHECKED if checked.sheet_sha256 else _STATES.RUNNING
    failed = CheckedList.objects.filter(pk=checked.pk, state=_STATES.FAILED, emptied_at=None)
    return bool(failed.update(state=state, attempts=0))


def progress(checked: CheckedList) -> int:
    """Rows answered so far.  One statement."""
    if checked.state != _STATES.RUNNING:
        return checked.total
    done = checked.batches.filter(answers__isnull=False).count()
    return min(done * BATCH, checked.total)


def forget(*, at: datetime) -> int:
    """Take away rows and sheets of old lists, also of those that stopped: they hold what people typed about others.
    Counts, the sheet's hash and minutes stay.  Sheets go first, so whoever is killed in between begins again."""
    whole = CheckedList.objects.filter(emptied_at=None)
    old = whole.filter(asked_at__lt=at - timedelta(days=KEPT_DAYS), state__in=[_STATES.MADE, _STATES.FAILED])
    found = dict(old.order_by("pk").values_list("pk", "sheet_sha256")[:100])
    emptied = list(found)
    others = whole.exclude(pk__in=emptied).filter(sheet_sha256__in=found.values())
    shared = set(others.values_list("sheet_sha256", flat=True))
    for digest in set(found.values()) - shared - {""}:
        kept_path(digest, FOLDER, "xlsx").unlink(missing_ok=True)
    with transaction.atomic():
        CheckedBatch.objects.filter(checked_list__in=emptied).delete()
        return CheckedList.objects.filter(pk__in=emptied).update(emptied_at=at)
