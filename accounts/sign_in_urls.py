"""allauth's views under our addresses.  Their names are allauth's own: its flows look them up.

Left out on purpose: sign-up, adding e-mail addresses, sign-in by mailed code.  Wagtail's own doors lead to ours: its
sign-in form would pass by the limits and the second step.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView

from accounts.views.signing_out import SignOut


def _leads_to(name: str) -> Any:
    return login_not_required(RedirectView.as_view(pattern_name=name, query_string=True))


urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/login/", _leads_to("account_login")),
    path("admin/logout/", _leads_to("account_logout")),
    path("admin/password_reset/", _leads_to("account_reset_password")),
    path("masuk/", account.login, name="account_login"),
    path("keluar/", SignOut.as_view(), name="account_logout"),
    path("masuk/tidak-aktif/", account.account_inactive, name="account_inactive"),
    path("masuk/ulang/", account.reauthenticate, name="account_reauthenticate"),
    path("masuk/lupa-sandi/", account.password_reset, name="account_reset_password"),
    path("masuk/lupa-sandi/terkirim/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^masuk/sandi-baru/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "masuk/sandi-baru/selesai/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    path("masuk/langkah-kedua/", mfa.authenticate, name="mfa_authenticate"),
    path("masuk/ulang/kode/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("akun/langkah-kedua/", mfa.index, name="mfa_index"),
    path("akun/langkah-kedua/pasang/", totp.activate_totp, name="mfa_activate_totp"),
    path("akun/langkah-kedua/lepas/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("akun/kode-pemulihan/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("akun/kode-pemulihan/buat/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("akun/kode-pemulihan/unduh/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
