"""Certificates per second and core: a real signing worker that finds a full queue."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from django.utils import timezone

from benchmarks.machine import cpu_seconds
from benchmarks.world import World, complete, more_people
from certificates.models import Certificate
from courses.models import Enrolment

if TYPE_CHECKING:
    from tests.processes import Processes

WARM_UP = 5
PATIENCE = 300.0


def measure(world: World, children: Processes, *, count: int) -> list[str]:
    """Stop the worker, complete ``count`` enrolments, let it go on; from that moment to the last stored file."""
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
    complete(world, more_people(count, at=timezone.now()), at=timezone.now())
    _wait_for_files()


def _wait_for_files() -> None:
    """Every completed enrolment of the measurement has a certificate with a file."""
    wanted = Enrolment.objects.filter(status=Enrolment.Status.COMPLETED).count()
    end = time.monotonic() + PATIENCE
    while Certificate.objects.exclude(file_sha256="").count() < wanted:
        assert time.monotonic() < end, "the signing worker did not finish; see its log"
        time.sleep(0.05)
