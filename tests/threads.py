"""Several works at the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection


def at_once(works: Sequence[partial[Any]]) -> None:
    """Run all in threads of their own; what one of them raises fails the test."""
    start, raised = threading.Barrier(len(works)), []

    def work(act: partial[Any]) -> None:
        start.wait(10)
        try:
            act()
        except Exception as error:  # noqa: BLE001 - handed to the test below
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[act]) for act in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
