"""The app's models, one module per subject."""

from assessments.models.assignments import (
    Assignment,
    AssignmentMark,
    AssignmentTerm,
    AssignmentWork,
    Submission,
    WorkFile,
)
from assessments.models.attempts import AnswerRow, Attempt, Grant, Recommendation
from assessments.models.bank import Question, QuestionVersion
from assessments.models.health import ItemReport
from assessments.models.images import QuestionImage
from assessments.models.imports import QuestionImport
from assessments.models.quiz import BlueprintRow, Quiz

__all__ = [
    "AnswerRow",
    "Assignment",
    "AssignmentMark",
    "AssignmentTerm",
    "AssignmentWork",
    "Attempt",
    "BlueprintRow",
    "Grant",
    "ItemReport",
    "Question",
    "QuestionImage",
    "QuestionImport",
    "QuestionVersion",
    "Quiz",
    "Recommendation",
    "Submission",
    "WorkFile",
]
