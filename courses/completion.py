"""Pure: the rule that says whether an enrolment is complete.

A requirement is met by a fulfilment of the same kind and key that has not been withdrawn.  What fulfils something that
nobody requires (a practice quiz) is kept and changes nothing.  An edition without requirements completes nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class RequirementLike(Protocol):
    """Something required; ``position`` gives the order in which people meet it."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def position(self) -> int: ...


class FulfilmentLike(Protocol):
    """Something done; it counts while ``withdrawn_at`` is None."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...


R = TypeVar("R", bound=RequirementLike)


def missing(requirements: Iterable[R], fulfilments: Iterable[FulfilmentLike]) -> list[R]:
    """The requirements not met yet, in the order of their position."""
    met = {(done.kind, done.key) for done in fulfilments if done.withdrawn_at is None}
    return sorted((need for need in requirements if (need.kind, need.key) not in met), key=lambda need: need.position)


def is_complete(requirements: Iterable[R], fulfilments: Iterable[FulfilmentLike]) -> bool:
    """Whether there is something to require and all of it is met."""
    needs = list(requirements)
    return bool(needs) and not missing(needs, fulfilments)
