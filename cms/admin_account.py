"""One's own account in the admin: how the admin looks and what it tells; the name is confirmed under /akun/ alone."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.account import AccountView, NameEmailSettingsPanel


class OwnAccount(AccountView):  # type: ignore[misc]
    """Wagtail asks for a first and a last name here, which our people do not have, and saves nothing without them."""

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]
