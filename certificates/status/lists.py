"""Which status list takes a new certificate, and what was published last.

A list belongs to one address, because the credentials on it name that address for ever; another public address opens
a list of its own.  A list takes new certificates until it is half full: its free places are drawn at random, and a
draw then finds one in two tries.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from certificates.models import Certificate, StatusList, StatusListIssue
from certificates.status.bitstring import PLACES

FULL: Final = PLACES // 2
PURPOSES: Final = tuple(StatusListIssue.Purpose.values)


def open_list(address: str, *, at: datetime) -> str:
    """The name of the list that takes the next certificate of this address; opened now if there is none.

    One statement once there is one; how full it is looks ``open_next``.
    """
    newest = StatusList.objects.filter(address=address).order_by("-id").values_list("name", flat=True).first()
    return newest or _opened(address, at=at)


def open_next(address: str, *, at: datetime, full: int = FULL) -> str:
    """Open another list when the newest one of this address is half full; the name of the open one."""
    name = open_list(address, at=at)
    if Certificate.objects.filter(status_list=name).count() < full:
        return name
    return _opened(address, at=at)


def _opened(address: str, *, at: datetime) -> str:
    """A new list with the next whole number for a name.  Who is second at the same moment gets the first one's."""
    try:
        with transaction.atomic():
            return StatusList.objects.create(name=_next_name(), address=address, opened_at=at).name
    except IntegrityError:
        return open_list(address, at=at)


def _next_name() -> str:
    known = StatusList.objects.values_list("name", flat=True)
    return str(max((int(name) for name in known if name.isdecimal()), default=0) + 1)


def current(list_id: str, purpose: str) -> bytes | None:
    """The newest signed edition of a list, as it is served; None before the first."""
    issue = newest(list_id, purpose)
    return issue.text.encode() if issue else None


def newest(list_id: str, purpose: str) -> StatusListIssue | None:
    rows = StatusListIssue.objects.filter(list__name=list_id, purpose=purpose).order_by("-sequence")
    return rows.first()
