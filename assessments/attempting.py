"""Starting an attempt, taking it up again on any device, and where a person stands with a quiz."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.functional import cached_property

from accounts import events
from assessments import access_codes, accommodating, deadlines, drawing, exposure, protocol, tokens
from assessments.deadlines import Allowance
from assessments.deciding_grade import Decision, decide
from assessments.errors import AttemptsUsedUp, AttemptTooSoon, QuizNotRunning
from assessments.models import Attempt
from assessments.quiz_rules import AVERAGE, FIRST, LAST, QuizRules
from courses.models import Enrolment
from courses.reminders import moment

if TYPE_CHECKING:
    from accounts.models import User
    from assessments.models import HonestyStatement
    from courses.models import EditionPart


@dataclass(frozen=True)
class Standing:
    """One person and one quiz: the attempts so far, oldest first, and what they have beyond the quiz's own rule."""

    attempts: list[Attempt]
    max_attempts: int | None
    allowance: Allowance = field(default_factory=Allowance)
    rules: QuizRules = field(default_factory=QuizRules)

    @property
    def allowed(self) -> int | None:
        """How many attempts the person may make in all; None means as many as wanted."""
        return None if self.max_attempts is None else self.max_attempts + self.allowance.extra_attempts

    @property
    def left(self) -> int | None:
        return None if self.allowed is None else max(0, self.allowed - len(self.attempts))

    @property
    def used_up(self) -> bool:
        return self.left == 0 and self.open is None

    @cached_property
    def open(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @cached_property
    def decision(self) -> Decision:
        """What the ended attempts come to by the rule of the quiz."""
        return decide(self.rules, [attempt for attempt in self.attempts if not attempt.is_open])

    @property
    def deciding(self) -> Attempt | None:
        """The attempt that decides; None for an average."""
        return next((attempt for attempt in self.attempts if attempt.number == self.decision.number), None)

    @property
    def grade(self) -> Decimal | None:
        return self.decision.grade

    @property
    def waits(self) -> bool:
        """Whether an answer of any attempt waits for a person's mark, and nothing is decided before it has one."""
        return self.decision.passed is None and any(attempt.pending for attempt in self.attempts)

    @property
    def passed(self) -> bool:
        return bool(self.decision.passed)

    @property
    def is_settled(self) -> bool:
        """Whether the quiz is not passed and no further attempt can change that: the first one has decided."""
        return self.rules.grade_of == FIRST and self.decision.passed is False

    @property
    def can_fall(self) -> bool:
        """Whether another attempt may bring the result down."""
        return self.rules.grade_of in (AVERAGE, LAST) and any(not attempt.is_open for attempt in self.attempts)

    @property
    def opens_at(self) -> datetime | None:
        """When the next attempt may start at the earliest; None where the quiz asks for no delay."""
        ends = [attempt.ended_at for attempt in self.attempts if attempt.ended_at is not None]
        return max(ends) + timedelta(minutes=self.rules.delay_minutes) if ends and self.rules.delay_minutes else None


# Large, and no part of where somebody stands: read when asked for.
UNREAD = ("paper", "answers", "seed", "token_nonce", "token_hashes")


def standing(enrolment: Enrolment, part: EditionPart) -> Standing:
    """Where the person stands with the quiz; three statements."""
    return Standing(
        attempts=list(Attempt.objects.filter(enrolment=enrolment, part=part).defer(*UNREAD).order_by("number")),
        max_attempts=part.json["max_attempts"],
        allowance=accommodating.allowance(enrolment, part),
        rules=QuizRules.of_part(part.json),
    )


def start(
    enrolment: Enrolment,
    part: EditionPart,
    *,
    at: datetime,
    seed: str,
    nonce: str,
    statement: HonestyStatement | None = None,
    code: str = "",
) -> Attempt:
    """Draw a paper and open an attempt, or return the one that is open.  Safe to repeat, also at the same moment.

    ``seed`` drives the draw and ``nonce`` the token; both are fresh random hex; ``statement`` is what the person has
    agreed to (``assessments.honesty`` asks for it).  Questions the person has met in any earlier attempt come last, and
    behind them those that too many of the angkatan have met.
    ``code`` is asked where the quiz asks for one and nothing is open yet.
    Raises QuizNotRunning, AttemptsUsedUp, AttemptTooSoon, PoolTooSmall and what ``access_codes.require`` raises."""
    try:
        with transaction.atomic():
            # Everything that decides is read under the lock that granting takes too: minutes granted meanwhile count.
            locked = Enrolment.objects.locked().select_related("cohort__organization").get(pk=enrolment.pk)
            locked.user = enrolment.user
            return _start(locked, part, at=at, seed=seed, nonce=nonce, statement=statement, code=code)
    except IntegrityError:
        # The constraint is the last word on two open attempts: the one it let through is the answer to both.
        return Attempt.objects.get(enrolment=enrolment, part=part, status=Attempt.Status.OPEN)


def _start(
    enrolment: Enrolment,
    part: EditionPart,
    *,
    at: datetime,
    seed: str,
    nonce: str,
    statement: HonestyStatement | None,
    code: str,
) -> Attempt:
    stand = standing(enrolment, part)
    if stand.open is not None:
        return stand.open
    open_ = accommodating.is_open_for(enrolment.cohort, stand.allowance, at=at)
    if enrolment.status == Enrolment.Status.DROPPED or not open_:
        raise QuizNotRunning
    if stand.used_up:
        raise AttemptsUsedUp
    if stand.opens_at is not None and at < stand.opens_at:
        raise AttemptTooSoon(moment=moment(stand.opens_at, enrolment.cohort))
    if stand.rules.access_code:
        access_codes.require(enrolment.cohort, part, code)
    return _open(enrolment, part, stand, at=at, seed=seed, nonce=nonce, statement=statement)


def _open(
    enrolment: Enrolment,
    part: EditionPart,
    stand: Standing,
    *,
    at: datetime,
    seed: str,
    nonce: str,
    statement: HonestyStatement | None,
) -> Attempt:
    rng = random.Random(seed)  # noqa: S311 - the seed itself comes from the system's randomness
    limit = part.json["time_limit_minutes"]
    cut = None
    if deadlines.cuts_running(part.json):
        cut = deadlines.closing_for(enrolment.cohort.closes_at, stand.allowance)
    due = deadlines.due_within(at, limit_minutes=limit, allowance=stand.allowance, cut_at=cut)
    grace = part.json["grace_seconds"]
    held_back = exposure.held_back(enrolment.cohort_id, part.pk, limit=stand.rules.exposure_percent)
    attempt = Attempt(
        enrolment=enrolment,
        part=part,
        number=len(stand.attempts) + 1,
        paper=drawing.draw_for_part(part.json, seen=seen_by(enrolment.user), rng=rng, held_back=held_back),
        seed=seed,
        token_nonce=nonce,
        token_hashes=[tokens.hash_of(tokens.derive(nonce))],
        opened_at=at,
        due_at=due,
        cut_at=cut,
        statement=statement,
        agreed_at=at if statement else None,
        grace_seconds=grace,
        closes_at=deadlines.closes_at(due, grace_seconds=grace),
    )
    attempt.chain_head = protocol.chain_start(attempt.public_id)
    attempt.save(force_insert=True)
    events.record(
        "attempt.opened",
        attempt,
        actor=enrolment.user,
        at=at,
        organization=enrolment.cohort.organization,
        details={"number": attempt.number, "quiz": part.key},
    )
    return attempt


def seen_by(user: User) -> set[str]:
    """Version ids of every question that stood in an earlier paper of this person, in any quiz; one statement."""
    papers = Attempt.objects.sat_by(user).values_list("paper", flat=True)
    return {slot["version"] for paper in papers for slot in paper["slots"]}


def token_for(attempt: Attempt) -> str:
    """The token to put into the page of the signed-in owner.  Older devices keep the one they have.

    Writes only when the secret key has changed since the attempt began."""
    token = tokens.derive(attempt.token_nonce)
    if not tokens.matches(token, attempt.token_hashes):
        with transaction.atomic():
            locked = Attempt.objects.for_saving().get(pk=attempt.pk)
            locked.token_hashes = [*locked.token_hashes, tokens.hash_of(token)]
            locked.save(update_fields=["token_hashes"])
    return token
