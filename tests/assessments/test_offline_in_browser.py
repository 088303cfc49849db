"""An attempt without a network: the browser is really closed, the network really cut, the profile is all that stays."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Playwright, expect

from assessments import protocol, saving
from assessments.models import Attempt
from courses.models import Enrolment
from tests import axe
from tests.assessments.in_browser import STORED, current, open_attempt, opened, sign_in, state, tick
from tests.assessments.phones import COPY, GIVEN, KEPT, Phone
from tests.browsers import DESKTOP, wait_for, wait_for_news
from tests.factories_accounts import make_person
from tests.servers import wait_until
from tests.wires import Wire, wire_to

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def wire(live_server: Any) -> Iterator[Wire]:
    with wire_to(live_server.url) as wire:
        yield wire


@pytest.fixture
def phone(
    playwright: Playwright, tmp_path: Path, wire: Wire, browser_type_launch_args: dict[str, Any]
) -> Iterator[Phone]:
    phone = Phone(playwright, tmp_path / "profile", wire, browser_type_launch_args)
    yield phone
    phone.close()


def answer(page: Page, slot: int, position: int) -> str:
    """Choose an option and wait until the device has stored it; what is stored is what counts as answered."""
    before = page.evaluate(GIVEN)
    token = tick(page, slot, position)
    wait_for(page, f"async (before) => await ({GIVEN})() > before", arg=before)
    return token


def worker_of(page: Page) -> Callable[..., Any]:
    """What the browser's own tools do to the site's worker: ``worker("dispatchSyncEvent", tag=...)``."""
    told: list[str] = []
    devtools = page.context.new_cdp_session(page)
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda news: told.extend(one["registrationId"] for one in news["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    origin = page.evaluate("location.origin")
    wait_for_news(page, told)
    return lambda act, **more: devtools.send(
        f"ServiceWorker.{act}", {"origin": origin, "registrationId": told[-1], **more}
    )


def test_a_paper_opens_without_a_network_after_a_restart_and_goes_with_its_owner(phone: Phone, wire: Wire) -> None:
    attempt = opened(time_limit_minutes=60)
    ani = attempt.enrolment.user
    budi = Enrolment.objects.create(
        cohort=attempt.enrolment.cohort, user=make_person(name="Budi Santoso"), enrolled_at=timezone.now()
    )
    here = f"/kuis/{attempt.public_id}/"
    phone.open()
    phone.sign_in(ani)
    page = phone.page(attempt)
    first = answer(page, 1, 0)
    expect(state(page, 1)).to_have_text("Tersimpan")

    # The network goes, then the browser: what was delivered and what waits is there again, and more can be answered.
    wire.cut()
    second = answer(page, 2, 1)
    expect(page.get_by_role("button", name="Kirim sekarang (1)")).to_be_visible()
    phone.close()
    context = phone.open()
    context.clear_cookies()
    page = context.pages[0]
    page.goto("/belajar/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tidak ada jaringan")
    expect(page.locator("[data-waiting-answers]")).to_contain_text("menunggu sinyal: 1")
    assert axe.violations(page) == []
    page.get_by_role("link", name="Latihan modul 1").click()
    expect(page.locator("#quiz-copy")).to_contain_text(COPY)
    assert axe.violations(page) == []
    for slot, token in ((1, first), (2, second)):
        expect(page.locator(f"#q{slot} input[value='{token}']")).to_be_checked()
    expect(page.locator("#quiz-clock")).to_have_text(re.compile(r"Sisa waktu kira-kira 5\d:\d\d"))
    third = answer(page, 3, 2)
    assert set(current(attempt)) == {1}

    # The network is back, the session is not: the page that asks for a sign-in has already sent what waited.
    wire.mend()
    page.goto("/belajar/")
    expect(page).to_have_url(re.compile("/masuk/"))
    wait_for(page, f"async () => (await ({STORED})()).length === 0")
    assert current(attempt) == {1: (first,), 2: (second,), 3: (third,)}
    rows = attempt.rows.order_by("position")
    assert [row.slot for row in rows] == [1, 2, 3]
    assert sorted(row.time_ms for row in rows) == [row.time_ms for row in rows], "time goes on over a restart"

    # Signing out takes the paper along; what still waits stays, unseen by the next person.
    phone.sign_in(ani)
    page = phone.page(attempt)
    context.route("**/simpan/", lambda route: route.abort())
    answer(page, 4, 0)
    page.goto("/keluar/")
    expect(page.locator("[data-waiting-answers]")).to_contain_text("menunggu sinyal: 1")
    page.get_by_role("button", name="Ya, keluar").click()
    expect(page).not_to_have_url(re.compile("/keluar/"))
    wait_for(page, "async () => JSON.stringify(await caches.keys()) === '[\"suluh-shell\"]'")
    phone.sign_in(budi.user)
    page.goto("/belajar/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    wire.cut()
    page.goto(here)
    expect(page.locator("[data-no-papers]")).to_be_visible()
    expect(page.locator("[data-waiting-answers]")).to_be_hidden()
    assert [row["person"] for row in page.evaluate(STORED)] == [str(ani.public_id)]

    # With no page of ours open the browser's background sync sends what waits, whoever is signed in.
    wire.mend()
    context.unroute_all()
    worker = worker_of(page)
    page.goto("about:blank")
    worker("dispatchSyncEvent", tag="suluh-answers", lastChance=False)
    wait_until(lambda: 4 in current(attempt), seconds=60, what="the worker's delivery")

    # Its owner comes back; handing in ends what the device keeps.
    phone.sign_in(ani)
    page = phone.page(attempt)
    expect(page.locator("#q4 input:checked")).to_have_count(1)
    assert page.evaluate(STORED) == []
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page).to_have_url(re.compile("/kirim/$"))
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page).to_have_url(re.compile("/hasil/"))
    wait_for(page, "async () => (await caches.keys()).length === 1")
    assert set(current(attempt)) == {1, 2, 3, 4}


SEEDS = range(10)
HERE = re.compile(f"{KEPT}|{COPY}")


class Sitting:
    """One seeded sequence: what a person answers on phone and laptop, whatever becomes of network and browser.

    ``log`` is what the phone has stored, in its order; ``last`` the answer given last of all, wherever it was given."""

    def __init__(self, phone: Phone, laptop: Any, attempt: Attempt, seed: int) -> None:
        self.phone, self.wire, self.attempt, self.laptop = phone, phone.wire, attempt, laptop
        self.chance = random.Random(seed)
        self.log: list[tuple[int, str]] = []
        self.last: dict[int, str] = {}
        self.steps: list[str] = []

    def run(self) -> None:
        self.wire.mend()
        self.arrive()
        usual = self.chance.choices(
            (self.answer, self.cut, self.mend, self.lose, self.reload, self.other), (6, 2, 2, 2, 1, 2), k=3
        )
        steps = [self.answer, self.chance.choice((self.cut, self.lose)), self.answer, self.restart, self.answer, *usual]
        for step in steps:
            self.steps.append(step.__name__)
            step()
        self.mend()
        self.arrive()
        wait_for(self.page, f"async () => (await ({STORED})()).length === 0")

    def arrive(self) -> None:
        """The page of the attempt, wherever it comes from; a session is there or must be begun again."""
        context = self.phone.context or self.phone.open()
        self.page = context.pages[0]
        here = f"/kuis/{self.attempt.public_id}/"
        self.page.goto(here)
        if "/masuk/" in self.page.url:
            self.phone.sign_in(self.attempt.enrolment.user)
            self.page.goto(here)
        expect(self.page.locator("#quiz-copy")).to_contain_text(HERE)

    def answer(self) -> None:
        slot, position = self.chance.randint(1, 4), self.chance.randrange(3)
        if self.page.locator(f"#q{slot} input").nth(position).is_checked():
            position = (position + 1) % 3
        self.last[slot] = answer(self.page, slot, position)
        self.log.append((slot, self.last[slot]))

    def other(self) -> None:
        """The same person answers on a laptop that has a network."""
        page = open_attempt(self.laptop, self.attempt)
        slot = self.chance.randint(1, 4)
        position = 1 if page.locator(f"#q{slot} input").nth(0).is_checked() else 0
        self.last[slot] = tick(page, slot, position)
        expect(state(page, slot)).to_have_text("Tersimpan")
        page.close()

    def cut(self) -> None:
        self.wire.cut()

    def lose(self) -> None:
        self.wire.lose_answers()

    def mend(self) -> None:
        self.wire.mend()

    def reload(self) -> None:
        self.arrive()

    def restart(self) -> None:
        self.phone.kill() if self.chance.random() < 0.5 else self.phone.close()
        context = self.phone.open()
        if self.chance.random() < 0.5:
            context.clear_cookies()
        self.arrive()

    def check(self) -> None:
        self.attempt.refresh_from_db()
        device = self.page.evaluate(DEVICE)
        rows = self.attempt.rows.filter(device=device).order_by("seq")
        assert [(row.slot, row.answer[0]) for row in rows] == self.log
        assert protocol.current_answers(self.attempt.answers) == {n: (t,) for n, t in sorted(self.last.items())}
        assert saving.chain_holds(self.attempt)


DEVICE = """async () => {
  const db = await new Promise((done) => {
    const r = indexedDB.open("suluh-outbox"); r.onsuccess = () => done(r.result); });
  return new Promise((done) => {
    const r = db.transaction("meta").objectStore("meta").get("device"); r.onsuccess = () => done(r.result.id); });
}"""


def test_ten_sequences_of_cuts_crashes_and_devices_lose_no_answer(
    phone: Phone, live_server: Any, new_device: Any
) -> None:
    first = opened()
    laptop = new_device(DESKTOP, base_url=live_server.url)
    laptop.home = live_server.url
    sign_in(laptop, first.enrolment.user)
    phone.open()
    phone.sign_in(first.enrolment.user)
    for seed in SEEDS:
        sitting = Sitting(phone, laptop, opened(enrolment=first.enrolment), seed)
        try:
            sitting.run()
            sitting.check()
        except Exception as error:
            raise AssertionError(f"seed {seed}: {sitting.steps} {sitting.log}") from error
