"""The words of each answer that a trust bundle gives."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ANSWERS: Final[dict[str, Promise]] = {
    "valid": _("Genuine and valid"),
    "expired": _("Genuine, but no longer valid"),
    "suspended": _("Genuine, but suspended"),
    "revoked": _("Genuine, but revoked"),
    "replaced": _("Genuine, but replaced by a newer certificate"),
    "status_unknown": _("Genuine, but its status cannot be determined"),
    "bad_signature": _("Not genuine: the content does not match its signature"),
    "other_code": _("Not genuine: address and content are not of the same certificate"),
    "unsigned": _("Not genuine: it carries no electronic signature"),
    "no_key": _("Signed by a key that this trust bundle does not know"),
    "other_host": _("The address in it is not one of ours"),
    "unknown_format": _("Not in a form that is known here"),
    "unreadable": _("Cannot be read"),
}
ALSO_EXPIRED: Final = _("Its last valid day is over too")
AS_OF: Final = _("Status by the lists of %(as_of)s, in the trust bundle of %(made_at)s")
