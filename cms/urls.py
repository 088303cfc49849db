from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from cms import media, regulation_pages, views
from cms.messaging.views import notices, stopping

app_name = "cms"
urlpatterns: list[URLPattern | URLResolver] = [
    path("gaya/", views.style, name="style"),
    path("regulasi/", regulation_pages.regulations, name="regulations"),
    path("regulasi/<slug:slug>/", regulation_pages.regulation, name="regulation"),
    path("pemberitahuan/", notices.notice_list, name="notices"),
    path("pemberitahuan/dibaca/", notices.read_all, name="read_all_notices"),
    path("pemberitahuan/<uuid:public_id>/buka/", notices.open_notice, name="open_notice"),
    path("pemberitahuan/<uuid:public_id>/simpan/", notices.dismiss, name="dismiss_notice"),
    path("pemberitahuan/<uuid:public_id>/tampilkan/", notices.bring_back, name="bring_back_notice"),
    path("berhenti/<str:token>/", stopping.unsubscribe, name="unsubscribe"),
    path("media/images/<path:name>", media.rendition, name="rendition"),
    path("admin/", include("cms.admin_urls")),
]
