"""What the page behind a scanned code says, fact by fact: the templates' texts, and what they decide by.

A scan is what this site is asked most often, so its page is filled instead of rendered (``cms.folding``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_urlconf, reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from certificates import history, judging, wording
from certificates.record import Record
from certificates.templatetags.certificate_facts import day
from certificates.verifying import Standing
from cms.folding import filled
from cms.templatetags.spoken_codes import spoken
from courses.templatetags.course_times import jp

_TEMPLATE: Final = "certificates/_show.html"
_PLACE: Final = "suluh-code"


def title_of(standing: Standing) -> str:
    """The sentence at the top, as the browser's title."""
    return str(wording.OF_CODE[judging.answer_of(standing)].title)


def main_of(standing: Standing) -> SafeString:
    """The page's own part: the answer, the facts, what happened, the proof.  No statement while nothing ended or
    replaced the certificate, nor erased its holder's name."""
    answer = judging.answer_of(standing)
    record = standing.record if standing.trustworthy else None
    decides = {
        "tone": judging.tone(answer),
        "words": wording.OF_CODE[answer],
        "host": urlsplit(settings.PUBLIC_BASE_URL).netloc,
        "demo": standing.certificate.is_demo,
        "trustworthy": standing.trustworthy,
        "intact": standing.intact,
        "kind": record.kind if record else "",
    }
    texts = _of_register(standing, answer) | _of_signature(standing)
    if record is not None:
        texts |= _of_record(record) | {"holder": standing.holder_name or ""}
    return filled(_TEMPLATE, decides, texts)


def _of_register(standing: Standing, answer: judging.Answer) -> dict[str, Any]:
    certificate = standing.certificate
    newer = standing.replaced_by if answer is judging.Answer.REPLACED else None
    told = standing.status_at or standing.past_end or standing.replaces
    return {
        "code": certificate.code,
        "newer_number": newer.number if newer else "",
        "status": render_to_string("certificates/_status.html", {"standing": standing}) if told else "",
        "lines": history.told(history.public(certificate, standing.changes), certificate.time_zone),
        "record_sha256": certificate.record_sha256,
        "file_sha256": certificate.file_sha256,
        "proof_address": _address("certificates:proof", certificate.code),
    }


def _of_signature(standing: Standing) -> dict[str, str]:
    ended = standing.distrusted
    since = localtime(ended.revoked_at) if ended and ended.revoked_at else None
    return {
        "signed_by": standing.signed_by.key_id if standing.signed_by else "",
        "distrusted": ended.key_id if ended else "",
        "stolen_since": date_format(since, "j F Y H.i e") if since else "",
        "stolen_reason": ended.revoked_reason if ended else "",
    }


def _of_record(record: Record) -> dict[str, Any]:
    held, units = record.held, record.units
    hours = {text: jp(text) for text in {each for row in record.modules for each in (row.jp_async, row.jp_sync)}}
    return {
        "training": record.scheme.title if record.kind == "competence" else record.course.title,
        "number": record.number,
        "code_spoken": spoken(record.code),
        "issuer": record.issuer.name,
        "first_day": day(held.starts_on),
        "last_day": day(held.ends_on) if held.ends_on != held.starts_on else "",
        "issued_on": day(record.issued_on),
        "valid_until": day(record.valid_until),
        "jp": jp(record.jp.total),
        "jp_note": record.jp.note,
        "result": record.result,
        "modules": [
            {"title": row.title, "own_time": hours[row.jp_async], "live": hours[row.jp_sync]} for row in record.modules
        ],
        "units": [{"title": unit.title, "code": unit.code, "result": unit.result} for unit in units],
    }


def _address(name: str, code: str) -> str:
    """The address of this name for a public code (letters, digits and dashes, so nothing needs quoting)."""
    return _around(name, get_urlconf() or settings.ROOT_URLCONF).replace(_PLACE, code)


@lru_cache(maxsize=8)
def _around(name: str, urlconf: str) -> str:
    return reverse(name, urlconf, args=[_PLACE])
