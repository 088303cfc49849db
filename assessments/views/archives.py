"""An archive of what was handed in, as an answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from assessments.assignments import zipping
from assessments.assignments.names import folder_name
from assessments.models import Submission
from courses.models import Cohort


def archive(rows: Iterable[Submission], cohort: Cohort, called: str) -> StreamingHttpResponse:
    """Text and files of these versions, streamed under the name ``called``."""
    entries = zipping.entries_of(rows, zone=cohort.time_zone)
    answer = StreamingHttpResponse(zipping.stream(entries), content_type="application/zip")
    name = f"{folder_name(called)}.zip"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Encoding"] = "identity"  # what is inside is compressed: gzip would only cost time
    return answer
