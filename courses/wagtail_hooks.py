"""The admin's screens about courses: a new course, competency units, what stands in the way of deleting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.roles import Action, organizations_where
from cms.permissions import OrganizationPermissionPolicy, SharedPermissionPolicy
from courses import authoring
from courses.admin_panel import ErrataPanel
from courses.evaluations.admin import EvaluationFormViewSet
from courses.models import CompetencyUnit, EvaluationForm, ModulePage
from courses.requests import AuthenticatedRequest

# Units are national: everybody who writes reads them, who keeps the house changes them.
register_permission_policy(
    CompetencyUnit, SharedPermissionPolicy(CompetencyUnit, edit=Action.MANAGE_ORGANIZATION, view=Action.EDIT_CONTENT)
)


class CompetencyUnitViewSet(SnippetViewSet):  # type: ignore[misc]
    model = CompetencyUnit
    icon = "list-ul"
    menu_label = _("Competency units")
    menu_order = 320
    add_to_admin_menu = True
    list_display = ["code", "title", "kind", "position"]
    list_filter = ["kind"]
    panels = [FieldRowPanel([FieldPanel("code"), FieldPanel("kind"), FieldPanel("position")]), FieldPanel("title")]


register_snippet(CompetencyUnitViewSet)
register_permission_policy(EvaluationForm, OrganizationPermissionPolicy(EvaluationForm, edit=Action.EDIT_CONTENT))

register_snippet(EvaluationFormViewSet)


@hooks.register("construct_main_menu")  # type: ignore[untyped-decorator]
def new_course(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """A trainer's part of the tree begins below the catalogue, so the way to a new course is in the menu."""
    if organizations_where(request.user, Action.EDIT_CONTENT).exists():
        address = authoring.new_course_address()
        menu_items.append(MenuItem(_("New course"), address, name="new-course", icon_name="plus", order=150))


@hooks.register("construct_homepage_panels")  # type: ignore[untyped-decorator]
def corrections_that_wait(request: AuthenticatedRequest, panels: list[Any]) -> None:
    panels.append(ErrataPanel(request))


@hooks.register("before_delete_page")  # type: ignore[untyped-decorator]
def say_what_stands_in_the_way(request: HttpRequest, page: Any) -> HttpResponseRedirect | None:
    obstacles = authoring.obstacles(page)
    if not obstacles:
        return None
    for obstacle in obstacles:
        messages.error(request, obstacle)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_publish_page")  # type: ignore[untyped-decorator]
def warn_about_weight(request: HttpRequest, page: Any) -> None:
    if isinstance(page, ModulePage):
        warning = authoring.weight_warning(page)
        if warning:
            messages.warning(request, warning)
