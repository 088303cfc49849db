from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from certificates.views import decisions, keys, mine, public, team

app_name = "certificates"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v/<str:code>", public.show, name="show"),
    path("verifikasi/", public.verify, name="verify"),
    path("verifikasi/nomor/", public.verify_number, name="verify_number"),
    path("verifikasi/berkas/", public.verify_file, name="verify_file"),
    path("sertifikat/", mine.mine, name="mine"),
    path("sertifikat/penetapan/", decisions.awards, name="awards"),
    path("sertifikat/penetapan/setujui/", decisions.approve, name="approve"),
    path("sertifikat/penetapan/<uuid:public_id>/", decisions.decide, name="decide"),
    path("sertifikat/penetapan/<uuid:public_id>/nomor/", decisions.renumber, name="renumber"),
    path("sertifikat/perbaikan/", decisions.replacements, name="replacements"),
    path("sertifikat/perbaikan/<uuid:public_id>/setujui/", decisions.agree, name="agree_replacement"),
    path("sertifikat/perbaikan/<uuid:public_id>/tolak/", decisions.decline, name="decline_replacement"),
    path("sertifikat/<uuid:public_id>/unduh/", mine.download, name="download"),
    path("sertifikat/<uuid:public_id>/gambar/", mine.picture, name="picture"),
    path("sertifikat/<uuid:public_id>/perbaikan/", mine.request_replacement, name="request_replacement"),
    path("tim/", team.team, name="team"),
    path("tim/unduh/", team.team_sheet, name="team_sheet"),
    path("tim/periksa/", team.check_list, name="check_list"),
    path(".well-known/did.json", keys.did, name="did"),
    path(".well-known/jwks.json", keys.key_set, name="jwks"),
    path(".well-known/suluh-keys.json", keys.register, name="key_register"),
    path(".well-known/suluh-chain.pem", keys.chain, name="key_chain"),
]
