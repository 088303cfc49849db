"""Rounds of subject and baseline, one after the other, and what they say together."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.machine import cpu_seconds
from benchmarks.visitor import Visitor

Action = Callable[[Visitor], None]


@dataclass(frozen=True)
class Round:
    """One round: how many actions in how many seconds, each one's time, and CPU taken by generator and web."""

    actions: int
    seconds: float
    times: list[float]
    generator_cpu: float
    web_cpu: float

    @property
    def rate(self) -> float:
        return self.actions / self.seconds


def one_round(visitors: Sequence[Visitor], action: Action, *, seconds: float, web: int) -> Round:
    """Every visitor repeats ``action`` for ``seconds``; the last action of each is waited for and counted."""
    times: list[list[float]] = [[] for _ in visitors]
    faults: list[BaseException] = []
    cpu, web_cpu, began = time.process_time(), cpu_seconds(web), time.perf_counter()

    def repeat(visitor: Visitor, kept: list[float]) -> None:
        try:
            while time.perf_counter() - began < seconds:
                at = time.perf_counter()
                action(visitor)
                kept.append(time.perf_counter() - at)
        except BaseException as fault:  # noqa: BLE001 - told to the one who waits
            faults.append(fault)

    threads = [threading.Thread(target=repeat, args=pair) for pair in zip(visitors, times, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    took = time.perf_counter() - began
    every = [each for kept in times for each in kept]
    return Round(len(every), took, every, time.process_time() - cpu, cpu_seconds(web) - web_cpu)


@dataclass(frozen=True)
class Comparison:
    """Rounds of a subject and of its baseline in pairs; ``weight`` baseline actions make one of the subject's."""

    name: str
    unit: str
    visitors: int
    pairs: list[tuple[Round, Round]]

    def lines(self) -> list[str]:
        subjects, baselines = [pair[0] for pair in self.pairs], [pair[1] for pair in self.pairs]
        ratios = sorted(subject.rate / baseline.rate for subject, baseline in self.pairs)
        times = sorted(each for subject in subjects for each in subject.times)
        seconds = sum(each.seconds for each in subjects)
        eaten = sum(r.web_cpu for r in subjects) / sum(r.actions for r in subjects)
        eaten_by_baseline = sum(r.web_cpu for r in baselines) / sum(r.actions for r in baselines)
        rate, other = f"{median_rate(subjects):9.1f} {self.unit}/s", f"{median_rate(baselines):9.1f} {self.unit}/s"
        spread = f"from {ratios[0]:.2f} to {ratios[-1]:.2f} in {len(ratios)} rounds"
        generator = sum(r.generator_cpu for r in subjects) / seconds
        web = sum(r.web_cpu for r in subjects) / seconds
        return [
            f"{self.name}, {self.visitors} at once",
            f"  subject   {rate}   p50 {at(times, 0.5):.1f} ms   p95 {at(times, 0.95):.1f} ms",
            f"  baseline  {other}",
            f"  ratio     {statistics.median(ratios):9.2f}   {spread}",
            f"  web CPU   {1000 * eaten:9.1f} ms for each   (baseline {1000 * eaten_by_baseline:.1f} ms, "
            f"{eaten_by_baseline / eaten:.2f} of it)",
            f"  cores     web {web:.2f}, generator {generator:.2f}",
        ]


def compare(
    name: str,
    *,
    subject: Action,
    baseline: Action,
    visitors: Sequence[Visitor],
    unit: str,
    rounds: int,
    seconds: float,
    web: int,
) -> Comparison:
    """One unmeasured second of each, then ``rounds`` pairs; the order turns with each round."""
    for action in (baseline, subject):
        one_round(visitors, action, seconds=1.0, web=web)
    pairs = []
    for number in range(rounds):
        if number % 2:
            first = one_round(visitors, subject, seconds=seconds, web=web)
            pairs.append((first, one_round(visitors, baseline, seconds=seconds, web=web)))
        else:
            first = one_round(visitors, baseline, seconds=seconds, web=web)
            pairs.append((one_round(visitors, subject, seconds=seconds, web=web), first))
    return Comparison(name, unit, len(visitors), pairs)


def median_rate(rounds: Sequence[Round]) -> float:
    return statistics.median(each.rate for each in rounds)


def at(times: Sequence[float], share: float) -> float:
    """The time in milliseconds below which ``share`` of the sorted ``times`` lie."""
    return 1000 * times[min(len(times) - 1, int(len(times) * share))]
