"""Whether the database is younger than what is known of it outside; if not, nothing is issued.

A database from yesterday does not know which numbers it handed out since.  It is told by the restore script, which
leaves a marker, or by the checkpoint kept outside, which the database then does not hold.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.errors import IssuingClosed
from certificates.log import keeping, notes
from certificates.models import LogCheckpoint

RESTORED = _("The database was restored from a backup.")
BEHIND = _("The database does not hold the newest checkpoint that is kept outside it: it is an older one.")
UNREADABLE = _("The checkpoint that is kept outside the database cannot be read.")


def why_closed() -> str | Promise:
    """Why nothing may be issued, in words for the staff; "" when all is well.  At most one statement."""
    if keeping.marker():
        return RESTORED
    note = keeping.checkpoint()
    if not note:
        return ""
    try:
        kept = notes.read(note)
    except notes.BadCheckpoint:
        return UNREADABLE
    known = LogCheckpoint.objects.filter(size=kept.size).values_list("root", flat=True).first()
    return "" if known == kept.root.hex() else BEHIND


def check() -> None:
    """Raise IssuingClosed when nothing may be issued."""
    reason = why_closed()
    if reason:
        raise IssuingClosed(reason)
