"""Around the module page: where it stands in its edition, what follows it, and its frozen files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from courses import progress
from courses.correcting import with_errata
from courses.models import Cohort, EditionModule, Enrolment, Erratum, ModuleReading

# Shown in place; everything else is downloaded, so that no uploaded file ever runs as a page of ours.
SHOWN_IN_PLACE = (
    "image/png", "image/jpeg", "image/webp", "image/avif", "image/gif", "audio/", "video/", "application/pdf"
)  # fmt: skip
# Bytes of one answer to a player that asks for a part of a recording.
MOST_AT_ONCE = 1_048_576


@dataclass(frozen=True)
class Place:
    """A module among the modules of its edition."""

    number: int
    total: int
    previous: EditionModule | None
    next: EditionModule | None
    read_at: Mapping[str, datetime]
    is_read: bool
    legal: list[dict[str, str]]
    sources: list[dict[str, str]]

    @property
    def read_count(self) -> int:
        return len(self.read_at)


def place_of(module: EditionModule, enrolment: Enrolment | None) -> Place:
    """Two statements, however long the course is."""
    modules = list(EditionModule.objects.filter(edition=module.edition_id).only("key", "title", "position"))
    at = next(i for i, other in enumerate(modules) if other.pk == module.pk)
    read: dict[str, datetime] = {}
    if enrolment is not None:
        read = dict(ModuleReading.objects.filter(enrolment=enrolment).values_list("key", "read_at"))
    return Place(
        number=at + 1,
        total=len(modules),
        previous=modules[at - 1] if at else None,
        next=modules[at + 1] if at + 1 < len(modules) else None,
        read_at=read,
        is_read=module.key in read,
        legal=[reference for reference in module.references if reference["kind"] == "provision"],
        sources=[reference for reference in module.references if reference["kind"] == "source"],
    )


def fragment_of(module: EditionModule, cohort: Cohort, read_at: datetime | None) -> tuple[str, list[Erratum]]:
    """What the reader reads: the frozen fragment with dated corrections beside it; and those newer than ``read_at``."""
    if cohort.edition is None:
        return module.html, []
    errata = list(Erratum.objects.for_edition(cohort.edition).filter(module_key=module.key))
    newer = [erratum for erratum in errata if read_at and erratum.published_at > read_at]
    return with_errata(module.html, errata, cohort=cohort), newer


def said_read(key: str) -> str:
    """What the page says after "Selesai dibaca"."""
    return _("Module %(key)s is marked as read.") % {"key": key}


def after(enrolment: Enrolment, key: str) -> str:
    """The address that follows module ``key``: its own activity (a quiz is started from the angkatan's page), or the
    next unread module, or the angkatan's page."""
    home = reverse("courses:cohort_home", args=[enrolment.cohort.public_id])
    step = progress.overview(enrolment).next_step
    return step.url if step is not None and step.kind == "module" else home


class StoredFile(Protocol):
    """What a stored file has to say of itself to be sent."""

    file: Any
    size: Any

    @property
    def name(self) -> Any: ...
    @property
    def content_type(self) -> Any: ...


def file_response(media: StoredFile | None, byte_range: str = "") -> HttpResponseBase:
    """The file's bytes, or the part that a player asks for, with a type that cannot run.

    404 for what the person may not see or the store has lost.
    """
    if media is None:
        raise Http404
    try:
        opened = media.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    wanted = part_wanted(byte_range, media.size)
    response: HttpResponseBase
    if wanted is None:
        shown = media.content_type.startswith(SHOWN_IN_PLACE)
        response = FileResponse(opened, as_attachment=not shown, filename=media.name, content_type=media.content_type)
    else:
        with opened:
            opened.seek(wanted.start)
            response = HttpResponse(opened.read(len(wanted)), status=206, content_type=media.content_type)
        response["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{media.size}"
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def part_wanted(byte_range: str, size: int) -> range | None:
    """Pure.  The bytes of a single-range request (RFC 9110, section 14.2), at most MOST_AT_ONCE; None for the whole.

    Answering less than was asked is allowed; a player asks for the rest.  What is not understood is ignored.
    """
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", byte_range.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= stop:
        return None
    return range(start, min(stop, start + MOST_AT_ONCE))
