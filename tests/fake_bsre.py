"""BSrE e-sign for tests, as a process of its own: ``python -m tests.fake_bsre FOLDER PORT``.

``FOLDER/mode`` says how it behaves, read at each request: ok, slow (answers nothing), page500, wrong-passphrase,
unsigned, altered, other-file, stranger, several, sign-and-hang, not-json, no-file, status-<WORD>.  What it was asked
stands in ``FOLDER/asked`` (paths only); how often it signed in ``FOLDER/signed``.  It signs with pyHanko, as a program
that is not ours would.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 2 else Path()
PASSPHRASE, NIK, USER, PASSWORD = "Rahasia-Sekali-9", "3201010101010001", "suluh-app", "kata-sandi-aplikasi"
ACTIVATION, TOTP = "activation-553311", "totp-884422"
NO = {"status_code": 2031, "error": "Passphrase anda salah"}


def sign(
    pdf: bytes,
    *,
    folder: Path,
    times: int = 1,
    altered: bool = False,
    exchanged: bool = False,
    box: tuple[int, int, int, int] | None = None,
) -> bytes:
    """The file with signatures by the authority in this folder, visible nowhere unless they get a ``box``; ``altered``
    adds to the page, ``exchanged`` writes the stream of all our small objects anew with one word changed."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    signer = signers.SimpleSigner.load(
        str(folder / "signer.pem"), str(folder / "signer.crt"), ca_chain_files=(str(folder / "middle.crt"),)
    )
    for turn in range(times):
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        if altered:
            page, _resources = writer.find_page_for_modification(0)
            stream = generic.StreamObject(stream_data=b"BT ET")
            page.get_object()["/Contents"] = generic.ArrayObject(
                [page.get_object().raw_get("/Contents"), writer.add_object(stream)]
            )
            writer.update_container(page.get_object())
        if exchanged:
            (container,) = writer.prev.xrefs.object_streams_used_in(0)
            old = writer.prev.get_object(container)
            told = {name: old.raw_get(name) for name in ("/Type", "/N", "/First")}
            changed = old.data.replace(b"/Lang(id", b"/Lang(en")
            writer.objects[(container.generation, container.idnum)] = generic.StreamObject(told, stream_data=changed)
        metadata = signers.PdfSignatureMetadata(
            field_name=f"Tanda{turn}", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        # pyHanko starts a loop of its own; after a browser test one stays on this thread.
        with ThreadPoolExecutor(1) as hand:
            place = fields.SigFieldSpec(f"Tanda{turn}", box=box) if box else None
            out = hand.submit(signers.sign_pdf, writer, metadata, signer=signer, new_field_spec=place).result()
        pdf = out.getvalue()
    with (FOLDER / "signed").open("a") as log:
        log.write("signed\n")
    return pdf


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mode = (FOLDER / "mode").read_text().strip()
        with (FOLDER / "asked").open("a") as asked:
            asked.write(self.path + "\n")
        if self.headers["Authorization"] != "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            self.answer(401, {"status": 401, "error": "Unauthorized"})
        elif mode == "slow":
            time.sleep(3600)
        elif self.path == "/api/v2/user/check/status":
            self.answer(200, {"status": mode[7:] if mode.startswith("status-") else "ISSUE"})
        elif self.path == "/api/v2/seal/get/activation":
            self.answer(200, {"otp": ACTIVATION})
        elif self.path == "/api/v2/seal/get/totp":
            self.answer(200 if body.get("otp") == ACTIVATION and body.get("data") == 1 else 400, {"otp": TOTP})
        else:
            self.signed(body, mode)

    def signed(self, body: dict[str, Any], mode: str) -> None:
        right = body.get("otp") == TOTP if self.path == "/api/v2/seal/pdf" else body.get("passphrase") == PASSPHRASE
        if mode == "page500":
            self.page(500, "<html>Whitelabel Error Page</html>")
        elif mode == "not-json":
            self.page(200, "<html>OK</html>")
        elif not right:
            self.answer(400, NO)
        else:
            pdf = base64.b64decode(body["file"][0])
            made = self.made(pdf, mode)
            if mode == "sign-and-hang":
                time.sleep(3600)
            self.answer(200, {"time": 12, "file": [] if mode == "no-file" else [base64.b64encode(made).decode()]})

    def made(self, pdf: bytes, mode: str) -> bytes:
        if mode == "unsigned":
            return pdf
        if mode == "other-file":
            return sign(pdf, folder=FOLDER).replace(b"%PDF-1.7", b"%PDF-1.6", 1)
        if mode == "stranger":
            return sign(pdf, folder=FOLDER / "stranger")
        return sign(pdf, folder=FOLDER, times=2 if mode == "several" else 1, altered=mode == "altered")

    def answer(self, status: int, content: dict[str, Any]) -> None:
        self.page(status, json.dumps(content))

    def page(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: object) -> None:
        """Tests read the files."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
    server.daemon_threads = True
    import pyhanko.sign.signers  # noqa: F401 - before anybody waits for an answer

    (FOLDER / "ready").touch()
    server.serve_forever()
