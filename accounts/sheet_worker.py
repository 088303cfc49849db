"""The limited process that opens spreadsheets for ``accounts.spreadsheets``: ``python -m accounts.sheet_worker``.

One file on standard input, one JSON object on standard output, nothing else: a workbook that unpacks to gigabytes, or
claims a cell in its last corner, ends this process and no other.  It imports no settings and sees no secret.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

MEMORY_BYTES: Final = 768 * 1024 * 1024
CPU_SECONDS: Final = 20
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 2_000
# A spreadsheet keeps 15 digits of a number: what stands behind them was made up by it.
EXACT_BELOW: Final = 10**15


def limit_process() -> None:
    """No more memory or time than a long list needs, no file written, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shown(value: Any) -> tuple[str, bool]:
    """Pure.  A cell as text, and whether the spreadsheet has rounded a long number."""
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), False
    if isinstance(value, int | float) and abs(value) < 10**40 and value == int(value):
        # By its shortest digits, as the spreadsheet shows it: 198705122023211000, not ...008.
        return format(Decimal(repr(value)), ".0f"), abs(value) >= EXACT_BELOW
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    if isinstance(value, date | time | datetime):
        return value.isoformat(), False
    if isinstance(value, float | timedelta):
        return str(value), False
    return str(value)[:LONGEST_CELL].strip(), False


def read(content: bytes) -> dict[str, Any]:
    """The first sheet that holds anything: rows with their numbers, rounded cells, names of other filled sheets."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # after the limits are set

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    visible = [meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    found: dict[str, Any] = {"rows": [], "lines": [], "rounded": [], "sheet": "", "others": []}
    for name in visible or book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        if found["rows"]:
            found["others"].append(name)
            continue
        if sheet.width > MOST_COLUMNS:
            return {"problem": "wide"}
        _take(sheet, found)
        if len(found["rows"]) > MOST_ROWS:
            return {"problem": "long"}
        found["sheet"] = name if found["rows"] else ""
    return found


def _take(sheet: Any, found: dict[str, Any]) -> None:
    rows, lines, rounded = found["rows"], found["lines"], found["rounded"]
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=sheet.start[0] + 1):
        texts = [shown(cell) for cell in cells]
        if not any(text for text, _rounded in texts):
            continue
        rounded.extend([len(rows), column] for column, (_text, is_rounded) in enumerate(texts) if is_rounded)
        rows.append([text for text, _rounded in texts])
        lines.append(number)
        if len(rows) > MOST_ROWS:
            return


def main() -> None:
    """Answer ``{"problem": code}`` for what cannot be read; beyond the limits the process ends without an answer."""
    limit_process()
    from python_calamine import CalamineError, PasswordError

    content = sys.stdin.buffer.read()
    try:
        answer = read(content)
    except PasswordError:
        answer = {"problem": "locked"}
    except (CalamineError, OSError, ValueError):
        answer = {"problem": "damaged"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
