from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from cms import media, regulation_pages, views

app_name = "cms"
urlpatterns: list[URLPattern | URLResolver] = [
    path("gaya/", views.style, name="style"),
    path("regulasi/", regulation_pages.regulations, name="regulations"),
    path("regulasi/<slug:slug>/", regulation_pages.regulation, name="regulation"),
    path("media/images/<path:name>", media.rendition, name="rendition"),
    path("admin/", include("cms.admin_urls")),
]
