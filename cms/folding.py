"""Pages that are asked for most: what never changes in them is worked out once, not once per request.

``filled`` renders a template once for each shape it can take and then only puts the texts of a request into it;
``framed`` does the same with the frame around a page.  Nothing that is said about anybody is kept: the texts come
from the caller each time, and what a template decides by is part of the key.
"""

from __future__ import annotations

import html
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_urlconf
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from cms.navigation import Link, site

Texts = Mapping[str, "str | Sequence[Mapping[str, str]]"]
_Shape = tuple[tuple[str, Any], ...]
# Where a text belongs, in characters of private use that no template of ours holds.
_OPEN, _CLOSE = "\ue000", "\ue001"
_GAP: Final = re.compile(rf"{_OPEN}([\w.]+){_CLOSE}")


def filled(name: str, decides: Mapping[str, Hashable], texts: Texts) -> SafeString:
    """The template with both as its context, every text escaped as ever.

    It is rendered once for each combination of ``decides`` and of which texts are there (of rows: in each row).  So
    the template may print a text and ask whether it is there, but must neither filter nor compare it.
    """
    values: dict[str, str] = {}
    shape: list[tuple[str, Any]] = []
    for word, said in texts.items():
        if isinstance(said, str):
            values[word] = said
            shape.append((word, bool(said)))
        else:
            shape.append((word, _rows(word, said, values)))
    pieces, gaps = _cut(name, get_language() or "", tuple(decides.items()), tuple(shape))
    page = [*pieces]
    for place, gap in gaps:
        page[place] = _escaped(values[gap])
    # A template's own output, and texts that were escaped one by one.
    return mark_safe("".join(page))  # noqa: S308


def framed(request: HttpRequest, frame: str, *, title: str, main: SafeString) -> str:
    """``main`` in the template ``frame``, which shows ``{{ title }}`` and ``{{ main }}``.

    Whoever brings neither session nor message is nobody we know, and nobody asks who it is."""
    if not request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, "messages"}:
        pieces = _strangers_frame(frame, get_language() or "", settings.SULUH_DEMO, get_urlconf())
        said = {"title": _escaped(title), "main": _escaped(main)}
        return "".join(said[piece] if place % 2 else piece for place, piece in enumerate(pieces))
    if len(messages.get_messages(request)):
        return render_to_string(frame, {"title": title, "main": main}, request)
    return filled(frame, {"demo": settings.SULUH_DEMO}, {"title": title, "main": main, **_links(request)})


@lru_cache(maxsize=16)
def _strangers_frame(frame: str, _language: str, demo: bool, _urlconf: str | None) -> list[str]:
    """What everybody sees alike whom we do not know, cut where title and main belong."""
    texts: Texts = {"title": _gap("title"), "main": _gap("main"), **_links(HttpRequest())}
    return _GAP.split(filled(frame, {"demo": demo}, texts))


def _links(request: HttpRequest) -> dict[str, list[dict[str, str]]]:
    shown = site(request)
    return {place: [_told(link) for link in shown[place]] for place in ("navigation", "footer_links")}


def _escaped(text: str) -> str:
    return text if isinstance(text, SafeString) else html.escape(text)


def _told(link: Link) -> dict[str, str]:
    return {
        "url": link.url,
        "label": str(link.label),
        "current": "1" if link.current else "",
        "apart": "1" if link.apart else "",
        "waiting": str(link.waiting or ""),
    }


def _rows(word: str, rows: Sequence[Mapping[str, str]], values: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    for place, row in enumerate(rows):
        for fact, text in row.items():
            values[f"{word}.{place}.{fact}"] = text
    return tuple(tuple(fact for fact, text in row.items() if text) for row in rows)


@lru_cache(maxsize=256)
def _cut(
    name: str, language: str, decides: tuple[tuple[str, Hashable], ...], shape: _Shape
) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """The template's fixed pieces with room between them, and which text goes into which room."""
    context = dict(decides) | {word: _gaps(word, there) for word, there in shape}
    pieces = _GAP.split(render_to_string(name, context))
    fixed = "".join(pieces[::2])
    if _OPEN in fixed or _CLOSE in fixed:
        raise ValueError(f"{name} changes a text instead of printing it")
    return tuple(pieces), tuple((place, pieces[place]) for place in range(1, len(pieces), 2))


def _gaps(word: str, there: bool | Iterable[Iterable[str]]) -> Any:
    if isinstance(there, bool):
        return _gap(word) if there else ""
    return [{fact: _gap(f"{word}.{place}.{fact}") for fact in row} for place, row in enumerate(there)]


def _gap(word: str) -> SafeString:
    # The name of a text, which our own code gave; the text itself is escaped when it is put in.
    return mark_safe(f"{_OPEN}{word}{_CLOSE}")  # noqa: S308
