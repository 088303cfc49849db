"""People and organizations for tests.  The cast: Ani candidate, Budi assessor, Citra admin, Dewi outsider."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Organization, Region, Role, Supervision, User, WorkingArea

_serial = count(1)
AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # a fixed moment: 10.00 WIB
LONG_AGO = date(2020, 1, 1)


def make_region(
    *, code: str | None = None, name: str = "Contoh", parent: Region | None = None, **fields: Any
) -> Region:
    """A province, or with ``parent`` a kabupaten.  Without ``code`` the next free one."""
    number = next(_serial)
    code = code or (f"{parent.code}.{number % 100:02d}" if parent else f"{number % 100:02d}")
    fields.setdefault("kind", Region.Kind.REGENCY if parent else Region.Kind.PROVINCE)
    return Region.objects.create(code=code, name=name, parent=parent, **fields)


def make_organization(*, name: str = "Dinas Contoh", parent: Organization | None = None, **fields: Any) -> Organization:
    fields.setdefault("kind", Organization.Kind.OTHER)
    fields.setdefault("code", f"ORG-{next(_serial)}")
    if parent is None:
        node: Organization = Organization.add_root(name=name, **fields)
    else:
        node = Organization.objects.get(pk=parent.pk).add_child(name=name, **fields)
    return node


def make_person(
    *,
    name: str = "Ani Lestari, S.Tr.Sos.",
    number: str | None = None,
    password: str | None = None,
    role: Role | None = None,
    organization: Organization | None = None,
    settled: bool = True,
    **fields: Any,
) -> User:
    """A person; with ``role`` and ``organization`` also a membership.  ``settled``: privacy read and name confirmed."""
    if settled:
        fields.setdefault("privacy_seen_at", AT - timedelta(days=30))
        fields.setdefault("name_confirmed_at", AT - timedelta(days=30))
    person: User = User.objects.create_person(
        participant_number=number or f"P-{next(_serial):05d}", full_name=name, **fields
    )
    if password:
        person.password = _kept(password)
        person.save(update_fields=["password"])
    if role and organization:
        make_membership(person, organization, role)
    return person


@cache
def _kept(password: str) -> str:
    """As the product keeps it, made once for a password: its cost is of interest where somebody signs in."""
    return make_password(password)


def make_membership(
    user: User, organization: Organization, role: Role = Role.PARTICIPANT, *, starts_on: date = LONG_AGO, **fields: Any
) -> Membership:
    return Membership.objects.create(user=user, organization=organization, role=role, starts_on=starts_on, **fields)


def make_supervision(supervisor: User, supervisee: User, *, starts_on: date = LONG_AGO, **fields: Any) -> Supervision:
    fields.setdefault("qualification", "Pekerja Sosial Ahli Madya")
    return Supervision.objects.create(supervisor=supervisor, supervisee=supervisee, starts_on=starts_on, **fields)


def make_working_area(
    organization: Organization, region: Region, *, starts_on: date = LONG_AGO, **fields: Any
) -> WorkingArea:
    return WorkingArea.objects.create(organization=organization, region=region, starts_on=starts_on, **fields)
