"""``manage.py list_signing_keys``: every key, and how many days can still be signed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certificates.keys import KeyEntry
from certificates.registering import public_register
from certificates.rotating import WARN_BEFORE, remaining


class Command(BaseCommand):
    help = "List the published keys, newest last, and the days that each purpose can still be signed for."

    def handle(self, *args: Any, **options: Any) -> None:
        now, register = timezone.now(), public_register()
        for entry in register.entries:
            window = f"{entry.not_before:%Y-%m-%d}..{entry.not_after:%Y-%m-%d}"
            self.stdout.write(f"{entry.key_id}  {entry.purpose:9}  {window}  {_state(entry, register.in_force, now)}")
        for one in remaining(register, at=now):
            days = one.days(at=now)
            late = "  <- rotate_signing_key" if days < WARN_BEFORE.days else ""
            self.stdout.write(f"{one.purpose}: {days} days left{late}")


def _state(entry: KeyEntry, in_force: Any, now: Any) -> str:
    if entry.revoked_at:
        return f"not trusted from {entry.revoked_at:%Y-%m-%d %H:%M}: {entry.revoked_reason}"
    if entry.retired_at:
        return f"retired {entry.retired_at:%Y-%m-%d}"
    if entry.not_before > now:
        return "waits for its day"
    return "in force" if in_force(entry.purpose, at=now) == entry else "kept for what it signed"
