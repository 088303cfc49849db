"""device.js, outbox.js and their model without a browser do the same: frozen traces, held against both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Route

from tests.outbox_model import Lost, Outbox

TRACES = json.loads((Path(__file__).parent.parent / "vectors" / "outbox" / "traces.json").read_text())
# The page of a trace: replies come from the list, nothing but the script itself measures time.
PLAYER = """async ([steps, person]) => {
  const real = window.setTimeout;
  window.setTimeout = (work, wait, ...given) => (wait >= 1000 ? 0 : real(work, wait, ...given));
  const { courier } = await import("/outbox.js");
  const { keep } = self.suluh;
  let replies = [], posts = [], seen;
  window.fetch = async (url, { body }) => {
    const { rows } = JSON.parse(body), seqs = rows.map((row) => row.seq);
    posts.push([url.slice(1), seqs]);
    const reply = replies.shift();
    if (reply === "lost") throw new TypeError("Failed to fetch");
    if (reply === "page") return new Response("<html>Masuk ke Wi-Fi</html>", { status: 403 });
    const all = { v: 1, saved: seqs, late: [], refused: [], status: "open", due: null, closes: null };
    const { status, json } = reply === "ok" ? { status: 200, json: all } : reply;
    return new Response(JSON.stringify(json), { status });
  };
  const send = courier(person, (state) => { seen = state; });
  const found = [];
  for (const step of steps) {
    if (step.keep) {
      const [attempt, slot, answer] = step.keep;
      await keep({ person, attempt, url: `/${attempt}`, token: attempt, slot, answer, opened: 1, elapsed: 2 });
      continue;
    }
    replies = [...step.send];
    posts = [];
    await send();
    const seqs = seen.left.map((row) => row.seq), aside = seen.aside.map((row) => [row.seq, row.refused]);
    found.push({ posts, left: seqs, aside, unused: replies.length });
  }
  indexedDB.deleteDatabase("suluh-outbox");
  return found;
}"""


def expected(trace: dict[str, Any]) -> list[dict[str, Any]]:
    sends = (step for step in trace["steps"] if "send" in step)
    return [{"posts": s["posts"], "left": s["left"], "aside": s["aside"], "unused": 0} for s in sends]


def played(trace: dict[str, Any]) -> list[dict[str, Any]]:
    box, found = Outbox(UUID(int=1, version=4)), []
    for step in trace["steps"]:
        if "keep" in step:
            attempt, slot, answer = step["keep"]
            box.keep(attempt, slot, answer, opened=1, elapsed=2)
            continue
        replies, posts = list(step["send"]), []

        def post(device: UUID, batch: Any, replies: list[Any] = replies, posts: list[Any] = posts) -> dict[str, Any]:
            seqs = [row.seq for row in batch]
            posts.append([batch[0].attempt, seqs])
            reply = replies.pop(0)
            if reply in ("lost", "page"):
                raise Lost
            found: dict[str, Any] = (
                reply if reply != "ok" else {"json": {"v": 1, "saved": seqs, "late": [], "refused": []}}
            )
            return dict(found["json"])

        box.send(post)
        left, aside = [row.seq for row in box.waiting()], [[row.seq, row.refused] for row in box.aside()]
        found.append({"posts": posts, "left": left, "aside": aside, "unused": len(replies)})
    return found


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace["name"])
def test_the_model_does_what_the_trace_says(trace):
    assert played(trace) == expected(trace)


@pytest.mark.once
def test_the_script_does_what_the_traces_say_in_a_browser(browser):
    """One page for each trace, each with a storage of its own; no server is asked."""
    scripts = {
        f"/{name}.js": Path(str(finders.find(f"assessments/{name}.js"))).read_text(encoding="utf-8")
        for name in ("outbox", "device")
    }

    def serve(route: Route) -> None:
        found = scripts.get(urlsplit(route.request.url).path)
        kind = "text/javascript" if found else "text/html"
        route.fulfill(content_type=kind, body=found or "<!doctype html>")

    for trace in TRACES:
        context = browser.new_context()
        context.route("**/*", serve)
        page = context.new_page()
        page.goto("https://suluh.invalid/")
        assert page.evaluate(PLAYER, [trace["steps"], "ani"]) == expected(trace), trace["name"]
        context.close()
