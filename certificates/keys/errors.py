"""The one refusal of this package."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class KeyUnavailable(Exception):
    """The signing keys cannot be used: folder, file, passphrase or register is missing or wrong.

    The text names the file and never the passphrase.
    """

    message: Promise = _(
        "The signing keys cannot be used. Ask the operator to check SULUH_KEY_DIR and SULUH_KEY_PASSPHRASE."
    )
