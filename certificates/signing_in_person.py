"""A signatory signs with BSrE from the browser: what was typed lives in this one request and is kept nowhere.

The web process asks the service itself, because any way to the signing worker (task, session, cache) would keep the
passphrase somewhere.  A batch ends at the first file that was not signed, and before the visitor would stop waiting.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates import elsewhere, errors, sign_queue
from certificates.handing_out import State
from certificates.models import SealRequest
from certificates.querysets import SealRequestQuerySet
from certificates.signing.bsre import BsrePerson, read_service
from certificates.signing.bsre.calling import Refused
from certificates.signing.bsre.client import Person

if TYPE_CHECKING:
    from accounts.models import User

MOST_AT_ONCE: Final = 20
LONGEST_SECONDS: Final = 25.0
LONGEST_ANSWER: Final = 15.0


@dataclass(frozen=True)
class Batch:
    """What came of one sitting: how many were signed, how many still wait, and why it ended early (empty: it did
    not)."""

    signed: int
    left: int
    problem: Promise | str = ""


def waiting_for(user: User) -> SealRequestQuerySet:
    """Files that this person may have signed with BSrE now."""
    return sign_queue.queue_of(user).filter(backend="bsre-person", state=State.WAITING)


def sign_batch(user: User, person: Person, *, at: datetime) -> Batch:
    """Have BSrE sign the next files, one question each.  Raises SigningFailed when service or roots are not set up."""
    service, began = read_service(), time.monotonic()
    signer = BsrePerson(replace(service, timeout=min(service.timeout, LONGEST_ANSWER)), elsewhere.bsre_roots(), person)
    signed = 0
    problem: Promise | str = ""
    for request in waiting_for(user)[:MOST_AT_ONCE]:
        if time.monotonic() - began > LONGEST_SECONDS:
            break
        if elsewhere.ask(request.pk, signer, at=at, actor=user):
            signed += 1
            continue
        problem = _told(SealRequest.objects.get(pk=request.pk))
        break
    return Batch(signed, waiting_for(user).count(), problem)


def _told(request: SealRequest) -> Promise | str:
    """Why a file was not signed, for whoever sits there."""
    if request.state == State.ASKED:
        return _(
            "BSrE took a file and gave no clear answer, so nobody knows whether it was signed. It is named on the page"
            " of the queue and is not sent again by itself."
        )
    if request.problem_kind == elsewhere.LOST_KIND:
        return errors.FileLost.message
    if request.problem_kind == Refused.WRONG_INPUT:
        return _("BSrE refused: passphrase or one-time code is wrong. Nothing was signed.")
    word, _dash, state = request.problem_kind.partition("-")
    if word == "state":
        return _("BSrE says that your certificate may not sign now (%(state)s). Nothing was signed.") % {"state": state}
    return _("BSrE could not be asked or refused. Nothing was signed; try again in some minutes.")
