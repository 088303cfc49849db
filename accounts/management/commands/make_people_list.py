"""``manage.py make_people_list --people 991 --seed 7 --faults FILE``: a list like those that arrive, invented."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.people_lists.making import MadeList, make
from accounts.spreadsheets import Sheet, write_xlsx

FEWEST = 40  # the planted faults stand in 31 rows


class Command(BaseCommand):
    help = "Write a list of invented people (XLSX or CSV) and, beside it, what a dry run must say about which row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to write it: .xlsx or .csv")
        parser.add_argument("--people", type=int, default=991, help="how many rows (default: 991)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same list")
        parser.add_argument("--faults", action="store_true", help="plant faults and name them in FILE.faults.json")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(options["file"])
        if target.suffix.lower() not in (".xlsx", ".csv"):
            raise CommandError(_("Name a file that ends in .xlsx or .csv."))
        if options["people"] < (FEWEST if options["faults"] else 1):
            raise CommandError(_("A list with planted faults needs at least %(count)s people.") % {"count": FEWEST})
        made = make(options["people"], seed=options["seed"], faults=options["faults"])
        target.write_bytes(as_xlsx(made)) if target.suffix.lower() == ".xlsx" else write_csv(made, target)
        beside = target.with_suffix(".faults.json")
        beside.write_text(json.dumps([asdict(one) for one in made.expected], indent=1), encoding="utf-8")
        self.stdout.write(f"{target} {len(made.rows)}\n{beside} {len(made.expected)}")


def as_xlsx(made: MadeList) -> bytes:
    """The list as a workbook, long numbers rounded as a spreadsheet rounds them."""
    title, *rows = made.table()
    return write_xlsx([Sheet("Peserta", [str(cell) for cell in title], rows)])


def write_csv(made: MadeList, target: Path) -> None:
    """The list as Excel saves it here: semicolons, a byte order mark, long numbers in scientific notation."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        for row in made.table():
            writer.writerow([_scientific(cell) for cell in row])


def _scientific(cell: str | int) -> str | int:
    return f"{cell:.5E}".replace(".", ",") if isinstance(cell, int) and cell >= 10**15 else cell
