"""Pure.  Values of a table as JSON that keeps their kind: text, whole numbers, ``{"n": "87.5"}``, ``{"d": "..."}``."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise

from courses.columns import Value


def pack(value: Value) -> Any:
    """A value as JSON; a lazy word is said now, in the language of the report."""
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return str(value) if isinstance(value, Promise) else value


def unpack(value: Any) -> Any:
    """The value again, for a spreadsheet."""
    if not isinstance(value, dict):
        return value
    if "n" in value:
        return Decimal(value["n"])
    text = value["d"]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def words(value: Any) -> str:
    """The value as people read it on paper."""
    found = unpack(value)
    if found is None:
        return ""
    if isinstance(found, date):
        return date_format(found, "j F Y")
    return number_format(found) if isinstance(found, Decimal | int) else str(found)
