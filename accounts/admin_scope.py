"""Admin screens cut to what the person administers: rows of others are not found, deleting is nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import BasePermissionPolicy

from accounts.errors import AccountsError
from accounts.models import Membership, User
from accounts.roles import Action, organizations_where, roles_with

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class AdministratorsPolicy(BasePermissionPolicy):  # type: ignore[misc]
    """Administrators see and change the rows their screen finds for them; nobody deletes."""

    def __init__(self, screen: ScopedViewSet) -> None:
        super().__init__(screen.model)
        self.screen = screen

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        """Asked for every row of a list; answered once for each request's user object."""
        if action not in self.screen.allowed:
            return False
        known: dict[type, bool] = user.__dict__.setdefault("_open_screens", {})
        if type(self.screen) not in known:
            known[type(self.screen)] = self.screen.is_open_to(user)
        return known[type(self.screen)]

    def user_has_permission_for_instance(self, user: User, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action) and self.screen.rows(user).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> QuerySet[Any]:
        rows = self.screen.rows(user)
        return rows if self.user_has_any_permission(user, actions) else rows.none()

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        held = Membership.objects.filter(role__in=roles_with(self.screen.action))
        return User.objects.filter(pk__in=held.values("user"), is_active=True)


class NobodyPolicy(BasePermissionPolicy):  # type: ignore[misc]
    """For a model whose rows Wagtail's own screens and bulk actions shall not touch."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return False

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.none()
        return rows

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        return User.objects.none()


class _Guard:
    """Lists only the screen's rows, and answers 404 for any other row before the view itself runs."""

    screen: ScopedViewSet
    request: HttpRequest

    @property
    def permission_policy(self) -> AdministratorsPolicy:
        return self.screen.policy

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pk = kwargs.get("pk", args[0] if args else None)
        mine = self.screen.rows(cast(User, request.user))
        if pk is not None and not mine.filter(pk=unquote(str(pk))).exists():
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def form_valid(self, form: Any) -> Any:
        try:
            with transaction.atomic():
                return super().form_valid(form)  # type: ignore[misc]
        except AccountsError as error:
            form.add_error(None, str(error.message))
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return super().form_invalid(form)  # type: ignore[misc]

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()  # type: ignore[misc]
        if rows.model is not self.screen.model:
            return rows  # history: log entries of a row that was found above
        mine = self.screen.rows(cast(User, self.request.user))
        return rows.filter(pk__in=mine.values("pk")).select_related(*self.screen.related)


class ScopedViewSet(ModelViewSet):  # type: ignore[misc]
    """A screen of Wagtail's admin for those who may do ``action`` somewhere; ``rows`` says which rows are theirs."""

    action: Action = Action.MANAGE_ORGANIZATION
    allowed: frozenset[str] = frozenset({"view", "add", "change"})
    related: tuple[str, ...] = ()  # foreign keys the list shows
    copy_view_enabled = False
    add_to_reference_index = False
    form_add: type[Any]
    form_edit: type[Any]

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.policy = AdministratorsPolicy(self)

    def rows(self, user: User) -> QuerySet[Any]:
        """Rows that ``user`` administers."""
        raise NotImplementedError

    def is_open_to(self, user: User | AnonymousUser) -> bool:
        return organizations_where(user, self.action).exists()

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return self.form_edit if for_update else self.form_add

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Any:
        guarded = type(view_class.__name__, (_Guard, view_class), {"screen": self})
        return super().construct_view(guarded, **kwargs)

    @property
    def menu_item_class(self) -> type[MenuItem]:
        def is_shown(_item: MenuItem, request: HttpRequest) -> bool:
            return self.is_open_to(request.user)

        return type(f"{self.model.__name__}MenuItem", (MenuItem,), {"is_shown": is_shown})
