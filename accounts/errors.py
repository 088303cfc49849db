"""Expected refusals of this app; ``message`` is a sentence for the person who asked."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AccountsError(Exception):
    """A rule about people forbids this action."""

    message: str | Promise = _("This action is not allowed now.")


class NotAllowed(AccountsError):
    message = _("You do not have the right to do this.")
