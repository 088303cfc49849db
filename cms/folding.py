"""Pages that are asked for most: what never changes in them is worked out once per language, not once per request.

``folded`` takes a template and writes its fixed texts (``{% translate "..." %}``) and pictures into it before it is
compiled; ``framed`` sets a page's own part into the frame that everybody without cookies sees alike.  Whoever brings
cookies gets the frame made anew: it shows who is signed in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Engine, Template
from django.template.loader import get_template, render_to_string
from django.utils.html import conditional_escape
from django.utils.translation import get_language, gettext

_TEXT: Final = re.compile(r'{% translate "([^"]*)" %}')
_PICTURE: Final = re.compile(r'{% include "components/icon\.html" with name="([a-z_]+)" %}')
_PART: Final = re.compile(r'{% include "([^"]+)" %}')
_TITLE, _MAIN = "suluh-frame-title", "suluh-frame-main"


def rendered(name: str, context: dict[str, Any]) -> str:
    """The template with this context, no request in it."""
    return _folded(name, get_language() or "").render(Context(context))


def framed(request: HttpRequest, frame: str, *, title: str, main: str) -> str:
    """``main`` (safe HTML) in the template ``frame``, which shows ``{{ title }}`` and ``{{ main }}``."""
    if request.COOKIES:
        return render_to_string(frame, {"title": title, "main": main}, request)
    made = _frame(request, frame)
    return made.replace(_TITLE, conditional_escape(title), 1).replace(_MAIN, main, 1)


_frames: dict[tuple[str, str, bool], str] = {}


def _frame(request: HttpRequest, frame: str) -> str:
    key = frame, get_language() or "", settings.SULUH_DEMO
    if key not in _frames:
        _frames[key] = render_to_string(frame, {"title": _TITLE, "main": _MAIN}, request)
    return _frames[key]


@lru_cache(maxsize=16)
def _folded(name: str, language: str) -> Template:
    source = _PART.sub(lambda found: _source(found[1]), _source(name))
    source = _TEXT.sub(lambda found: str(conditional_escape(gettext(found[1]))), source)
    source = _PICTURE.sub(lambda found: render_to_string("components/icon.html", {"name": found[1]}), source)
    return Template(source, engine=Engine.get_default())


def _source(name: str) -> str:
    source: str = get_template(name).template.source  # type: ignore[attr-defined]
    return source
