"""A StreamField whose blocks are code, not schema."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class BlocksField(StreamField):  # type: ignore[misc]
    """Stores what StreamField stores, but keeps the block definitions out of migrations.

    The column is JSON whatever the blocks are; without this every new block would ask for a migration in each app.
    """

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
