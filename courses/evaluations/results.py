"""What an angkatan's evaluation comes to: numbers from five answers on, growing by whole fives; texts in no order.

Pure but for two statements.  While the angkatan runs only full groups are counted: a sheet that arrives alone would be
seen as the difference between two looks at the page.  When it is closed everything counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from accounts import roles
from accounts.models import User
from courses.evaluations.freezing import Frozen, Question, evaluation_of
from courses.models import Cohort, EvaluationAnswer, EvaluationBox

HUNDREDTH = Decimal("0.01")
SCALE = range(1, 6)


@dataclass(frozen=True)
class Row:
    """A stored answer without its key."""

    question: str
    facilitator_id: int | None
    score: int | None
    text: str


@dataclass(frozen=True)
class Outcome:
    """One question: how often each score was given, and the texts.  ``is_hidden``: answered by too few people."""

    number: int
    question: Question
    counts: tuple[int, ...] = (0, 0, 0, 0, 0)
    texts: tuple[str, ...] = ()
    is_hidden: bool = False

    @property
    def answers(self) -> int:
        return sum(self.counts) if self.question.is_scale else len(self.texts)

    @property
    def mean(self) -> Decimal | None:
        """Mean score, two decimals, halves up; None without answers."""
        return mean_of([self])


@dataclass(frozen=True)
class Subject:
    """The training, or one facilitator; ``enough`` is False where fewer than the minimum spoke about it."""

    title: str
    outcomes: list[Outcome] = field(default_factory=list)
    enough: bool = True
    facilitator_id: int | None = None

    @property
    def scales(self) -> list[Outcome]:
        """Questions with a scale that may be shown."""
        return [one for one in self.outcomes if one.question.is_scale and not one.is_hidden]

    @property
    def hidden(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.is_hidden]

    @property
    def texts(self) -> list[Outcome]:
        return [one for one in self.outcomes if not one.question.is_scale and one.texts]

    @property
    def mean(self) -> Decimal | None:
        """Mean of all scores given."""
        return mean_of(self.scales)

    @property
    def people(self) -> int:
        """How many spoke about it: the most answers that one question has."""
        return max((one.answers for one in self.outcomes), default=0)


@dataclass(frozen=True)
class Results:
    """``sheets`` were handed in, ``shown`` of them are counted, ``asked`` people have not left the angkatan."""

    evaluation: Frozen
    sheets: int
    shown: int
    asked: int
    subjects: list[Subject] = field(default_factory=list)
    others_hidden: bool = False

    @property
    def training(self) -> Subject | None:
        return next((one for one in self.subjects if one.facilitator_id is None), None)

    @property
    def waiting(self) -> int:
        """Handed in, and counted with a later group."""
        return self.sheets - self.shown

    @property
    def until_next(self) -> int:
        """How many more answers until something new is shown."""
        return self.evaluation.minimum - self.sheets % self.evaluation.minimum


def shown_sheets(sheets: int, *, minimum: int, is_closed: bool) -> int:
    """Pure.  How many sheets count: none below the minimum, whole groups while the angkatan runs, else all."""
    if sheets < minimum:
        return 0
    return sheets if is_closed else sheets - sheets % minimum


def mean_of(outcomes: Iterable[Outcome]) -> Decimal | None:
    """Pure.  Mean of every score in ``outcomes``, two decimals, halves up."""
    counted: list[int] = [sum(column) for column in zip(*(one.counts for one in outcomes), strict=True)]
    total = sum(counted)
    if not total:
        return None
    points: int = sum(score * count for score, count in zip(SCALE, counted, strict=True))
    return (Decimal(points) / Decimal(total)).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def subject_of(
    title: str,
    questions: Sequence[Question],
    rows: Mapping[str, Sequence[Row]],
    *,
    minimum: int,
    facilitator_id: int | None = None,
) -> Subject:
    """Pure.  What was said about one subject; ``rows`` by question.  A scale that few answered is kept back."""
    found = []
    for number, question in enumerate(questions, start=1):
        given = rows.get(question.key, ())
        scores = Counter(row.score for row in given if row.score)
        texts = tuple(row.text for row in given if row.text)
        is_few = question.is_scale and 0 < sum(scores.values()) < minimum
        counts = (0,) * len(SCALE) if is_few else tuple(scores[score] for score in SCALE)
        found.append(Outcome(number, question, counts, texts, is_few))
    whole = Subject(title, found, facilitator_id=facilitator_id)
    if whole.people >= minimum:
        return whole
    return Subject(title, [], enough=False, facilitator_id=facilitator_id)


def sees_facilitators(user: User, cohort: Cohort) -> bool:
    """Whether ``user`` reads what was said about every facilitator: who runs angkatan for the organizer."""
    return roles.may(user, roles.Action.RUN_COHORT, cohort.organization)


def results_for(cohort: Cohort, user: User) -> Results | None:
    """As ``user`` may see them: others' results about facilitators are for the organizer's trainers only."""
    found = results_of(cohort)
    if found is None or sees_facilitators(user, cohort):
        return found
    mine = [one for one in found.subjects if one.facilitator_id in (None, user.pk)]
    return Results(
        found.evaluation,
        found.sheets,
        found.shown,
        found.asked,
        mine,
        others_hidden=bool(found.evaluation.about("facilitator")),
    )


def results_of(cohort: Cohort) -> Results | None:
    """Everything that may be shown to somebody; None where the edition asks nothing.  At most five statements."""
    evaluation = evaluation_of(cohort.edition_id)
    if evaluation is None:
        return None
    sheets = EvaluationBox.objects.filter(cohort=cohort).values_list("sheets", flat=True).first() or 0
    asked = cohort.enrolments.counting().count()
    shown = shown_sheets(sheets, minimum=evaluation.minimum, is_closed=cohort.is_closed)
    if not shown:
        return Results(evaluation, sheets, 0, asked)
    rows = _rows(cohort, evaluation, shown)
    people = User.objects.filter(pk__in={one for one in rows if one}).order_by("full_name", "pk")
    subjects = [subject_of("", evaluation.about("training"), rows[None], minimum=evaluation.minimum)]
    for person in people:
        questions = evaluation.about("facilitator")
        found = subject_of(
            person.full_name, questions, rows[person.pk], minimum=evaluation.minimum, facilitator_id=person.pk
        )
        subjects.append(found)
    return Results(evaluation, sheets, shown, asked, subjects)


def _rows(cohort: Cohort, evaluation: Frozen, shown: int) -> dict[int | None, dict[str, list[Row]]]:
    """Counted answers by subject and question.  Ordered by their random keys: no trace of who wrote first."""
    groups = -(-shown // evaluation.minimum)
    stored = EvaluationAnswer.objects.filter(cohort=cohort, group__lt=groups).order_by("pk")
    found: dict[int | None, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for question, facilitator_id, score, text in stored.values_list("question", "facilitator_id", "score", "text"):
        found[facilitator_id][question].append(Row(question, facilitator_id, score, text))
    return found
