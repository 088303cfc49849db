"""A phone whose browser can really be closed: one profile on the disk, one network that can be cut."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from accounts.models import User
from assessments.models import Attempt
from tests.assessments.in_browser import sign_in
from tests.browsers import PHONE
from tests.wires import Wire

GIVEN = """async () => {
  const db = await new Promise((done) => {
    const r = indexedDB.open("suluh-outbox"); r.onsuccess = () => done(r.result); });
  return new Promise((done) => {
    const r = db.transaction("meta").objectStore("meta").get("device");
    r.onsuccess = () => done(r.result?.seq ?? 0); });
}"""
KEPT = "Kuis ini tersimpan di perangkat ini"
COPY = "Anda melihat salinan di perangkat ini"


class Phone:
    """``open`` starts the browser on what its profile holds; ``close`` ends it in peace, ``kill`` does not ask."""

    def __init__(self, playwright: Playwright, folder: Path, wire: Wire, launch: dict[str, Any]) -> None:
        self.playwright, self.folder, self.wire, self.launch = playwright, folder, wire, launch
        self.context: BrowserContext | None = None

    def open(self) -> BrowserContext:
        options: dict[str, Any] = {"locale": "id-ID", "timezone_id": "Asia/Jakarta", **self.launch, **PHONE}
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, base_url=self.wire.url, **options
        )
        self.context.home = self.wire.url  # type: ignore[attr-defined]
        self.context.set_default_timeout(15_000)
        return self.context

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None

    def kill(self) -> None:
        """The battery is taken out."""
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = entry.read_bytes().split(b"\0")
                if f"--user-data-dir={self.folder}".encode() in words and not any(
                    w.startswith(b"--type") for w in words
                ):
                    os.kill(int(entry.parent.name), signal.SIGKILL)
        with contextlib.suppress(Error):
            self.close()
        self.context = None

    def sign_in(self, user: User) -> None:
        assert self.context is not None
        sign_in(self.context, user)

    def page(self, attempt: Attempt, says: str = KEPT) -> Page:
        """The page of the attempt, from the network or from the device, once it says where it came from."""
        assert self.context is not None
        page = self.context.pages[0]
        page.goto(f"/kuis/{attempt.public_id}/")
        expect(page.locator("#quiz-copy")).to_contain_text(says)
        return page
