"""People lists: a table of people is read, checked row by row, taken in by one task, and can be undone.

``columns`` and ``cells`` are pure; ``planning`` judges rows against who is there; ``uploading``, ``checking``,
``running`` and ``undoing`` are the verbs of a list's life.  The row is the queue.
"""

from accounts.people_lists.registry import (
    FollowUp,
    TakenIn,
    register_follow_up,
    register_list_source,
    register_removable,
    register_trace_source,
)

__all__ = [
    "FollowUp",
    "TakenIn",
    "register_follow_up",
    "register_list_source",
    "register_removable",
    "register_trace_source",
]
