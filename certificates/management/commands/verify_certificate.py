"""``manage.py verify_certificate FILE...``: judge certificates by the register, or by a trust bundle alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates import judging, wording
from certificates.checking import FileFacts, Problem, examine
from certificates.judging import Answer, Verdict
from certificates.offline import words
from certificates.offline.bundle import BadBundle, TrustBundle, read_bundle
from certificates.offline.files import Judged, judge_file
from certificates.record import instant
from certificates.states import State

GENUINE, NOT_GENUINE, UNREADABLE, UNDETERMINED = 0, 1, 2, 3
#: From the best to the worst: of several files the worst decides.
ORDER: Final = (GENUINE, UNDETERMINED, NOT_GENUINE, UNREADABLE)
#: Written as a file's name: what is piped in.
STDIN: Final = Path("-")
Contents = Iterable[tuple[Path, bytes | None]]
_OFFLINE_EXIT: Final = {
    "valid": GENUINE,
    "status_unknown": UNDETERMINED,
    "unreadable": UNREADABLE,
    "unknown_format": UNREADABLE,
}


class Command(BaseCommand):
    help = (
        "Check certificates. Exit status 0: genuine and valid; 3: genuine, but the status cannot be determined; "
        "1: not; 2: unreadable. Of several files the worst counts, in this order. With --trust neither a database nor "
        "a network is asked, and PDF, badges (PNG, SVG), credentials (JSON, JWT), photos and texts of the large QR "
        "code are read; without it PDF only, by the register."
    )
    # Nothing may ask a database before --trust is looked at.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="- reads what is piped in")
        parser.add_argument("--trust", metavar="BUNDLE", type=Path, help="a trust bundle (suluh-trust.json)")
        parser.add_argument("--json", action="store_true", help="one JSON object a line instead of words")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        contents = ((path, self._content(path)) for path in files)
        if options["trust"]:
            results = _by_bundle(contents, _bundle(options["trust"]), as_json=options["json"])
        else:
            results = _by_register(contents, as_json=options["json"])
        worst = GENUINE
        for line, status in results:
            self.stdout.write(line)
            worst = max(worst, status, key=ORDER.index)
        if worst:
            sys.exit(worst)

    def _content(self, path: Path) -> bytes | None:
        """None if it cannot be opened; the reason goes to the error stream."""
        try:
            return sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
        except OSError as error:
            self.stderr.write(f"{path}: {error.strerror}")
            return None


def _bundle(path: Path) -> TrustBundle:
    try:
        return read_bundle(path.read_bytes())
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}). Nothing was judged."
        raise CommandError(msg, returncode=UNREADABLE) from error
    except BadBundle as error:
        msg = f"{path}: no trust bundle that can be relied on: {error}. Nothing was judged."
        raise CommandError(msg, returncode=UNREADABLE) from error


def _by_bundle(contents: Contents, bundle: TrustBundle, *, as_json: bool) -> Iterable[tuple[str, int]]:
    said: Callable[[Path, Judged, TrustBundle], str] = _judged_as_json if as_json else _judged_in_words
    for path, content in contents:
        judged = judge_file(content or b"", bundle, at=timezone.now())
        if content is None:
            judged = replace(judged, problems=(Problem.NOT_OPENED.value,))
        yield said(path, judged, bundle), _OFFLINE_EXIT.get(judged.answer, NOT_GENUINE)


def _judged_as_json(path: Path, judged: Judged, bundle: TrustBundle) -> str:
    return json.dumps({"file": str(path), **judged.to_json(), "trust_made_at": instant(bundle.made_at)})


def _judged_in_words(path: Path, judged: Judged, bundle: TrustBundle) -> str:
    lines = [f"{path}: {words.ANSWERS[judged.answer]}"]
    if judged.demo:
        lines.append("  CONTOH")
    if judged.name:
        lines.append(f"  {judged.name}; {judged.number}; {judged.code}")
    if judged.host and judged.answer == "other_host":
        lines.append(f"  {judged.host}")
    if judged.expired and judged.answer != "expired":
        lines.append(f"  {words.ALSO_EXPIRED}")
    if judged.status is not None:
        as_of = instant(judged.status.as_of) if judged.status.as_of else "-"
        lines.append(f"  {words.AS_OF % {'as_of': as_of, 'made_at': instant(bundle.made_at)}}")
    if judged.problems:
        lines.append("  " + ", ".join(judged.problems))
    return "\n".join(lines)


def _by_register(contents: Contents, *, as_json: bool) -> Iterable[tuple[str, int]]:
    # Asked only here: with --trust there may be no database.
    from certificates.registering import public_register

    register = public_register()
    for path, content in contents:
        unopened = FileFacts.unreadable(b"", Problem.NOT_OPENED)
        facts = unopened if content is None else examine(content, register)
        verdict = judging.judge(facts, at=timezone.now())
        yield (_as_json if as_json else _in_words)(path, verdict), _exit_status(verdict.answer)


def _exit_status(answer: Answer) -> int:
    return {Answer.VALID: GENUINE, Answer.UNREADABLE: UNREADABLE}.get(answer, NOT_GENUINE)


def _in_words(path: Path, verdict: Verdict) -> str:
    standing = verdict.standing
    lines = [f"{path}: {wording.OF_FILE[verdict.answer].title}"]
    if standing is not None and standing.trustworthy:
        lines.append(f"  {standing.holder_name or '-'}; {standing.certificate.number}; {standing.certificate.training}")
    if standing is not None and standing.past_end and standing.status != State.EXPIRED:
        lines.append(f"  {words.ALSO_EXPIRED}")
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
            "expired": standing.past_end if standing else None,
            "register_trustworthy": standing.trustworthy if standing else None,
            "code": verdict.file_record.code if verdict.file_record else None,
            "number": standing.certificate.number if standing and standing.trustworthy else None,
            "name": standing.holder_name if standing and standing.trustworthy else None,
            "demo": verdict.facts.demo,
            "problems": [problem.value for problem in verdict.facts.problems],
            "sha256": verdict.facts.sha256,
        }
    )
