"""The standalone verifier, opened as a file in a browser that has everything, little, or no WebCrypto at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from certificates.credential.document import make_credential
from certificates.keys import KeyRegister, SigningKeys
from certificates.offline.building import build_verifier
from certificates.offline.bundle import Contents, StatusSet, make_bundle
from certificates.offline.token import make_token, token_url
from certificates.record import StatusSlot
from tests.browsers import HAND, PHONE
from tests.factories_certpure import NAME, make_signed_record, signing_keys

pytestmark = [pytest.mark.once, pytest.mark.e2e]
NOW: Final = datetime(2026, 11, 22, 4, tzinfo=UTC)
LACKING: Final = """delete window.BarcodeDetector;
const known = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, key, kind, ...rest) {
  if ((kind.name || kind) === "Ed25519") return Promise.reject(new DOMException("Ed25519", "NotSupportedError"));
  return known.call(this, format, key, kind, ...rest);
};"""
WITHOUT: Final = """delete window.BarcodeDetector;
Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined });"""


def bundle(
    *, keys: SigningKeys | None = None, revoked: frozenset[int] = frozenset({7}), made: datetime = NOW, days: int = 2
) -> bytes:
    keys = keys or signing_keys()
    lists = tuple(
        StatusSet("1", purpose, 131072, made, made + timedelta(days=days), places, "ab" * 32)
        for purpose, places in (("revocation", revoked), ("suspension", frozenset({8})))
    )
    contents = Contents(("suluh.example.go.id", "lama.example.go.id"), keys.register, lists)
    return make_bundle(contents, key=keys.record, made_at=made, next_by=made + timedelta(days=1))


def payload(*, keys: SigningKeys | None = None, place: int = 4711) -> str:
    keys = keys or signing_keys()
    signed = make_signed_record(keys=keys, status=StatusSlot("1", place))
    assert keys.code is not None
    return token_url(signed.record.address, make_token(signed, key=keys.code))


def posing() -> SigningKeys:
    """A stranger's keys whose list calls the record key by the id of ours."""
    stranger = signing_keys("Asing")
    entry = replace(stranger.record.entry, key_id=signing_keys().record.entry.key_id)
    others = tuple(one for one in stranger.register.entries if one.purpose != "record")
    return replace(stranger, record=replace(stranger.record, entry=entry), register=KeyRegister((entry, *others)))


def answer(page: Page, text: str) -> str:
    """What the page says about a pasted text."""
    page.evaluate("delete document.getElementById('hasil').dataset.answer")
    page.fill("#muatan", text)
    page.click("#periksa button")
    return shown(page)


def shown(page: Page) -> str:
    expect(page.locator("#hasil[data-answer]")).to_be_visible()
    return str(page.get_attribute("#hasil", "data-answer"))


def choose(page: Page, place: str, folder: Path, name: str, content: bytes | str) -> None:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    page.evaluate("delete document.getElementById('hasil').dataset.answer")
    page.set_input_files(place, path)


