from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Site and law")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.exporting import register_own_data
        from accounts.first_codes import register_issue_listener
        from accounts.people_lists import register_removable
        from cms import editorial_news, receivers
        from cms.messaging import checks, codes, own_data  # noqa: F401  # registering needs loaded settings
        from cms.messaging.bundling import DIGEST_KIND
        from cms.messaging.kinds import register_kind
        from cms.messaging.wording_admin import WordingForm
        from cms.models import MessageText

        receivers.connect()
        editorial_news.connect()
        for kind in (DIGEST_KIND, codes.CODE_ISSUED, *editorial_news.KINDS):
            register_kind(kind)
        register_issue_listener(codes.tell_of_codes)
        register_removable(codes.unsent_deliveries)
        register_removable(codes.unheard_messages)
        register_own_data("messages", own_data.own_data)
        MessageText.base_form_class = WordingForm  # type: ignore[attr-defined]
