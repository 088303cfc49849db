"""The one statement behind every scanned code, written by Django once per process instead of once per request.

A scan is the question this site is asked most often, and putting its SQL together costs more than asking it.  The
statement is a queryset's own (whatever columns the models have); only its text is kept, and the rows come fresh from
the database each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from certificates.keys import KeyEntry, KeyRegister
from certificates.models import Certificate, SigningKey, StatusChange

_CODE: Final = "suluh:the-code-asked-for"
_CERTIFICATE: Final = [field.attname for field in Certificate._meta.concrete_fields]
_CHANGE: Final = [field.attname for field in StatusChange._meta.concrete_fields]
_NEIGHBOURS: Final = ("replaces", "replaced_by")
_OF_NEIGHBOUR: Final = ("id", "code", "number")
_TIMES_OF_KEY: Final = ("not_before", "not_after", "retired_at", "revoked_at")
_OF_KEY: Final = ("key_id", "purpose", "algorithm", "public_key", "is_demo", "revoked_reason", *_TIMES_OF_KEY)


@dataclass(frozen=True)
class Scanned:
    """What the database says about one code: the certificate with the number and code of those before and after it,
    what happened to it (oldest first), and the record key that it names, if there is one."""

    certificate: Certificate
    changes: list[StatusChange]
    keys: KeyRegister


def scan(code: str) -> Scanned | None:
    """What there is under this normal code.  One statement; two when it replaces another or was replaced."""
    rows = _rows(code)
    if not rows:
        return None
    own, key, _change = _parts(rows[0])
    certificate = Certificate.from_db(connection.alias, _CERTIFICATE, own)
    changes = [change for _own, _key, change in map(_parts, rows) if change[0] is not None]
    found = Scanned(
        certificate,
        [StatusChange.from_db(connection.alias, _CHANGE, change) for change in changes],
        KeyRegister((_entry(key[0]),) if key[0] else ()),
    )
    _set_neighbours(found)
    return found


def _set_neighbours(found: Scanned) -> None:
    """Who was replaced has a change that says so, made together with the one that replaces it."""
    certificate = found.certificate
    replaced = any(change.status == StatusChange.Status.REPLACED for change in found.changes)
    facts: tuple[Any, ...] = (None,) * (len(_NEIGHBOURS) * len(_OF_NEIGHBOUR))
    if replaced or certificate.replaces_id is not None:
        asked = [f"{name}__{fact}" for name in _NEIGHBOURS for fact in _OF_NEIGHBOUR]
        row = Certificate.objects.with_duplicates().filter(pk=certificate.pk).values_list("is_duplicate", *asked)
        certificate.is_duplicate, *facts = row.get()  # type: ignore[attr-defined]
    for place, name in enumerate(_NEIGHBOURS):
        said = dict(zip(_OF_NEIGHBOUR, facts[place * len(_OF_NEIGHBOUR) :], strict=False))
        other = Certificate(**said) if said["id"] is not None else None
        Certificate._meta.get_field(name).set_cached_value(certificate, other)  # type: ignore[union-attr]


def _certificates() -> QuerySet[Any, Any]:
    """One row for each change of status, or one without: the certificate, its key, the change."""
    key = SigningKey.objects.filter(key_id=OuterRef("key_id"), purpose="record").order_by()
    facts = Subquery(key.values(facts=JSONObject(**{name: name for name in _OF_KEY})))
    rows = Certificate.objects.annotate(key_facts=facts).filter(code=_CODE).order_by("status_changes__id")
    return rows.values_list(*_CERTIFICATE, "key_facts", *(f"status_changes__{name}" for name in _CHANGE))


_LENGTHS: Final = (len(_CERTIFICATE), 1, len(_CHANGE))
_ENDS: Final = list(accumulate(_LENGTHS))


def _parts(row: Sequence[Any]) -> list[Sequence[Any]]:
    """A row cut into what it says of the certificate, of the key, and of one change."""
    return [row[end - length : end] for end, length in zip(_ENDS, _LENGTHS, strict=True)]


def _rows(code: str) -> list[Sequence[Any]]:
    sql, params, compiler, converters = _prepared(connection.vendor)
    with connection.cursor() as cursor:
        # The text is what Django wrote for a queryset of ours; what is asked for stays a parameter.
        cursor.execute(sql, [code if value == _CODE else value for value in params])
        rows: list[Sequence[Any]] = cursor.fetchall()
    return list(compiler.apply_converters(rows, converters)) if converters else rows


@lru_cache(maxsize=4)
def _prepared(_vendor: str) -> tuple[str, tuple[Any, ...], Any, dict[Any, Any]]:
    """The statement, and what makes Python's values of the database's (nothing that belongs to one connection)."""
    compiler: Any = _certificates().query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    return sql, tuple(params), compiler, compiler.get_converters([column for column, *_rest in compiler.select])


def _entry(facts: dict[str, Any]) -> KeyEntry:
    said = dict(facts)
    times: dict[str, Any] = {name: _aware(said.pop(name)) for name in _TIMES_OF_KEY}
    return KeyEntry(demo=bool(said.pop("is_demo")), **said, **times)


def _aware(text: str | None) -> datetime | None:
    """A time inside JSON: PostgreSQL writes the zone, SQLite keeps UTC and says none."""
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
