"""Files as answers."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def as_download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Bytes to be saved under ``name``; never kept by a shared cache, for they are about people."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer
