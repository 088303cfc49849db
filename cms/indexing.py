"""What is saved several times in one go enters the search index and the reference index once.

Publishing a new question saves it three times, and each save wrote both indexes: nine statements, of which only the
last ones stay.  Wagtail hands the writing to django-tasks; the backend here does it at once, as its own does, unless
somebody asked for ``indexed_once``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id

WRITES_AN_INDEX = {
    "modelsearch.tasks.insert_or_update_object_task",
    "wagtail.tasks.update_reference_index_task",
}
_Noted = dict[tuple[Any, ...], Callable[[], object]]
_noted: ContextVar[_Noted | None] = ContextVar("indexed_once", default=None)


@contextmanager
def indexed_once() -> Iterator[None]:
    """Write the indexes at the end, once for each object, in the transaction in which this stands.

    Inside another one, at the end of the outer one.  Nothing is written when the block fails: what was saved in it goes
    with its transaction."""
    if _noted.get() is not None:
        yield
        return
    noted: _Noted = {}
    token = _noted.set(noted)
    try:
        yield
    finally:
        _noted.reset(token)
    for write in noted.values():
        write()


class OnceBackend(ImmediateBackend):  # type: ignore[misc]
    """Runs a task at once; what writes an index, at the end of ``indexed_once``."""

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        noted = _noted.get()
        if noted is None or task.module_path not in WRITES_AN_INDEX:
            return super().enqueue(task, args, kwargs)
        self.validate_task(task)
        what = (task.module_path, *args, *sorted(kwargs.items()))
        noted.setdefault(what, partial(super().enqueue, task, args, kwargs))
        return TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
