"""Pasted blocks into the draft of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from cms.blocks import BodyBlock
from cms.pasting import with_ids

if TYPE_CHECKING:
    from wagtail.models import Page

    from accounts.models import User

Blocks = Sequence[tuple[str, Any]]


def has_body(page: Any) -> bool:
    """Whether the page has a body of our blocks."""
    return isinstance(getattr(getattr(page, "body", None), "stream_block", None), BodyBlock)


def preview(page: Any, blocks: Blocks) -> str:
    """How the blocks will look, as HTML of the same templates."""
    value = page.body.stream_block.to_python(with_ids(list(blocks)))
    return str(value.stream_block.render(value))


@transaction.atomic
def append_to_draft(page: Page, blocks: Blocks, *, user: User) -> None:
    """Put ``blocks`` at the end of ``page`` (its latest revision) and save that as a new draft revision by ``user``."""
    page.body = page.body.stream_block.to_python([*page.body.get_prep_value(), *with_ids(list(blocks))])
    page.save_revision(user=user, log_action="wagtail.edit", clean=False)
