"""``manage.py item_statistics``: the statistics of plain tables, so that other software can be compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from assessments import statistics
from assessments.formats import item_data
from assessments.formats.item_data import ItemDataError

MOST_BYTES = 50 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "Print test and item statistics of a table as JSON: either --marks (points; one row per attempt) or "
        "--responses with --key (chosen options). Percentages run from 0 to 100; null is undefined."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--marks", metavar="FILE.csv", help="header of item ids, one row of points per attempt")
        source.add_argument("--responses", metavar="FILE.csv", help="header of item ids, a row of options per attempt")
        parser.add_argument("--max", metavar="FILE.csv", help="with --marks: the same header and one row of maxima")
        parser.add_argument("--key", metavar="FILE.csv", help="with --responses: header item,key, one row per item")
        parser.add_argument("--missing", metavar="VALUE", help="with --responses: this value is no answer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["marks"] and (options["key"] or options["missing"] is not None):
            raise CommandError(_("--key and --missing belong to --responses."))
        if options["responses"] and (options["max"] or not options["key"]):
            raise CommandError(_("--responses needs --key, and no --max."))
        try:
            if options["marks"]:
                maxima = _text(options["max"]) if options["max"] else None
                items = item_data.from_marks(_text(options["marks"]), maxima)
            else:
                items, notices = item_data.from_responses(
                    _text(options["responses"]), _text(options["key"]), missing=options["missing"]
                )
                for notice in notices:
                    self.stderr.write(notice)
        except ItemDataError as error:
            raise CommandError(str(error)) from error
        report = statistics.analyse(items)
        self.stdout.write(json.dumps(statistics.as_data(report), ensure_ascii=False, allow_nan=False, indent=2))


def _text(name: str) -> str:
    path = Path(name)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError(_("%(file)s is larger than 50 MB.") % {"file": name})
        return item_data.decode(path.read_bytes())
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read.") % {"file": name}) from error
