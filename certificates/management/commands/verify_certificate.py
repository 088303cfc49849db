"""``manage.py verify_certificate FILE...``: judge certificate files by their seal, their record and the register."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certificates import judging, wording
from certificates.checking import FileFacts, Problem, examine
from certificates.judging import Answer, Verdict
from certificates.keys import KeyRegister
from certificates.registering import public_register

GENUINE, NOT_GENUINE, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Check PDF certificates. Exit status 0: genuine and valid; 1: not; 2: unreadable. Of several the worst counts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON object a line instead of words")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        register = public_register()
        worst = GENUINE
        for path in files:
            verdict = judging.judge(_facts(path, register), at=timezone.now())
            self.stdout.write(_as_json(path, verdict) if options["json"] else _in_words(path, verdict))
            worst = max(worst, _exit_status(verdict.answer))
        if worst:
            sys.exit(worst)


def _facts(path: Path, register: KeyRegister) -> FileFacts:
    try:
        return examine(path.read_bytes(), register)
    except OSError:
        return FileFacts.unreadable(b"", Problem.EMPTY)


def _exit_status(answer: Answer) -> int:
    return {Answer.VALID: GENUINE, Answer.UNREADABLE: UNREADABLE}.get(answer, NOT_GENUINE)


def _in_words(path: Path, verdict: Verdict) -> str:
    standing = verdict.standing
    lines = [f"{path}: {wording.OF_FILE[verdict.answer].title}"]
    if standing is not None and standing.trustworthy:
        lines.append(f"  {standing.holder_name or '-'}; {standing.certificate.number}; {standing.certificate.training}")
    if verdict.facts.problems:
        lines.append("  " + ", ".join(problem.value for problem in verdict.facts.problems))
    return "\n".join(lines)


def _as_json(path: Path, verdict: Verdict) -> str:
    standing = verdict.standing
    return json.dumps(
        {
            "file": str(path),
            "answer": verdict.answer.value,
            "intact": verdict.facts.intact and verdict.facts.covers_whole_file,
            "sealed_by": verdict.facts.seal_key if verdict.facts.trusted else None,
            "record_signed_by_us": verdict.facts.record_signature_valid,
            "registered": standing is not None,
            "same_record": verdict.same_record,
            "same_file": verdict.same_file,
            "status": standing.status.value if standing else None,
            "register_trustworthy": standing.trustworthy if standing else None,
            "code": verdict.file_record.code if verdict.file_record else None,
            "number": standing.certificate.number if standing and standing.trustworthy else None,
            "name": standing.holder_name if standing and standing.trustworthy else None,
            "demo": verdict.facts.demo,
            "problems": [problem.value for problem in verdict.facts.problems],
            "sha256": verdict.facts.sha256,
        }
    )
