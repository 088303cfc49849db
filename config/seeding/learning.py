"""What participants do: read, answer, submit.  Used by the demonstration and by the benchmarks."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from assessments import attempting, saving, submitting
from assessments.models import Attempt, QuestionVersion
from courses.models import EditionPart, Enrolment
from courses.progress import mark_read


def read_modules(enrolment: Enrolment, *, at: datetime, count: int | None = None) -> None:
    """Mark the first ``count`` modules of the edition as read (all without a count), ten minutes apart."""
    edition = enrolment.cohort.edition
    keys = edition.modules.order_by("position").values_list("key", flat=True) if edition else []
    for number, key in enumerate(list(keys)[:count]):
        mark_read(enrolment, key, at=at + timedelta(minutes=10 * number))


def quiz_part(enrolment: Enrolment, kind: str) -> EditionPart:
    """The first quiz of this kind ("pretest", "practice", "posttest") in the enrolment's edition."""
    parts = EditionPart.objects.filter(edition=enrolment.cohort.edition_id, kind="quiz").order_by("pk")
    return next(part for part in parts if part.json["kind"] == kind)


def take(enrolment: Enrolment, part: EditionPart, *, at: datetime, share: float, rng: random.Random) -> Attempt:
    """Sit the quiz from ``at`` on, answer ``share`` (0 to 1) of its questions rightly, and hand it in."""
    attempt = attempting.start(
        enrolment, part, at=at, seed=f"{rng.getrandbits(128):032x}", nonce=f"{rng.getrandbits(128):032x}"
    )
    chosen = answers(attempt, share=share)
    later = at + timedelta(minutes=12)
    saving.save_form(attempt.public_id, attempting.token_for(attempt), chosen, {}, at=later)
    attempt.refresh_from_db()
    return submitting.submit(attempt, actor=enrolment.user, at=later + timedelta(minutes=1))


def answers(attempt: Attempt, *, share: float) -> dict[int, frozenset[str]]:
    """Tokens to tick in each slot of the paper: right in the first ``share`` of the slots, one wrong option after."""
    slots = attempt.paper["slots"]
    versions = QuestionVersion.objects.in_bulk([slot["version"] for slot in slots], field_name="public_id")
    bodies = {str(key): version.body for key, version in versions.items()}
    right_until = round(len(slots) * share)
    chosen = {}
    for number, slot in enumerate(slots):
        correct = {option["id"] for option in bodies[slot["version"]]["options"] if option["correct"]}
        right = frozenset(option["token"] for option in slot["options"] if option["option_id"] in correct)
        wrong = [option["token"] for option in slot["options"] if option["option_id"] not in correct]
        chosen[slot["slot"]] = right if number < right_until else frozenset(wrong[:1])
    return chosen
