"""Gapless numbers per issuing organization, kind and year."""

from __future__ import annotations

from django.db import connection

from certificates.models import NumberSequence


def take(organization_id: int, kind: str, year: int) -> int:
    """The next number.  Call it inside the issuing transaction: the row stays locked until that ends, and an
    abandoned transaction gives the number back."""
    number = _count(organization_id, kind, year)
    if number is None:
        NumberSequence.objects.get_or_create(organization_id=organization_id, kind=kind, year=year)
        return take(organization_id, kind, year)
    return number


def _count(organization_id: int, kind: str, year: int) -> int | None:
    """Count one further and say where it stands, in one statement; None while nothing was ever counted."""
    table = connection.ops.quote_name(NumberSequence._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {table} SET "last" = "last" + 1'  # noqa: S608 - our own name
            ' WHERE "organization_id" = %s AND "kind" = %s AND "year" = %s RETURNING "last"',
            [organization_id, kind, year],
        )
        rows = cursor.fetchall()
    return int(rows[0][0]) if rows else None
