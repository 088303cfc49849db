"""What a person learns after an attempt: per unit and module, whom to ask, and the review once it may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessments import kinds, marking, pictures, protocol, sheets
from assessments.kinds import KINDS
from assessments.models import Attempt
from assessments.pictures import Picture
from assessments.quiz_rules import QuizRules, Section
from assessments.scoring import half_up
from assessments.sheets import CaseHead, SheetQuestion
from courses.models import CompetencyUnit, EditionModule

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort, EditionPart

FINAL = "final"
NEVER, AFTER_SUBMIT, AFTER_CLOSE = "never", "after_submit", "after_close"


@dataclass(frozen=True)
class UnitLine:
    """The result in one competency unit; ``percent`` is 0 to 100 with two decimals."""

    code: str
    title: str
    percent: Decimal


@dataclass(frozen=True)
class ReviewOption:
    text: str
    chosen: bool
    right: bool
    picture: Picture | None = None


@dataclass(frozen=True)
class ReviewLine:
    """One question with its key, as it may be shown after the end; ``share`` is the part of its points, 0 to 1.

    Kinds without options say in lines what was answered and what is right.  ``void`` as in ``scoring.Item``."""

    slot: int
    kind: str
    stem: str
    share: Fraction
    points: str
    explanation: str
    sources: list[str]
    options: list[ReviewOption]
    answer: list[str]
    right: list[str]
    pictures: list[Picture]
    case: CaseHead | None = None
    section: Section | None = None
    void: str = ""

    @property
    def full(self) -> bool:
        return self.share == 1

    @property
    def partial(self) -> bool:
        return 0 < self.share < 1

    @property
    def is_marked_by_person(self) -> bool:
        return KINDS[self.kind].is_marked_by_person


def draws_final(part: EditionPart, paper: Mapping[str, Any]) -> bool:
    """Pure: whether a question reserved for final papers stands in this one."""
    final = {entry["version"] for entry in part.json["pool"] if entry["usage"] == FINAL}
    return any(slot["version"] in final for slot in paper["slots"])


def review_opens(policy: str, *, final: bool, cohort_closed: bool) -> bool:
    """Pure: whether key and explanations may be shown.  The key of a final question waits until the angkatan is
    closed, whatever the quiz says; ``never`` is never.

    A last day that has passed is not enough: the trainer may still move it, and others would sit with the key known.
    """
    if policy == NEVER:
        return False
    return cohort_closed or (policy == AFTER_SUBMIT and not final)


def may_review(attempt: Attempt) -> bool:
    """Whether this ended attempt may be reviewed now.  While anybody of the angkatan still sits the quiz, a review
    that waited for the closing waits for that person too; and while an answer waits for its mark, no part of the review
    says how the rest was."""
    if attempt.is_open or attempt.pending:
        return False
    cohort, part = attempt.enrolment.cohort, attempt.part
    final = draws_final(part, attempt.paper)
    if not review_opens(part.json["review"], final=final, cohort_closed=cohort.is_closed):
        return False
    if part.json["review"] == AFTER_SUBMIT and not final:
        return True
    return not Attempt.objects.filter(part=part, enrolment__cohort=cohort, status=Attempt.Status.OPEN).exists()


def review_of(attempt: Attempt) -> list[ReviewLine]:
    """The questions of the paper in its order, with key and explanation; ask ``may_review`` first."""
    bodies, overlay = marking.counting(attempt)
    answers = protocol.current_answers(attempt.answers)
    asked = kinds.bodies_asked(attempt.paper, bodies)
    sections = QuizRules.of_part(attempt.part.json).sections
    shown = sheets.questions_of(attempt.paper, bodies, answers, pictures.addresses_for(attempt), sections)
    return [
        replace(
            _review_line(
                attempt, slot, question, _told(asked[slot["slot"]], bodies[slot["version"]], question), answers
            ),
            void=overlay.void(slot),
        )
        for slot, question in zip(attempt.paper["slots"], shown, strict=True)
    ]


def _told(body: Mapping[str, Any], version: Mapping[str, Any], question: SheetQuestion) -> Mapping[str, Any]:
    """What a slot asks, with what its case explains as a whole below the last of its questions."""
    if not question.closes_case:
        return body
    explained = [text for text in (body.get("explanation"), version.get("explanation")) if text]
    return {**body, "explanation": "\n".join(explained), "sources": version.get("sources") or []}


def _review_line(
    attempt: Attempt,
    slot: Mapping[str, Any],
    question: SheetQuestion,
    body: Mapping[str, Any],
    answers: Mapping[int, Sequence[str]],
) -> ReviewLine:
    kind, answer = KINDS[slot["kind"]], answers.get(slot["slot"], ())
    right = {option["id"] for option in body.get("options", ()) if option["correct"]}
    of_options = zip(slot["options"], question.options, strict=True)
    maximum = kinds.maximum(body)
    share = marking.share_of(attempt.result, slot["slot"]) or Fraction(0)
    return ReviewLine(
        slot=slot["slot"],
        kind=slot["kind"],
        stem=question.stem,
        share=share,
        points="" if maximum == 1 else points_words(share * maximum, maximum),
        explanation=body.get("explanation") or "",
        sources=[source_words(source) for source in body.get("sources") or []],
        options=[
            ReviewOption(shown.text, shown.checked, entry["option_id"] in right, shown.picture)
            for entry, shown in of_options
        ],
        answer=[] if slot["options"] else kind.answer_words(body, slot, answer),
        right=[] if slot["options"] else kind.right_answer_words(body),
        pictures=question.pictures,
        case=question.case,
        section=question.section,
    )


def points_words(points: Fraction, maximum: Fraction) -> str:
    """ "1,5 dari 2 poin" """
    values = {"points": two_places(points), "maximum": two_places(maximum)}
    return _("%(points)s of %(maximum)s points") % values


def two_places(points: Fraction) -> str:
    """Points as people here write them: "2,5"."""
    return number_format(Decimal(f"{half_up(points).normalize():f}"))


def source_words(source: Any) -> str:
    """A source as stored in a question version: a label, or an object with one."""
    return str(source.get("label") or source.get("title") or "") if isinstance(source, dict) else str(source)


def unit_lines(attempt: Attempt) -> list[UnitLine]:
    """The result per competency unit, weakest first; one statement."""
    units = attempt.result.get("units", {})
    titles = dict(CompetencyUnit.objects.filter(code__in=units).values_list("code", "title"))
    lines = [UnitLine(code, titles.get(code, code), Decimal(part["percent"])) for code, part in units.items()]
    return sorted(lines, key=lambda line: (line.percent, line.code))


def modules_to_reread(attempts: Iterable[Attempt]) -> list[EditionModule]:
    """Modules of the edition in which points were lost in any of these attempts, weakest first; one statement."""
    ended = [attempt for attempt in attempts if attempt.score is not None]
    keys = marking.modules_to_reread(attempt.result for attempt in ended)
    if not keys:
        return []
    modules = EditionModule.objects.filter(edition=ended[0].part.edition_id, key__in=keys)
    by_key = {module.key: module for module in modules.only("key", "title", "position", "edition")}
    return [by_key[key] for key in keys if key in by_key]


def whom_to_ask(cohort: Cohort) -> list[User]:
    """The trainers of the angkatan; one statement."""
    return [link.user for link in cohort.trainer_links.select_related("user").order_by("assigned_at", "pk")]
