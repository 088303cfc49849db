"""Admin screens that show one organization's rows only: lists, exports, choosers, and every page of a row.

Wagtail asks most of its rights per model.  Here each view of a snippet that names a row first asks the policy for that
row and answers 404 to whoever may not see it; lists and choosers are cut to the policy's rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponseBase
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import SnippetChooserViewSet

from accounts.roles import organizations_where
from cms.permissions.policies import OrganizationPermissionPolicy, _RolePolicy

if TYPE_CHECKING:
    from django.db.models import QuerySet

ANY = ["view", "choose", "add", "change", "publish"]


def visible_rows(model: type[Any], user: Any, words: list[str] | None = None) -> QuerySet[Any]:
    """Rows of ``model`` that the registered policy lets ``user`` see."""
    rows: QuerySet[Any] = policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, words or ANY)
    return rows


class _RowGuard:
    """404 for a row that is not one's own, before the view itself runs."""

    model: Any
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pk = kwargs.get("pk", args[0] if args else None)
        if pk is not None and not visible_rows(self.model, request.user).filter(pk=unquote(str(pk))).exists():
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class OrganizationViewSetMixin:
    """For a SnippetViewSet of a model with an OrganizationPermissionPolicy.  Put it before SnippetViewSet."""

    model: Any

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Any:
        guarded = type(view_class.__name__, (_RowGuard, view_class), {})
        return super().construct_view(guarded, **kwargs)  # type: ignore[misc]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible_rows(self.model, request.user)

    @property
    def chooser_viewset_class(self) -> type[Any]:
        return OrganizationChooserViewSet


class _ScopedChooser:
    """Cuts what a chooser lists, confirms or returns to the rows of the policy."""

    model: Any
    model_class: Any
    request: HttpRequest
    words = ANY

    def get_object_list(self) -> QuerySet[Any]:
        rows = super().get_object_list()  # type: ignore[misc]
        cut: QuerySet[Any] = rows.filter(pk__in=visible_rows(rows.model, self.request.user, self.words).values("pk"))
        return cut

    def get_object(self, pk: Any) -> Any:
        return visible_rows(self.model_class, self.request.user, self.words).get(pk=pk)

    def get_objects(self, pks: Any) -> QuerySet[Any]:
        return visible_rows(self.model_class, self.request.user, self.words).filter(pk__in=pks)


class OrganizationChooserViewSet(SnippetChooserViewSet):  # type: ignore[misc]
    """A chooser that offers only rows of organizations in which the person may see them."""

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Any:
        return super().construct_view(type(view_class.__name__, (_ScopedChooser, view_class), {}), **kwargs)


class OrganizationFormMixin:
    """For an admin form: offers only one's own organizations, and only rows of them in every other field.

    A chooser's hidden field takes any number that is sent; the field's queryset is what refuses another's row.
    """

    instance: Any
    fields: dict[str, forms.Field]
    for_user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is None or self.for_user.is_superuser:
            return
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                self._limit(name, field)

    def _limit(self, name: str, field: forms.ModelChoiceField[Any]) -> None:
        policy = policy_registry.get_by_type(type(self.instance), fallback=False)
        if name == "organization" and isinstance(policy, _RolePolicy):
            field.queryset = organizations_where(self.for_user, policy.actions["add"])
            return
        other = policy_registry.get_by_type(field.queryset.model, fallback=False)  # type: ignore[union-attr]
        if isinstance(other, OrganizationPermissionPolicy):
            field.queryset = visible_rows(field.queryset.model, self.for_user)  # type: ignore[union-attr]
