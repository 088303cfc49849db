"""The product's addresses and the baselines."""

from __future__ import annotations

from django.urls import path

from benchmarks import views
from config.urls import urlpatterns as product

urlpatterns = [
    path("ukur/tulis/", views.write, name="bench-write"),
    path("ukur/baca/<str:word>/", views.read, name="bench-read"),
    path("ukur/baca-sendiri/<str:word>/", views.read_as_oneself, name="bench-read-as-oneself"),
    *product,
]
