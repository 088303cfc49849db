"""``manage.py import_questions --format gift FILE [--bank SLUG] [--commit]``: a question file at the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.errors import AssessmentError
from assessments.exchange import importing
from assessments.exchange.banks import bank_named
from assessments.exchange.formats import WRITTEN, Format
from assessments.exchange.planning import FAULT, KNOWN, NEW, UNSUPPORTED, Defaults, Plan
from assessments.formats.exchanged import cleaned
from assessments.models.bank import Usage
from courses.models import CoursePage


class Command(BaseCommand):
    help = (
        "Show what a file of questions would bring into a bank, question by question; with --commit make drafts of "
        "them, all or none. The last line counts; the exit code is 0 only without errors."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--format", required=True, choices=list(WRITTEN))
        parser.add_argument(
            "--bank", default="", help="page address (slug) of the course; needed when there are several"
        )
        parser.add_argument("--usage", default=Usage.PRACTICE.value, choices=Usage.values, help="if the file says none")
        parser.add_argument("--commit", action="store_true", help="make the drafts; otherwise nothing is saved")
        parser.add_argument("--partial", action="store_true", help="with --commit: leave faulty questions out")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = WRITTEN[options["format"]]
        path = Path(options["file"])
        try:
            course = bank_named(options["bank"])
            data = _bytes_of(path, wanted)
            plan = importing.look_at(data, wanted, course, Defaults(usage=options["usage"]))
            for line in [*plan.notes, *plan.rows]:
                self.stdout.write(str(line))
            if options["commit"]:
                self._commit(plan, course, wanted, data, path, partial=options["partial"])
            else:
                self.stdout.write(_("Only looked at: nothing was saved. With --commit the drafts are made."))
        except AssessmentError as error:
            self.stdout.write(str(error.message))
            self._end(0, 0, 1)
        except OSError as error:
            self.stdout.write(
                _("%(file)s cannot be read: %(reason)s.")
                % {"file": cleaned(str(path)), "reason": error.strerror or error}
            )
            self._end(0, 0, 1)
        self._end(plan.count(NEW), plan.count(KNOWN, UNSUPPORTED), plan.count(FAULT))

    def _commit(
        self, plan: Plan, course: CoursePage, wanted: Format, data: bytes, path: Path, *, partial: bool
    ) -> None:
        """Take the plan in; whatever the plan counts afterwards is what happened."""
        if plan.count(FAULT) and not partial:
            self.stdout.write(_("Nothing was saved: correct the faults, or leave those questions out with --partial."))
            plan.rows = [row for row in plan.rows if row.outcome != NEW]
            return
        if not plan.drafts:
            return
        now = timezone.now()
        shown = importing.keep(plan, course=course, wanted=wanted, data=data, file_name=path.name, actor=None, at=now)
        done = importing.take_in(shown, actor=None, at=now)
        for row, told in zip(plan.rows, done.rows, strict=True):
            row.outcome = told["outcome"]

    def _end(self, imported: int, skipped: int, errors: int) -> None:
        """The last line; the exit code says whether there were errors."""
        self.stdout.write(f"{imported} imported, {skipped} skipped, {errors} errors")
        if errors:
            raise SystemExit(1)


def _bytes_of(path: Path, wanted: Format) -> bytes:
    """At most one byte more than the format takes: what is larger is refused by its reader, and never held whole."""
    with path.open("rb") as file:
        return file.read(wanted.most_bytes + 1)
