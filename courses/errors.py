"""What the rules of training forbid, in words for the person who met them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CourseError(Exception):
    """A rule of courses and angkatan forbids this action."""

    message: str | Promise = _("This is not possible now.")

    def __init__(self, message: str | Promise | None = None) -> None:
        super().__init__()
        if message is not None:
            self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(CourseError):
    message = _("You do not have the right to do this in this angkatan.")


class CourseNotReady(CourseError):
    message = _("The course is not ready: publish at least one module that has a body.")


class CohortNotRunning(CourseError):
    message = _("This angkatan is not running. What you have done so far is kept.")


class CohortNotDraft(CourseError):
    message = _("This angkatan has been opened already.")


class CohortNotOpen(CourseError):
    message = _("Only an open angkatan can be closed.")


class SelfEnrolmentClosed(CourseError):
    message = _("You cannot enrol yourself in this angkatan. Ask its organizer to put you on the list.")


class EnrolmentLeft(CourseError):
    message = _("You have left this angkatan. Ask its trainer to take you in again.")


class UnknownModule(CourseError):
    message = _("This angkatan has no such module.")


class ReasonMissing(CourseError):
    message = _("Please write why. The person reads it.")


class CannotMove(CourseError):
    message = _("These people cannot be moved.")


class NoPlaces(CourseError):
    message = _("The angkatan together have too few places. Raise the number of angkatan or their places.")


class WaveStands(CourseError):
    message = _("This can no longer be taken back: an angkatan of this wave has been opened.")


class WaveBusy(CourseError):
    message = _("This wave is being opened or closed right now. Please wait until that is done.")


class CodeTaken(CourseError):
    message = _("Another angkatan of this organizer has this code.")


class SecondPersonNeeded(CourseError):
    message = _("A second person approves a correction: somebody else than the one who wrote it.")


class ProposalDecided(CourseError):
    message = _("This correction has been decided on already.")


class CourseGone(CourseError):
    message = _("The course of this angkatan no longer exists, so there is nothing to prepare another one from.")


class NothingToEvaluate(CourseError):
    message = _("This angkatan asks for no evaluation.")


class EvaluationNotOpen(CourseError):
    message = _("The evaluation opens once you have read all modules, at the latest when the last day has passed.")
