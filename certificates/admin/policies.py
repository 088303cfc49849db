"""What Wagtail's words for rights mean here: nothing is deleted, the register is only read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from accounts.roles import Action
from certificates.models import LspLicence
from cms.permissions import OrganizationPermissionPolicy

if TYPE_CHECKING:
    from accounts.models import User


class KeptPolicy(OrganizationPermissionPolicy):
    """Rows are taken out of use, never deleted."""

    def __init__(self, model: type[Any], *, edit: Action) -> None:
        super().__init__(model, edit=edit)
        self.actions = dict.fromkeys(("view", "choose", "add", "change"), edit)


class LicencePolicy(KeptPolicy):
    """An approved licence is not edited any more."""

    def user_has_any_permission_for_instance(self, user: User, actions: Iterable[str], instance: Any) -> bool:
        wanted = set(actions)
        if isinstance(instance, LspLicence) and instance.approved_at is not None:
            wanted -= {"change"}
        return super().user_has_any_permission_for_instance(user, wanted, instance)


class RegisterPolicy(OrganizationPermissionPolicy):
    """The register is read by those who may revoke from it."""

    def __init__(self, model: type[Any]) -> None:
        super().__init__(model, organization="issuer", edit=Action.REVOKE_CERTIFICATE)
        self.actions = {"view": Action.REVOKE_CERTIFICATE}
