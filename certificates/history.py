"""What happened to a certificate, in words: for everybody without names of staff, for its keepers with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, NameErasure, ReplacementRequest, RevocationRequest, StatusChange
from courses.templatetags.course_times import moment

if TYPE_CHECKING:
    from accounts.models import User

WORDS: dict[str, Promise] = {
    "issued": _("Issued"),
    "suspended": _("Suspended"),
    "valid": _("In force again"),
    "revoked": _("Revoked"),
    "replaced": _("Replaced"),
    "erased": _("Name erased"),
    "revocation_asked": _("Revocation asked for"),
    "revocation_declined": _("Revocation declined"),
    "replacement_asked": _("Correction asked for"),
    "replacement_agreed": _("Correction agreed to"),
    "replacement_declined": _("Correction declined"),
}
#: How programs call what the register calls otherwise.
_FOR_PROGRAMS = {"valid": "reinstated"}
LAWFUL = _("At the holder's lawful request.")


@dataclass(frozen=True)
class Line:
    """One thing that happened.  ``actor`` is None for the system, and for everybody who is not a keeper."""

    what: str
    at: datetime
    reason: str | Promise = ""
    actor: User | None = None

    @property
    def word(self) -> Promise:
        return WORDS[self.what]

    def to_json(self) -> dict[str, Any]:
        """The line for programs: ``event``, ``at``, ``reason``."""
        return {"event": _FOR_PROGRAMS.get(self.what, self.what), "at": self.at, "reason": str(self.reason)}


def public(certificate: Certificate, changes: Iterable[StatusChange]) -> list[Line]:
    """What anyone may read, oldest first; no statement when ``erasure`` was selected with the certificate."""
    lines = [Line("issued", certificate.issued_at)]
    lines += [Line(change.status, change.at, change.reason) for change in changes]
    erasure: NameErasure | None = getattr(certificate, "erasure", None) if not certificate.name_member else None
    if erasure is not None:
        lines.append(Line("erased", erasure.at, LAWFUL))
    return sorted(lines, key=lambda line: line.at)


def kept(certificate: Certificate) -> list[Line]:
    """What the keepers of the register read, with names, oldest first.  Four statements."""
    lines = [Line("issued", certificate.issued_at)]
    changes = StatusChange.objects.filter(certificate=certificate).select_related("actor").order_by("id")
    lines += [Line(change.status, change.at, change.reason, change.actor) for change in changes]
    for erasure in NameErasure.objects.filter(certificate=certificate).select_related("actor"):
        lines.append(Line("erased", erasure.at, erasure.reason, erasure.actor))
    requests = RevocationRequest.objects.filter(certificate=certificate)
    for asked in requests.select_related("requested_by", "decided_by"):
        lines += _of_request("revocation", asked)
    corrections = ReplacementRequest.objects.filter(certificate=certificate)
    for asked in corrections.select_related("requested_by", "decided_by"):
        lines += _of_request("replacement", asked)
    return sorted(lines, key=lambda line: line.at)


def told(lines: Iterable[Line], zone: str) -> list[dict[str, str]]:
    """The lines as a page shows them, in the interface's language; times in ``zone``."""
    return [
        {
            "word": str(line.word),
            "at": moment(line.at, zone),
            "reason": str(line.reason),
            "actor": line.actor.full_name if line.actor else "",
        }
        for line in lines
    ]


def _of_request(kind: str, asked: RevocationRequest | ReplacementRequest) -> list[Line]:
    """The request and its answer; an agreed revocation is told by the revocation itself."""
    lines = [Line(f"{kind}_asked", asked.requested_at, asked.reason, asked.requested_by)]
    decided = asked.state != "open" and (kind, asked.state) != ("revocation", "agreed")
    if decided and asked.decided_at is not None:
        lines.append(Line(f"{kind}_{asked.state}", asked.decided_at, asked.answer, asked.decided_by))
    return lines
