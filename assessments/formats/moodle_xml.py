"""Pure: Moodle XML read; ``moodle_writing`` writes it.

Fractions are exact, whatever the file rounds; texts become plain; whatever has no place in ``Exchanged`` is named in
the notes of its question, and a kind of question that has none is passed over by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.content import FALSE_TEXT, MULTIPLE, SINGLE, TRUE_TEXT, TRUEFALSE
from assessments.formats import labels
from assessments.formats.exchanged import (
    ALL,
    ESSAY,
    MATCHING,
    MAX_QUESTIONS,
    NUMERIC,
    ORDERING,
    PLACES,
    SHORT,
    Choice,
    Exchange,
    Exchanged,
    Fault,
    Number,
    Pair,
    Refused,
    Remark,
    Unsupported,
    faults_of,
    name_of,
    number_of,
    on_one_line,
)
from assessments.formats.fractions import share_of
from assessments.formats.markup import Wording
from assessments.formats.xml_tree import Node, each_question

_FORMATS = {"html": "html", "plain_text": "plain", "markdown": "markdown", "moodle_auto_format": "moodle"}
_SAYS = {"true": True, "1": True, "false": False, "0": False}
_FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def read(data: bytes, most: int = MAX_QUESTIONS) -> Exchange:
    """Questions, faults by question and element, and what is unsupported.  A damaged file is refused as a whole."""
    reader = _File(most)
    try:
        each_question(data, reader.take)
    except Refused as refusal:
        return Exchange.refused(refusal.reason, refusal.line)
    if not (reader.questions or reader.faults or reader.skipped):
        return Exchange.refused(_("No question was found in this file."))
    return Exchange(tuple(reader.questions), tuple(reader.faults), tuple(reader.skipped))


class _File:
    def __init__(self, most: int) -> None:
        self.most = most
        self.category = ""
        self.number = 0
        self.questions: list[Exchanged] = []
        self.faults: list[Remark] = []
        self.skipped: list[Remark] = []

    def take(self, node: Node) -> None:
        kind = node.attributes.get("type", "").strip()
        if kind == "category":
            self.category = labels.category_of(on_one_line(node.say("category")))
            return
        self.number += 1
        if self.number > self.most:
            raise Refused(_("The file holds more than %(limit)s questions.") % {"limit": self.most}, node.line)
        title = on_one_line(node.say("name"))[:60]
        element = _("question %(number)s") % {"number": self.number} + (f" “{title}”" if title else "")
        try:
            self.questions.append(replace(_Reader(node, kind).question(), category=self.category, element=element))
        except Fault as fault:
            named = f"{element} > {fault.element}" if fault.element else element
            self.faults.append(Remark(fault.line or node.line, named, fault.reason))
        except Unsupported as unknown:
            self.skipped.append(Remark(node.line, element, unknown.reason))


class _Reader:
    """One question."""

    def __init__(self, node: Node, kind: str) -> None:
        self.node, self.kind = node, kind
        self.wording = Wording()
        self.notes: list[str] = []

    def question(self) -> Exchanged:
        """Raises Fault and Unsupported."""
        readers: dict[str, Callable[[str], Exchanged]] = {
            "multichoice": self._choosing,
            "truefalse": self._truth,
            "shortanswer": self._short,
            "numerical": self._numeric,
            "matching": self._matching,
            "match": self._matching,
            "ordering": self._ordering,
            "essay": self._essay,
        }
        if self.kind not in readers:
            names = {"cloze": _("cloze (answers inside the text)"), "multianswer": _("cloze (answers inside the text)")}
            raise Unsupported(names.get(self.kind, self.kind[:60] or _("a question without a type")))
        found = replace(
            readers[self.kind](self._said(self.node.child("questiontext"), "questiontext")),
            external_id=on_one_line(self.node.say("idnumber")),
            explanation=self._said(self.node.child("generalfeedback"), "generalfeedback"),
            points=self._points(),
            line=self.node.line,
        )
        tags = [self._plain(tag) for group in self.node.all("tags") for tag in group.all("tag")]
        found = labels.with_tags(found, tags)
        name = on_one_line(self.node.say("name"))
        found = replace(found, name="" if name == name_of(found) else name)
        if problems := faults_of(found):
            raise Fault(" ".join(problems))
        self._name_the_rest()
        return replace(found, notes=(*self.notes, *self.wording.notes))

    # Texts

    def _said(self, node: Node | None, element: str) -> str:
        if node is None:
            return ""
        for file in node.all("file"):
            name = on_one_line(file.attributes.get("name", ""))[:80]
            self.wording.drop(_("image %(name)s") % {"name": name} if name else _("an image"))
        inner = node.child("text")
        if inner is not None and inner.children:
            raise Fault(_("HTML must stand in CDATA or be escaped."), inner.line, f"{element} > text")
        default = "html" if element != "answer" or node.attributes.get("format") else "plain"
        written_as = _FORMATS.get(node.attributes.get("format", default).strip(), "html")
        try:
            return self.wording.said((inner or node).text, _FORMATS.get(written_as, written_as))
        except Fault as fault:
            raise Fault(fault.reason, node.line, element) from fault

    @staticmethod
    def _plain(node: Node) -> str:
        inner = node.child("text")
        return on_one_line((inner or node).text)

    def _points(self) -> str:
        written = self.node.say("defaultgrade")
        points = number_of(written or "1")
        if not points or points.startswith("-"):
            raise Fault(
                _("“%(text)s” is not a number.") % {"text": written[:40]}, self._line("defaultgrade"), "defaultgrade"
            )
        return "" if points == "1" else points

    def _line(self, tag: str) -> int:
        node = self.node.child(tag)
        return node.line if node else self.node.line

    def _answers(self) -> list[tuple[str, Node, Fraction]]:
        """Each answer with the name it has in a report and its exact share."""
        found = []
        for place, node in enumerate(self.node.all("answer"), start=1):
            element = _("answer %(number)s") % {"number": place}
            written = node.attributes.get("fraction") or node.say("fraction", "0")
            try:
                share, note = share_of(written)
            except Fault as fault:
                raise Fault(fault.reason, node.line, element) from fault
            self.notes += [note] if note else []
            found.append((element, node, share))
        return found

    def _feedback(self, node: Node) -> str:
        return self._said(node.child("feedback"), "feedback")

    # Kinds

    def _choosing(self, stem: str) -> Exchanged:
        single = _SAYS.get(self.node.say("single", "true").lower(), True)
        answers = self._answers()
        if single and sum(share == 1 for _element, _node, share in answers) > 1:
            raise Unsupported(_("a single choice with several fully right options"))
        choices = []
        for _element, node, share in answers:
            written = node if node.attributes.get("format") else replace(node, attributes={"format": "html"})
            choices.append(Choice(on_one_line(self._said(written, "answer")), share, self._feedback(node)))
        if _SAYS.get(self.node.say("shuffleanswers", "true").lower(), True) is False:
            self.wording.drop(_("the fixed order of options (shuffleanswers)"))
        return Exchanged(SINGLE if single else MULTIPLE, stem, choices=tuple(choices))

    def _truth(self, stem: str) -> Exchanged:
        answers = self._answers()
        if len(answers) != 2:
            raise Fault(_("A true/false question has two answers, not %(count)s.") % {"count": len(answers)})
        words = [self._plain(node).lower() for _element, node, _share in answers]
        if words in (["false", "true"], ["salah", "benar"]):
            answers.reverse()
        elif words not in (["true", "false"], ["benar", "salah"]):  # old files use their own language, true first
            self.notes.append(_("its answers were not called true and false; the first was taken for true"))
        (_t, true, share), (_f, false, other) = answers
        if {share, other} != {Fraction(0), Fraction(1)}:
            raise Fault(_("One of the two answers has 100 percent and the other 0."), true.line, _t)
        return Exchanged(
            TRUEFALSE,
            stem,
            choices=(
                Choice(TRUE_TEXT, share, self._feedback(true)),
                Choice(FALSE_TEXT, other, self._feedback(false)),
            ),
        )

    def _short(self, stem: str) -> Exchanged:
        choices = [Choice(self._plain(node), share, self._feedback(node)) for _element, node, share in self._answers()]
        return Exchanged(SHORT, stem, choices=tuple(choices), case=self.node.say("usecase", "0") in ("1", "true"))

    def _numeric(self, stem: str) -> Exchanged:
        numbers = []
        for element, node, share in self._answers():
            if self._feedback(node):
                self.wording.drop(_("feedback of answers"))
            written = self._plain(node) if node.child("text") else node.text
            if written.strip() == "*":
                continue
            value, tolerance = number_of(written), number_of(node.say("tolerance") or "0")
            if not value or not tolerance or tolerance.startswith("-"):
                raise Fault(_("“%(text)s” is not a number.") % {"text": written.strip()[:40]}, node.line, element)
            numbers.append(Number(value, tolerance, share))
        units = [on_one_line(unit.say("unit_name")) for group in self.node.all("units") for unit in group.all("unit")]
        if len(units) > 1:
            self.wording.drop(_("further units (%(names)s)") % {"names": ", ".join(units[1:])})
        return Exchanged(NUMERIC, stem, numbers=tuple(numbers), unit=(units or [""])[0])

    def _matching(self, stem: str) -> Exchanged:
        pairs = []
        for place, node in enumerate(self.node.all("subquestion"), start=1):
            answer = node.child("answer")
            if answer is None:
                element = _("pair %(number)s") % {"number": place}
                raise Fault(_("One pair has no answer."), node.line, element)
            pairs.append(Pair(on_one_line(self._said(node, "subquestion")), self._plain(answer)))
        return Exchanged(MATCHING, stem, pairs=tuple(pairs))

    def _ordering(self, stem: str) -> Exchanged:
        # Moodle keeps the place of an item where other answers keep their share.
        places = {id(node): number_of(node.attributes.get("fraction", "")) for node in self.node.all("answer")}
        nodes = sorted(self.node.all("answer"), key=lambda node: Fraction(places[id(node)] or 0))
        items = [on_one_line(self._said(node, "item")) for node in nodes]
        grading = self.node.say("gradingtype").upper()
        if "RELATIVE" in grading or "LONGEST" in grading:
            self.notes.append(_("scoring by neighbours is not known here; the whole order must be right"))
        return Exchanged(ORDERING, stem, items=tuple(items), rule=PLACES if "ABSOLUTE" in grading else ALL)

    def _essay(self, stem: str) -> Exchanged:
        for tag in ("graderinfo", "responsetemplate"):
            if self.node.say(tag):
                self.wording.drop(tag)
        if self.node.say("attachments", "0") not in ("", "0"):
            self.wording.drop("attachments")
        return Exchanged(ESSAY, stem, least_words=self._count("minwordlimit"), most_words=self._count("maxwordlimit"))

    def _count(self, tag: str) -> int | None:
        written = self.node.say(tag)
        if not re.fullmatch(r"[0-9]{0,6}", written):
            raise Fault(_("“%(text)s” is not a number.") % {"text": written[:40]}, self._line(tag), tag)
        return int(written) if written and int(written) else None

    # What has no place here

    def _name_the_rest(self) -> None:
        if old := on_one_line(self.node.say("image")):  # files of old versions carry one image beside the text
            self.wording.drop(_("image %(name)s") % {"name": old[:80]})
        if any(hint.say("text") or hint.text.strip() for hint in self.node.all("hint")):
            self.wording.drop(_("hints"))
        for tag in _FEEDBACK:
            if self.node.say(tag):
                self.wording.drop(tag)
        if self.node.say("hidden", "0") == "1":
            self.notes.append(_("it was hidden in the other system"))
