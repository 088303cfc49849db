"""Pages of a quiz in a real browser: signing in, choosing options, what is stored on the device."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from assessments import protocol
from assessments.models import Attempt
from tests.factories_attempts import make_attempt

STORED = """async () => {
  const db = await new Promise((done) => {
    const r = indexedDB.open("suluh-outbox"); r.onsuccess = () => done(r.result); });
  if (![...db.objectStoreNames].includes("rows")) return [];
  return new Promise((done) => {
    const r = db.transaction("rows").objectStore("rows").getAll(); r.onsuccess = () => done(r.result); });
}"""


def sign_in(context: BrowserContext, user: User) -> None:
    """Give this browser a session of ``user``; any earlier session of the same browser is gone, its storage is not."""
    client = Client()
    client.force_login(user)
    context.clear_cookies()
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": context.home}])  # type: ignore[attr-defined]


def opened(**quiz: Any) -> Attempt:
    return make_attempt(at=timezone.now(), **quiz)


def open_attempt(context: BrowserContext, attempt: Attempt) -> Page:
    page = context.new_page()
    page.goto(f"/kuis/{attempt.public_id}/")
    expect(page.locator("#quiz")).to_have_class("has-outbox")
    return page


def tick(page: Page, slot: int, position: int = 0) -> str:
    """Choose an option of a question; its token."""
    choice = page.locator(f"#q{slot} input").nth(position)
    token = choice.get_attribute("value") or ""  # before the choice: its answer may lead to another page at once
    choice.check()
    return token


def state(page: Page, slot: int) -> Locator:
    return page.locator(f"#q{slot} .q-state")


def current(attempt: Attempt) -> dict[int, tuple[str, ...]]:
    attempt.refresh_from_db()
    return protocol.current_answers(attempt.answers)
