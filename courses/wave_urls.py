"""Addresses of waves, joining, moving and copying (included by ``courses.urls``)."""

from __future__ import annotations

from django.urls import path

from courses.views import errata, joining, moving, waves

urlpatterns = [
    path("gelombang/", waves.waves, name="waves"),
    path("gelombang/baru/", waves.create, name="wave_create"),
    path("gelombang/<uuid:public_id>/", waves.wave, name="wave"),
    path("gelombang/<uuid:public_id>/bagi/", waves.deal, name="wave_deal"),
    path("gelombang/<uuid:public_id>/bagi/batal/", waves.take_back, name="wave_take_back"),
    path("gelombang/<uuid:public_id>/pelatih/", waves.trainers, name="wave_trainers"),
    path("gelombang/<uuid:public_id>/buka/", waves.open_, name="wave_open"),
    path("gelombang/<uuid:public_id>/tutup/", waves.close, name="wave_close"),
    path("belajar/ikut/<uuid:public_id>/", joining.join, name="join"),
    path("belajar/ikut/<uuid:public_id>/batal/", joining.withdraw, name="join_withdraw"),
    path("angkatan/<uuid:public_id>/permintaan/", joining.requests, name="requests"),
    path("angkatan/<uuid:public_id>/pindah/", moving.move, name="move"),
    path("angkatan/<uuid:public_id>/pindah/batal/", moving.undo, name="move_undo"),
    path("angkatan/<uuid:public_id>/salin/", moving.copy, name="copy"),
    path("angkatan/<uuid:public_id>/ralat/", errata.errata, name="errata"),
    path("angkatan/<uuid:public_id>/ralat/<uuid:proposal_id>/putusan/", errata.decide, name="erratum_decide"),
]
