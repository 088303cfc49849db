"""System checks: an installation that must not issue says so at start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

DOCS = "docs/operations.md"


def register() -> None:
    """The address belongs to ``check --deploy``: a clone on a desk has none, and issuing refuses by itself."""
    checks.register(public_address, deploy=True)
    checks.register(demonstration_keys)


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
