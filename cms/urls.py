from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from cms import media, regulation_pages, views
from cms.messaging.views import copying, notices, stopping, wishes

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
    path("pemberitahuan/salin/", copying.copy_list, name="copies"),
    path("pemberitahuan/salin/<uuid:public_id>/", copying.mark, name="mark_copy"),
    path("pemberitahuan/salin/<uuid:public_id>/batal/", copying.unmark, name="unmark_copy"),
    path("akun/pemberitahuan/", wishes.wishes, name="wishes"),
    path("akun/pemberitahuan/perangkat/", wishes.add_device, name="add_device"),
    path("akun/pemberitahuan/perangkat/<uuid:public_id>/akhiri/", wishes.end_device, name="end_device"),
    path("sw.js", wishes.service_worker, name="service_worker"),
    path("berhenti/<str:token>/", stopping.unsubscribe, name="unsubscribe"),
    path("media/images/<path:name>", media.rendition, name="rendition"),
    path("admin/", include("cms.admin_urls")),
]
