"""A trainer's mark: once per look at a version, kept with its history, and what it means for the person's training."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import User
from assessments.assignments import telling
from assessments.assignments.parts import PART_KIND, Rules, rules_of
from assessments.assignments.working import held
from assessments.errors import AlreadyMarked, MarkIncomplete, NoLongerThere, NotAllowed, ReasonMissing
from assessments.models import AssignmentMark, Submission
from courses.cohorts import may_run
from courses.completing import fulfil, withdraw

State = Submission.State
Result = AssignmentMark.Result


@dataclass(frozen=True)
class Judgement:
    """What a trainer says about a version.  ``reason`` is for changing an earlier mark."""

    result: str
    score: Decimal | None = None
    comment: str = ""
    reason: str = ""

    def same_as(self, mark: AssignmentMark) -> bool:
        return (self.result, self.score, self.comment, self.reason) == (
            mark.result,
            mark.score,
            mark.comment,
            mark.reason,
        )


@transaction.atomic
def mark(submission: Submission, judgement: Judgement, *, seen: int, actor: User, at: datetime) -> AssignmentMark:
    """Record the mark of ``actor``, who had ``seen`` so many marks of this version.

    Safe to repeat: the same mark sent twice is one.  An accepted assignment fulfils its requirement; one that is no
    longer accepted opens it again, and a certificate that was issued stays as it is.
    Raises NotAllowed, MarkIncomplete, ReasonMissing, AlreadyMarked, NoLongerThere.
    """
    enrolment = submission.work.enrolment
    if submission.work.part.kind != PART_KIND or actor == enrolment.user or not may_run(actor, enrolment.cohort):
        raise NotAllowed
    made, is_new = record(submission, judgement, seen=seen, actor=actor, at=at)
    if is_new:
        _follow(made, at=at)
    return made


def record(
    submission: Submission, judgement: Judgement, *, seen: int, actor: User, at: datetime
) -> tuple[AssignmentMark, bool]:
    """The mark, and whether it is new; who may give it and what follows is the caller's business, in its transaction.

    Raises MarkIncomplete, ReasonMissing, AlreadyMarked, NoLongerThere.
    """
    work = submission.work
    check(rules_of(work.part.json), judgement)
    if seen and not judgement.reason:
        raise ReasonMissing
    held(work.enrolment, work.part, at=at)
    if not _claim(submission, judgement.result, seen=seen, at=at):
        return _repeated(submission, judgement, seen=seen, actor=actor), False
    submission.refresh_from_db(fields=["state", "marks", "ended_at"])
    made = AssignmentMark.objects.create(
        submission=submission,
        number=submission.marks,
        result=judgement.result,
        score=judgement.score,
        comment=judgement.comment,
        reason=judgement.reason,
        marked_by=actor,
        marked_at=at,
    )
    return made, True


def check(rules: Rules, judgement: Judgement) -> None:
    """Pure.  Raises MarkIncomplete, saying what is missing."""
    if judgement.result not in Result.values:
        raise MarkIncomplete
    if judgement.result == Result.RETURNED and not judgement.comment:
        raise MarkIncomplete(_("Write what is to be improved: the participant reads it."))
    if rules.pass_mark is not None:
        _check_score(rules.pass_mark, judgement)
    elif judgement.score is not None:
        raise MarkIncomplete(_("This assignment is accepted or returned, without a mark."))


def _check_score(pass_mark: Decimal, judgement: Judgement) -> None:
    accepted = judgement.result == Result.ACCEPTED
    if judgement.score is None and not accepted:
        return
    if judgement.score is None or not 0 <= judgement.score <= 100:
        raise MarkIncomplete(_("Give a mark from 0 to 100."))
    if (judgement.score >= pass_mark) != accepted:
        said = _("The pass mark is %(pass)s: a mark from there on is accepted, a lower one goes back for improvement.")
        raise MarkIncomplete(said, **{"pass": f"{pass_mark.normalize():f}".replace(".", ",")})


def _claim(submission: Submission, result: str, *, seen: int, at: datetime) -> bool:
    """One conditional update: of two trainers who saw the same, one wins."""
    if submission.work.submissions.filter(number__gt=submission.number).exclude(state=State.WITHDRAWN).exists():
        return False
    markable = [State.WAITING] if seen == 0 else [State.ACCEPTED, State.RETURNED]
    return bool(
        Submission.objects.filter(pk=submission.pk, state__in=markable, marks=seen).update(
            state=result, marks=seen + 1, ended_at=at
        )
    )


def _repeated(submission: Submission, judgement: Judgement, *, seen: int, actor: User) -> AssignmentMark:
    """The mark that stands, if it is the same; else who was faster."""
    submission.refresh_from_db()
    last = submission.all_marks.select_related("marked_by").order_by("-number").first()
    if last is None or submission.state not in (State.ACCEPTED, State.RETURNED):
        raise NoLongerThere
    if last.number == seen + 1 and last.marked_by == actor and judgement.same_as(last):
        return last
    if last.number == seen:
        raise NoLongerThere
    raise AlreadyMarked(name=last.marked_by.full_name)


def _follow(made: AssignmentMark, *, at: datetime) -> None:
    """Event, requirement, notice: in the transaction of the mark."""
    submission, work = made.submission, made.submission.work
    enrolment, key = work.enrolment, work.part.key
    events.record(
        "assignment.marked" if made.number == 1 else "assignment.mark_changed",
        enrolment,
        actor=made.marked_by,
        at=at,
        organization=enrolment.cohort.organization,
        reason=made.reason,
        details={"assignment": key, "number": submission.number, "mark": made.number, "result": made.result},
    )
    if made.result == Result.ACCEPTED:
        evidence = {"submission": str(submission.public_id), "mark": made.number}
        fulfil(enrolment.pk, PART_KIND, key, at=at, evidence=evidence)
    else:
        withdraw(enrolment.pk, PART_KIND, key, at=at, reason=made.reason or made.comment)
    telling.marked(made, at=at)
