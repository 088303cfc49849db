from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from certificates.views import decisions, graduations, issuing, keys, log, mine, public, requesting, team

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
    path("sertifikat/<uuid:public_id>/unduh/", mine.download, name="download"),
    path("sertifikat/<uuid:public_id>/gambar/", mine.picture, name="picture"),
    path("sertifikat/perbaikan/bukti/<uuid:public_id>/", requesting.evidence, name="evidence"),
    path("sertifikat/<uuid:public_id>/perbaikan/", requesting.request_replacement, name="request_replacement"),
    path("sertifikat/<uuid:public_id>/duplikat/", requesting.request_duplicate, name="request_duplicate"),
    path("tim/", team.team, name="team"),
    path("tim/unduh/", team.team_sheet, name="team_sheet"),
    path("tim/periksa/", team.check_list, name="check_list"),
    path(".well-known/did.json", keys.did, name="did"),
    path(".well-known/jwks.json", keys.key_set, name="jwks"),
    path(".well-known/suluh-keys.json", keys.register, name="key_register"),
    path(".well-known/suluh-chain.pem", keys.chain, name="key_chain"),
]
