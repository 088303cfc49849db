"""The team table as a spreadsheet.  Every cell is typed, so no text can act as a formula."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from certificates.coverage import Line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(lines: Iterable[Line]) -> bytes:
    """One sheet, one row a line, in the order of the page."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Team"))
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGH", (34, 34, 34, 26, 24, 26, 16, 16), strict=True):
        sheet.column_dimensions[column].width = width
    headings = (
        _("Name"),
        _("Unit"),
        _("Training"),
        _("State"),
        _("Certificate number"),
        _("Code"),
        _("Issued on"),
        _("Valid until"),
    )
    sheet.append([_text(sheet, heading) for heading in headings])
    for line in lines:
        sheet.append(_row(sheet, line))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _row(sheet: Any, line: Line) -> list[Any]:
    certificate = line.certificate
    return [
        _text(sheet, line.person.full_name),
        _text(sheet, line.unit),
        _text(sheet, line.training),
        _text(sheet, str(line.word)),
        _text(sheet, certificate.number if certificate else ""),
        _text(sheet, certificate.code if certificate else ""),
        _day(sheet, certificate.issued_on if certificate else None),
        _day(sheet, line.valid_until),
    ]


def _text(sheet: Any, value: str) -> Any:
    """A cell that is text whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell


def _day(sheet: Any, value: date | None) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = "yyyy-mm-dd"
    return cell
