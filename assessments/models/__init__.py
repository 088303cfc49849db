"""The app's models, one module per subject."""

from assessments.models.access import AccessCode
from assessments.models.accommodations import Accommodation
from assessments.models.assigning import Assignment, AssignmentTerm
from assessments.models.assignments import AssignmentMark, AssignmentWork, Submission, WorkFile
from assessments.models.attempts import AnswerRow, Attempt, Grant, Recommendation
from assessments.models.bank import Question
from assessments.models.blueprint import BlueprintRow, QuizSection
from assessments.models.correcting import Correction, CorrectionRow, CorrectionTouch
from assessments.models.evidence import Practice, PracticeReview
from assessments.models.health import ItemReport
from assessments.models.honesty import HonestyStatement
from assessments.models.images import QuestionImage
from assessments.models.imports import QuestionImport
from assessments.models.late import LateDecision
from assessments.models.marking import MarkingTask, ReleasedMark, RubricMark
from assessments.models.quiz import Quiz
from assessments.models.versions import QuestionVersion

__all__ = [
    "AccessCode",
    "Accommodation",
    "AnswerRow",
    "Assignment",
    "AssignmentMark",
    "AssignmentTerm",
    "AssignmentWork",
    "Attempt",
    "BlueprintRow",
    "Correction",
    "CorrectionRow",
    "CorrectionTouch",
    "Grant",
    "HonestyStatement",
    "ItemReport",
    "LateDecision",
    "MarkingTask",
    "Practice",
    "PracticeReview",
    "Question",
    "QuestionImage",
    "QuestionImport",
    "QuestionVersion",
    "Quiz",
    "QuizSection",
    "Recommendation",
    "ReleasedMark",
    "RubricMark",
    "Submission",
    "WorkFile",
]
