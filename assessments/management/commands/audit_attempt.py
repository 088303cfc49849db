"""``manage.py audit_attempt UUID``: whether a stored attempt still is what happened (assessments.auditing)."""

from __future__ import annotations

import json
import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from assessments import auditing, receipts
from assessments.auditing import Audit
from assessments.replaying import UNREADABLE


class Command(BaseCommand):
    help = (
        "Replay the log of an attempt and recompute paper, hash chain, answers and score. Exit 0: consistent; 1: not, "
        "with one line for each finding, the first row of the log that does not fit named first."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("attempt", metavar="UUID", help="as in the address of the attempt")
        parser.add_argument("--receipt", metavar="CODE", help="say whether and when the log stood as this code says")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        code = _code(options["receipt"])
        public_id = _uuid(options["attempt"])
        try:
            audit = auditing.audit(public_id)
        except UNREADABLE as error:
            raise CommandError(_("The attempt %(uuid)s cannot be read.") % {"uuid": public_id}) from error
        if audit is None:
            raise CommandError(_("There is no attempt %(uuid)s.") % {"uuid": public_id})
        found = audit.moment_of(code) if code else None
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(audit, code), ensure_ascii=False, indent=2))
        else:
            self._say(audit)
            if code:
                self._say_receipt(audit, code)
        if not audit.consistent or (code and found is None):
            sys.exit(1)

    def _say(self, audit: Audit) -> None:
        attempt = audit.attempt
        words = {"uuid": attempt.public_id, "rows": audit.replayed.length, "late": audit.replayed.late}
        for finding in sorted(audit.findings, key=lambda each: (each.position is None, each.position or 0)):
            self.stdout.write(f"{finding.subject}: {finding.message}")
        if audit.consistent:
            self.stdout.write(
                _("%(uuid)s: consistent; %(rows)s rows, %(late)s of them late; receipt %(code)s")
                % (words | {"code": receipts.code_of(attempt.chain_head)})
            )
        else:
            words["count"] = len(audit.findings)
            self.stdout.write(_("%(uuid)s: NOT consistent; %(count)s findings in %(rows)s rows") % words)

    def _say_receipt(self, audit: Audit, code: str) -> None:
        found = audit.moment_of(code)
        if found is None:
            self.stdout.write(_("receipt %(code)s: this log never stood so") % {"code": code})
            return
        words = {"code": code, "position": found[0], "moment": found[1].isoformat()}
        self.stdout.write(_("receipt %(code)s: the log stood so after row %(position)s, received %(moment)s") % words)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise CommandError(_("%(text)s is no UUID of an attempt.") % {"text": text[:60]}) from error


def _code(text: str | None) -> str | None:
    if text is None:
        return None
    code = receipts.read(text)
    if code is None:
        raise CommandError(_("%(text)s is no receipt code.") % {"text": text[:60]})
    return code


def _as_data(audit: Audit, code: str | None) -> dict[str, Any]:
    attempt = audit.attempt
    found = audit.moment_of(code) if code else None
    data: dict[str, Any] = {
        "attempt": str(attempt.public_id),
        "status": attempt.status,
        "consistent": audit.consistent,
        "rows": audit.replayed.length,
        "late": audit.replayed.late,
        "first_row": audit.first_row,
        "findings": [
            {"subject": each.subject, "row": each.position, "message": each.message} for each in audit.findings
        ],
    }
    if code:
        after = {"row": found[0], "received": found[1].isoformat()} if found else None
        data["receipt"] = {"code": code, "found": found is not None, "after": after}
    return data
