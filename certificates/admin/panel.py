"""The administrator's first page: which certificates wait for a decision of theirs."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from certificates import revocations
from certificates.models import Award, LspLicence, ReplacementRequest


class WaitingPanel(Component):  # type: ignore[misc]
    """Counts with the page that clears them; nothing is shown to whoever may decide nothing.  Six statements."""

    name = "certificates-waiting"
    order = 60
    template_name = "certificates/admin/waiting_panel.html"

    def __init__(self, request: AuthenticatedRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user = self.request.user
        awards = Award.objects.visible_to(user)
        agreeing = organizations_where(user, Action.AGREE_REPLACEMENT)
        licences = LspLicence.objects.visible_to(user).filter(approved_at=None).exclude(proposed_by=user)
        return {
            "keeps_register": organizations_where(user, Action.REVOKE_CERTIFICATE).exists(),
            "undecided": awards.undecided().exclude(enrolment__user=user).count(),
            "held_up": awards.held_up().count(),
            "requests": ReplacementRequest.objects.open_for(agreeing).exclude(requested_by=user).count(),
            "revocations": revocations.waiting_for(user),
            "licences": licences.count(),
        }
