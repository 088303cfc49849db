"""The transparency log for everybody: C2SP tlog-tiles, files as they stand, and the proof of one certificate."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from certificates import codes
from certificates.log import Inclusion, proof_of, publishing, tiles
from certificates.log.entries import read_entry
from certificates.log.proving import signer_of
from certificates.models import Certificate, LogEntry
from certificates.record import read_instant
from certificates.registering import public_register

A_MOMENT = cache_control(public=True, max_age=5)
A_YEAR = 365 * 24 * 3600
FOR_EVER = cache_control(public=True, max_age=A_YEAR, immutable=True)


@login_not_required
@require_safe
@A_MOMENT
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed root."""
    note = publishing.checkpoint()
    if not note:
        raise Http404
    return _open_to_all(HttpResponse(note, content_type="text/plain; charset=utf-8"))


@login_not_required
@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries, full or partial; it never changes."""
    if not tiles.is_path(path):
        raise Http404
    try:
        content = (publishing.folder() / "tile" / path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise Http404 from error
    return _unchanging(request, content)


@FOR_EVER
def _unchanging(request: HttpRequest, content: bytes) -> HttpResponse:
    return _open_to_all(HttpResponse(content, content_type="application/octet-stream"))


@login_not_required
@require_safe
@never_cache
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """What the log holds about one certificate, for people; the same as JSON stands in the verification answer."""
    try:
        normal = codes.normalize(code)
    except codes.MalformedCode as error:
        raise Http404 from error
    if normal != code:
        return redirect("certificates:proof", code=normal)
    certificate = Certificate.objects.filter(code=normal).first()
    if certificate is None:
        raise Http404
    proven = proof_of(certificate)
    signer = signer_of(proven, public_register()) if proven else None
    context = {"certificate": certificate, "proven": proven, "signer": signer, "rows": _rows(proven)}
    return render(request, "certificates/proof.html", context)


def _rows(proven: Inclusion | None) -> list[dict[str, object]]:
    return [
        {"word": LogEntry.Kind(each.kind).label, "at": read_instant(read_entry(each.entry)[0]), "entry": each}
        for each in (proven.entries if proven else ())
    ]


def _open_to_all(response: HttpResponse) -> HttpResponse:
    """Checkers of others may read it from any page: nothing here is anybody's secret."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
