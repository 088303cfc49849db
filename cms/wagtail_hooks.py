"""The admin as editors meet it: the law's screens, our mark and colours, and nothing of another organization."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.ui.components import Component
from wagtail.admin.views.pages import edit as page_editor
from wagtail.admin.widgets import Button
from wagtail.documents.models import AbstractDocument
from wagtail.models import TaskState
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from accounts.models import User
from accounts.requests import roles_held
from accounts.roles import Action, Role, organizations_where
from cms import editorial_news
from cms.appending import has_body
from cms.media import may_fetch
from cms.messaging.wording_admin import WordingPolicy, WordingViewSet
from cms.models import MessageText, Provision, Regulation, Source
from cms.permissions import SharedPermissionPolicy
from cms.permissions.pages import choosable

# The editor mails news of comments while the person waits, and Wagtail has no hook for it.
page_editor.send_notification = editorial_news.commented

# Anyone who writes adds sources; the wording of the law is a publisher's business.
register_permission_policy(Source, SharedPermissionPolicy(Source, edit=Action.EDIT_CONTENT))
register_permission_policy(
    Regulation, SharedPermissionPolicy(Regulation, edit=Action.PUBLISH_CONTENT, view=Action.EDIT_CONTENT)
)
register_permission_policy(
    Provision, SharedPermissionPolicy(Provision, edit=Action.PUBLISH_CONTENT, view=Action.EDIT_CONTENT)
)


class RegulationViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Regulation
    icon = "doc-full-inverse"
    menu_label = _("Regulations")
    list_display = ["__str__", "status", "note"]
    list_filter = ["kind", "status", "year"]
    inspect_view_enabled = True
    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("number"), FieldPanel("year")]),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("status"), FieldPanel("in_force_from"), FieldPanel("in_force_until")]),
        FieldPanel("note"),
        FieldRowPanel([FieldPanel("gazette"), FieldPanel("official_address")]),
        InlinePanel(
            "relations",
            label=_("relation to another regulation"),
            panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("target")]), FieldPanel("note")],
        ),
    ]


class ProvisionViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Provision
    icon = "list-ol"
    menu_label = _("Provisions")
    list_display = ["__str__", "topic", "is_confirmed"]
    list_filter = ["regulation", "is_confirmed"]
    panels = [
        FieldPanel("regulation"),
        FieldRowPanel([FieldPanel("article"), FieldPanel("paragraph"), FieldPanel("letter")]),
        FieldPanel("topic"),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("is_confirmed"), FieldPanel("source")]),
    ]


class SourceViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Source
    icon = "link"
    menu_label = _("Sources")
    list_display = ["title", "kind", "published_on"]
    list_filter = ["kind"]
    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("published_on")]),
        FieldPanel("address"),
        FieldPanel("note"),
    ]


class LawViewSetGroup(SnippetViewSetGroup):  # type: ignore[misc]
    items = (RegulationViewSet, ProvisionViewSet, SourceViewSet)
    menu_label = _("Legal basis")
    menu_icon = "doc-full-inverse"
    menu_order = 300


register_snippet(LawViewSetGroup)

register_permission_policy(
    MessageText, WordingPolicy(MessageText, edit=Action.PUBLISH_CONTENT, view=Action.EDIT_CONTENT)
)
register_snippet(WordingViewSet)


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def admin_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))


@hooks.register("construct_page_chooser_queryset")  # type: ignore[untyped-decorator]
def only_choosable_pages(pages: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    return choosable(pages, cast(User, request.user))


@hooks.register("before_serve_document")  # type: ignore[untyped-decorator]
def only_permitted_documents(document: AbstractDocument, request: HttpRequest) -> None:
    if not may_fetch(request.user, document):
        raise Http404


@hooks.register("construct_main_menu")  # type: ignore[untyped-decorator]
def short_menu(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Help is Wagtail's own and English; reports and settings are an administrator's."""
    hidden = {"help"}
    if not (request.user.is_superuser or Role.ADMINISTRATOR in roles_held(request)):
        hidden |= {"settings", "reports"}
    menu_items[:] = [item for item in menu_items if item.name not in hidden]


@hooks.register("register_page_header_buttons")  # type: ignore[untyped-decorator]
def paste_button(page: Any, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """ "Paste from Word" in the menu beside the title of any page with a body."""
    if view_name == "edit" and has_body(page) and page.permissions_for_user(user).can_edit():
        yield Button(_("Paste from Word"), reverse("cms:paste", args=[page.pk]), icon_name="paste", priority=5)


class WriterMenuItem(MenuItem):  # type: ignore[misc]
    """Shown to whoever writes content somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(organizations_where(request.user, Action.EDIT_CONTENT).exists())


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def affected_item() -> MenuItem:
    return WriterMenuItem(_("Changed law"), reverse("cms:affected"), name="affected", icon_name="warning", order=310)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def way_back_item() -> MenuItem:
    return MenuItem(_("Back to the trainings"), "/mulai/", name="way-back", icon_name="home", order=10)


@hooks.register("construct_homepage_summary_items", order=1000)  # type: ignore[untyped-decorator]
def no_counts(request: HttpRequest, items: list[Any]) -> None:
    """Numbers of pages and images help nobody to decide what to do next."""
    items.clear()


class NextPanel(Component):  # type: ignore[misc]
    """What editors come for, as the first thing on their page."""

    name = "next"
    order = 50
    template_name = "cms/admin/next_panel.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user = self.request.user
        return {
            "writes": organizations_where(user, Action.EDIT_CONTENT).exists(),
            "publishes": organizations_where(user, Action.PUBLISH_CONTENT).exists(),
            "submitted": TaskState.objects.reviewable_by(user).count(),
        }


@hooks.register("construct_homepage_panels")  # type: ignore[untyped-decorator]
def what_to_do_next(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(NextPanel(request))
