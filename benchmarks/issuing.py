"""Certificates per second and core: a real signing worker that finds a full queue.

``python -m benchmarks.issuing [10000]`` issues that many in one run on PostgreSQL with fsync, kills the worker in the
middle and starts another one; the run ends when each person has one certificate with its files, numbered without a
gap, everything stands in the signed log, and a sample of the files was found genuine.  Ten rounds, each printed when it
ends, so that a rate that falls with the number of certificates shows.  Subject and baseline alternate: the baseline
makes the same files in one process, with no database.
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.utils import timezone

from benchmarks import machine
from benchmarks.machine import cpu_seconds

if TYPE_CHECKING:
    from benchmarks.world import World
    from tests.processes import Processes

WARM_UP = 5
PATIENCE = 300.0


def measure(world: World, children: Processes, *, count: int) -> list[str]:
    """Stop the worker, complete ``count`` enrolments, let it go on; from that moment to the last stored file."""
    from benchmarks.world import complete, more_people  # read only once the settings stand

    pid = children.pids["signing"]
    _complete_and_wait(world, WARM_UP)
    people = more_people(count, at=timezone.now())
    os.kill(pid, signal.SIGSTOP)
    complete(world, people, at=timezone.now())
    cpu, began = cpu_seconds(pid), time.perf_counter()
    os.kill(pid, signal.SIGCONT)
    _wait_for_files()
    took, used = time.perf_counter() - began, cpu_seconds(pid) - cpu
    return [
        f"certificates, {count} in one queue, one signing worker with one thread",
        f"  subject   {count / took:9.1f} certificates/s, issued, rendered, sealed, stored and synced",
        f"  CPU       {count / used:9.1f} certificates for each second of one core; worker {used / took:.2f} cores",
    ]


def _complete_and_wait(world: World, count: int) -> None:
    from benchmarks.world import complete, more_people

    complete(world, more_people(count, at=timezone.now()), at=timezone.now())
    _wait_for_files()


def _wait_for_files() -> None:
    """Every completed enrolment of the measurement has a certificate with a file."""
    from certificates.models import Certificate
    from courses.models import Enrolment

    wanted = Enrolment.objects.filter(status=Enrolment.Status.COMPLETED).count()
    end = time.monotonic() + PATIENCE
    while Certificate.objects.exclude(file_sha256="").count() < wanted:
        assert time.monotonic() < end, "the signing worker did not finish; see its log"
        time.sleep(0.05)


ROUNDS = 10
BASELINE = 10
SAMPLE = 40


def main(count: int) -> None:
    """One restart-safe run."""
    print(f"Suluh on {machine.describe()}; PostgreSQL with fsync, one signing worker with one thread", flush=True)
    with machine.running() as children:
        django.setup()
        run = _Run(children)
        each = max(count // ROUNDS, 1)
        for number in range(ROUNDS):
            print(run.round(each, killed=number == ROUNDS // 2), flush=True)
        found = run.check(each * ROUNDS)
        print("\n".join([*run.lines(each * ROUNDS), f"  {found}"]), flush=True)


class _Run:
    """The world, its worker, and what each round took."""

    def __init__(self, children: Processes) -> None:
        from benchmarks import world
        from benchmarks.certificate import Stages
        from benchmarks.scenes import _settings

        self.children, self.settings = children, _settings()
        made = world.make(people=1, certificates=0)
        self.cohort = made.short
        self.children.start_worker("signing", env=self.settings)
        self.children.start_beat(env=self.settings)
        self.rates: list[float] = []
        self.baselines: list[float] = []
        self.stages = Stages()
        self.database: list[float] = []
        self.used = 0.0
        self.open = 0
        self._queue(WARM_UP)
        self._until(self._finished)

    def round(self, count: int, *, killed: bool) -> str:
        """``count`` people become due; the worker may die half-way.  Then the baseline, while nothing else works.
        What the round came to, in a line."""
        used, database = self.used, _database_seconds()
        before = cpu_seconds(self.children.pids["signing"])
        began = time.perf_counter()
        self._queue(count)
        if killed:
            self._until(lambda: self._left() <= count // 2)
            self.used += cpu_seconds(self.children.pids["signing"]) - before
            self.children.kill("signing")
            self.children.start_worker("signing", env=self.settings)
            before = 0.0
        self._until(self._finished)
        took = time.perf_counter() - began
        self.used += cpu_seconds(self.children.pids["signing"]) - before
        if not killed:  # starting a worker and waiting for its sweep is no issuing
            self.rates.append(count / took)
            self.database.append((_database_seconds() - database) / count * 1000)
        self.baselines.append(_baseline(self.stages))
        worker = (self.used - used) / count * 1000
        told = f"  round of {count}: {count / took:7.1f} certificates/s, {worker:6.1f} ms of CPU for each in the worker"
        return f"{told}, killed and started again" if killed else told

    def _queue(self, count: int) -> None:
        """People who have met everything; their messages are queued as the product queues them."""
        from accounts.models import User
        from certificates.tasks import evaluate_enrolment
        from courses.models import Enrolment

        at, first = timezone.now(), User.objects.count()
        people = User.objects.bulk_create(
            User(
                participant_number=f"BANYAK-{number:06d}",
                full_name=f"Orang Banyak {number}",
                is_demo=True,
                password="!",
                privacy_seen_at=at,
                name_confirmed_at=at,
            )
            for number in range(first, first + count)
        )
        made = Enrolment.objects.bulk_create(
            Enrolment(
                user=person,
                cohort=self.cohort,
                status=Enrolment.Status.COMPLETED,
                enrolled_at=at - timedelta(hours=1),
                completed_at=at,
            )
            for person in people
        )
        self.open += count
        for enrolment in made:
            evaluate_enrolment.enqueue(enrolment.pk)

    def _left(self) -> int:
        """How many people have no certificate with a file yet."""
        from certificates.models import Certificate

        return self.open - int(Certificate.objects.exclude(file_sha256="").count())

    def _finished(self) -> bool:
        return self._left() == 0

    def _until(self, fact: Any) -> None:
        end = time.monotonic() + PATIENCE * 10
        while not fact():
            assert time.monotonic() < end, "the signing worker did not finish; see its log"
            time.sleep(0.2)

    def check(self, count: int) -> str:
        """Nobody was left out, nothing was issued twice, no number is missing, the log holds every certificate, and a
        sample of the files is genuine."""
        from django.conf import settings

        from certificates.checking import examine
        from certificates.models import Certificate, LogEntry
        from certificates.registering import public_register

        rows = Certificate.objects.all()
        numbers = sorted(rows.values_list("number_sequence", flat=True))
        assert numbers == list(range(1, count + WARM_UP + 1)), "a number is missing or twice"
        assert rows.values("enrolment").distinct().count() == len(numbers)
        folder = Path(settings.CERTIFICATE_DIR)
        assert {path.stem for path in folder.glob("*.pdf")} == set(rows.values_list("file_sha256", flat=True))
        self._until(lambda: not LogEntry.objects.filter(position=None).exists())
        for kind in ("issued", "filed"):
            entries = LogEntry.objects.filter(kind=kind)
            assert entries.count() == entries.values("certificate").distinct().count() == len(numbers)
        register, step = public_register(), max(len(numbers) // SAMPLE, 1)
        sample = list(rows.order_by("number_sequence").values_list("file_sha256", "number")[::step])
        for digest, number in sample:
            facts = examine((folder / f"{digest}.pdf").read_bytes(), register)
            assert facts.genuine, number
            assert facts.sha256 == digest, number
        return (
            f"numbers 1 to {len(numbers)} without a gap, 0 twice, all logged; {len(sample)} files judged, all genuine"
        )

    def lines(self, count: int) -> list[str]:
        subject, baseline = statistics.median(self.rates), statistics.median(self.baselines)
        worker, database = self.used / count * 1000, statistics.median(self.database)
        stages = {name: statistics.median(spent) for name, spent in self.stages.spent.items()}
        files = sum(stages.values())
        dearest = sorted(stages, key=lambda name: -stages[name])[:4]
        return [
            f"certificates, {count} in one run, the worker killed once and another started; none missing, none twice",
            f"  subject   {subject:9.1f} certificates/s, issued, rendered, sealed, stored, synced and logged"
            f" ({min(self.rates):.1f} to {max(self.rates):.1f} over {len(self.rates)} rounds)",
            f"  baseline  {baseline:9.1f} certificates/s, the same files in one process without a database",
            f"  ratio     {subject / baseline:9.2f}",
            f"  CPU       {count / self.used:9.1f} certificates for each second of one core of the worker",
            f"  eaten by  {worker:9.1f} ms in the worker: {files:.1f} making files ("
            + ", ".join(f"{name} {stages[name]:.1f}" for name in dearest)
            + f"), the rest statements, queue and log; and {database:.1f} ms in PostgreSQL",
        ]


def _database_seconds() -> float:
    """CPU of PostgreSQL so far, connections that were closed included."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = cursor.fetchone()[0]
    return cpu_seconds(int((Path(folder) / "postmaster.pid").read_text().split()[0]), ended=True)


def _baseline(stages: Any) -> float:
    """Complete certificates per second of this process."""
    from django.conf import settings

    from benchmarks.certificate import Stages, one
    from certificates.keys import load_signing_keys
    from certificates.signing import LocalSigner, SignContext

    keys = load_signing_keys(settings.SULUH_KEY_DIR)
    signer, context = (
        LocalSigner(keys.seal),
        SignContext(signed_at=keys.seal.entry.not_before, reason="", location="", idempotency_key=""),
    )
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:

        def make(number: int, into: Stages) -> None:
            one(into, number, keys, lambda pdf: signer.sign(pdf, context=context).pdf, Path(folder) / str(number))

        make(0, Stages())
        began = time.perf_counter()
        for number in range(1, BASELINE + 1):
            make(number, stages)
        return BASELINE / (time.perf_counter() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
