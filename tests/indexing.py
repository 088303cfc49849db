"""Factories write neither the search index nor the reference index: a fifth of what making pages and questions takes.

What a test does through the product's own pages and verbs is indexed as ever.  A test about searching, or about what
refers to what, asks for the fixture ``indexed``; then factories write both indexes too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from unittest.mock import patch

from modelsearch import signal_handlers
from wagtail.signal_handlers import disable_reference_index_auto_update, reference_index_auto_update_disabled

P = ParamSpec("P")
R = TypeVar("R")
_wanted = False


@contextmanager
def indexing() -> Iterator[None]:
    """Factories called inside write the indexes."""
    global _wanted
    _wanted = True
    try:
        yield
    finally:
        _wanted = False


class _NoTask:
    def enqueue(self, *args: object) -> None:
        """The object goes into no index."""


def unindexed(factory: Callable[P, R]) -> Callable[P, R]:
    """Decorate a factory: what it saves goes into no index, unless the test asked for that."""

    @wraps(factory)
    def make(*args: Any, **kwargs: Any) -> R:
        if _wanted or getattr(reference_index_auto_update_disabled, "value", False):
            return factory(*args, **kwargs)
        with (
            disable_reference_index_auto_update(),
            patch.object(signal_handlers, "insert_or_update_object_task", _NoTask()),
        ):
            return factory(*args, **kwargs)

    return make
