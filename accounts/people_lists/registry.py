"""Where upper apps join in: what follows an import, and what stands in the way of undoing one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from accounts.models import PeopleList, User

# fn(user_ids) -> {user_id: sentence}: what somebody has done already, so that the import can no longer be undone.
TraceSource = Callable[[Sequence[int]], Mapping[int, str]]
# fn(user_ids) -> rows that are no act of the person (a notice, an unused code) and go away together with them.
Removable = Callable[[Sequence[int]], "QuerySet[Any]"]
ListSource = Callable[["User"], Q | None]


@dataclass(frozen=True)
class TakenIn:
    """A person a batch has taken in: the row that says so, the person, and unit and region as written, if any."""

    row_id: int
    user_id: int
    organization_id: int | None
    region_id: int | None
    is_new: bool


class FollowUp(Protocol):
    """What an upper app does with the people of a list: an angkatan enrols them."""

    def refusal(self, people_list: PeopleList, actor: User | None) -> str:
        """Why ``actor`` may not take this list in now; empty when nothing is in the way."""

    def present(self, people_list: PeopleList, user_ids: Sequence[int]) -> Mapping[int, str]:
        """Of these people those for whom nothing follows any more, each with a sentence."""

    def apply(
        self, people_list: PeopleList, taken: Sequence[TakenIn], *, actor: User | None, at: datetime
    ) -> Mapping[int, int]:
        """Do it for a batch, in its transaction; row id -> key of what was made (left out: nothing was)."""

    def rows(self, people_list: PeopleList, keys: Sequence[int]) -> Mapping[type[Model], Sequence[int]]:
        """Every row that ``undo`` removes, by model: these do not stand in the way of removing people."""

    def traces(self, people_list: PeopleList, keys: Sequence[int]) -> Mapping[int, str]:
        """Key -> why what was made cannot be taken back."""

    def undo(self, people_list: PeopleList, keys: Sequence[int], *, actor: User | None, at: datetime) -> None:
        """Take back what was made, in the transaction of the undo."""


follow_ups: dict[str, FollowUp] = {}
trace_sources: list[TraceSource] = []
removables: list[Removable] = []
list_sources: list[ListSource] = []


def register_follow_up(kind: str, follow_up: FollowUp) -> None:
    """Let ``follow_up`` act on lists whose ``follow_kind`` is ``kind``.  Repeating is harmless."""
    follow_ups[kind] = follow_up


def register_trace_source(source: TraceSource) -> None:
    """Let an upper app say what a person has done.  Repeating is harmless.

    A row of any table that points at the person stands in the way even if nobody registered it; a source only gives it
    a sentence that helps.
    """
    if source not in trace_sources:
        trace_sources.append(source)


def register_removable(source: Removable) -> None:
    """Let an upper app name rows that go away with a person nobody has touched.  Repeating is harmless."""
    if source not in removables:
        removables.append(source)


def register_list_source(source: ListSource) -> None:
    """Let an upper app widen who sees which list: ``source(user)`` is a condition on PeopleList, or None."""
    if source not in list_sources:
        list_sources.append(source)
