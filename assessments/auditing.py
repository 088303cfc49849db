"""Whether a stored attempt still is what happened: paper, log, chain, merge state and score, each from its sources.

Reads only.  Whoever changes a row in the database is found by what other rows say about it; whoever rewrites everything
that depends on it as well is found by a receipt code that a participant noted (assessments.receipts).
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import drawing, due_records, late_answers, marking, protocol, receipts
from assessments.errors import PoolTooSmall
from assessments.models import AnswerRow, Attempt
from assessments.replaying import UNREADABLE, Finding, Replay, replay
from courses import manifest


@dataclass(frozen=True)
class Audit:
    """What was found about one attempt; consistent when nothing was."""

    attempt: Attempt
    replayed: Replay
    findings: list[Finding]

    @property
    def consistent(self) -> bool:
        return not self.findings

    @property
    def first_row(self) -> int | None:
        """The first row of the log that does not fit."""
        return min((each.position for each in self.findings if each.position is not None), default=None)

    def moment_of(self, code: str) -> tuple[int, datetime] | None:
        """After which row, and when, the log stood as the receipt ``code`` says; 0 is the opening."""
        if receipts.code_of(protocol.chain_start(self.attempt.public_id)) == code:
            return 0, self.attempt.opened_at
        found = (each for each in self.replayed.moments if receipts.code_of(each.head) == code)
        return next(((each.position, each.received_at) for each in found), None)


@transaction.atomic
def audit(public_id: UUID) -> Audit | None:
    """Go through everything that is stored about the attempt; None when there is none of this id.

    The attempt is locked meanwhile: a save that arrives waits some milliseconds and is not seen half."""
    attempt = Attempt.objects.for_saving().filter(public_id=public_id).first()
    if attempt is None:
        return None
    try:
        marking.slots_of(attempt.paper)
        findings = list(_on_paper(attempt))
    except UNREADABLE:
        return Audit(attempt, Replay(head=""), [Finding("paper", _("the stored paper cannot be read"))])
    rows, unreadable = _rows(attempt)
    replayed = replay(attempt, rows, counts=late_answers.counting(attempt))
    findings += unreadable + replayed.findings + _on_log(attempt, replayed) + _on_state(attempt, replayed)
    findings += _on_score(attempt, replayed) + _on_time(attempt)
    return Audit(attempt, replayed, findings)


def _rows(attempt: Attempt) -> tuple[list[AnswerRow], list[Finding]]:
    """The log in order.  A row that cannot even be read is named and left out."""
    stored = AnswerRow.objects.filter(attempt=attempt).order_by("position", "pk")
    try:
        return list(stored), []
    except UNREADABLE:
        return _rows_one_by_one(attempt)


def _rows_one_by_one(attempt: Attempt) -> tuple[list[AnswerRow], list[Finding]]:
    rows: list[AnswerRow] = []
    findings = []
    places = AnswerRow.objects.filter(attempt=attempt).order_by("position", "pk").values_list("pk", "position")
    for pk, position in places:
        try:
            rows.append(AnswerRow.objects.get(pk=pk))
        except UNREADABLE:
            words = _("row %(position)s cannot be read") % {"position": position}
            findings.append(Finding("row", words, position))
    return rows, findings


# The paper


def _on_paper(attempt: Attempt) -> Iterator[Finding]:
    part = attempt.part
    if manifest.digest(part.json) != part.sha256 or not _in_manifest(attempt):
        yield Finding("part", _("the frozen quiz is not the one of the edition"))
    pool = {entry["version"]: entry["sha256"] for entry in part.json["pool"]}
    versions = marking.versions_of(attempt.paper)
    for slot in attempt.paper["slots"]:
        version = versions.get(slot["version"])
        words = {"number": slot["slot"]}
        if pool.get(slot["version"]) != slot["sha256"]:
            yield Finding("paper", _("question %(number)s is not from the frozen quiz") % words)
        if version is None:
            yield Finding("version", _("question %(number)s: its version is gone") % words)
        elif not version.sha256 == slot["sha256"] == manifest.digest(version.body):
            yield Finding("version", _("question %(number)s: its version is not the one that was drawn") % words)
    if not _drawn_again(attempt):
        yield Finding("paper", _("the stored paper is not the one that its seed gives"))


def _in_manifest(attempt: Attempt) -> bool:
    part, edition = attempt.part, attempt.part.edition
    listed = {"kind": part.kind, "key": part.key, "sha256": part.sha256}
    return listed in edition.manifest["parts"] and manifest.digest(edition.manifest) == edition.sha256


def _drawn_again(attempt: Attempt) -> bool:
    """Whether the draw, repeated with the seed and with what the person had met before, gives the same paper.

    What was held back because others had met it stands on the paper itself; it can name questions of the pool only."""
    held_back = attempt.paper.get("held_back", ())
    pool = {entry["version"] for entry in attempt.part.json["pool"]}
    if held_back and (attempt.part.json.get("exposure_percent") is None or not pool.issuperset(held_back)):
        return False
    earlier = Attempt.objects.sat_by(attempt.enrolment.user).filter(pk__lt=attempt.pk).values_list("paper", flat=True)
    seen = {slot["version"] for paper in earlier for slot in paper["slots"]}
    rng = random.Random(attempt.seed)  # noqa: S311 - repeats a draw, decides nothing
    try:
        again = drawing.draw_for_part(attempt.part.json, seen=seen, rng=rng, held_back=held_back)
    except PoolTooSmall:
        return False
    return again == attempt.paper


# Log, merge state, score, time


def _on_log(attempt: Attempt, replayed: Replay) -> list[Finding]:
    checks = [
        (replayed.length != attempt.chain_length, _("the log has %(found)s rows, %(kept)s were received")),
        (replayed.late != attempt.late_rows, _("late rows are counted wrongly")),
        (replayed.characters != attempt.written_characters, _("written characters are counted wrongly")),
        (replayed.head != attempt.chain_head, _("the log does not end in the kept head of its hash chain")),
    ]
    words = {"found": replayed.length, "kept": attempt.chain_length}
    return [Finding("log", message % words if "%(" in message else message) for wrong, message in checks if wrong]


def _on_state(attempt: Attempt, replayed: Replay) -> list[Finding]:
    if not isinstance(attempt.answers, dict):
        return [Finding("answers", _("the answers that count are unreadable"))]
    slots = sorted(set(attempt.answers) | set(replayed.state), key=lambda slot: (len(slot), slot))
    wrong = [slot for slot in slots if attempt.answers.get(slot) != replayed.state.get(slot)]
    words = _("question %(number)s: the answer that counts is not the one that the log gives")
    return [Finding("answers", words % {"number": slot}) for slot in wrong]


def _on_score(attempt: Attempt, replayed: Replay) -> list[Finding]:
    if attempt.is_open:
        return []
    again = copy.copy(attempt)
    again.answers = replayed.state
    try:
        marking.mark(again)
    except UNREADABLE:
        return [Finding("score", _("the score cannot be computed from what is stored"))]
    same = (again.score, again.passed, again.pending) == (attempt.score, attempt.passed, attempt.pending)
    findings = []
    if not same:
        words = {"kept": _score_words(attempt), "found": _score_words(again)}
        findings.append(Finding("score", _("the kept score is %(kept)s, the log gives %(found)s") % words))
    if not _same_result(attempt.result, again.result):
        findings.append(Finding("score", _("the kept points per question or unit are not those that the log gives")))
    return findings


def _same_result(kept: Any, computed: dict[str, Any]) -> bool:
    """Members that an older schema of the result did not have are not missed."""
    if not isinstance(kept, dict):
        return False
    return all(computed.get(name) == value for name, value in kept.items() if name != "schema")


def _score_words(attempt: Attempt) -> str:
    return _("waiting for a mark") if attempt.score is None else str(attempt.score)


def _on_time(attempt: Attempt) -> list[Finding]:
    """Whether the deadline is the one that opening, time limit and everything granted meanwhile give."""
    if due_records.explains(attempt):
        return []
    return [Finding("time", _("the deadline does not follow from the time limit and from what was granted"))]
