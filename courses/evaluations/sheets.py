"""The results as a workbook: what the page shows to this reader, and nothing more."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet, write_xlsx
from courses.evaluations.results import SCALE, Results, Subject


def workbook(found: Results) -> bytes:
    """Numbers by question, texts, and the words of the scales."""
    numbers: list[list[Cell]] = []
    texts: list[list[Cell]] = []
    for subject in found.subjects:
        about = subject.title or _("The training")
        numbers += _numbers(about, subject)
        texts += [[about, one.question.text, text] for one in subject.texts for text in one.texts]
    scales: list[list[Cell]] = [[one.text, *one.labels] for one in found.evaluation.questions if one.is_scale]
    scores = [str(score) for score in SCALE]
    heads = [_("About"), _("Row number"), _("Question"), _("Answers"), _("Mean"), *scores]
    told: list[list[Cell]] = [
        [_("Evaluations sent"), found.sheets],
        [_("Counted here"), found.shown],
        [_("Participants"), found.asked],
    ]
    return write_xlsx(
        [
            Sheet(_("Summary"), [_("What"), _("Value")], told, (30, 20)),
            Sheet(_("Numbers"), heads, numbers, (30, 6, 60, 10, 10, 6, 6, 6, 6, 6)),
            Sheet(_("Texts"), [_("About"), _("Question"), _("Text")], texts, (30, 50, 90)),
            Sheet(_("Scales"), [_("Question"), *scores], scales, (60, 18, 18, 18, 18, 18)),
        ]
    )


def _numbers(about: str, subject: Subject) -> list[list[Cell]]:
    return [[about, one.number, one.question.text, one.answers, one.mean, *one.counts] for one in subject.scales]
