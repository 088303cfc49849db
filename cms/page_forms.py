"""What an edit form refuses beyond its fields: files of an organization that is not one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.permissions import policy_registry

CHOOSABLE = ["choose", "change"]


class OwnMediaMixin:
    """Refuses images and documents that the person may not choose.

    The choosers offer only one's own, but the form takes whatever number is posted - in a block, or in the markup of a
    rich text.  What stood in the page before may stay: another editor was allowed to choose it.
    """

    instance: Any
    fields: Any
    for_user: Any
    add_error: Any

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        if self.for_user is None or self.for_user.is_superuser:
            return cleaned
        for name in [name for name in cleaned if name in self.fields]:
            if self._foreign(name, cleaned[name]):
                self.add_error(name, _("This holds an image or document that you may not use. Choose one of your own."))
        return cleaned

    def _foreign(self, name: str, value: Any) -> bool:
        # The instance still holds what was stored: Django fills it from the form after clean().
        before = set(_media_in(self.instance, name, getattr(self.instance, name, None)))
        added = set(_media_in(self.instance, name, value)) - before
        for model in {model for model, _pk in added}:
            asked = {pk for kind, pk in added if kind is model}
            policy = policy_registry.get_by_type(model)
            own = policy.instances_user_has_any_permission_for(self.for_user, CHOOSABLE).filter(pk__in=asked)
            if {str(pk) for pk in own.values_list("pk", flat=True)} != asked:
                return True
        return False


class OwnMediaForm(OwnMediaMixin, WagtailAdminPageForm):  # type: ignore[misc]
    """The edit form of a page."""


def _media_in(page: Any, name: str, value: Any) -> Iterator[tuple[type[Any], str]]:
    """Images and documents that ``value`` of the field ``name`` names, by model and key."""
    field = next((field for field in page._meta.get_fields() if field.name == name), None)
    if field is None or value is None or not hasattr(field, "extract_references"):
        return
    for model, pk, _model_path, _content_path in field.extract_references(value):
        if issubclass(model, get_image_model() | get_document_model()):
            yield model, str(pk)
