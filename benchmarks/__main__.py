"""``python -m benchmarks [--rounds 5] [--seconds 5] [--quick]``."""

from __future__ import annotations

import argparse
import logging
import time

import django

from benchmarks import machine


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="pairs of subject and baseline")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a round")
    parser.add_argument("--quick", action="store_true", help="two short rounds: does it run at all")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds, chosen.seconds = 2, 1.0
    began = time.monotonic()
    print(f"Suluh on {machine.describe()}; PostgreSQL with fsync, {machine.WEB_PROCESSES} web processes, 2 workers")
    with machine.running() as children:
        django.setup()
        logging.disable(logging.WARNING)
        from benchmarks.scenes import run

        run(children, rounds=chosen.rounds, seconds=chosen.seconds)
    print(f"took {time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()
