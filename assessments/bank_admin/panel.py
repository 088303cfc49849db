"""The publisher's first page: corrections of marks that wait for a second person."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from accounts.requests import AuthenticatedRequest
from assessments.correcting import deciding


class CorrectionsPanel(Component):  # type: ignore[misc]
    """The oldest few, each with the page that decides it; nothing is shown to whoever may decide none."""

    name = "corrections-waiting"
    order = 56
    template_name = "assessments/bank/corrections_panel.html"

    def __init__(self, request: AuthenticatedRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        shown, more = deciding.waiting_for(self.request.user)
        return {"waiting": shown, "more": more}
