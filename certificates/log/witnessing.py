"""Tell a witness, another office's mail box, what we signed: whoever rewrites everything here cannot rewrite that.

The row is the queue: a mail is claimed by moving its next try, sent under a name of its own, and tried again until the
mail server has taken it.
"""

from __future__ import annotations

import email.policy
import logging
import re
from datetime import datetime, timedelta
from email.parser import BytesParser
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates.log import keeping, notes, publishing, tiles
from certificates.log.tree import consistency_proof, is_consistent
from certificates.models import LogCheckpoint, NumberSequence, WitnessMail
from cms.messaging import channels
from cms.messaging.channels import ChannelError, Handover
from cms.messaging.timing import wait_after

logger = logging.getLogger(__name__)

DAILY: Final = timedelta(days=1)
#: Longer than a task may run: a mail that a killed worker had in hand is taken up again after it.
LEASE: Final = timedelta(minutes=10)
_NOTE: Final = re.compile(r"^\S+\n(?:0|[1-9][0-9]*)\n[A-Za-z0-9+/]{43}=\n\n(?:— \S+ \S+\n)+", re.MULTILINE)
_NUMBER: Final = re.compile(r"^number ([0-9a-f-]{36}) ([a-z]+) ([0-9]{4}) ([0-9]+)$", re.MULTILINE)


def tell(*, at: datetime) -> int:
    """Make a mail when one is due and send what waits; how many were sent.  Safe to repeat and to run twice."""
    if not settings.LOG_WITNESS_EMAIL or "email" not in channels.configured():
        return 0
    _make(at)
    return sum(_send(mail, at) for mail in WitnessMail.objects.filter(sent_at=None, next_try_at__lte=at)[:20])


def _make(at: datetime) -> None:
    """Daily while the log grows, and after so many entries."""
    newest = LogCheckpoint.objects.order_by("-size").first()
    last = WitnessMail.objects.select_related("checkpoint").order_by("-checkpoint__size").first()
    if newest is None or (last is not None and newest.size <= last.checkpoint.size):
        return
    grown = newest.size - (last.checkpoint.size if last else 0)
    if last is None or at - last.created_at >= DAILY or grown >= settings.LOG_WITNESS_EVERY:
        WitnessMail.objects.get_or_create(checkpoint=newest, defaults={"created_at": at, "next_try_at": at})


def _send(mail: WitnessMail, at: datetime) -> bool:
    claim = WitnessMail.objects.filter(pk=mail.pk, sent_at=None, next_try_at=mail.next_try_at)
    if not claim.update(next_try_at=at + LEASE, attempts=F("attempts") + 1):
        return False
    channel = channels.opened("email")
    try:
        channel.send(_handover(mail))
    except ChannelError as error:
        again = at + wait_after(mail.attempts + 1)
        WitnessMail.objects.filter(pk=mail.pk).update(next_try_at=again, trouble=error.trouble)
        logger.warning("the witness was not reached mail=%s why=%s", mail.pk, error.trouble)
        return False
    finally:
        channel.close()
    WitnessMail.objects.filter(pk=mail.pk).update(sent_at=at, trouble="")
    return True


def _handover(mail: WitnessMail) -> Handover:
    with override(settings.LANGUAGE_CODE):
        subject = _("Signed state of the certificate log: %(size)s entries") % {"size": mail.checkpoint.size}
        text = _(
            "Please keep this message. It shows what this installation had signed on that day; with it anybody can"
            " find out later whether a certificate was changed, back-dated or removed. Nothing in it names a person."
        )
    numbers = "".join(f"number {issuer} {kind} {year} {last}\n" for issuer, kind, year, last in _numbers())
    body = f"{text}\n\n{mail.checkpoint.note}\n{numbers}"
    return Handover(
        id=mail.public_id,
        address=settings.LOG_WITNESS_EMAIL,
        subject=subject,
        text=body,
        link="",
        stop="",
        urgent=True,
    )


def _numbers() -> list[tuple[UUID, str, int, int]]:
    """The last number of each series: after a fire this is where counting goes on."""
    rows = NumberSequence.objects.order_by("organization__code", "kind", "year")
    return list(rows.values_list("organization__public_id", "kind", "year", "last"))


def read_mail(path: Path) -> str:
    """The text of a mailed checkpoint: a plain file, or a mail as a program saved it.  Raises OSError."""
    content = path.read_bytes()
    if re.match(rb"[A-Za-z-]+: ", content):
        part = BytesParser(policy=email.policy.default).parsebytes(content).get_body(("plain",))
        text = part.get_content() if part is not None else ""
    else:
        text = content.decode(errors="replace")
    lines = (line.removeprefix(">").strip() for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(lines) + "\n"


def note_in(text: str) -> str:
    """The signed note in a mail's text, or the text itself when there is none."""
    found = _NOTE.search(text)
    return found[0] if found else text


def numbers_in(text: str) -> list[tuple[UUID, str, int, int]]:
    """The last numbers that a mail tells of."""
    return [(UUID(issuer), kind, int(year), int(last)) for issuer, kind, year, last in _NUMBER.findall(text)]


def contains(told: notes.Checkpoint) -> bool:
    """Whether the log that everybody is served today is a later state of this checkpoint.

    Raises BadCheckpoint, OSError or ValueError when nothing is served or its tiles are wrong.
    """
    head = notes.read(publishing.checkpoint() or keeping.checkpoint())
    if not 0 < told.size <= head.size:
        return told.size == 0
    node = tiles.node_from_tiles(head.size, publishing.read_tile)
    proof = consistency_proof(told.size, head.size, node)
    return is_consistent(told.size, told.root, head.size, head.root, proof)
