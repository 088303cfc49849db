"""The wordings of messages in the Wagtail admin: who may change whose, and the editor with its placeholders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.models import Organization, User
from accounts.roles import Action, may
from cms.messaging.kinds import all_kinds
from cms.models import MessageText
from cms.permissions import OrganizationFormMixin, OrganizationPermissionPolicy, OrganizationViewSetMixin
from cms.tenancy import house


class WordingPolicy(OrganizationPermissionPolicy):
    """A wording for everybody belongs to the house; one of an organization to whoever publishes there."""

    def owner(self, instance: Any) -> Organization | None:
        return super().owner(instance) or house()

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> QuerySet[Any]:
        own = super().instances_user_has_any_permission_for(user, actions)
        whole, wanted = house(), {self.actions[word] for word in actions if word in self.actions}
        if user.is_active and whole is not None and any(may(user, action, whole) for action in wanted):
            return MessageText.objects.filter(Q(pk__in=own.values("pk")) | Q(organization=None))
        return own


class WordingForm(OrganizationFormMixin, WagtailAdminModelForm):  # type: ignore[misc]
    """Kinds by name; only who speaks for the house leaves the organization empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.slug, kind.label) for kind in all_kinds()]
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label, choices=kinds, help_text=placeholders()
        )
        whole = house()
        if self.for_user is not None and not self.for_user.is_superuser:
            speaks_for_all = whole is not None and may(self.for_user, Action.PUBLISH_CONTENT, whole)
            self.fields["organization"].required = not speaks_for_all


def placeholders() -> SafeString:
    """What may stand in each kind's text, and the text that goes out while nobody has written another."""
    rows = [
        (kind.label, ", ".join(f"{{{name}}}" for name in kind.examples), kind.default_subject, kind.default_text)
        for kind in all_kinds()
    ]
    # Every part is escaped by format_html: labels and texts come from code, but stay text.
    lines = format_html_join("", "<li><b>{}</b>: {}<br>{} - {}</li>", rows)
    return format_html("{}<ul>{}</ul>", _("Placeholders and the text in use without yours:"), lines)


class WordingViewSet(OrganizationViewSetMixin, SnippetViewSet):  # type: ignore[misc]
    model = MessageText
    icon = "mail"
    menu_label = gettext_lazy("Message texts")
    menu_order = 320
    add_to_admin_menu = True
    base_url_path = "teks-pesan"
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = [
        Column("label", label=gettext_lazy("Kind of message")),
        Column("for_whom", label=gettext_lazy("Organization")),
        "subject",
    ]
    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("organization")]),
        FieldPanel("subject"),
        FieldPanel("text"),
    ]
