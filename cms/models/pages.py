"""The site's own pages: the start, and pages of plain content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PagePermissionTester
from wagtail.search import index

from accounts import roles
from cms import catalogue, tenancy
from cms.blocks import BodyBlock
from cms.fields import BlocksField
from cms.page_forms import OwnMediaForm

if TYPE_CHECKING:
    from accounts.models import User


class HomePage(Page):  # type: ignore[misc]
    """What Suluh is in one line, two doors, then the catalogue."""

    lede = models.CharField(_("what Suluh is, in one line"), max_length=200, blank=True)
    body = BlocksField(BodyBlock(), blank=True, verbose_name=_("body"))

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    base_form_class = OwnMediaForm
    content_panels = [*Page.content_panels, FieldPanel("lede"), FieldPanel("body")]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "catalogue": catalogue.entries()}

    def permissions_for_user(self, user: User) -> HousePageTester:
        return HousePageTester(user, self)


class HousePageTester(PagePermissionTester):  # type: ignore[misc]
    """Rights on the home page itself.  No group holds them: a group's right would cover every course below it."""

    def __init__(self, user: User, page: Page) -> None:
        super().__init__(user, page)
        owner = tenancy.house()
        if user.is_superuser or owner is None:
            return
        if roles.may(user, roles.Action.PUBLISH_CONTENT, owner):
            self.permissions |= {"add", "change", "publish", "lock", "unlock"}


class ContentPage(Page):  # type: ignore[misc]
    """A page of plain content: help, about, an announcement."""

    lede = models.CharField(_("introduction"), max_length=300, blank=True)
    body = BlocksField(BodyBlock(), blank=True, verbose_name=_("body"))

    # Nobody's in particular: granted to the groups of the organization that runs this installation.
    belongs_to_house = True

    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.ContentPage"]
    base_form_class = OwnMediaForm
    content_panels = [*Page.content_panels, FieldPanel("lede"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("lede"), index.SearchField("body")]

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")
