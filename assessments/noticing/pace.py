"""Pure: whether somebody answered faster than anybody can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Characters in a second.  Adults read some 20 to 30 silently; twice that is no longer reading.
FASTEST_READING = 50
#: Fewer answers tell nothing: somebody may have thought about two questions before opening the quiz again.
FEWEST_ANSWERS = 5
READ = ("options", "prompts", "choices", "items")


@dataclass(frozen=True)
class Pace:
    """What one attempt took: ``characters`` of the questions that were answered, ``seconds`` from the opening to the
    last answer.  The whole paper is looked at and no single question: all stand on one page and may be read first."""

    answers: int
    characters: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.characters / max(self.seconds, 1.0)

    @property
    def is_faster_than_reading(self) -> bool:
        return self.answers >= FEWEST_ANSWERS and self.per_second > FASTEST_READING


def characters(body: Mapping[str, Any]) -> int:
    """What has to be read to answer: the question and whatever can be chosen.  The text of a case is left out, for it
    is read once for several questions."""
    return len(body["stem"]) + sum(len(entry["text"]) for name in READ for entry in body.get(name, ()))


def pace(state: Mapping[str, Any], lengths: Mapping[int, int], *, opened_ms: int) -> Pace:
    """``state`` is the merge state of the save protocol, ``lengths`` the characters of each slot."""
    times = [known[1] for slot, devices in state.items() if int(slot) in lengths for known in devices.values()]
    seconds = (max(times) - opened_ms) / 1000 if times else 0.0
    read = sum(lengths[int(slot)] for slot in state if int(slot) in lengths)
    return Pace(answers=sum(int(slot) in lengths for slot in state), characters=read, seconds=seconds)
