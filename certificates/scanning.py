"""The three statements behind every scanned code, written by Django once per process instead of once per request.

A scan is the question this site is asked most often, and putting its SQL together costs more than asking it.  The
statements are the querysets' own (whatever columns the models have); only their text is kept, and the rows come fresh
from the database each time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from certificates.keys import KeyRegister
from certificates.models import Certificate, SigningKey, StatusChange
from certificates.registering import public_register

_CODE: Final = "suluh:the-code-asked-for"
_ID: Final = 9_007_199_254_740_881  # stands for the certificate's id; no row has it
_NEIGHBOURS: Final = ("replaces", "replaced_by")
_registers: dict[str, tuple[list[Any], KeyRegister]] = {}


def certificate_of(code: str) -> Certificate | None:
    """The certificate of this normal code with the number and code of those before and after it.  One statement."""
    sql, params = _prepared("certificate", connection.vendor)
    # The text is what Django wrote for a queryset of ours; what is asked for stays a parameter.
    rows = Certificate.objects.raw(sql, [code if value == _CODE else value for value in params])
    found = next(iter(rows), None)
    if found is not None:
        for name in _NEIGHBOURS:
            _set_neighbour(found, name)
        found.logged_at = _aware(found.logged_at)  # type: ignore[attr-defined]
    return found


def changes_of(certificate: Certificate) -> list[StatusChange]:
    """What happened to it, oldest first.  One statement."""
    sql, params = _prepared("changes", connection.vendor)
    # As above: the id is a parameter.
    return list(StatusChange.objects.raw(sql, [certificate.pk if value == _ID else value for value in params]))


def register_of_keys() -> KeyRegister:
    """Every public key.  The rows are asked for each time; they are only read anew when one of them differs.  One
    statement, two after a change."""
    sql, params = _prepared("keys", connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    known = _registers.get(connection.vendor)
    if known is None or known[0] != rows:
        known = _registers[connection.vendor] = (rows, public_register())
    return known[1]


def _certificates() -> QuerySet[Any]:
    facts = {f"{name}_{fact}": F(f"{name}__{fact}") for name in _NEIGHBOURS for fact in ("pk", "code", "number")}
    asked: QuerySet[Any] = (
        Certificate.objects.with_logged_at().with_duplicates().annotate(**facts).filter(code=_CODE).order_by()
    )
    return asked


_STATEMENTS: Final[dict[str, Callable[[], QuerySet[Any]]]] = {
    "certificate": _certificates,
    "changes": lambda: StatusChange.objects.filter(certificate_id=_ID).order_by("id"),
    "keys": lambda: SigningKey.objects.public(),
}


@lru_cache(maxsize=8)
def _prepared(name: str, vendor: str) -> tuple[str, tuple[Any, ...]]:
    sql, params = _STATEMENTS[name]().query.sql_with_params()
    return sql, tuple(params)


def _set_neighbour(certificate: Any, name: str) -> None:
    facts = {fact: getattr(certificate, f"{name}_{fact}") for fact in ("pk", "code", "number")}
    row = Certificate(**facts) if facts["pk"] is not None else None
    Certificate._meta.get_field(name).set_cached_value(certificate, row)  # type: ignore[union-attr]


def _aware(at: Any) -> datetime | None:
    """A time as the database gives it: SQLite keeps text in UTC and knows no zone."""
    parsed = parse_datetime(at) if isinstance(at, str) else at
    if parsed is not None and is_naive(parsed):
        return make_aware(parsed, UTC)
    return parsed
