"""``manage.py reconcile``: compare a restored database with what is known outside it, and open issuing again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.keys import KeyUnavailable, read_register
from certificates.keys.register import KeyRegister
from certificates.log import closing, reconciling, witnessing
from certificates.log.comparing import Comparison, compare
from certificates.registering import public_register


class Command(BaseCommand):
    help = (
        "After a restore: list what was issued and changed after the backup, leave those numbers out for ever, continue"
        " the log, and open issuing. Without --commit nothing is changed. Exit 0: issuing is open, or would be."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--checkpoint", metavar="FILE", action="append", default=[], help="a witness's checkpoint")
        parser.add_argument("--skip", metavar="N", type=int, help="leave out N more numbers in every series")
        parser.add_argument("--by", metavar="NAME", default="", help="who answers for it; kept for ever")
        parser.add_argument("--reason", default="", help="what happened; kept for ever")
        parser.add_argument("--commit", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["skip"] is not None and options["skip"] < 0:
            raise CommandError("--skip is at least 0")
        found = compare(_keys(), mails=[_read(name) for name in options["checkpoint"]])
        reason = closing.why_closed()
        self.stdout.write(f"suluh: {reason or 'issuing is open'}")
        self._say(found, (options["skip"] or 0) + found.unnumbered)
        known = max((line.target(found.unnumbered) - line.last for line in found.numbers), default=0)
        if not reason and not found.given_up and not known:
            self.stdout.write("suluh: nothing to reconcile")
            return
        if not options["commit"]:
            self.stdout.write("suluh: nothing was changed; --commit --by NAME --reason TEXT opens issuing")
            return
        if not options["by"].strip() or not options["reason"].strip():
            raise CommandError("--commit needs --by and --reason; both are kept for ever")
        try:
            facts = {"by": options["by"].strip()[:120], "reason": options["reason"].strip()[:300]}
            reconciling.reopen(found, skip=options["skip"], at=timezone.now(), **facts)
        except reconciling.SkipMissing as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write("suluh: issuing is open")

    def _say(self, found: Comparison, skip: int) -> None:
        self.stdout.write(f"log: the database holds {found.size} entries, {found.known} are known outside")
        for line in found.findings:
            self.stdout.write(line)
        if found.unnumbered:
            told = "lost certificates bear numbers that nobody knows: so many more are left out"
            self.stdout.write(f"{found.unnumbered} {told}")
        for series in found.numbers:
            told = f"number {series.kind} {series.year} of {series.issuer or series.issuer_key}"
            left_out = series.target(skip) - series.last
            rest = f"; {series.last + 1} to {series.target(skip)} are left out for ever" if left_out else ""
            self.stdout.write(f"{told}: {series.last} in the database, {series.known} known outside{rest}")
        if found.rebuilt > found.size:
            self.stdout.write(f"log: entries {found.size} to {found.rebuilt - 1} come back from what was kept")
        if found.given_up:
            self.stdout.write(
                f"log: {len(found.given_up)} signed checkpoints cannot be continued; the log goes on under a new name"
            )
        for line in advice(found):
            self.stdout.write(line)


def advice(found: Comparison) -> list[str]:
    """Pure.  What happened, what is safe, and what to do, for somebody who restores once in ten years."""
    if found.entries:
        return [
            f"what happened: the database is a copy from before the {len(found.entries)} changes listed above",
            "what is safe: papers handed out since stay genuine by their signatures, and their numbers are never given"
            " again; keep the files that no certificate names",
            "what to do: --commit, then issue the lost certificates again (under new numbers), do again what the list"
            " asks for, and run manage.py audit_log",
        ]
    if found.known < found.size:
        return [
            "what happened: what is kept outside is older than the database",
            "what is safe: everything; the database holds all that is known outside",
            "what to do: nothing, the signing worker writes the rest at once; then run manage.py audit_log",
        ]
    return []


def _keys() -> KeyRegister:
    """The keys of the database and of the key folder: a key made after the backup is only in the folder."""
    try:
        return public_register().with_entries(read_register(settings.SULUH_KEY_DIR).entries)
    except KeyUnavailable:
        return public_register()


def _read(name: str) -> str:
    try:
        return witnessing.read_mail(Path(name))
    except OSError as error:
        raise CommandError(f"{name} cannot be read") from error
