"""The trust bundle of this installation: gathered from the register, signed in the signing worker, kept and served."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from certificates import log, registering
from certificates.credential.proof import BadProof, check_proof
from certificates.keys import KeyRegister, SigningKeys
from certificates.models import Certificate, StatusList, StatusListIssue, TrustBundleIssue
from certificates.record import canonical, read_instant
from certificates.status import bitstring

from .bundle import Contents, StatusSet, make_bundle

logger = logging.getLogger(__name__)

#: A new one is made when something changed, and at least this often; each names its own latest successor.
EVERY: Final = timedelta(hours=12)
NEXT_BY: Final = timedelta(hours=24)
#: How many are kept: whoever opened the page of a download still gets the file it described.
KEPT: Final = 50


def publish(*, keys: SigningKeys, at: datetime) -> bool:
    """Make and keep a bundle if anything changed since the last one, or it is old; whether one was made.

    Safe to repeat and to run twice at once: the same facts and time give the same bytes.
    """
    registering.publish(keys.register, at=at)
    contents = gather()
    digest = hashlib.sha256(canonical(contents.to_json())).hexdigest()
    newest = current()
    if newest is not None and newest.contents_sha256 == digest and at < newest.made_at + EVERY:
        return False
    at = at.replace(microsecond=0)
    text = make_bundle(contents, key=keys.record, made_at=at, next_by=at + NEXT_BY)
    with transaction.atomic():
        TrustBundleIssue.objects.get_or_create(
            sha256=hashlib.sha256(text).hexdigest(),
            defaults={"made_at": at, "contents_sha256": digest, "text": text.decode()},
        )
        kept = TrustBundleIssue.objects.values_list("pk", flat=True)[:KEPT]
        TrustBundleIssue.objects.exclude(pk__in=list(kept)).delete()
    logger.info("trust bundle made lists=%s bytes=%s", len(contents.lists), len(text))
    return True


def current() -> TrustBundleIssue | None:
    """The newest bundle; None before the first."""
    return TrustBundleIssue.objects.first()


def gather() -> Contents:
    """What the register says now."""
    register = registering.public_register()
    return Contents(
        hosts=_hosts(),
        keys=register,
        lists=tuple(_lists(register)),
        replaced=_replaced(),
        checkpoint=log.checkpoint(),
    )


def _hosts() -> tuple[str, ...]:
    """The present host, then those under whose address a status list was ever opened."""
    present = urlsplit(settings.PUBLIC_BASE_URL).netloc
    addresses = StatusList.objects.order_by("id").values_list("address", flat=True)
    return tuple(dict.fromkeys([present, *(urlsplit(address).netloc for address in addresses)]))


def _lists(register: KeyRegister) -> Iterator[StatusSet]:
    """The newest edition of each list whose proof holds; one that does not is left out, and its status is unknown."""
    newest = StatusListIssue.objects.values("list", "purpose").annotate(last=Max("sequence"))
    for row in newest.order_by("list", "purpose"):
        issue = StatusListIssue.objects.select_related("list").get(
            list=row["list"], purpose=row["purpose"], sequence=row["last"]
        )
        found = read_list(issue.text, issue.list.name, issue.purpose, register)
        if found is None:
            logger.error("status list left out of the trust bundle list=%s purpose=%s", issue.list.name, issue.purpose)
        else:
            yield found


def read_list(text: str, list_id: str, purpose: str, register: KeyRegister) -> StatusSet | None:
    """Pure.  What a signed status list says; None when its proof does not hold or it is another list."""
    try:
        document: dict[str, Any] = json.loads(text)
        check_proof(document, register)
        subject = document["credentialSubject"]
        if subject["statusPurpose"] != purpose or not document["id"].endswith(f"/status/{list_id}/{purpose}"):
            return None
        bits = bitstring.decode(subject["encodedList"])
        times = [read_instant(document[name]) for name in ("validFrom", "validUntil")]
    except (BadProof, bitstring.BadBitstring, ValueError, KeyError, TypeError, AttributeError):
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    return StatusSet(list_id, purpose, len(bits) * 8, times[0], times[1], frozenset(_places(bits)), digest)


def _places(bits: bytes) -> Iterator[int]:
    for at, byte in enumerate(bits):
        if byte:
            yield from (at * 8 + place for place in range(8) if byte & 0x80 >> place)


def _replaced() -> dict[str, frozenset[int]]:
    rows = Certificate.objects.filter(replaced_by__isnull=False).values_list("status_list", "status_index")
    found: defaultdict[str, set[int]] = defaultdict(set)
    for name, place in rows:
        found[name].add(place)
    return {name: frozenset(places) for name, places in found.items()}
