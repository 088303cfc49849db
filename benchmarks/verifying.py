"""Checking: an uploaded PDF beside pyHanko's own validation, a list of 10,000 rows, and a million guessed codes.

``make bench`` starts it in a process of its own, on the database that it has filled.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

ROWS = 10_000
GUESSES = 1_000_000
ASKED_AT_ONCE = 5_000
ROUNDS = 15


def measure() -> list[str]:
    """Lines to print, from a fresh process on the same database."""
    command = [sys.executable, "-m", "benchmarks.verifying"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr[-2_000:])
    return done.stdout.splitlines()


def main() -> None:
    import django

    django.setup()
    print("\n".join([*_upload(), *_list(), *_guesses()]))


def _cpu(work: Callable[[], object]) -> float:
    """Median CPU milliseconds of ``work``, warm."""
    work()
    taken = []
    for _round in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - began))
    return statistics.median(taken)


def _upload() -> list[str]:
    from io import BytesIO

    from pyhanko.keys import load_cert_from_pemder  # type: ignore[attr-defined]
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from certificates.checking import examine
    from certificates.models import Certificate
    from certificates.registering import public_register
    from certificates.storing import stored_path

    row = Certificate.objects.exclude(file_sha256="").order_by("pk").first()
    if row is None:
        return ["an uploaded PDF: no file was made yet"]
    pdf, register = stored_path(row.file_sha256, "pdf").read_bytes(), public_register()
    root = register.seals()[0].certificates[-1]
    path = stored_path("bench-root", "pem")
    path.write_text(root)
    trusted = [load_cert_from_pemder(str(path))]

    def by_pyhanko() -> object:
        signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
        return validate_pdf_signature(signature, ValidationContext(trust_roots=trusted, allow_fetching=False))

    ours, theirs = _cpu(lambda: examine(pdf, register)), _cpu(by_pyhanko)
    return [
        f"an uploaded PDF of {len(pdf) // 1000} kB, judged",
        f"  ours      {ours:9.1f} ms   with record, attachment and shape",
        f"  pyHanko   {theirs:9.1f} ms   its own validation of the one signature",
        f"  ratio     {ours / theirs:9.2f}   promised is at most 2",
    ]


def _list() -> list[str]:
    from django.utils import timezone

    from accounts.models import Membership, User
    from accounts.roles import Role
    from certificates import codes
    from certificates.models import Certificate
    from certificates.verifying_lists import running
    from certificates.verifying_lists.reading import Asked

    held = list(Certificate.objects.values_list("code", "number")[:500])
    head = User.objects.filter(memberships__role=Role.PIMPINAN).first()
    membership = Membership.objects.filter(user=head, role=Role.PIMPINAN).select_related("organization").first()
    if head is None or membership is None or not held:
        return ["a list to check: nobody may ask, or nothing was issued"]
    rows = [
        Asked(line, held[line % len(held)][line % 4 == 1] if line % 4 < 3 else codes.new_code(), "Orang Ukur")
        for line in range(1, ROWS + 1)
    ]
    began = time.perf_counter()
    asked = running.ask(rows, organization=membership.organization, actor=head, at=timezone.now())
    running.run(asked.pk, at=timezone.now())
    took = time.perf_counter() - began
    asked.refresh_from_db()
    told = ", ".join(f"{word} {number}" for word, number in asked.counts.items())
    return [f"a list of {ROWS} rows checked, with its sheet", f"  rate      {ROWS / took:9.0f} rows/s   {told}"]


def _guesses() -> list[str]:
    """Guessed codes through what the look-up asks, five thousand a statement, and a thousand one by one."""
    from django.utils import timezone

    from certificates import codes
    from certificates.looking_up import look_up
    from certificates.models import Certificate

    began, found, now = time.perf_counter(), 0, timezone.now()
    for _batch in range(GUESSES // ASKED_AT_ONCE):
        guessed = [codes.new_code() for _guess in range(ASKED_AT_ONCE)]
        found += Certificate.objects.filter(code__in=guessed).count()
    found += sum(look_up(codes.new_code(), at=now) is not None for _guess in range(1_000))
    took = time.perf_counter() - began
    return [f"{GUESSES} guessed codes, and 1000 through the look-up", f"  found     {found:9}   in {took:.0f} s"]


if __name__ == "__main__":
    main()
