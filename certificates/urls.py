from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from certificates import badging
from certificates.views import (
    checked_lists,
    credentials,
    decisions,
    graduations,
    issuing,
    keys,
    log,
    managing,
    mine,
    public,
    recorded,
    requesting,
    status,
    team,
)

app_name = "certificates"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v/<str:code>", public.show, name="show"),
    path("v/<str:code>/bukti/", log.proof, name="proof"),
    path("log/checkpoint", log.checkpoint, name="log_checkpoint"),
    path("log/tile/<path:path>", log.tile, name="log_tile"),
    path("verifikasi/", public.verify, name="verify"),
    path("verifikasi/nomor/", public.verify_number, name="verify_number"),
    path("verifikasi/berkas/", public.verify_file, name="verify_file"),
    path("sertifikat/", mine.mine, name="mine"),
    path("sertifikat/penetapan/", decisions.awards, name="awards"),
    path("sertifikat/penetapan/setujui/", decisions.approve, name="approve"),
    path("sertifikat/penetapan/angkatan/<uuid:cohort_id>/<uuid:key>/", graduations.graduate, name="graduate"),
    path("sertifikat/penetapan/protokol/", graduations.graduations, name="graduations"),
    path("sertifikat/penetapan/protokol/<uuid:public_id>/", graduations.graduation, name="graduation"),
    path(
        "sertifikat/penetapan/protokol/<uuid:public_id>/unduh/", graduations.graduation_paper, name="graduation_paper"
    ),
    path("sertifikat/angkatan/<uuid:cohort_id>/", issuing.angkatan, name="angkatan"),
    path("sertifikat/angkatan/<uuid:cohort_id>/<uuid:key>/jeda/", issuing.pause, name="pause"),
    path("sertifikat/angkatan/<uuid:cohort_id>/<uuid:key>/lanjutkan/", issuing.resume, name="resume"),
    path("sertifikat/penetapan/<uuid:public_id>/", decisions.decide, name="decide"),
    path("sertifikat/penetapan/<uuid:public_id>/nomor/", decisions.renumber, name="renumber"),
    path("sertifikat/perbaikan/", decisions.replacements, name="replacements"),
    path("sertifikat/perbaikan/<uuid:public_id>/setujui/", decisions.agree, name="agree_replacement"),
    path("sertifikat/perbaikan/<uuid:public_id>/tolak/", decisions.decline, name="decline_replacement"),
    path("tercatat/<uuid:public_id>/", recorded.show, name="recorded"),
    path("sertifikat/tercatat/", recorded.papers, name="recorded_papers"),
    path("sertifikat/tercatat/masukkan/", recorded.enter, name="recorded_enter"),
    path("sertifikat/tercatat/daftar/", recorded.enter_list, name="recorded_list"),
    path("sertifikat/tercatat/<uuid:public_id>/", recorded.batch, name="recorded_batch"),
    path("sertifikat/tercatat/<uuid:public_id>/setujui/", recorded.agree, name="recorded_agree"),
    path("sertifikat/tercatat/<uuid:public_id>/tolak/", recorded.decline, name="recorded_decline"),
    path("sertifikat/tercatat/<uuid:public_id>/perbaiki/", recorded.correct, name="recorded_correct"),
    path("sertifikat/tercatat/<uuid:public_id>/pindaian/", recorded.scan, name="recorded_scan"),
    path("sertifikat/kelola/", managing.register, name="register"),
    path("sertifikat/kelola/<uuid:public_id>/", managing.certificate, name="manage"),
    path("sertifikat/kelola/<uuid:public_id>/<slug:slug>/", managing.step, name="manage_step"),
    path("sertifikat/pencabutan/<uuid:public_id>/", managing.answer, name="answer_revocation"),
    path("sertifikat/<uuid:public_id>/unduh/", mine.download, name="download"),
    path("sertifikat/<uuid:public_id>/gambar/", mine.picture, name="picture"),
    *(
        path(f"sertifikat/<uuid:public_id>/{form}", credentials.credential, {"form": form}, name=name)
        for form, name in badging.ADDRESSES.items()
    ),
    path("sertifikat/perbaikan/bukti/<uuid:public_id>/", requesting.evidence, name="evidence"),
    path("sertifikat/<uuid:public_id>/perbaikan/", requesting.request_replacement, name="request_replacement"),
    path("sertifikat/<uuid:public_id>/duplikat/", requesting.request_duplicate, name="request_duplicate"),
    path("tim/", team.team, name="team"),
    path("tim/unduh/", team.team_sheet, name="team_sheet"),
    path("tim/periksa/", checked_lists.index, name="check_list"),
    path("tim/periksa/<uuid:public_id>/", checked_lists.show, name="checked_list"),
    path("tim/periksa/<uuid:public_id>/lanjut/", checked_lists.go_on, name="checked_list_go_on"),
    path("tim/periksa/<uuid:public_id>/<slug:what>/", checked_lists.download, name="checked_list_file"),
    path("status/<slug:list_id>/<slug:purpose>", status.status_list, name="status_list"),
    path(".well-known/did.json", keys.did, name="did"),
    path(".well-known/jwks.json", keys.key_set, name="jwks"),
    path(".well-known/suluh-keys.json", keys.register, name="key_register"),
    path(".well-known/suluh-chain.pem", keys.chain, name="key_chain"),
]
