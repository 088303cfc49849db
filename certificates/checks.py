"""System checks: an installation that must not issue says so at start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import DatabaseError
from django.utils import timezone

DOCS = "docs/operations.md"


def register() -> None:
    """The address belongs to ``check --deploy``: a clone on a desk has none, and issuing refuses by itself."""
    checks.register(public_address, deploy=True)
    checks.register(known_signer)
    checks.register(demonstration_keys)
    checks.register(keys_that_end_soon)
    checks.register(restored_database)
    checks.register(pinned_time_authority)


def public_address(app_configs: Sequence[Any] | None, **options: Any) -> list[checks.CheckMessage]:
    """E001: a certificate carries the address that checks it, so outside the demonstration it must be https."""
    if settings.SULUH_DEMO or urlsplit(settings.PUBLIC_BASE_URL).scheme == "https":
        return []
    return [
        checks.Error(
            f"PUBLIC_BASE_URL is {settings.PUBLIC_BASE_URL!r}: no certificate can be issued.",
            hint=f"Set it to the public https address of this installation ({DOCS}), or SULUH_DEMO=1.",
            id="certificates.E001",
        )
    ]


def known_signer(app_configs: Sequence[Any] | None, **options: Any) -> list[checks.CheckMessage]:
    """E003: the words on the paper follow from who signs it, so that must be somebody we know."""
    from certificates.who_signs import SIGNING

    if settings.SULUH_SIGNER in SIGNING:
        return []
    return [
        checks.Error(
            f"SULUH_SIGNER is {settings.SULUH_SIGNER!r}: no certificate can be issued.",
            hint=f"One of {', '.join(SIGNING)} ({DOCS}).",
            id="certificates.E003",
        )
    ]


def demonstration_keys(app_configs: Sequence[Any] | None, **options: Any) -> list[checks.CheckMessage]:
    """E002: a demonstration key may not stay behind in a real installation."""
    from certificates.models import SigningKey

    if settings.SULUH_DEMO:
        return []
    try:
        left = list(SigningKey.objects.filter(is_demo=True).values_list("key_id", flat=True))
    except DatabaseError:  # before the first migration there is no register to look at
        return []
    return [
        checks.Error(
            f"The register holds a demonstration key ({', '.join(left)}).",
            hint=f"Start with a database of its own; a demonstration database cannot become a real one ({DOCS}).",
            id="certificates.E002",
        )
        for _once in left[:1]
    ]


def keys_that_end_soon(app_configs: Sequence[Any] | None, **options: Any) -> list[checks.CheckMessage]:
    """W001: the last key of a purpose ends soon, and nobody made the next one."""
    return [
        checks.Warning(
            f"{days} days left to sign for the purpose {purpose!r}.",
            hint=f"manage.py rotate_signing_key {purpose} ({DOCS})",
            id="certificates.W001",
        )
        for purpose, days in days_left_soon().items()
    ]


def days_left_soon() -> dict[str, int]:
    """Purposes for which signing ends within two months, with the days left.  Empty before the first key and without a
    database; one statement."""
    from certificates.registering import public_register
    from certificates.rotating import WARN_BEFORE, remaining

    now = timezone.now()
    try:
        register = public_register()
    except DatabaseError:
        return {}
    if not register.entries:
        return {}
    left = {one.purpose: one.days(at=now) for one in remaining(register, at=now)}
    return {purpose: days for purpose, days in left.items() if days < WARN_BEFORE.days}


def restored_database(app_configs: Sequence[Any] | None, **options: Any) -> list[checks.CheckMessage]:
    """W003: an older database has taken the place of a newer; issuing is closed by itself."""
    from certificates.log import closing

    try:
        why = closing.why_closed()
    except (DatabaseError, OSError):  # before the first migration, or a process that may not look there
        return []
    if not why:
        return []
    return [
        checks.Warning(f"Issuing is closed. {why}", hint=f"Run manage.py reconcile ({DOCS}).", id="certificates.W003")
    ]


def pinned_time_authority(app_configs: Sequence[Any] | None, **options: Any) -> list[checks.CheckMessage]:
    """W004: without a root of the time-stamping authority anybody who answers at its address is believed; with one that
    cannot be read, nobody is."""
    from certificates.time_authority import roots

    if not settings.TIMESTAMP_URL or roots():
        return []
    said = "is not set" if not settings.TIMESTAMP_CA else "cannot be read, so no time-stamp is trusted"
    return [
        checks.Warning(
            f"TIMESTAMP_URL is set and TIMESTAMP_CA {said}.",
            hint=f"Name the file with the authority's root certificate ({DOCS}).",
            id="certificates.W004",
        )
    ]
