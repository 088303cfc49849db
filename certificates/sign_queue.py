"""The queue of a signatory: what waits, taken out one by one or as a ZIP, and brought back signed, many at once.

A file is known by what it holds, not by its name: whoever renames it loses nothing.  Each is judged in a limited
process and answered on a line of its own; one that is bad stops no other, and one that is there already is no fault.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography import x509
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.assignments import names
from assessments.assignments.parts import MEGABYTE
from assessments.assignments.working import Upload
from certificates import elsewhere, errors, handing_out, registering
from certificates.checking import check_signed
from certificates.filing import FileNotMade
from certificates.models import SealRequest, StatusChange
from certificates.querysets import SealRequestQuerySet
from certificates.signing import SignedPdf
from certificates.signing.accepting import LARGEST, Why

if TYPE_CHECKING:
    from accounts.models import User

#: Files of one download, and of one upload; together an upload weighs what one request may.
MOST_AT_ONCE: Final = 50
MOST_BYTES: Final = 20 * MEGABYTE
#: Signers whose files wait for a person (``SealRequest.backend``).
IN_PERSON: Final = ("human", "bsre-person")
_END: Final = b"%%EOF\n"
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

WORDS: Final[dict[str, Promise]] = {
    Why.OTHER_FILE: _("This is not the file that was handed out: it was changed or written anew before it was signed."),
    Why.UNREADABLE: _("The file cannot be read."),
    Why.UNSIGNED: _("The file bears no signature."),
    Why.SEVERAL: _("The file bears more than one signature."),
    Why.NOT_WHOLE: _("The signature does not cover the whole file."),
    Why.ALTERED: _("Something besides the signature was changed."),
    Why.BROKEN: _("The signature does not hold."),
    Why.VISIBLE: _("The signature can be seen on the page. Choose an invisible signature in your tool."),
    Why.STRANGER: _("The certificate of the signature leads to nobody whom this installation trusts."),
    Why.OTHER_PERSON: _("It is not the certificate of the person who is named on the paper."),
    Why.OUTSIDE: _("It was signed before the certificate of the signature began or after it ended."),
    Why.NO_ROOTS: _("This installation does not know yet whose signatures it trusts. Tell the operator."),
    Why.TOO_LARGE: _("The file is too large."),
    Why.TOO_SLOW: _("The file took too long to look at."),
    Why.TOO_HEAVY: _("The file needs too much memory."),
    Why.BUSY: _("Too many files are being looked at. Send this one again in a minute."),
    "": _("The paper speaks of another signer. Tell the operator."),
}
UNKNOWN: Final = _("This is none of the files that wait here: another file, or it was changed before it was signed.")
TAKEN_IN: Final = _("Taken in. The certificate is filed.")
THERE_ALREADY: Final = _("Taken in before; nothing was changed.")


@dataclass(frozen=True)
class Line:
    """What became of one file that was brought; ``number`` is its certificate's."""

    name: str
    said: Promise | str
    tone: str
    number: str = ""

    def to_json(self) -> dict[str, str]:
        return {"name": self.name, "said": str(self.said), "tone": self.tone, "number": self.number}


def queue_of(user: User) -> SealRequestQuerySet:
    """Files that this person may take out and bring back, oldest first; with those that are signed.  Nobody is asked to
    sign what was revoked or replaced while it waited."""
    rows: SealRequestQuerySet = SealRequest.objects.visible_to(user).filter(backend__in=IN_PERSON)
    ended = StatusChange.objects.filter(certificate=OuterRef("certificate"), status__in=StatusChange.ENDINGS)
    rows = rows.filter(Q(state=SealRequest.State.SIGNED) | ~Exists(ended))
    return rows.exclude(certificate__name_member="").select_related("certificate__issuer", "taken_by").order_by("pk")


def file_name(request: SealRequest) -> str:
    """The certificate's number and the id; no name of a person."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", request.certificate.number).strip("-")
    return f"{slug}--{request.public_id}.pdf"


def bundle(user: User, wanted: Iterable[UUID], *, at: datetime) -> tuple[bytes, int]:
    """A ZIP of these files, and how many are in it; they are handed out with it.  One that is lost is left out."""
    rows = queue_of(user).filter(public_id__in=list(wanted)[:MOST_AT_ONCE])
    taken, _lost = handing_out.take_out_found(list(rows), actor=user, at=at)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as folder:
        for request, pdf in taken:
            folder.writestr(file_name(request), pdf)
    return out.getvalue(), len(taken)


def bring(user: User, uploads: Iterable[Upload], *, at: datetime) -> list[Line]:
    """Take in what is good; a line for each file."""
    return [_bring(user, upload, at=at) for upload in uploads]


def _bring(user: User, upload: Upload, *, at: datetime) -> Line:
    name = names.shown(upload.name or "")
    if (upload.size or 0) > LARGEST:
        return Line(name, WORDS[Why.TOO_LARGE], "bad")
    content = upload.read()
    request = _known(user, content, upload.name or "")
    if request is None:
        return Line(name, UNKNOWN, "bad")
    number = request.certificate.number
    try:
        new = elsewhere.hand_in(request, content, actor=user, at=at, look=in_limits)
    except errors.NotTheFile as error:
        return Line(name, WORDS[error.reason], "bad", number)
    except errors.FileLost as error:
        return Line(name, error.message, "bad", number)
    except FileNotMade:
        return Line(name, WORDS[""], "bad", number)
    return Line(name, TAKEN_IN if new else THERE_ALREADY, "good", number)


def _known(user: User, content: bytes, name: str) -> SealRequest | None:
    """The request whose file this begins with; else the one that the name speaks of, so that its fault can be told."""
    rows = queue_of(user)
    end = content.find(_END)
    first = hashlib.sha256(content[: end + len(_END)]).hexdigest() if end >= 0 else ""
    found: SealRequest | None = rows.filter(content_sha256=first).first()
    spoken = _UUID.search(name)
    if found is None and spoken:
        found = rows.filter(public_id=UUID(spoken[0])).first()
    return found


def in_limits(original: bytes, signed: bytes, *, roots: tuple[x509.Certificate, ...], backend: str) -> SignedPdf:
    """What ``accept`` says, found in a limited process.  Raises NotAcceptable."""
    return check_signed(original, signed, registering.public_register(), roots).accepted(signed, backend=backend)


def progress(user: User) -> tuple[int, int]:
    """How many files were signed in the last thirty days, and how many that and the open ones are.  One statement."""
    rows = (
        queue_of(user)
        .order_by()
        .aggregate(
            signed=Count("pk", filter=Q(state="signed", since__gte=timezone.now() - timedelta(days=30))),
            left=Count("pk", filter=~Q(state="signed")),
        )
    )
    return rows["signed"], rows["signed"] + rows["left"]
