"""What the rules of people lists forbid, in words for the trainer who met them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountsError


class ListRefused(AccountsError):
    """This list cannot do that now."""

    message: str | Promise = _("This is not possible with this list now.")

    def __init__(self, message: str | Promise | None = None) -> None:
        super().__init__()
        if message is not None:
            self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NoPeople(ListRefused):
    message = _("No row with people was found. The first row should name the columns.")


class TooManyPeople(ListRefused):
    message = _("The list is too long. Please send at most 10.000 people at a time.")


class ColumnsMissing(ListRefused):
    message = _("Say which column holds the name, and which the participant number or the NIP.")


class ColumnTwice(ListRefused):
    message = _("Two columns are named alike. Please choose one of them.")


class AlreadyTaken(ListRefused):
    message = _("This list has been taken in already, or is being taken in now.")


class RowsRefused(ListRefused):
    message = _(
        "Some rows are refused. Correct the list and send it again, or say that the other rows shall be taken in."
    )


class NothingToTake(ListRefused):
    message = _("No row of this list can be taken in.")


class CannotUndo(ListRefused):
    message = _("This import cannot be undone: see what stands in the way.")
