"""Every admin view of a bank sees the person's own organizations only; for all others the object does not exist.

Wagtail's views check rights per model and then load the object by its number, so each of them gets ``Scoped`` mixed in:
an object outside ``visible_to`` is a 404, whatever the view is - editor, history, revision, preview, usage, workflow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from wagtail.admin.views.generic import IndexView
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views import chooser
from wagtail.snippets.views.snippets import SnippetViewSet

from assessments.models import Question, Quiz


class Scoped:
    """Mixed into each view class by ``BankViewSet``."""

    model: Any
    request: Any

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        obj = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if (
            obj is not None
            and obj.pk
            and not self.model.objects.visible_to(self.request.user).filter(pk=obj.pk).exists()
        ):
            raise Http404
        return obj


class ScopedIndex:
    """Mixed into the list and its search results."""

    model: Any
    request: Any

    def get_base_queryset(self) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_base_queryset()  # type: ignore[misc]
        return found.filter(pk__in=self.model.objects.visible_to(self.request.user).values("pk"))


class _Choose:
    model_class: Any
    request: Any

    def get_object_list(self) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model_class.objects.visible_to(self.request.user)
        return found

    @property
    def can_create(self) -> bool:
        return False


class _Chosen:
    model_class: Any
    request: Any

    def get_object(self, pk: Any) -> Any:
        found = self.model_class.objects.visible_to(self.request.user).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def get_objects(self, pks: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model_class.objects.visible_to(self.request.user).filter(pk__in=pks)
        return found


class ChooseView(_Choose, chooser.ChooseView):  # type: ignore[misc]
    """The chooser's window."""


class ChooseResultsView(_Choose, chooser.ChooseResultsView):  # type: ignore[misc]
    """The chooser's list and search."""


class ChosenView(_Chosen, chooser.SnippetChosenView):  # type: ignore[misc]
    """What comes back from choosing one."""


class ChosenMultipleView(_Chosen, chooser.SnippetChosenMultipleView):  # type: ignore[misc]
    """What comes back from choosing several."""


class BankChooserViewSet(chooser.SnippetChooserViewSet):  # type: ignore[misc]
    """Chooser over the person's own banks; nothing is created through it."""

    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    creation_form_class = None

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class BankViewSet(SnippetViewSet):  # type: ignore[misc]
    """A snippet whose every view is scoped to the person's organizations."""

    chooser_viewset_class = BankChooserViewSet
    copy_view_enabled = False
    inspect_view_enabled = False
    search_backend_name = None  # the database's own search keeps to the scoped list

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Callable[..., Any]:
        mixin = ScopedIndex if issubclass(view_class, IndexView) else Scoped
        scoped = type(view_class.__name__, (mixin, view_class), {})
        view: Callable[..., Any] = super().construct_view(scoped, **kwargs)
        return view


class BankDeleteBulkAction(DeleteBulkAction):  # type: ignore[misc]
    """Bulk deletion that neither names other banks' questions nor deletes used ones."""

    models = [Question, Quiz]

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, Any]]:
        ids = self.request.GET.getlist("id")
        mine = self.model.objects.visible_to(self.request.user)
        chosen = mine if "all" in ids else mine.filter(pk__in=[pk for pk in ids if pk.isdigit()])
        free = chosen.exclude(pk__in=chosen.in_use().values("pk"))
        return list(free), {"items_with_no_access": list(chosen.in_use())}
