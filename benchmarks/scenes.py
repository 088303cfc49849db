"""What is measured, in order; each scene prints its own lines."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils import timezone

from benchmarks import issuing, lists, machine, measuring, registered, statistics, uploads, verifying, world
from benchmarks.visitor import Visitor

if TYPE_CHECKING:
    from tests.processes import Processes

MOST_AT_ONCE = 32
CERTIFICATES_TO_LOOK_UP = 20
MORE_TO_LOOK_UP = 500
CERTIFICATES_TO_ISSUE = 60


def run(children: Processes, *, rounds: int, seconds: float) -> None:
    made = world.make(people=MOST_AT_ONCE, certificates=CERTIFICATES_TO_LOOK_UP)
    children.start_worker("default", env=_settings())
    children.start_worker("signing", env=_settings())
    address = urlsplit(children.start_web(workers=machine.WEB_PROCESSES, settings="benchmarks.settings"))
    visitors = [
        Visitor(address.netloc, person.participant_number, world.PASSWORD, path, seed)
        for seed, (person, path) in enumerate(zip(made.people, made.quiz_paths, strict=True))
    ]
    codes = [*made.codes, *registered.enter(MORE_TO_LOOK_UP, at=timezone.now())]
    scenes = Scenes(visitors, codes, children.pids["web"], rounds=rounds, seconds=seconds)
    scenes.sign_ins()
    for visitor in visitors:
        visitor.sign_in()
    scenes.verifications()
    scenes.saves()
    for at_once in (1, 8, MOST_AT_ONCE):
        scenes.attempts(at_once)
    scenes.attempts_in_one_save()
    print("\n".join(lists.measure()), flush=True)
    print("\n".join(statistics.measure()), flush=True)
    print("\n".join(verifying.measure()), flush=True)
    print("\n".join(uploads.over_http(visitors[0], children.pids["web"])), flush=True)
    print("\n".join(verifying.guesses_over_http(visitors[0])), flush=True)
    print("\n".join(issuing.measure(made, children, count=CERTIFICATES_TO_ISSUE)))


def _settings() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}


class Scenes:
    def __init__(
        self, visitors: Sequence[Visitor], codes: Sequence[str], web: int, *, rounds: int, seconds: float
    ) -> None:
        self.visitors, self.codes, self.web = visitors, codes, web
        self.rounds, self.seconds = rounds, seconds

    def _show(self, name: str, subject: measuring.Action, baseline: measuring.Action, at_once: int, unit: str) -> None:
        found = measuring.compare(
            name,
            subject=subject,
            baseline=baseline,
            visitors=self.visitors[:at_once],
            unit=unit,
            rounds=self.rounds,
            seconds=self.seconds,
            web=self.web,
        )
        print("\n".join(found.lines()), flush=True)

    def sign_ins(self) -> None:
        for visitor in self.visitors[:8]:
            visitor.sign_in()
        self._show("sign-ins (argon2id) beside one INSERT", Visitor.sign_in, Visitor.write, 8, "sign-ins")

    def verifications(self) -> None:
        turn = itertools.cycle(self.codes)  # one after the other: what a process keeps of the last ones is of no use

        def look_up(visitor: Visitor) -> None:
            visitor.address = visitor.any_address()
            visitor.get(f"/v/{next(turn)}")

        # Who scans a paper is nobody we know: subject and baseline alike come without cookies.  Then the signed-in.
        known = [visitor.cookies for visitor in self.visitors]
        for visitor in self.visitors:
            visitor.cookies = {}
        self._show("verifications beside one SELECT", look_up, Visitor.read, 8, "requests")
        for visitor, cookies in zip(self.visitors, known, strict=True):
            visitor.cookies = cookies
        name = "verifications by signed-in people beside one SELECT"
        self._show(f"{name} for nobody in particular", look_up, Visitor.read, 8, "requests")
        self._show(f"{name} for them", look_up, Visitor.read_as_oneself, 8, "requests")

    def saves(self) -> None:
        for visitor in self.visitors[:8]:
            visitor.begin()
        self._show("saves of one answer beside one INSERT", Visitor.save, Visitor.write, 8, "requests")

    def attempts(self, at_once: int) -> None:
        name = "whole attempts of 20 questions in 20 saves beside 24 INSERTs"
        self._show(name, Visitor.whole_attempt, Visitor.write_often, at_once, "attempts")
        print(f"  statements {self.visitors[0].statements_of(Visitor.whole_attempt):8} for each", flush=True)

    def attempts_in_one_save(self) -> None:
        name = "whole attempts of 20 questions in one save beside 5 INSERTs"
        self._show(name, Visitor.attempt_in_one_save, Visitor.write_five_times, 8, "attempts")
        print(f"  statements {self.visitors[0].statements_of(Visitor.attempt_in_one_save):8} for each", flush=True)
