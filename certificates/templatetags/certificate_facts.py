"""Facts of a record as people read them."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils.functional import Promise

from certificates.log import closing
from certificates.models import Certificate
from certificates.verifying import holder_name
from courses.templatetags.course_times import spelled

register = template.Library()


@register.filter
def day(text: str | date | None) -> str:
    """A record's date (``2021-07-21``) or a date: "21 Juli 2021"; empty for none."""
    if not text:
        return ""
    return spelled(date.fromisoformat(text) if isinstance(text, str) else text)


@register.filter
def holder(certificate: Certificate) -> str:
    """The name as it stands on the paper; empty after a lawful erasure."""
    return holder_name(certificate) or ""


@register.simple_tag
def public_host() -> str:
    """The host that stands in the addresses of new papers."""
    return urlsplit(str(settings.PUBLIC_BASE_URL)).netloc


@register.simple_tag
def issuing_closed() -> str | Promise:
    """Why nothing is issued now, or "".  At most one statement."""
    try:
        return closing.why_closed()
    except OSError:  # this process may not look there; the signing worker judges by itself
        return ""
