"""What live sessions and attendance forbid, in words for the person who met it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from courses.errors import CourseError


class AttendanceError(CourseError):
    """A rule of live sessions forbids this."""


class SessionCancelled(AttendanceError):
    message = _("This session was cancelled; nothing is recorded for it.")


class SessionTaken(AttendanceError):
    message = _("This angkatan has a session with this title at this time already.")


class NotYourSession(AttendanceError):
    message = _("This session belongs to another angkatan. Your attendance was not changed.")


class SessionNotStarted(AttendanceError):
    message = _("This session has not begun yet.")


class CodeNotNow(AttendanceError):
    message = _("Codes are accepted from 30 minutes before this session until 30 minutes after it.")


class WrongCode(AttendanceError):
    message = _(
        "This is not a code of this session, or it has run out. Look at the screen again and type the six digits."
    )


class ClaimTooLate(AttendanceError):
    message = _("The time for a late claim is over. Speak to your trainer.")


class ClaimedAlready(AttendanceError):
    message = _("You have made your claim for this session; it can be made once.")


class NothingToClaim(AttendanceError):
    message = _("You are recorded as present; there is nothing to claim.")


class DecidedAlready(AttendanceError):
    message = _("This was decided already.")


class ReasonNeeded(AttendanceError):
    message = _("Please give a reason; the participant reads it.")


class OneObjectionAtATime(AttendanceError):
    message = _("Your earlier objection still waits for the trainer's answer.")
