"""Headless Chromium as the machine has it; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Page, ViewportSize, expect

# What is expected of a page is waited for as long as everything else: a busy machine needs more than five seconds.
expect.set_options(timeout=30_000)


def _first_of(*names: str) -> str | None:
    return next((found for name in names if (found := shutil.which(name))), None)


# The shell of the same Chromium has no windows and costs two thirds; it shows no notifications.
WHOLE_CHROMIUM = os.environ.get("CHROMIUM") or _first_of("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or _first_of("chromium-headless-shell") or WHOLE_CHROMIUM
# Chromium makes two pages of its own for each window's address bar, which nobody sees here: they cost as much as ours.
# The last list counts, so what Playwright switches off stands in it too.
UNSEEN = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
OF_PLAYWRIGHT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AimEnabled"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
)
QUIET = (
    f"--disable-features={','.join((*UNSEEN, *OF_PLAYWRIGHT))}",
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
HAND, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)
PHONE = {"viewport": HAND, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": DESK}


def at_both_widths(page: Page) -> Iterator[str]:
    """ "phone", then "desktop": the page that a phone has loaded, in a phone's window and then in an office computer's.

    One visit instead of two; what a page decides while it loads needs a visit of its own."""
    yield "phone"
    page.set_viewport_size(DESK)
    yield "desktop"
    page.set_viewport_size(HAND)


def wait_for(page: Page, question: str, arg: Any = None, *, seconds: float = 30) -> None:
    """Return once the page answers yes; fail after ``seconds``.

    For questions that have to be waited for themselves (caches, IndexedDB): Playwright's ``wait_for_function`` takes
    the promise of an answer for a yes.
    """
    end = time.monotonic() + seconds
    while True:
        with suppress(Error):  # the page is on its way elsewhere
            if page.evaluate(question, arg):
                return
        if time.monotonic() > end:
            raise TimeoutError(f"the page never said yes to {question}")
        page.wait_for_timeout(20)


def wait_for_news(page: Page, news: list[str], *, seconds: float = 30) -> None:
    """Return once a listener has written something down; news come in only while Playwright is asked for something."""
    end = time.monotonic() + seconds
    while not news:
        if time.monotonic() > end:
            raise TimeoutError("no news came")
        page.wait_for_timeout(20)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": [*root, *QUIET]}


@pytest.fixture
def whole_browser(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """Chromium with everything around its engine, for a test that needs it."""
    with browser_type.launch(**(browser_type_launch_args | {"executable_path": WHOLE_CHROMIUM})) as made:
        yield made


@pytest.fixture
def new_device(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser context of its own (its own cookies and storage): ``new_device(PHONE, base_url=...)``."""
    made: list[BrowserContext] = []

    def make(device: dict[str, Any] = PHONE, **options: Any) -> BrowserContext:
        made.append(browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta", **(device | options)))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def phone(live_server: Any, new_device: Callable[..., BrowserContext]) -> BrowserContext:
    """A cheap Android phone's window (360x740) on the live server; ``phone.new_page().goto("/masuk/")``."""
    return new_device(PHONE, base_url=live_server.url)


@pytest.fixture
def desktop(live_server: Any, new_device: Callable[..., BrowserContext]) -> BrowserContext:
    """An office computer's window on the live server."""
    return new_device(DESKTOP, base_url=live_server.url)
