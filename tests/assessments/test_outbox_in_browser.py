"""What only a real browser shows: the outbox, a lost network, a shared phone, the keyboard, no JavaScript."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from assessments import emergency, granting, receipts, saving, submitting
from assessments.models import AnswerRow, Attempt
from courses.models import CohortTrainer, Enrolment
from tests import axe
from tests.assessments.in_browser import STORED, current, open_attempt, opened, sign_in, state, tick
from tests.browsers import DESKTOP, PHONE, at_both_widths
from tests.factories_accounts import make_person
from tests.factories_attempts import make_quiz, right_tokens, token_of
from tests.factories_kinds import attempt_at

# What a browser keeps and says is the same beside every database; the story and the races meet PostgreSQL.
pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser_of(live_server, new_device):
    def make(user=None, device=PHONE, **options):
        context = new_device(device, base_url=live_server.url, **options)
        context.home = live_server.url
        context.set_default_timeout(30_000)
        if user is not None:
            sign_in(context, user)
        return context

    return make


# A page that never tries again by itself: what is sent is sent by the button, however long the test takes to press it.
ON_DEMAND = """const wait = window.setTimeout;
window.setTimeout = (work, pause, ...rest) => wait(work, pause > 1000 ? 2 ** 30 : pause, ...rest);"""


def lose_signal(page: Page) -> None:
    """Saves get nowhere, everything else is served: a reload can be seen."""
    page.context.route("**/simpan/", lambda route: route.abort())


def test_a_change_is_kept_on_the_device_sent_and_called_saved(browser_of):
    attempt = opened()
    page = open_attempt(browser_of(attempt.enrolment.user), attempt)
    token = tick(page, 1)
    expect(state(page, 1)).to_have_text("Tersimpan")
    expect(page.locator("#quiz-state")).to_contain_text("1 dari 4 terjawab")
    assert current(attempt) == {1: (token,)}
    expect(page.locator("#quiz-send")).to_be_hidden()
    assert page.evaluate(STORED) == []


def test_losing_the_network_and_getting_it_back(browser_of):
    attempt = opened()
    context = browser_of(attempt.enrolment.user)
    page = open_attempt(context, attempt)
    context.set_offline(True)
    first, second = tick(page, 1), tick(page, 2)
    expect(state(page, 2)).to_have_text("Menunggu sinyal")
    expect(page.locator("#quiz-state")).to_contain_text("Menunggu sinyal (2)")
    expect(page.get_by_role("button", name="Kirim sekarang (2)")).to_be_visible()
    assert not AnswerRow.objects.exists()
    with page.expect_download() as download:
        page.get_by_role("button", name="Berkas darurat untuk pelatih").click()
    file = emergency.read(Path(download.value.path()).read_bytes())
    assert file.is_made_with(token_of(attempt))
    assert [(row.slot, row.answer) for row in file.rows] == [(1, (first,)), (2, (second,))]
    context.set_offline(False)
    expect(state(page, 1)).to_have_text("Tersimpan")
    expect(state(page, 2)).to_have_text("Tersimpan")
    assert current(attempt) == {1: (first,), 2: (second,)}
    attempt.refresh_from_db()
    expect(page.locator("#quiz-receipt")).to_have_text(f"kode {receipts.of(attempt)}")
    expect(page.get_by_role("button", name="Berkas darurat untuk pelatih")).to_be_hidden()


def test_finishing_without_a_signal_leads_to_no_browser_error_and_loses_nothing(browser_of):
    attempt = opened()
    context = browser_of(attempt.enrolment.user)
    page = open_attempt(context, attempt)
    context.set_offline(True)
    tick(page, 1)
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page.locator("#quiz-state")).to_be_focused()
    expect(page).to_have_url(re.compile(f"/kuis/{attempt.public_id}/$"))
    context.set_offline(False)
    expect(state(page, 1)).to_have_text("Tersimpan")
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page).to_have_url(re.compile("/kirim/$"))


def test_unacknowledged_answers_survive_a_reload_and_are_sent_on_demand(browser_of):
    attempt = opened()
    context = browser_of(attempt.enrolment.user)
    context.add_init_script(ON_DEMAND)
    page = open_attempt(context, attempt)
    lose_signal(page)
    first, second = tick(page, 1, 1), tick(page, 3, 2)
    expect(page.get_by_role("button", name="Kirim sekarang (2)")).to_be_visible()
    page.reload()
    expect(page.locator(f"#q1 input[value='{first}']")).to_be_checked()
    expect(page.locator(f"#q3 input[value='{second}']")).to_be_checked()
    expect(state(page, 3)).to_have_text("Menunggu sinyal")
    assert not AnswerRow.objects.exists()
    page.context.unroute_all()
    page.get_by_role("button", name="Kirim sekarang (2)").click()
    expect(state(page, 1)).to_have_text("Tersimpan")
    assert current(attempt) == {1: (first,), 3: (second,)}


def test_an_answer_that_arrived_without_its_acknowledgement_is_not_counted_twice(browser_of):
    attempt = opened()
    context = browser_of(attempt.enrolment.user)
    context.add_init_script(ON_DEMAND)
    page = open_attempt(context, attempt)

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/simpan/", swallow)
    tick(page, 1)
    expect(state(page, 1)).to_have_text("Menunggu sinyal")
    page.unroute_all()
    page.get_by_role("button", name="Kirim sekarang (1)").click()
    expect(state(page, 1)).to_have_text("Tersimpan")
    assert AnswerRow.objects.count() == 1


def test_an_ended_session_does_not_stop_the_saving(browser_of):
    attempt = opened()
    context = browser_of(attempt.enrolment.user)
    page = open_attempt(context, attempt)
    context.clear_cookies()
    token = tick(page, 1)
    expect(state(page, 1)).to_have_text("Tersimpan")
    assert current(attempt) == {1: (token,)}


def test_a_shared_phone_says_what_waits_hides_it_from_the_next_person_and_sends_it_for_its_owner(browser_of):
    attempt = opened()
    ani = attempt.enrolment.user
    enrolment = Enrolment.objects.create(
        cohort=attempt.enrolment.cohort, user=make_person(name="Budi Santoso"), enrolled_at=timezone.now()
    )
    context = browser_of(ani)
    context.route("**/simpan/", lambda route: route.abort())
    page = open_attempt(context, attempt)
    chosen = tick(page, 1), tick(page, 2)
    expect(page.get_by_role("button", name="Kirim sekarang (2)")).to_be_visible()

    page.goto("/keluar/")
    box = page.locator("[data-waiting-answers]")
    expect(box).to_contain_text("Jawaban di perangkat ini yang menunggu sinyal: 2")
    expect(box.get_by_role("button", name="Kirim sekarang (2)")).to_be_visible()
    page.get_by_role("button", name="Ya, keluar").click()
    context.unroute_all()

    sign_in(context, enrolment.user)
    page.goto(f"/kuis/mulai/{enrolment.public_id}/{attempt.part.key}/")
    page.get_by_role("button", name="Mulai kuis").click()
    expect(page.locator("#quiz")).to_have_class("has-outbox")
    expect(page.locator("input:checked")).to_have_count(0)
    tick(page, 4)
    expect(state(page, 4)).to_have_text("Tersimpan")
    page.goto("/keluar/")
    expect(page.locator("[data-waiting-answers]")).to_be_hidden()
    left = page.evaluate(STORED)
    assert [row["person"] for row in left] == [str(ani.public_id)] * 2
    assert current(attempt) == {}

    sign_in(context, ani)
    page = open_attempt(context, attempt)
    expect(state(page, 1)).to_have_text("Tersimpan")
    assert current(attempt) == {1: (chosen[0],), 2: (chosen[1],)}
    assert page.evaluate(STORED) == []


def test_another_device_goes_on_and_the_first_keeps_working(browser_of):
    attempt = opened()
    phone = open_attempt(browser_of(attempt.enrolment.user), attempt)
    first = tick(phone, 1)
    expect(state(phone, 1)).to_have_text("Tersimpan")
    laptop = open_attempt(browser_of(attempt.enrolment.user, DESKTOP), attempt)
    expect(laptop.locator(f"#q1 input[value='{first}']")).to_be_checked()
    second = tick(laptop, 2)
    expect(state(laptop, 2)).to_have_text("Tersimpan")
    third = tick(phone, 3)
    expect(state(phone, 3)).to_have_text("Tersimpan")
    assert current(attempt) == {1: (first,), 2: (second,), 3: (third,)}

    # The older page is told; loaded again it shows what was answered elsewhere, and the note is gone.
    expect(laptop.locator("#quiz-elsewhere")).to_be_hidden()
    expect(phone.locator("#quiz-elsewhere")).to_contain_text("Anda melanjutkan kuis ini di perangkat lain")
    phone.get_by_role("link", name="Muat ulang halaman ini").click()
    expect(phone.locator(f"#q2 input[value='{second}']")).to_be_checked()
    expect(phone.locator("#quiz-elsewhere")).to_be_hidden()
    # A page that has nothing to send hears of it as soon as it is looked at again.
    laptop.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(laptop.locator("#quiz-elsewhere")).to_be_visible()
    assert AnswerRow.objects.values("device").distinct().count() == 2


def test_the_keyboard_alone_completes_a_quiz(browser_of):
    enrolment, part = make_quiz(questions=3, required=True, version={"kind": "single"})
    context = browser_of(enrolment.user, DESKTOP)
    page = context.new_page()
    page.goto(f"/kuis/mulai/{enrolment.public_id}/{part.key}/")

    def reach(selector: str) -> None:
        for _ in range(60):
            if page.evaluate("s => document.activeElement?.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        pytest.fail(f"{selector} is not reached by the Tab key")

    reach("main form input[type=checkbox]")
    page.keyboard.press("Space")
    reach("main form button")
    page.keyboard.press("Enter")
    expect(page.locator("#quiz")).to_have_class("has-outbox")
    attempt = Attempt.objects.get()
    for slot in (1, 2, 3):
        reach(f"#q{slot} input")
        page.keyboard.press("Space")
        right = right_tokens(attempt, slot)[0]
        for _ in range(3):
            if page.evaluate("document.activeElement.value") == right:
                break
            page.keyboard.press("ArrowDown")
        expect(state(page, slot)).to_have_text("Tersimpan")
    reach("button[value=review]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/kirim/$"))
    reach("main form button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Lulus dengan nilai 100")
    attempt.refresh_from_db()
    assert attempt.passed


def test_without_javascript_the_whole_quiz_works(browser_of):
    enrolment, part = make_quiz(questions=2)
    context = browser_of(enrolment.user, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/kuis/mulai/{enrolment.public_id}/{part.key}/")
    page.get_by_role("button", name="Mulai kuis").click()
    tick(page, 1)
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("1 dari 2 soal sudah dijawab")).to_be_visible()
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page.get_by_text("1 soal belum dijawab")).to_be_visible()
    page.locator("main .steps a").click()
    tick(page, 2)
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page.locator("h1")).to_be_visible()
    assert Attempt.objects.get().status == "submitted"


def test_extra_time_reaches_the_page_that_is_open(browser_of):
    attempt = opened(time_limit_minutes=10)
    trainer = make_person(name="Sri")
    CohortTrainer.objects.create(cohort=attempt.enrolment.cohort, user=trainer, assigned_at=timezone.now())
    page = open_attempt(browser_of(attempt.enrolment.user), attempt)
    expect(page.locator("#quiz-clock")).to_have_text(re.compile(r"Sisa waktu ([89]|10):\d\d"))
    granting.grant(
        attempt.enrolment, attempt.part, extra_minutes=30, reason="Layar pembaca", actor=trainer, at=timezone.now()
    )
    tick(page, 1)
    expect(page.locator("#quiz-clock")).to_have_text(re.compile(r"Sisa waktu (3[89]|40):\d\d"))
    assert timedelta(minutes=40) == Attempt.objects.get().due_at - attempt.opened_at


HEARD = """() => {
  window.heard = [];
  for (const each of document.querySelectorAll("[role=alert], [role=status], [aria-live]:not([aria-live=off])")) {
    new MutationObserver(() => each.textContent && heard.push(each.textContent)).observe(each, { childList: true });
  }
}"""


@pytest.mark.once
def test_the_clock_is_the_servers_whatever_the_device_does_and_speaks_twice(browser_of):
    """The browser's own clock is moved: to the page that is sleep, or somebody who set the clock of the phone."""
    attempt = opened(time_limit_minutes=60)
    context = browser_of(attempt.enrolment.user)
    now = timezone.now()
    context.clock.install(time=now)
    page = open_attempt(context, attempt)
    clock, voice = page.locator("#quiz-clock"), page.locator("#quiz-voice")
    whole = re.compile(r"^Sisa waktu (5[5-9]:\d\d|60:00)$")
    expect(clock).to_have_text(whole)
    for jump in (timedelta(minutes=40), timedelta(days=-1), timedelta(days=2)):
        with page.expect_response(lambda answer: answer.request.method == "GET" and "/simpan/" in answer.url):
            page.clock.set_system_time(now + jump)
        expect(clock).to_have_text(whole)
    context.set_offline(True)
    page.clock.set_system_time(now + timedelta(days=2, minutes=30))
    expect(clock).to_have_text(re.compile(r"^Sisa waktu kira-kira (2[5-9]|30):\d\d$"))
    page.clock.set_system_time(now + timedelta(days=9))
    expect(voice).to_contain_text("Menurut jam perangkat ini waktu mungkin sudah habis")
    tick(page, 1)
    expect(state(page, 1)).to_have_text("Menunggu sinyal")
    context.set_offline(False)
    expect(clock).to_have_text(whole)
    expect(state(page, 1)).to_have_text("Tersimpan")

    # Five minutes and one minute before the end it is said, in between nothing speaks by itself.
    page.evaluate(HEARD)
    for seconds, words in ((302, "Waktu tinggal 5 menit."), (62, "Waktu tinggal 1 menit.")):
        due = timezone.now() + timedelta(seconds=seconds)
        Attempt.objects.update(due_at=due, closes_at=due + timedelta(seconds=60))
        page.clock.run_for(6000)  # asked again at most every five seconds
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(voice).to_have_text(words)
    spoken = [text for text in page.evaluate("heard") if "menit" in text]
    assert spoken[0] == "Waktu tinggal 5 menit.", spoken
    assert spoken[-1] == "Waktu tinggal 1 menit.", spoken
    assert len(spoken) <= 3, spoken
    assert clock.get_attribute("role") == "timer", "a timer is no live region: nobody hears every second"


