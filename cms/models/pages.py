"""The site's own pages: the start, and pages of plain content."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms import catalogue
from cms.blocks import BodyBlock
from cms.fields import BlocksField


class HomePage(Page):  # type: ignore[misc]
    """What Suluh is in one line, two doors, then the catalogue."""

    lede = models.CharField(_("what Suluh is, in one line"), max_length=200, blank=True)
    body = BlocksField(BodyBlock(), blank=True, verbose_name=_("body"))

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    content_panels = [*Page.content_panels, FieldPanel("lede"), FieldPanel("body")]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "catalogue": catalogue.entries()}


class ContentPage(Page):  # type: ignore[misc]
    """A page of plain content: help, about, an announcement."""

    lede = models.CharField(_("introduction"), max_length=300, blank=True)
    body = BlocksField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.ContentPage"]
    content_panels = [*Page.content_panels, FieldPanel("lede"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("lede"), index.SearchField("body")]

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")
