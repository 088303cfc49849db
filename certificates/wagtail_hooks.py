"""The Wagtail admin of this app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import ListingButton
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from accounts.models import User
from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from certificates.admin import designs, views
from certificates.admin.panel import WaitingPanel
from certificates.admin.policies import KeptPolicy, LicencePolicy, RegisterPolicy
from certificates.admin.viewsets import CertificatesGroup
from certificates.models import AwardRule, Certificate, LspLicence, Signatory

register_permission_policy(AwardRule, KeptPolicy(AwardRule, edit=Action.MANAGE_ORGANIZATION))
register_permission_policy(Signatory, KeptPolicy(Signatory, edit=Action.MANAGE_ORGANIZATION))
register_permission_policy(LspLicence, LicencePolicy(LspLicence, edit=Action.SET_LICENCE))
register_permission_policy(Certificate, RegisterPolicy(Certificate))
register_snippet(CertificatesGroup)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def admin_urls() -> list[URLPattern]:
    return [
        path("lisensi/<int:pk>/setujui/", views.approve_licence, name="licence_approve"),
        path("desain-kertas/", designs.designs, name="design_list"),
        path("desain-kertas/<int:organization_id>/<slug:kind>/", designs.edit, name="design_edit"),
        path(
            "desain-kertas/<int:organization_id>/<slug:kind>/pratinjau.<slug:form>",
            designs.preview,
            name="design_preview",
        ),
        path(
            "desain-kertas/<int:organization_id>/<slug:kind>/<int:version>/pakai/",
            designs.restore,
            name="design_restore",
        ),
    ]


@hooks.register("register_snippet_listing_buttons")  # type: ignore[untyped-decorator]
def buttons(snippet: Any, user: User, next_url: str | None = None) -> Iterator[ListingButton]:
    """From a certificate to the page of its keepers; approve a licence, for somebody other than the proposer."""
    if isinstance(snippet, Certificate):
        address = reverse("certificates:manage", args=[snippet.public_id])
        yield ListingButton(_("History and status"), address, icon_name="doc-full", priority=10)
    if isinstance(snippet, LspLicence) and snippet.approved_at is None and snippet.proposed_by_id != user.pk:
        address = reverse("licence_approve", args=[snippet.pk])
        yield ListingButton(_("Approve"), address, icon_name="check", priority=10)


class DesignsItem(MenuItem):  # type: ignore[misc]
    """For those who keep award rules."""

    def is_shown(self, request: AuthenticatedRequest) -> bool:
        return organizations_where(request.user, Action.MANAGE_ORGANIZATION).exists()


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def designs_item() -> MenuItem:
    return DesignsItem(_("Designs of papers"), reverse("design_list"), name="designs", icon_name="image", order=285)


@hooks.register("construct_homepage_panels")  # type: ignore[untyped-decorator]
def what_waits(request: AuthenticatedRequest, panels: list[Any]) -> None:
    panels.append(WaitingPanel(request))
