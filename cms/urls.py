from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from cms import regulation_pages, views

app_name = "cms"
urlpatterns: list[URLPattern | URLResolver] = [
    path("gaya/", views.style, name="style"),
    path("regulasi/", regulation_pages.regulations, name="regulations"),
    path("regulasi/<slug:slug>/", regulation_pages.regulation, name="regulation"),
]
