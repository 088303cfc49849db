"""Pure.  The one order in which facts about a genuine certificate become one answer, online and without a network.

``certificates/static/certificates/offline_core.js`` holds the same order; tests/vectors/verdicts holds all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """What holds of a genuine certificate, the gravest first: what somebody decided goes before what only passed."""

    REVOKED = "revoked"
    REPLACED = "replaced"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    UNKNOWN = "status_unknown"
    VALID = "valid"


ORDER = tuple(State)


def gravest(facts: Iterable[State]) -> State:
    """The answer that follows from these facts together; without any, valid."""
    return min(facts, key=ORDER.index, default=State.VALID)
