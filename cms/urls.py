from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from cms import views

app_name = "cms"
urlpatterns: list[URLPattern | URLResolver] = [
    path("gaya/", views.style, name="style"),
]
