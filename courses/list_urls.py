"""Addresses of people lists, below an angkatan and below a wave alike."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path

from courses.lists import COHORT, WAVE
from courses.views import lists


def _below(start: str, prefix: str, of: str) -> Iterator[URLPattern]:
    one = f"{start}<uuid:list_id>/"
    yield path(start, lists.index, {"of": of}, name=f"{prefix}lists")
    yield path(f"{start}templat.xlsx", lists.template, {"of": of}, name=f"{prefix}list_template")
    yield path(one, lists.show, {"of": of}, name=f"{prefix}list")
    yield path(f"{one}kolom/", lists.columns, {"of": of}, name=f"{prefix}list_columns")
    yield path(f"{one}masukkan/", lists.take, {"of": of}, name=f"{prefix}list_take")
    yield path(f"{one}batalkan/", lists.undo, {"of": of}, name=f"{prefix}list_undo")
    yield path(f"{one}buang/", lists.discard, {"of": of}, name=f"{prefix}list_discard")
    yield path(f"{one}ditolak.xlsx", lists.refused, {"of": of}, name=f"{prefix}list_refused")


urlpatterns = [
    *_below("angkatan/<uuid:public_id>/daftar/", "", COHORT),
    *_below("gelombang/<uuid:public_id>/daftar/", "wave_", WAVE),
]