@pytest.mark.parametrize("taken_away", ["", LACKING, WITHOUT], ids=["everything", "no-ed25519", "no-webcrypto"])
def test_one_file_tells_every_case_apart_and_connects_to_nothing(
    new_device: Callable[..., BrowserContext], tmp_path: Path, taken_away: str
) -> None:
    file = tmp_path / "pemeriksa.html"
    file.write_bytes(build_verifier(bundle()))
    context = new_device(PHONE)
    if taken_away:
        context.add_init_script(taken_away)
    page = context.new_page()
    page.clock.set_fixed_time(NOW + timedelta(hours=1))
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.goto(file.as_uri())
    expect(page.locator("#daftar")).to_contain_text("sesuai kunci yang datang bersama pemeriksa ini")

    good = payload()
    assert answer(page, good) == "valid"
    text = page.inner_text("#hasil")
    assert text.startswith("Asli dan berlaku")
    assert NAME in text
    assert "Pencabutan sesudah waktu itu belum terlihat di sini" in text
    assert page.evaluate("document.documentElement.scrollWidth") <= HAND["width"]
    assert answer(page, good.partition("#")[2]) == "valid"
    last = "1" if good[-1] != "1" else "2"
    assert answer(page, good[:-1] + last) == "bad_signature"
    assert NAME not in page.inner_text("#hasil")
    assert answer(page, payload(place=7)) == "revoked"
    assert answer(page, payload(place=8)) == "suspended"
    assert answer(page, payload(keys=signing_keys("Asing"))) == "no_key"
    assert answer(page, good.replace("suluh.example", "suIuh.example")) == "other_host"
    assert "suIuh.example.go.id" in page.inner_text("#hasil")
    assert answer(page, f"palsu.id/v/{good.partition('/v/')[2]}") == "other_host"
    assert answer(page, good.partition("#")[0]) == "address_only"
    assert answer(page, "12345") == "unreadable"

    credential = make_credential(make_signed_record(), key=signing_keys().record).decode()
    choose(page, "#berkas", tmp_path, "kredensial.json", credential)
    assert shown(page) == "valid"
    choose(page, "#berkas", tmp_path, "palsu.json", credential.replace("Lulus", "Gagal"))
    assert shown(page) == "bad_signature"
    picture = zxingcpp.create_barcode(good, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=4)
    shades = memoryview(picture)
    height, width = shades.shape
    Image.frombytes("L", (width, height), shades.tobytes()).save(tmp_path / "foto.png")
    choose(page, "#berkas", tmp_path, "foto.png", (tmp_path / "foto.png").read_bytes())
    assert shown(page) == "valid"

    choose(page, "#pilih", tmp_path, "asing.json", bundle(keys=signing_keys("Asing"), made=NOW + timedelta(minutes=5)))
    expect(page.locator("#daftar .bad")).to_contain_text("kunci yang tidak dikenal")
    choose(page, "#pilih", tmp_path, "menyamar.json", bundle(keys=posing(), made=NOW + timedelta(minutes=5)))
    expect(page.locator("#daftar .bad")).to_contain_text("kunci yang tidak dikenal")
    assert answer(page, payload(keys=posing())) == "no_key"
    broken = bundle(made=NOW + timedelta(minutes=5)).replace(b"[7]", b"[]")
    choose(page, "#pilih", tmp_path, "rusak.json", broken)
    expect(page.locator("#daftar .bad")).to_contain_text("tanda tangannya tidak cocok")
    choose(page, "#pilih", tmp_path, "tua.json", bundle(made=NOW - timedelta(days=1)))
    expect(page.locator("#daftar .bad")).to_contain_text("lebih tua")
    assert answer(page, payload(place=7)) == "revoked"
    newer = bundle(revoked=frozenset({7, 4711}), made=NOW + timedelta(seconds=1))
    choose(page, "#pilih", tmp_path, "baru.json", newer)
    expect(page.locator("#daftar .bad")).to_have_count(0)
    assert answer(page, good) == "revoked"

    assert page.evaluate("fetch('https://suluh.example.go.id/').then(() => 'sent', () => 'refused')") == "refused"
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert [line for line in told if "connect-src" not in line and "Fetch API" not in line] == []


def test_a_list_past_its_time_never_says_valid(new_device: Callable[..., BrowserContext], tmp_path: Path) -> None:
    file = tmp_path / "pemeriksa.html"
    file.write_bytes(build_verifier(bundle(made=NOW - timedelta(days=5))))
    page = new_device(PHONE).new_page()
    page.clock.set_fixed_time(NOW + timedelta(hours=1))
    page.goto(f"{file.as_uri()}#{payload().partition('#')[2]}")
    assert shown(page) == "status_unknown"
    assert "statusnya tidak dapat dipastikan" in page.inner_text("#hasil")
    expect(page.locator("#daftar")).to_contain_text("5 hari yang lalu")
    expect(page.locator("#daftar .wait")).to_contain_text("sudah lewat waktunya")
    assert answer(page, payload(place=7)) == "revoked"
    alone = tmp_path / "tanpa-daftar.html"
    alone.write_bytes(build_verifier())
    page.goto(alone.as_uri())
    assert answer(page, payload()) == "no_bundle"
    choose(page, "#pilih", tmp_path, "daftar.json", bundle())
    expect(page.locator("#daftar")).to_contain_text("percayai hanya bila Anda tahu asalnya")
    assert answer(page, payload()) == "valid"
