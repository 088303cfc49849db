"""The row is the queue: what a task does with one row, and the sweep that finds the rows no task came for.

Everything here runs in the signing worker, the only process that loads private keys.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts import failures
from certificates import awarding, elsewhere, erasing, filing, issuing
from certificates.errors import CertificateError
from certificates.keys import KeyUnavailable, SigningKeys, load_signing_keys
from certificates.log import sequencing
from certificates.models import Award, Certificate, LspLicence
from certificates.signing import SigningFailed
from certificates.signing.bsre import BsreSeal, read_service

logger = logging.getLogger(__name__)

BATCH = 200
# A sweep gives the worker back before the next one is due.
LONGEST_SWEEP_SECONDS = 60.0

Row = tuple[Callable[[int, datetime], None], int]


def signing_keys() -> SigningKeys:
    """The worker's keys, loaded once per process.  Raises KeyUnavailable."""
    return load_signing_keys(settings.SULUH_KEY_DIR)


def advance_enrolment(enrolment_id: int, *, at: datetime) -> None:
    """Evaluate one enrolment and finish what became ready."""
    for award in awarding.evaluate(enrolment_id, at=at):
        _finish(award, at=at)


def advance_person(user_id: int, *, at: datetime) -> None:
    """Move every unfinished award of one person."""
    open_awards = Award.objects.filter(enrolment__user_id=user_id).exclude(state=Award.State.ISSUED)
    for award_id in open_awards.values_list("pk", flat=True):
        advance_award(award_id, at=at)


def advance_licence(licence_id: int, *, at: datetime) -> int:
    """Finish what waited for a licence of this organization; the number of rows taken up, the rest is the sweep's."""
    issuer_id = LspLicence.objects.values_list("organization_id", flat=True).get(pk=licence_id)
    waiting = Award.objects.filter(issuer_id=issuer_id, state=Award.State.WAITING_LICENCE).order_by("since", "pk")
    return _take_up([(_award, row) for row in waiting.values_list("pk", flat=True)[:BATCH]], at=at)


def advance_award(award_id: int, *, at: datetime) -> None:
    """Move one award; when it is ready, issue it and make the file."""
    award = Award.objects.select_related("enrolment__user", "part").get(pk=award_id)
    _finish(awarding.move(award, at=at), at=at)


def _finish(award: Award, *, at: datetime) -> None:
    """What follows once an award was moved; the facts are asked again when it is issued."""
    if award.state != Award.State.READY:
        return
    keys = signing_keys()
    certificate = issuing.issue(award.pk, keys=keys, at=at)
    if certificate is not None:
        filing.make_file(certificate.pk, keys=keys, at=at, published=True)


def sweep(*, at: datetime) -> int:
    """Finish what was left behind, oldest first; the number of rows taken up.

    One broken row never stops the others: its refusal is logged and it is tried again at the next sweep.
    """
    return _take_up(_left_behind(at=at), at=at)


def sequence_log(*, at: datetime) -> None:
    """Number what waits for the log.  What forbids it is counted and told once; the entries wait."""
    try:
        sequencing.sequence(keys=signing_keys(), at=at)
    except (CertificateError, KeyUnavailable) as error:
        failures.count(f"certificates.log.{type(error).__name__}")
        logger.warning("the log waits why=%s", type(error).__name__)


def _take_up(rows: list[Row], *, at: datetime) -> int:
    started, taken = time.monotonic(), 0
    for step, row in rows:
        if time.monotonic() - started > LONGEST_SWEEP_SECONDS:
            break
        try:
            step(row, at)
        except (CertificateError, KeyUnavailable, filing.FileNotMade, SigningFailed) as error:
            logger.warning("sweep left a row step=%s row=%s why=%s", step.__name__, row, type(error).__name__)
            failures.count(f"certificates.sweep.{type(error).__name__}")
        except Exception as error:
            logger.exception("sweep met a fault step=%s row=%s", step.__name__, row)
            failures.count(f"certificates.sweep.{type(error).__name__}")
        taken += 1
        keep_log_up()
    return taken


def keep_log_up() -> None:
    """No sweep and no long queue keeps an entry waiting for more than some seconds: the beat's own message stands
    behind all others and expires there.  What forbids numbering is told by its own task."""
    with suppress(CertificateError, KeyUnavailable):
        sequencing.keep_up(keys=signing_keys(), at=timezone.now())


def _left_behind(*, at: datetime) -> list[Row]:
    files = Certificate.objects.to_make().order_by("pk").values_list("pk", flat=True)[:BATCH]
    ready = Award.objects.filter(state=Award.State.READY).order_by("pk").values_list("pk", flat=True)[:BATCH]
    erased = erasing.unfinished(at=at).values_list("pk", flat=True)[:BATCH]
    return [
        *((_erasure, row) for row in erased),
        *((_file, row) for row in files),
        *((_elsewhere, row) for row in elsewhere.due(at=at)),
        *((_award, row) for row in ready),
        *((_award, row) for row in awarding.movable(BATCH, at=at)),
        *((_enrolment, row) for row in awarding.missed_enrolments(BATCH)),
    ]


def _file(certificate_id: int, at: datetime) -> None:
    filing.make_file(certificate_id, keys=signing_keys(), at=at)


def _elsewhere(request_id: int, at: datetime) -> None:
    elsewhere.ask(request_id, BsreSeal(read_service(), elsewhere.bsre_roots()), at=at)


def _erasure(erasure_id: int, at: datetime) -> None:
    erasing.remove_files(erasure_id, at=at)


def _award(award_id: int, at: datetime) -> None:
    advance_award(award_id, at=at)


def _enrolment(enrolment_id: int, at: datetime) -> None:
    advance_enrolment(enrolment_id, at=at)
