"""Expected refusals of this app.  Each carries one translated sentence: what happened and what to do next."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AssessmentError(Exception):
    """A rule of the assessment process forbids this action."""

    message: str | Promise = _("This action is not allowed now.")

    def __init__(self, message: str | Promise | None = None, **values: Any) -> None:
        """``values`` fill the named places of the message; ``message`` replaces it."""
        if message is not None:
            self.message = message
        if values:
            self.message = str(self.message) % values
        super().__init__(str(self.message))


class PoolTooSmall(AssessmentError):
    message = _(
        "The question bank does not hold enough published questions for this quiz. Ask the trainer to add some."
    )


class QuestionIncomplete(AssessmentError):
    message = _("This question cannot be published yet: %(problems)s")


class QuestionInUse(AssessmentError):
    message = _(
        "This question has been published and may stand in someone's paper, so it is archived instead of deleted."
    )


class QuizInUse(AssessmentError):
    message = _("This quiz stands in an edition that people follow, so it is archived instead of deleted.")


class NotAgreed(AssessmentError):
    message = _("Read the statement and tick it before you start. No attempt has been used.")


class StatementEmpty(AssessmentError):
    message = _("Write what participants declare. Without words there is nothing to agree to.")


class AttemptsUsedUp(AssessmentError):
    message = _("You have used all your attempts at this quiz. Your trainer can grant you another one.")


class AttemptTooSoon(AssessmentError):
    message = _("The next attempt can be started from %(moment)s. What you have done so far is kept.")


class CodeMissing(AssessmentError):
    message = _("Enter the access code that the trainer reads out.")


class CodeNotMade(AssessmentError):
    message = _("The trainer has not given out an access code for this quiz yet. Ask for it, then try again.")


class CodeWrong(AssessmentError):
    message = _("This is not the access code of your angkatan. Look at it again; capital letters do not matter.")


class QuizNotRunning(AssessmentError):
    message = _("This angkatan is not running, so no quiz can be started. What you have saved is kept.")


class TokenRefused(AssessmentError):
    message = _(
        "These answers do not carry a valid pass for this attempt. Open the quiz again and send them from there."
    )


class AttemptFull(AssessmentError):
    message = _("This attempt has received too many changes. Your last saved answers are kept. Ask your trainer.")


class NotAllowed(AssessmentError):
    message = _("You do not have the right to do this.")


class NothingGranted(AssessmentError):
    message = _("Give at least one further attempt or some extra minutes.")


class NothingAccommodated(AssessmentError):
    message = _("Give at least one thing: more time, a further attempt or a later closing.")


class ClosingNotLater(AssessmentError):
    message = _("The later closing must lie in the future and after the closing of the angkatan.")


class AccommodationEnded(AssessmentError):
    message = _("Somebody else has ended this accommodation since you opened the page. Nothing else has changed.")


class NoTimeLimit(AssessmentError):
    message = _("This quiz has no time limit, so there is no time to extend.")


class FileNotOurs(AssessmentError):
    message = _("This is no emergency file of this angkatan: %(why)s Nothing was stored.")


class StillRunning(AssessmentError):
    message = _("This attempt is still running. Decide when it has ended.")


class NothingLate(AssessmentError):
    message = _("No late answer waits for a decision.")


class AlreadyDecided(AssessmentError):
    message = _("Somebody has decided about these answers since you opened this page. That decision stands.")


class ReasonMissing(AssessmentError):
    message = _("Write the reason. It is kept with the decision.")


class AssignmentInUse(AssessmentError):
    message = _("This assignment stands in an edition that people follow, so it is archived instead of deleted.")


class PracticeInUse(AssessmentError):
    message = _("This practice evidence stands in an edition that people follow, so it is archived instead of deleted.")


class PracticeTwice(AssessmentError):
    message = _("This course asks for practice evidence already. Change that entry, or archive it first.")


class NoSupervisor(AssessmentError):
    message = _(
        "No supervisor is recorded for you today, so there is nobody to hand this to. Your draft is kept. Ask the "
        "administrator of your organization to record your supervisor, then hand it in."
    )


class IdentitiesUnchecked(AssessmentError):
    message = _(
        "Look at the text and every file once more, then confirm that no client can be recognized in them. Your draft "
        "is kept."
    )


class NotYourSupervisee(AssessmentError):
    message = _(
        "Only a supervisor to whom this person is entrusted today signs or returns practice evidence. Nothing was "
        "changed."
    )


class FileRefused(AssessmentError):
    message = _("%(name)s could not be kept.")


class DraftChanged(AssessmentError):
    """The draft was changed elsewhere since the page was opened; ``text`` is what stands there."""

    message = _(
        "Your draft was changed on another page or device since you opened this one. Below you see both; put together "
        "what you need and save again. Nothing has been lost."
    )

    def __init__(self, text: str, revision: int) -> None:
        super().__init__()
        self.text, self.revision = text, revision


class AssignmentNotOpen(AssessmentError):
    message = _("Nothing can be handed in now: the trainer has closed this assignment or the angkatan.")


class NothingToHandIn(AssessmentError):
    message = _("There is nothing to hand in yet. Write your answer or add a file first.")


class CannotWithdraw(AssessmentError):
    message = _("This version can no longer be taken back: it has been marked or replaced already.")


class AlreadyMarked(AssessmentError):
    message = _("%(name)s was faster: it has been marked since you opened this page. Look at that mark first.")


class NoLongerThere(AssessmentError):
    message = _("This version no longer waits: the participant has taken it back or handed in a newer one.")


class MarkIncomplete(AssessmentError):
    message = _("This mark is not complete.")


class SecondPersonNeeded(AssessmentError):
    message = _("Whoever proposed a correction does not decide about it. Ask another publisher of the question bank.")


class CorrectionNotComplete(AssessmentError):
    message = _("This correction is not complete.")


class CorrectionDecided(AssessmentError):
    message = _("This correction has been decided already, or is still being computed. Look at its page.")


class CorrectionNeedsCheck(AssessmentError):
    message = _(
        "Another correction came into force since the dry run, so its figures no longer hold. Compute the dry run anew "
        "and look at it again."
    )


class NothingLeftToScore(AssessmentError):
    message = _(
        "On some papers nothing would be left to score. Give full marks for the question instead of leaving it out."
    )


class AnswerTaken(AssessmentError):
    message = _("Another assessor has this answer now. Nothing is lost: take the next one.")


class AnswerGone(AssessmentError):
    message = _("This answer does not wait for your mark any more. Look at the list for what does.")


class AnswerSettled(AssessmentError):
    message = _("This mark cannot be changed any more: others may have seen it. After the release it can be corrected.")


class RubricIncomplete(AssessmentError):
    message = _("Choose one level for “%(title)s”.")


class NothingToRelease(AssessmentError):
    message = _("Nothing can be released now: no attempt is marked to the end.")


class NotAllMarked(AssessmentError):
    message = _(
        "Nothing was released: %(marked)s of %(all)s answers are marked. Wait for the others, or say that they may "
        "follow later."
    )


class NotReleased(AssessmentError):
    message = _("Only a mark that was released is corrected. Before that, mark the answer anew.")


class MarkChanged(AssessmentError):
    message = _("Somebody has corrected this mark since you opened the page. Look at it as it stands now.")
