"""The publisher's first page: corrections of running angkatan that wait for a second person."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from courses import correcting
from courses.requests import AuthenticatedRequest


class ErrataPanel(Component):  # type: ignore[misc]
    """The oldest few, each with the page that decides it; nothing is shown to whoever may decide none."""

    name = "errata-waiting"
    order = 55
    template_name = "courses/admin/errata_panel.html"

    def __init__(self, request: AuthenticatedRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        shown, more = correcting.waiting_for_approval_of(self.request.user)
        return {"waiting": shown, "more": more}
