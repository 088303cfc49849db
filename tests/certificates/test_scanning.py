"""The camera on the page for checking leads to our own addresses, and names any other host instead."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsers import PHONE, at_both_widths
from tests.factories_certificates import make_certificate

pytestmark = [
    pytest.mark.once,
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demonstration"),
]
# A camera that sees one picture; a browser without BarcodeDetector reads it with what the page brings along.
CAMERA = """async (picture) => {
  delete window.BarcodeDetector;
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const seen = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = Object.assign(document.createElement("canvas"), { width: seen.width, height: seen.height });
  const paint = () => canvas.getContext("2d").drawImage(seen, 0, 0);
  setInterval(paint, 100);
  navigator.mediaDevices.getUserMedia = async () => { paint(); return canvas.captureStream(10); };
}"""


def picture(text: str) -> str:
    shades = memoryview(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=5))
    height, width = shades.shape
    written = io.BytesIO()
    Image.frombytes("L", (width, height), shades.tobytes()).save(written, "png")
    return base64.b64encode(written.getvalue()).decode()


def scan(page: Page, text: str) -> None:
    page.evaluate(CAMERA, picture(text))
    page.get_by_role("button", name="Pindai kode QR").click()


def test_the_camera_leads_to_our_certificates_and_names_another_host(
    live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    certificate = make_certificate()
    page = new_device(PHONE, base_url=live_server.url).new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto("/verifikasi/")
    for _width in at_both_widths(page):
        expect(page.get_by_role("button", name="Pindai kode QR")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    said = page.locator("#scanner [role=status]")
    scan(page, f"https://suIuh.example.go.id/v/{certificate.code}#123456")
    expect(said).to_contain_text("bukan alamat kami")
    expect(said).to_contain_text("suiuh.example.go.id")
    scan(page, "Selamat pagi")
    expect(said).to_contain_text("tidak memuat alamat sertifikat")
    scan(page, f"{live_server.url}/keluar/?next=/")
    expect(said).to_contain_text("bukan alamat kami")
    assert page.url == f"{live_server.url}/verifikasi/"
    scan(page, f"{live_server.url}/v/{certificate.code}#{'1' * 50}")
    page.wait_for_url(f"{live_server.url}/v/{certificate.code}#{'1' * 50}")
    assert told == []


def test_without_script_the_code_is_typed(live_server: Any, new_device: Callable[..., BrowserContext]) -> None:
    page = new_device(PHONE, base_url=live_server.url, java_script_enabled=False).new_page()
    page.goto("/verifikasi/")
    expect(page.locator("#scanner")).to_be_hidden()
    expect(page.get_by_role("button", name="Periksa kode")).to_be_visible()
