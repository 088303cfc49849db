from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Site and law")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms import receivers
        from cms.messaging.bundling import DIGEST_KIND
        from cms.messaging.kinds import register_kind

        receivers.connect()
        register_kind(DIGEST_KIND)
