"""Checking: scans beside one SELECT, an uploaded PDF beside pyHanko, a list of 10,000 rows, a million guessed codes.

``python -m benchmarks.verifying [--rounds 5] [--seconds 3]`` measures all of it on a database of its own; ``make
bench`` starts it in a process of its own, on the database that it has filled.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks import machine, uploads

if TYPE_CHECKING:
    from benchmarks.visitor import Visitor

REGISTERED = 1_000
ROWS = 10_000
GUESSES = 1_000_000
GUESSES_BY_HTTP = 1_000
_FILLED = "SULUH_BENCH_FILLED"


def measure() -> list[str]:
    """Lines to print, from a fresh process on the same database."""
    command = [sys.executable, "-m", "benchmarks.verifying"]
    environment = os.environ | {_FILLED: "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr[-2_000:])
    return done.stdout.splitlines()


def main() -> None:
    import django

    if _FILLED in os.environ:
        django.setup()
        _alone()
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="pairs of subject and baseline")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a round")
    chosen = parser.parse_args()
    began = time.monotonic()
    print(f"Suluh on {machine.describe()}; PostgreSQL with fsync, {machine.WEB_PROCESSES} web processes", flush=True)
    with machine.running() as children:
        django.setup()
        _over_http(children, rounds=chosen.rounds, seconds=chosen.seconds)
        _alone()
    print(f"took {time.monotonic() - began:.0f} seconds")


def _alone() -> None:
    """What needs no web process."""
    for scene in (uploads.judged, _list, _guesses):
        print("\n".join(scene()), flush=True)


def _over_http(children: Any, *, rounds: int, seconds: float) -> None:
    """A small world: certificates in the register, and eight people who may sign in."""
    from django.core.management import call_command
    from django.utils import timezone

    from accounts.roles import Role
    from benchmarks import registered, scenes
    from benchmarks.models import Mark
    from benchmarks.visitor import Visitor
    from config.seeding import papers
    from tests.factories_accounts import make_organization, make_person

    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    papers.make_keys_once()
    Mark.objects.create(word="suluh")
    codes = registered.enter(REGISTERED, at=timezone.now())
    home, password = make_organization(name="Dinas Ukur"), "hanya-untuk-mengukur"
    make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    people = [make_person(role=Role.PARTICIPANT, organization=home, password=password) for _person in range(8)]
    address = urlsplit(children.start_web(workers=machine.WEB_PROCESSES, settings="benchmarks.settings"))
    numbers = [person.participant_number for person in people]
    visitors = [Visitor(address.netloc, number, password, "", seed) for seed, number in enumerate(numbers)]
    for visitor in visitors:
        visitor.sign_in()
    scenes.Scenes(visitors, codes, children.pids["web"], rounds=rounds, seconds=seconds).verifications()
    print("\n".join(uploads.over_http(visitors[0], children.pids["web"])), flush=True)
    print("\n".join(guesses_over_http(visitors[0])), flush=True)


def guesses_over_http(visitor: Visitor) -> list[str]:
    """Well-formed codes that nobody issued, from one address without cookies, with the throttle on."""
    from certificates import codes

    visitor.cookies = {}
    visitor.address = visitor.any_address()
    began = time.perf_counter()
    said = Counter(visitor.request("GET", f"/v/{codes.new_code()}").status for _guess in range(GUESSES_BY_HTTP))
    took = time.perf_counter() - began
    told = ", ".join(f"{number} times {status}" for status, number in sorted(said.items()))
    return [
        f"{GUESSES_BY_HTTP} guessed codes through HTTP from one address, throttle on",
        f"  found     {said[200]:9}   {told}, in {took:.0f} s",
    ]


class _Spent:
    """CPU of this process and clock since it was made."""

    def __init__(self) -> None:
        self._cpu, self._clock = time.process_time(), time.perf_counter()

    @property
    def cpu(self) -> float:
        return time.process_time() - self._cpu

    @property
    def clock(self) -> float:
        return time.perf_counter() - self._clock


def _list() -> list[str]:
    """The real task, on rows of which half match, a quarter bears another name, and a quarter is not recorded."""
    from django.utils import timezone

    from accounts.models import Membership
    from accounts.roles import Role
    from certificates import codes, tasks
    from certificates.models import Certificate
    from certificates.verifying import holder_name
    from certificates.verifying_lists import running
    from certificates.verifying_lists.reading import Asked

    held = list(Certificate.objects.order_by("-pk")[:REGISTERED])
    membership = Membership.objects.filter(role=Role.PIMPINAN).select_related("user", "organization").first()
    if membership is None or not held:
        return ["a list to check: nobody may ask, or nothing was issued"]

    def row(line: int) -> Asked:
        one = held[line % len(held)]
        ways = ((one.code, ""), (one.number, holder_name(one)), (one.number, "Nama Lain"), (codes.new_code(), ""))
        key, name = ways[line // len(held) % len(ways)]
        return Asked(line, key, name or "")

    rows = [row(line) for line in range(1, ROWS + 1)]
    asked = running.ask(rows, organization=membership.organization, actor=membership.user, at=timezone.now())
    spent = _Spent()
    tasks.check_list(asked.pk)
    clock, cpu = spent.clock, spent.cpu
    asked.refresh_from_db()
    told = ", ".join(f"{word} {number}" for word, number in asked.counts.items())
    return [
        f"a list of {ROWS} rows over {len(held)} certificates checked by its task, with its sheet",
        f"  rate      {ROWS / clock:9.0f} rows/s   {ROWS / cpu:.0f} for each second of CPU; {told}",
    ]


def _guesses() -> list[str]:
    """Each guess through the look-up itself; what reached the database is counted there."""
    from django.db import connection
    from django.utils import timezone

    from certificates import codes
    from certificates.looking_up import look_up

    choose, now, found, asked = random.Random(2026).choices, timezone.now(), 0, 0

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*given)

    spent = _Spent()
    with connection.execute_wrapper(count):
        for _guess in range(GUESSES):
            code = codes.grouped("".join(choose(codes.ALPHABET, k=codes.LENGTH)))
            found += look_up(code, at=now) is not None
    return [
        f"{GUESSES} guessed codes, each through the look-up",
        f"  found     {found:9}   {asked} reached the database, the others end at the check symbol",
        f"  took      {spent.clock:9.0f} s   {spent.cpu:.0f} s CPU, guessing included",
    ]


if __name__ == "__main__":
    main()
