"""The answers to a list as a workbook: what was asked beside what the register says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet, write_xlsx
from certificates.models import CheckedList
from certificates.verifying_lists.answering import WORDS, Answer

_WIDTHS = (8, 34, 34, 44, 26, 34, 34, 34, 16, 16)


def answered_rows(checked: CheckedList) -> Iterator[tuple[list[Any], Answer]]:
    """Each row with its answer, in the order of the list."""
    for batch in checked.batches.filter(answers__isnull=False).order_by("position").iterator(chunk_size=5):
        yield from zip(batch.rows, map(Answer.from_json, batch.answers or []), strict=True)


def sheet_of(checked: CheckedList) -> bytes:
    """One sheet, one row for each row of the list."""
    with translation.override(settings.LANGUAGE_CODE):
        headings = (
            _("Row"),
            _("Code or number asked"),
            _("Name asked"),
            _("Answer"),
            _("Code"),
            _("Certificate number"),
            _("Holder"),
            _("Training"),
            _("Issued on"),
            _("Valid until"),
        )
        words = {outcome: str(word) for outcome, word in WORDS.items()}
        rows = (_cells(row, answer, words[answer.outcome]) for row, answer in answered_rows(checked))
        return write_xlsx([Sheet(_("Answers"), headings, rows, _WIDTHS)])


def _cells(row: list[Any], answer: Answer, word: str) -> list[Cell]:
    line, key, name = row
    days = [date.fromisoformat(text) if text else None for text in (answer.issued_on, answer.valid_until)]
    return [line, key, name, word, answer.code, answer.number, answer.holder, answer.training, *days]
