"""Our own addresses below /admin/, in front of Wagtail's."""

from __future__ import annotations

from django.urls import path
from wagtail.admin.auth import require_admin_access

from cms import admin_guard, admin_views
from cms.admin_account import OwnAccount

urlpatterns = [
    *admin_guard.urlpatterns,
    path("account/", require_admin_access(OwnAccount.as_view()), name="own_account"),
    path("tempel/<int:page_id>/", require_admin_access(admin_views.paste), name="paste"),
    path("terdampak/", require_admin_access(admin_views.affected), name="affected"),
]
