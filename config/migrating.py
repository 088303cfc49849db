"""``migrate`` on an empty database, in a third of the processor time: for a laptop's demonstration and the tests.

Every migration runs and every statement reaches the database.  What is saved is Django's keeping of intermediate model
classes: after each operation it makes all classes anew that are related to the changed one, in most of ours all there
are.  Here an operation that only adds a model, an index or a constraint touches no other class, and a field that no
class owns is copied instead of taken apart and built again.  The state says of itself that it is delayed, so a
migration that runs Python is given classes that Django made anew, all of them.  A server migrates Django's own way:
it does so once, and what runs there should be what everybody runs.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from inspect import getattr_static
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import field_is_referenced
from django.db.models import Field
from django.utils.functional import cached_property

_build_again = Field.clone


@cache
def _remembered(kind: Any) -> frozenset[str]:
    return frozenset(name for name in dir(kind) if isinstance(getattr_static(kind, name), cached_property))


def _copy(field: Any) -> Any:
    """A field of its own like ``field``; Django's own way for one that a class already owns."""
    if hasattr(field, "model"):
        return _build_again(field)
    made = copy.deepcopy(field)  # shallow but for the relation: what inheriting from an abstract class does
    kind: Any = type(field)
    for name in _remembered(kind) & made.__dict__.keys():
        del made.__dict__[name]  # an answer of before it knew its relation
    if not field.auto_created:
        made.creation_counter = Field.creation_counter
        Field.creation_counter += 1
    return made


class QuickState(ProjectState):
    """Django's state, which leaves alone the classes that an operation does not change."""

    near = False

    def clone(self) -> QuickState:
        made = super().clone()
        made.__class__ = QuickState
        return made  # type: ignore[return-value]

    def add_model(self, model_state: ModelState) -> None:
        rendered = self.__dict__.get("apps")
        if rendered is None or (model_state.app_label, model_state.name_lower) in self.models:
            super().add_model(model_state)
            return
        # Registering the class tells those it points to; none of theirs changes for it.
        self.models[model_state.app_label, model_state.name_lower] = model_state
        self.is_delayed = True
        rendered.render_multiple([model_state])

    def add_field(self, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool) -> None:
        with self._near_ones_only():
            super().add_field(app_label, model_name, name, field, preserve_default)

    def alter_field(self, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool) -> None:
        key = app_label, model_name
        # A column that others point to may hand its type on to theirs: then all of them are made anew, as Django does.
        referenced = field_is_referenced(self, key, (name, field)) or self.models[key].fields[name].primary_key
        with nullcontext() if referenced else self._near_ones_only():
            super().alter_field(app_label, model_name, name, field, preserve_default)

    @contextmanager
    def _near_ones_only(self) -> Iterator[None]:
        """Make anew what stands in a direct relation, as Django itself does for a field that is none."""
        self.near = True
        try:
            yield
        finally:
            self.near = False

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        super().reload_model(app_label, model_name, delay or self.near)

    def _append_option(self, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
        if "apps" not in self.__dict__:
            super()._append_option(app_label, model_name, option_name, obj)  # type: ignore[misc]
            return
        options = self.models[app_label, model_name].options
        options[option_name] = [*options[option_name], obj]
        self.is_delayed = True
        meta = self.apps.get_model(app_label, model_name)._meta
        setattr(meta, option_name, [*getattr(meta, option_name), obj])
        meta._expire_cache()


class QuickExecutor(MigrationExecutor):
    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        made: ProjectState = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        made.__class__ = QuickState
        return made


@contextmanager
def quickly() -> Iterator[None]:
    """``migrate`` within makes no class anew that an operation leaves as it is."""
    executor, clone = vars(migrate)["MigrationExecutor"], Field.clone
    vars(migrate)["MigrationExecutor"] = QuickExecutor
    setattr(Field, "clone", _copy)  # noqa: B010 - a method of Django's
    try:
        yield
    finally:
        vars(migrate)["MigrationExecutor"] = executor
        setattr(Field, "clone", clone)  # noqa: B010
