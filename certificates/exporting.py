"""The team table as a spreadsheet, written by ``accounts.spreadsheets``: no text acts as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from accounts.spreadsheets import XLSX, Cell, Sheet, write_xlsx
from certificates.coverage import Line

__all__ = ["XLSX", "workbook"]
_WIDTHS = (34, 34, 34, 26, 24, 26, 16, 16)


def workbook(lines: Iterable[Line]) -> bytes:
    """One sheet, one row a line, in the order of the page."""
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
    return write_xlsx([Sheet(_("Team"), headings, (_row(line) for line in lines), _WIDTHS)])


def _row(line: Line) -> Sequence[Cell]:
    certificate = line.certificate
    return (
        line.person.full_name,
        line.unit,
        line.training,
        str(line.word),
        certificate.number if certificate else "",
        certificate.code if certificate else "",
        certificate.issued_on if certificate else None,
        line.valid_until,
    )
