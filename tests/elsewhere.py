"""Work done on a thread of its own, away from what a browser test leaves on the main one.

After a browser test Playwright's event loop and greenlet stay on pytest's thread: ``asyncio.run`` refuses to start
there, and CPython 3.11's parser miscounts its depth.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_hand = ThreadPoolExecutor(1, thread_name_prefix="elsewhere")


def elsewhere(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work(*args, **kwargs)`` answers or raises."""
    return _hand.submit(work, *args, **kwargs).result()


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python source."""
    return elsewhere(ast.parse, path.read_text(encoding="utf-8"))
