"""The app's models, one module per subject."""

from assessments.models.attempts import AnswerRow, Attempt, Grant, Recommendation

__all__ = ["AnswerRow", "Attempt", "Grant", "Recommendation"]
