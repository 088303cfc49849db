"""Who may do what with a course page, and what its edit form refuses.

Wagtail's own group permissions decide which part of the tree a trainer can open; the right itself comes from
``accounts.roles.may``, so that a stale group never lets one organization edit another's course.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import PagePermissionTester

from accounts import roles
from cms.page_forms import OwnMediaForm

if TYPE_CHECKING:
    from accounts.models import User


# What stands behind the address of an angkatan and is no module.
RESERVED_KEYS = frozenset({"evaluasi"})


class OrganizationPageTester(PagePermissionTester):  # type: ignore[misc]
    """Rights on a page that belongs to an organization; ``organization_id`` is None only for an unsaved page."""

    def __init__(self, user: User, page: Any, organization_id: int | None) -> None:
        super().__init__(user, page)
        if user.is_superuser or not user.is_active:
            return
        self.permissions = set()
        if organization_id is None:
            return
        if roles.organizations_where(user, roles.Action.EDIT_CONTENT).filter(pk=organization_id).exists():
            self.permissions |= {"add", "change"}
        if roles.organizations_where(user, roles.Action.PUBLISH_CONTENT).filter(pk=organization_id).exists():
            self.permissions |= {"add", "change", "publish", "lock", "unlock"}

    def can_edit(self) -> bool:
        """A workflow task alone opens no editor: the person must belong to the course's organization."""
        return bool((self.user.is_superuser or self.permissions) and super().can_edit())


class CataloguePageTester(PagePermissionTester):  # type: ignore[misc]
    """The catalogue belongs to the house; whoever writes content anywhere may add a course of their own to it."""

    def __init__(self, user: User, page: Any) -> None:
        super().__init__(user, page)
        writes = roles.organizations_where(user, roles.Action.EDIT_CONTENT)
        if user.is_active and not user.is_superuser and writes.exists():
            self.permissions.add("add")


class CourseForm(WagtailAdminPageForm):  # type: ignore[misc]
    """A course goes only to an organization whose content the person may edit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "organization" in self.fields and self.for_user is not None and not self.for_user.is_superuser:
            allowed = roles.organizations_where(self.for_user, roles.Action.EDIT_CONTENT)
            self.fields["organization"].queryset = allowed
            if not self.instance.organization_id and allowed.count() == 1:
                self.initial["organization"] = allowed.get().pk
        if "evaluation" in self.fields and not self.instance.pk:
            self.initial["evaluation"] = self.instance.Evaluation.OFFERED

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean()
        organization, form = values.get("organization"), values.get("evaluation_form")
        if organization is not None and form is not None:
            usable = type(form).objects.usable_in(organization).filter(pk=form.pk)
            if not usable.exists():
                self.add_error("evaluation_form", _("Choose a form of the course's organization, or of one above it."))
        return values


class ModuleForm(OwnMediaForm):
    """A module's key is unique among the modules of its course."""

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if key.casefold() in RESERVED_KEYS:
            raise ValidationError(_("“%(key)s” is the name of a page of its own; choose another key.") % {"key": key})
        siblings = type(self.instance).objects.child_of(self.parent_page).exclude(pk=self.instance.pk)
        if siblings.filter(key__iexact=key).exists():
            raise ValidationError(_("Another module of this course has this key."))
        return key
