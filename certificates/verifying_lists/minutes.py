"""The *berita acara* of a checked list: a PDF/A-3a and PDF/UA-1 file, sealed by K3 as certificates are.

It carries ``suluh-list-check.json``, which says what it is: minutes, no certificate.  Rendering and sealing depend on
the stored list and key only, so whoever repeats them makes the same bytes.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import events
from certificates import registering
from certificates.checking.list_check import ATTACHMENT_NAME, ListCheck
from certificates.filing import seal_paper
from certificates.keeping import keep
from certificates.keys import SigningKeys
from certificates.models import CheckedList
from certificates.rendering.facts import SIGNATURE_LEVELS
from certificates.signing import SignContext, SigningFailed
from certificates.verifying_lists.answering import WORDS, Outcome
from certificates.verifying_lists.running import FOLDER, MOST_ATTEMPTS
from certificates.verifying_lists.sheet import answered_rows
from cms.printing import CannotPrint, printable, typeset

logger = logging.getLogger(__name__)
PAPER: Final = Path(__file__).with_name("minutes.typ")
STANDARDS: Final = ["a-3a", "ua-1"]
MOST_EXCEPTIONS: Final = 300
REASON: Final = "Berita acara pemeriksaan sertifikat"
_STATES = CheckedList.State


def make(list_id: int, *, keys: SigningKeys, at: datetime) -> None:
    """Render, seal, store and name the minutes of a checked list that has none.  Safe to repeat and to run twice."""
    waiting = CheckedList.objects.filter(pk=list_id, state=_STATES.CHECKED)
    if not waiting.update(attempts=F("attempts") + 1):
        return
    checked = CheckedList.objects.select_related("organization", "actor").get(pk=list_id)
    assert checked.checked_at is not None  # noqa: S101 - a constraint of the table
    registering.publish(keys.register, at=at)
    moment = max(checked.checked_at.replace(microsecond=0), keys.seal.entry.not_before)
    context = SignContext(signed_at=moment, reason=REASON, location="", idempotency_key=str(checked.public_id))
    try:
        pdf = seal_paper(pdf_of(checked, demo=keys.demo), context, keys=keys).pdf
    except (CannotPrint, SigningFailed) as error:
        logger.warning("minutes not made id=%s attempt=%s why=%s", list_id, checked.attempts, error)
        if checked.attempts >= MOST_ATTEMPTS:
            waiting.update(state=_STATES.FAILED)
        return
    digest = keep(pdf, FOLDER, "pdf")
    if waiting.update(state=_STATES.MADE, minutes_sha256=digest, made_at=at, attempts=0):
        events.record("list_minutes_made", checked, actor=None, at=at, organization=checked.organization)


def pdf_of(checked: CheckedList, *, demo: bool) -> bytes:
    """The unsigned minutes.  Raises CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        return typeset(PAPER, _words(checked, demo=demo), at=checked.checked_at, standards=STANDARDS)


def list_check(checked: CheckedList, *, demo: bool) -> ListCheck:
    """What the attachment says."""
    assert checked.checked_at is not None  # noqa: S101 - a constraint of the table
    return ListCheck(
        id=str(checked.public_id),
        organization=printable(checked.organization.name),
        checked_at=checked.checked_at.replace(microsecond=0),
        total=checked.total,
        counts=dict(checked.counts),
        sheet=checked.sheet_sha256,
        demo=demo,
    )


def _words(checked: CheckedList, *, demo: bool) -> dict[str, Any]:
    exceptions = [
        (str(row[0]), row[1] or "-", row[2] or "-", str(WORDS[answer.outcome]))
        for row, answer in answered_rows(checked)
        if answer.outcome is not Outcome.MATCH
    ]
    more = len(exceptions) - MOST_EXCEPTIONS
    host = urlsplit(settings.PUBLIC_BASE_URL).netloc
    title = _("Minutes of a certificate check")
    return {
        "title": f"{title} {checked.public_id}",
        "heading": title,
        "organization": checked.organization.name,
        "author": checked.organization.name,
        "specimen": _("Specimen for demonstration") if demo else "",
        "opening": _("The certificates of the list below were compared with the register of certificates."),
        "pairs": _pairs(checked),
        "counts_title": _("What came out"),
        "counts_head": [_("Answer"), _("Rows")],
        "counts_rows": [[str(WORDS[Outcome(word)]), str(number)] for word, number in checked.counts.items()],
        "exceptions_title": _("Exceptions"),
        "exceptions_head": [_("Row"), _("Code or number asked"), _("Name asked"), _("Answer")],
        "exceptions_rows": exceptions[:MOST_EXCEPTIONS],
        "nothing": _("There were no exceptions."),
        "more": _("%(number)s more exceptions stand on the sheet.") % {"number": more} if more > 0 else "",
        "closing": _(
            "These minutes say what the register said at that moment; they are no certificate. %(level)s. Check this"
            " file at %(address)s."
        )
        % {"level": SIGNATURE_LEVELS["own-seal"][0], "address": f"{host}/verifikasi/"},
        "attachment_name": ATTACHMENT_NAME,
        "attachment": list_check(checked, demo=demo).pack().decode(),
        "attachment_words": _("What was checked and counted, for programs"),
    }


def _pairs(checked: CheckedList) -> list[list[str]]:
    assert checked.checked_at is not None  # noqa: S101 - a constraint of the table
    zone = checked.organization.time_zone
    local = checked.checked_at.astimezone(ZoneInfo(zone))
    return [
        [_("Checked on"), f"{date_format(local, 'j F Y, H.i')} ({zone})"],
        [_("Checked by"), checked.actor.full_name],
        [_("Organization"), checked.organization.name],
        [_("List"), checked.file_name or _("Pasted rows")],
        [_("Rows"), str(checked.total)],
        [_("Minutes number"), str(checked.public_id)],
        [_("Hash of the result sheet (SHA-256)"), checked.sheet_sha256],
    ]
