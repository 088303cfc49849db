"""axe-core on a page as it stands.  Only what violates is worked out in full and sent to us: the rest takes longer."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: WCAG 2.2, levels A and AA.
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
GRAVE = {"serious", "critical"}
_axe = Axe()


def violations(page: Page) -> list[dict[str, Any]]:
    """Every rule that the page violates, each with the elements that do."""
    page.wait_for_load_state()  # after a click the new page may have come in part only
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_axe.axe_script)
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options).then(told => told.violations)", OPTIONS)
    return found