def test_when_the_time_is_up_the_page_leads_to_the_result(browser_of):
    attempt = opened(time_limit_minutes=10)
    page = open_attempt(browser_of(attempt.enrolment.user), attempt)
    token = tick(page, 1)
    expect(state(page, 1)).to_have_text("Tersimpan")
    now = timezone.now()
    Attempt.objects.update(due_at=now + timedelta(seconds=1), closes_at=now + timedelta(seconds=2))
    # The page hears of its new end the next time it asks, at most every five seconds.
    page.evaluate("setInterval(() => dispatchEvent(new Event('online')), 200)")
    expect(page).to_have_url(re.compile("/hasil/$"))
    assert current(attempt) == {1: (token,)}
    assert attempt.status == "closed"


def test_an_attempt_that_was_sent_elsewhere_says_so_on_the_older_page(browser_of):
    attempt = opened()
    page = open_attempt(browser_of(attempt.enrolment.user), attempt)
    submitting.submit(attempt, actor=attempt.enrolment.user, at=timezone.now())
    tick(page, 1)
    expect(page).to_have_url(re.compile("/hasil/$"))
    expect(page.get_by_text("Ada jawaban yang tiba setelah waktu berakhir")).to_be_visible()
    assert AnswerRow.objects.get().late


def refuse(kind: str, attempt: Attempt, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the server refuses every answer to ``attempt`` for good."""
    if kind == "token":
        Attempt.objects.filter(pk=attempt.pk).update(token_hashes=[])
    elif kind == "full":
        monkeypatch.setattr(saving, "MAX_ROWS_PER_ATTEMPT", 0)
    elif kind == "malformed":
        answer = {"v": 1, "error": "malformed", "detail": "rows"}
        page.route(f"**/{attempt.public_id}/simpan/", lambda route: route.fulfill(status=400, json=answer))
    else:
        answer = {"v": 1, "saved": [], "late": [], "refused": [1], "status": "open", "due": None, "closes": None}
        page.route(f"**/{attempt.public_id}/simpan/", lambda route: route.fulfill(json=answer))


REFUSED = "[data-refused-answers]"


@pytest.mark.parametrize("kind", ["token", "full", "malformed", "option"])
def test_what_is_refused_for_good_is_set_aside_said_and_not_sent_again(browser_of, monkeypatch, kind):
    attempt = opened()
    page = open_attempt(browser_of(attempt.enrolment.user), attempt)
    expect(page.locator(REFUSED)).to_be_hidden()
    refuse(kind, attempt, page, monkeypatch)
    token = tick(page, 1)
    expect(state(page, 1)).to_have_text("Ditolak")
    expect(page.locator(REFUSED)).to_contain_text("menolak 1 jawaban di perangkat ini")
    expect(page.locator(REFUSED)).to_contain_text("tetap aman")
    expect(page.locator(REFUSED)).to_contain_text("Tunjukkan halaman ini kepada pelatih")
    expect(page.locator("#quiz-send")).to_be_hidden()
    (kept,) = page.evaluate(STORED)
    assert (kept["refused"], kept["answer"]) == (kind, [token])

    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page).to_have_url(re.compile("/kirim/$"))
    expect(page.locator(REFUSED)).to_contain_text("menolak 1 jawaban")
    assert sent == []


def test_refused_answers_block_no_other_quiz_stay_their_owners_and_can_be_downloaded(browser_of):
    attempt = opened()
    ani = attempt.enrolment.user
    context = browser_of(ani)
    page = open_attempt(context, attempt)
    Attempt.objects.filter(pk=attempt.pk).update(token_hashes=[])
    token = tick(page, 1)
    expect(state(page, 1)).to_have_text("Ditolak")

    other = opened(enrolment=attempt.enrolment)
    page = open_attempt(context, other)
    expect(page.locator(REFUSED)).to_contain_text("menolak 1 jawaban")
    tick(page, 1)
    expect(state(page, 1)).to_have_text("Tersimpan")
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page).to_have_url(re.compile(f"{other.public_id}/kirim/$"))

    page.goto("/belajar/")
    with page.expect_download() as waiting:
        page.locator(f"{REFUSED} a").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    (row,) = json.loads(text)
    assert (row["attempt"], row["slot"], row["answer"], row["refused"]) == (str(attempt.public_id), 1, [token], "token")
    assert not {"token", "url", "person"} & set(row)

    sign_in(context, make_person(name="Budi Santoso"))
    page.goto("/belajar/")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(REFUSED)).to_be_hidden()
    page.goto("/keluar/")
    expect(page.locator(REFUSED)).to_be_hidden()


def test_an_answer_that_waits_for_another_quiz_does_not_hold_this_one_back(browser_of):
    attempt = opened()
    context = browser_of(attempt.enrolment.user)
    context.route(f"**/{attempt.public_id}/simpan/", lambda route: route.abort())
    page = open_attempt(context, attempt)
    tick(page, 1)
    expect(state(page, 1)).to_have_text("Menunggu sinyal")
    other = opened(enrolment=attempt.enrolment)
    page = open_attempt(context, other)
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page).to_have_url(re.compile(f"{other.public_id}/kirim/$"))


def test_a_gateways_refusal_is_not_the_servers_and_one_bad_row_takes_no_other_with_it(browser_of):
    attempt = opened()
    context = browser_of(attempt.enrolment.user)
    context.add_init_script(ON_DEMAND)
    page = open_attempt(context, attempt)
    page.route("**/simpan/", lambda route: route.fulfill(status=403, body="<html>Masuk ke Wi-Fi</html>"))
    first, second = tick(page, 1), tick(page, 2)
    expect(page.get_by_role("button", name="Kirim sekarang (2)")).to_be_visible()
    expect(page.locator(REFUSED)).to_be_hidden()
    page.unroute_all()

    def only_the_second_is_sound(route: Route) -> None:
        rows = json.loads(route.request.post_data or "{}")["rows"]
        if [row["slot"] for row in rows] == [2]:
            route.continue_()
        else:
            route.fulfill(status=400, json={"v": 1, "error": "malformed", "detail": "rows"})

    page.route("**/simpan/", only_the_second_is_sound)
    page.get_by_role("button", name="Kirim sekarang (2)").click()
    expect(state(page, 2)).to_have_text("Tersimpan")
    expect(state(page, 1)).to_have_text("Ditolak")
    assert current(attempt) == {2: (second,)}
    assert [row["answer"] for row in page.evaluate(STORED)] == [[first]]


EVERY_KIND = ("single", "multiple", "matching", "ordering", "short", "numeric", "case", "essay")


def test_the_quiz_pages_have_no_serious_accessibility_finding(browser_of):
    attempt = attempt_at(*EVERY_KIND, at=timezone.now())
    here = f"/kuis/{attempt.public_id}/"
    page = open_attempt(browser_of(attempt.enrolment.user), attempt)
    for url in (here, f"{here}kirim/", f"/kuis/mulai/{attempt.enrolment.public_id}/{attempt.part.key}/"):
        page.goto(url)
        for width in at_both_widths(page):
            serious = [fault for fault in axe.violations(page) if fault["impact"] in axe.GRAVE]
            assert serious == [], [(v["id"], width) for v in serious]
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), url


def test_every_kind_is_answered_by_keyboard_survives_a_lost_signal_and_arrives_whole(browser_of):
    """Lists and fields take no dragging; a text is kept while it is written, and only its last state travels."""
    attempt = attempt_at(*EVERY_KIND, at=timezone.now())
    context = browser_of(attempt.enrolment.user)
    page = open_attempt(context, attempt)
    lose_signal(page)
    for slot in (3, 4):
        for place, line in enumerate(page.locator(f"#q{slot} select").all(), start=1):
            line.focus()
            for _ in range(place):
                page.keyboard.press("ArrowDown")
    page.locator("#q5 input").press_sequentially(" Asesmen  ")
    page.locator("#q6 input").fill("5.836")
    essay = page.locator("#q9 textarea")
    essay.fill("Pertama.")
    expect(state(page, 9)).to_have_text("Menyimpan")
    expect(page.locator("#quiz-state")).to_contain_text("Menunggu sinyal")
    essay.press_sequentially(" Kedua")
    essay.fill("Cafe\u0301\u0007 <b>\nbaris dua")
    page.keyboard.press("Tab")
    expect(state(page, 9)).to_have_text("Menunggu sinyal")
    stored = page.evaluate(STORED)
    assert [row["answer"] for row in stored if row["slot"] == 9] == [["=Caf\u00e9 <b>\nbaris dua"]]
    assert not AnswerRow.objects.exists()
    page.reload()
    expect(essay).to_have_value("Caf\u00e9 <b>\nbaris dua")
    expect(page.locator("#q3 select").nth(1)).not_to_have_value("")
    page.context.unroute_all()
    page.evaluate(
        "dispatchEvent(new Event('online'))"
    )  # a retry of its own may have come first: the button is gone then
    expect(state(page, 9)).to_have_text("Tersimpan")
    expect(page.locator("#quiz-state")).to_contain_text("5 dari 9 terjawab")
    slots = {slot["slot"]: slot for slot in attempt.paper["slots"]}
    answers = current(attempt)
    matched = [entry["token"] for entry in slots[3]["prompts"]], [entry["token"] for entry in slots[3]["choices"]]
    assert answers[3] == tuple(sorted(f"{prompt}-{choice}" for prompt, choice in zip(*matched, strict=True)))
    placed = enumerate((entry["token"] for entry in slots[4]["items"]), start=1)
    assert answers[4] == tuple(f"{place}-{token}" for place, token in placed)
    assert (answers[5], answers[6], answers[9]) == (("= Asesmen  ",), ("=5.836",), ("=Caf\u00e9 <b>\nbaris dua",))
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page).to_have_url(re.compile("/kirim/$"))
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Asesor masih harus menilai")
    serious = [fault for fault in axe.violations(page) if fault["impact"] in axe.GRAVE]
    assert serious == [], [v["id"] for v in serious]
