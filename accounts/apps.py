from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from accounts import checks  # noqa: F401  # registering needs loaded settings
        from accounts.sign_ins import on_sign_in

        user_logged_in.connect(on_sign_in, dispatch_uid="accounts.sign_ins")
