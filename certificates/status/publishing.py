"""Signing the status lists anew: at once when a status changed, and every day.  Runs in the signing worker.

What a list says is read from the register each time, so a lost message or a killed worker is made good by the next
run.  Two runs at once give one edition: the sequence is read before the register, and the slower one is refused.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from certificates import registering
from certificates.credential.proof import add_proof
from certificates.keys import SigningKeys
from certificates.models import Certificate, StatusChange, StatusList, StatusListIssue
from certificates.status import lists
from certificates.status.credential import Edition, encoded_list, host_of

logger = logging.getLogger(__name__)

#: An edition is signed again when it is this old, changed or not.
DAILY: Final = timedelta(hours=24)
#: Which status sets the place of which list.
SETS: Final = {
    StatusListIssue.Purpose.REVOCATION: (StatusChange.Status.REVOKED, StatusChange.Status.REPLACED),
    StatusListIssue.Purpose.SUSPENSION: (StatusChange.Status.SUSPENDED,),
}


def publish(keys: SigningKeys, *, at: datetime) -> int:
    """Sign and store every list that changed, is a day old, or was never published; how many were.  Repeatable."""
    lists.open_next(settings.PUBLIC_BASE_URL, at=at)
    registering.publish(keys.register, at=at)
    wanted = [(row, purpose) for row in StatusList.objects.all() for purpose in SETS]
    return sum(_publish_one(row, purpose, keys=keys, at=at) for row, purpose in wanted)


def _publish_one(row: StatusList, purpose: str, *, keys: SigningKeys, at: datetime) -> bool:
    last = lists.newest(row.name, purpose)
    edition = Edition(row.address, row.name, purpose, places_of(row.name, purpose), at.replace(microsecond=0))
    document = edition.document()
    if last is not None and _still_good(last, document, keys=keys, at=at):
        return False
    signed = add_proof(document, key=keys.record, host=host_of(row.address), at=edition.made_at)
    text = json.dumps(signed, ensure_ascii=False, separators=(",", ":"))
    try:
        with transaction.atomic():
            StatusListIssue.objects.create(
                list=row,
                purpose=purpose,
                sequence=last.sequence + 1 if last else 1,
                text=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                made_at=edition.made_at,
                valid_until=edition.valid_until,
            )
    except IntegrityError:  # another run was faster; what it has seen is compared with what holds now
        return _publish_one(row, purpose, keys=keys, at=at)
    logger.info("status list published list=%s purpose=%s set=%s", row.name, purpose, len(edition.places))
    return True


def places_of(list_id: str, purpose: str) -> tuple[int, ...]:
    """The places that are set in this list now.  One statement."""
    wanted = SETS[StatusListIssue.Purpose(purpose)]
    once = Exists(StatusChange.objects.filter(certificate=OuterRef("pk"), status__in=wanted))
    found = Certificate.objects.filter(once, status_list=list_id).with_status().filter(last_status__in=wanted)
    return tuple(found.order_by("status_index").values_list("status_index", flat=True))


def _still_good(last: StatusListIssue, document: dict[str, object], *, keys: SigningKeys, at: datetime) -> bool:
    """Whether the newest edition says the same, is less than a day old, and was signed by the key in force."""
    signed = json.loads(last.text)
    by_this_key = str(signed["proof"]["verificationMethod"]).endswith(f"#{keys.record.entry.key_id}")
    same = encoded_list(signed) == encoded_list(document)
    return same and by_this_key and at - last.made_at < DAILY
