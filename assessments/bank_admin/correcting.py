"""The way from a question or quiz to corrections of scores that were made with it."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from assessments.models import Question, Quiz


class CorrectionsPanel(Panel):  # type: ignore[misc]
    """A link for each series of the question, or for the quiz; nothing before there is something to correct."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "assessments/bank/corrections.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            thing = self.instance
            if isinstance(thing, Quiz) and thing.pk:
                return context | {"quiz": thing}
            if isinstance(thing, Question) and thing.pk:
                newest = dict(thing.versions.order_by("number").values_list("series", "number"))
                return context | {"series": sorted(newest.items(), key=lambda pair: -pair[1])}
            return context
