"""Finding an address quickly: whole apps are passed over when a path's first word is none of theirs.

Django tries one pattern after the other, and twice for an address without a slash at its end; a scanned code
(``/v/...``) used to be held against two hundred patterns of others before its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from django.urls import URLPattern, URLResolver, include
from django.urls.resolvers import RoutePattern

_LITERAL: Final = re.compile(r"([^</]+/?)")
_OF_REGEX: Final = re.compile(r"\^([\w-]+/)")


def app(module: str) -> URLResolver:
    """``path("", include(module))`` that looks at a path's first word before it tries every pattern."""
    urlconf, app_name, namespace = include(module)
    pattern = _FirstWord("", is_endpoint=False)
    made = URLResolver(pattern, urlconf, app_name=app_name, namespace=namespace)
    pattern.words = tuple(sorted(set(_words(made.url_patterns))))
    return made


class _FirstWord(RoutePattern):
    """Takes nothing away from a path, and no path that begins otherwise than with one of ``words``."""

    words: tuple[str, ...] = ("",)

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, Any]] | None:
        return (path, (), {}) if path.startswith(self.words) else None


def _words(patterns: Iterable[URLPattern | URLResolver]) -> Iterable[str]:
    """How the paths begin that these patterns take; "" (any path) where a pattern does not say."""
    for each in patterns:
        route, spelled = str(each.pattern), _LITERAL if isinstance(each.pattern, RoutePattern) else _OF_REGEX
        if route or isinstance(each, URLPattern):
            begins = spelled.match(route)
            yield begins[1] if begins else ""
        else:
            yield from _words(each.url_patterns)
