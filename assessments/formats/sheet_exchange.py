"""Pure: the template's sheet, and pasted text, on their way to and from the common structure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments import content
from assessments.content import MULTIPLE, SINGLE, TRUEFALSE, Option
from assessments.formats import pasted, sheet
from assessments.formats.decoding import text_of
from assessments.formats.exchanged import (
    MAX_QUESTIONS,
    Choice,
    Exchange,
    Exchanged,
    Refused,
    Remark,
    Written,
    on_one_line,
)
from assessments.formats.fractions import even_shares
from assessments.formats.losing import Losses
from assessments.formats.reading import LETTERS, Reading, ReadQuestion

KINDS = (SINGLE, MULTIPLE, TRUEFALSE)
_LOST = ("tags", "currency", "points")
_USAGES = {value: word for word, value in sheet.USAGES.items()}
_LEVELS = {value: word for word, value in sheet.DIFFICULTIES.items()}


def read(data: bytes, most: int = MAX_QUESTIONS) -> Exchange:
    """The questions of a workbook; a place is a row of its first sheet."""
    return _exchange(sheet.read(data, most), in_sheet=True)


def read_text(data: bytes, most: int = MAX_QUESTIONS) -> Exchange:
    """Numbered questions as people write them (``pasted``), from a file."""
    try:
        text, note = text_of(data)
    except Refused as refusal:
        return Exchange.refused(refusal.reason, refusal.line)
    found = read_pasted(text, most)
    return replace(found, notes=(note,)) if note else found


def read_pasted(text: str, most: int = MAX_QUESTIONS) -> Exchange:
    """The same from a form."""
    return _exchange(pasted.read(text, most))


def _exchange(reading: Reading, *, in_sheet: bool = False) -> Exchange:
    """A complaint about the first row of a sheet is about a title whose column is left out: no fault of a question."""
    notes = [one for one in reading.complaints if in_sheet and one.line == 1]
    faults = [one for one in reading.complaints if one not in notes]
    return Exchange(
        tuple(_exchanged(question) for question in reading.questions),
        tuple(Remark(one.line, _element(one.text), one.reason) for one in faults),
        notes=tuple(f"{one.text}: {one.reason}" for one in notes),
    )


def _element(text: str) -> str:
    return f"“{on_one_line(text)[:40]}”" if text.strip() else ""


def _exchanged(read: ReadQuestion) -> Exchanged:
    right = [option.correct for option in read.options]
    shares = even_shares(right) if read.kind == MULTIPLE else [Fraction(each) for each in right]
    return Exchanged(
        read.kind,
        read.stem,
        external_id=read.external_id,
        category=read.module,
        usage=read.usage,
        difficulty=read.difficulty,
        explanation=read.explanation,
        choices=tuple(Choice(option.text, share) for option, share in zip(read.options, shares, strict=True)),
        line=read.line,
        element=_element(read.stem),
    )


def write(questions: Iterable[Exchanged]) -> Written:
    """The workbook, and everything its columns cannot hold.  The same questions give the same bytes."""
    losses = Losses()
    kept = losses.kept(map(_without_marks, questions), KINDS)
    rows = []
    for question in kept:
        plain = _as_read(question)
        reason = _refusal(plain)
        if reason:
            losses.left_out(question, reason)
            continue
        losses.lost(question, _LOST)
        _name_losses(question, plain, losses)
        rows.append(_row(plain))
    return Written(sheet.write(rows), len(rows), tuple(losses.found))


def _without_marks(question: Exchanged) -> Exchanged:
    """Workbooks mark line ends in this way, and readers take it out."""
    choices = tuple(replace(choice, text=choice.text.replace("_x000D_", "")) for choice in question.choices)
    stem, explanation = (text.replace("_x000D_", "") for text in (question.stem, question.explanation))
    return replace(question, stem=stem, explanation=explanation, choices=choices)


def _as_read(question: Exchanged) -> Exchanged:
    """The kind that the options show: the sheet has no column for it."""
    return replace(question, kind=content.kind_of(_options(question)))


def _options(question: Exchanged) -> list[Option]:
    return [Option(choice.text, choice.fraction > 0) for choice in question.choices]


def _refusal(question: Exchanged) -> str:
    """Why the sheet cannot hold a question, or nothing."""
    if len(question.choices) > len(sheet.OPTION_COLUMNS):
        return _("The sheet has room for six options.")
    if not _key(question):
        return _("The key cannot be told from the options.")
    found = content.problems(question.kind, question.stem, _options(question), question.explanation)
    return " ".join(str(problem) for problem in found)


def _key(question: Exchanged) -> str:
    """The key in a spelling that no option has for its text."""
    if question.kind == TRUEFALSE:
        return content.TRUE_TEXT if question.choices[0].fraction > 0 else content.FALSE_TEXT
    letters = [LETTERS[place] for place, choice in enumerate(question.choices[:8]) if choice.fraction > 0]
    taken = {content.folded(choice.text) for choice in question.choices}
    spellings = [", ".join(letters), ". ".join(letters) + ".", ") ".join(letters) + ")", "; ".join(letters) + ";"]
    return next((words for words in spellings if content.folded(words) not in taken), "")


def _name_losses(question: Exchanged, plain: Exchanged, losses: Losses) -> None:
    if any(choice.feedback for choice in question.choices):
        losses.say(question, _("not kept: %(names)s") % {"names": _("feedback of options")})
    right = [choice.fraction > 0 for choice in question.choices]
    even = even_shares(right) if question.kind == MULTIPLE else [Fraction(each) for each in right]
    if [choice.fraction for choice in question.choices] != even:
        losses.say(question, _("not kept: %(names)s") % {"names": _("weights of options")})
    if (question.kind, plain.kind) == (MULTIPLE, SINGLE):
        losses.say(question, _("with one right option it becomes a single choice"))


def _row(question: Exchanged) -> dict[str, str]:
    texts = [] if question.kind == TRUEFALSE else [choice.text for choice in question.choices]
    return {
        "Kode": question.external_id,
        "Modul": question.category,
        "Penggunaan": _USAGES[question.usage],
        "Tingkat": _LEVELS[question.difficulty],
        "Soal": question.stem,
        **dict(zip(sheet.OPTION_COLUMNS, texts, strict=False)),
        "Kunci": _key(question),
        "Pembahasan": question.explanation,
    }
