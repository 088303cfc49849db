from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from accounts.views import first_codes, names, profile

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("masuk/kode/", first_codes.redeem, name="redeem"),
    path("masuk/kode/sandi/", first_codes.redeem_password, name="redeem_password"),
    path("akun/", profile.profile, name="profile"),
    path("akun/sandi/", profile.password, name="password"),
    path("akun/privasi/", profile.privacy, name="privacy"),
    path("akun/data-saya/", profile.my_data, name="my_data"),
    path("akun/email/", profile.listed_email, name="listed_email"),
    path("akun/sesi/akhiri/", profile.end_sessions, name="end_sessions"),
    path("akun/bukan-saya/", profile.not_me, name="not_me"),
    path("akun/orang/<uuid:public_id>/kode/", first_codes.issue_code, name="issue_code"),
    path("akun/orang/<uuid:public_id>/hp/", first_codes.record_phone, name="record_phone"),
    path("akun/nama/", names.name, name="name"),
    path("akun/nama/nanti/", names.name_later, name="name_later"),
    path("akun/nama/usul/", names.propose_name, name="propose_name"),
    path("akun/nama/usulan/", names.corrections, name="corrections"),
    path("akun/nama/usulan/<uuid:public_id>/setujui/", names.approve_name, name="approve_name"),
    path("akun/nama/usulan/<uuid:public_id>/tolak/", names.refuse_name, name="refuse_name"),
]
