"""How many statements a request took, told in a header; in force while measuring only."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Statements"
CONTROL = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE", re.IGNORECASE)


class Statements:
    """Counts what goes to the database, transaction control apart.  Costs subject and baseline alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        taken = 0

        def count(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
            nonlocal taken
            taken += CONTROL.match(sql) is None
            return execute(sql, *given)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response[HEADER] = str(taken)
        return response
