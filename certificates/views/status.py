"""The signed status lists, byte for byte as the signing worker stored them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.status import lists
from certificates.status.credential import MAY_BE_KEPT, MEDIA_TYPE


@login_not_required
@require_safe
@cache_control(public=True, max_age=int(MAY_BE_KEPT.total_seconds()))
def status_list(request: HttpRequest, list_id: str, purpose: str) -> HttpResponse:
    """One list of one purpose; 404 for a list that was never published.  One statement."""
    issue = lists.newest(list_id, purpose)
    if issue is None:
        raise Http404
    etag, changed = quote_etag(issue.sha256), int(issue.made_at.timestamp())
    answer = get_conditional_response(request, etag=etag, last_modified=changed)
    if answer is None:
        answer = HttpResponse(issue.text, content_type=MEDIA_TYPE)
    answer["ETag"], answer["Last-Modified"] = etag, http_date(changed)
    # Whoever checks a credential in a page of another site may read the list: there is nothing private in it.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
