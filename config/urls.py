"""Every address of the product; the table in docs/architecture.md says what each is for."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.documents.views.serve import serve as serve_document

from config import views
from config.addresses import app

# Public pages are public: Wagtail's page view carries no mark of its own for LoginRequiredMiddleware.
login_not_required(wagtail_views.serve)
# Documents too: cms.media says which of them a visitor may fetch.
login_not_required(serve_document)

handler500 = "cms.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.show_metrics, name="metrics"),
    path("mulai/", views.start, name="start"),
    # First, for a save passes here for every answer that somebody gives.
    app("assessments.urls"),
    app("accounts.urls"),
    app("accounts.sign_in_urls"),
    app("cms.urls"),
    app("courses.urls"),
    app("certificates.urls"),
    path("admin/", include(wagtailadmin_urls)),
    path("dokumen/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
