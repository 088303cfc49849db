"""``manage.py verify_certificate --trust``: any file, a bundle, no database and no network."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
import zxingcpp
from django.core.management import CommandError, call_command
from PIL import Image, ImageFilter

from certificates.credential.baking import bake_png, bake_svg
from certificates.credential.document import make_credential
from certificates.credential.jwt import make_jwt
from certificates.keys import KeyRegister, SigningKeys
from certificates.offline.building import build_verifier
from certificates.offline.bundle import Contents, StatusSet, TrustBundle, make_bundle, read_bundle
from certificates.offline.files import judge_file
from certificates.offline.token import make_token, token_url
from certificates.record import StatusSlot
from tests.factories_certpure import NAME, make_certificate, make_signed_record, signing_keys

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
GOOD, REVOKED, STALE = StatusSlot("1", 4711), StatusSlot("1", 7), StatusSlot("2", 5)
LATER = AT + timedelta(hours=1)
# Whoever asks for a connection, by name or by number, to the database or to anybody, ends the process; its clock is
# the one of the test's keys and lists.
REFUSING = f"""import datetime, os, socket, sys, traceback
import time_machine
def refuse(*_args, **_more):
    traceback.print_stack(file=sys.stderr)
    sys.stderr.flush()
    os._exit(70)
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.create_connection = refuse
time_machine.travel(datetime.datetime.fromisoformat("{LATER.isoformat()}")).start()
"""


def bundle(*, lost: str = "") -> bytes:
    """``lost``: the key of this purpose got into other hands a minute ago."""
    keys = signing_keys()
    since = AT - timedelta(minutes=1)
    entries = [replace(one, revoked_at=since) if one.purpose == lost else one for one in keys.register.entries]
    lists = tuple(
        StatusSet(name, purpose, 131072, since, since + timedelta(days=2), places, "ab" * 32)
        for name, since in (("1", AT), ("2", AT - timedelta(days=9)))
        for purpose, places in (("revocation", frozenset({7})), ("suspension", frozenset[int]()))
    )
    if lost == "record":
        keys = signing_keys("Pengganti")
        entries += keys.register.entries
    contents = Contents(("suluh.example.go.id",), KeyRegister(tuple(entries)), lists)
    return make_bundle(contents, key=keys.record, made_at=AT, next_by=AT + timedelta(days=1))


def payload(slot: StatusSlot = GOOD, keys: SigningKeys | None = None, **facts: Any) -> str:
    keys = keys or signing_keys()
    signed = make_signed_record(keys=keys, status=slot, **facts)
    assert keys.code is not None
    return token_url(signed.record.address, make_token(signed, key=keys.code))


def credential(**facts: Any) -> bytes:
    return make_credential(make_signed_record(**facts), key=signing_keys().record)


def photo(text: str, path: Path) -> bytes:
    """A tilted, blurred and recompressed picture of the code."""
    shades = memoryview(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=6))
    height, width = shades.shape
    drawn = Image.frombytes("L", (width, height), shades.tobytes())
    drawn.rotate(5, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(1)).save(path, quality=60)
    return path.read_bytes()


ENDED: dict[str, Any] = {"issued_at": "2026-11-20T03:04:05Z", "issued_on": "2026-11-20", "valid_until": "2026-11-21"}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, str, str]]:
    """By name: the bytes, the kind, and the answer they deserve."""
    folder = tmp_path_factory.mktemp("shown")
    Image.new("RGB", (20, 20)).save(folder / "badge.png")
    blank, svg = (folder / "badge.png").read_bytes(), b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'
    pdf, token_key = make_certificate(), signing_keys().token
    assert token_key is not None
    good = payload()
    return {
        "good.pdf": (pdf, "pdf", "valid"),
        "revoked.pdf": (make_certificate(status=REVOKED), "pdf", "revoked"),
        "stale.pdf": (make_certificate(status=STALE), "pdf", "status_unknown"),
        "expired.pdf": (make_certificate(valid_until="2026-11-21", issued_on="2026-11-21"), "pdf", "expired"),
        "ended.pdf": (make_certificate(status=REVOKED, **ENDED), "pdf", "revoked"),
        "ended.json": (credential(status=REVOKED, **ENDED), "json", "revoked"),
        "ended.txt": (payload(REVOKED, **ENDED).encode(), "code", "revoked"),
        "strange.pdf": (make_certificate(keys=signing_keys("Asing")), "pdf", "no_key"),
        "cut.pdf": (pdf[:-700], "pdf", "unreadable"),
        "longer.pdf": (pdf + b"\n", "pdf", "bad_signature"),
        "badge.png": (bake_png(blank, credential()), "png", "valid"),
        "badge-revoked.png": (bake_png(blank, credential(status=REVOKED)), "png", "revoked"),
        "badge.svg": (bake_svg(svg, credential()), "svg", "valid"),
        "credential.json": (credential(), "json", "valid"),
        "changed.json": (credential().replace(b"Lulus", b"Gagal"), "json", "bad_signature"),
        "token.jwt": (make_jwt(json.loads(credential()), key=token_key, host="suluh.example.go.id"), "jwt", "valid"),
        "photo.jpg": (photo(good, folder / "photo.jpg"), "code", "valid"),
        "photo.png": (photo(payload(REVOKED), folder / "photo.png"), "code", "revoked"),
        "code.txt": (f"{good}\n".encode(), "code", "valid"),
        "digits.txt": (good.partition("#")[2].encode(), "code", "valid"),
        "elsewhere.txt": (good.replace("suluh.", "suIuh.").encode(), "code", "other_host"),
        "strange.txt": (payload(keys=signing_keys("Asing")).encode(), "code", "no_key"),
        "other.txt": (good.replace("/v/", "/v/1").encode(), "code", "other_code"),
        "blank.png": (blank, "photo", "unreadable"),
        "empty.txt": (b"", "file", "unreadable"),
        "noise.bin": (bytes(range(256)) * 9, "photo", "unreadable"),
    }


def test_every_kind_of_file_gets_its_own_answer(shown: dict[str, tuple[bytes, str, str]]) -> None:
    trusted: TrustBundle = read_bundle(bundle())
    found = {name: judge_file(content, trusted, at=LATER) for name, (content, _kind, _answer) in shown.items()}
    assert {name: (one.kind, str(one.answer)) for name, one in found.items()} == {
        name: (kind, answer) for name, (_content, kind, answer) in shown.items()
    }
    for one in found.values():
        genuine = one.answer in ("valid", "revoked", "status_unknown", "expired")
        assert (one.name == NAME) is genuine
        assert (one.status is not None) is genuine
    both = {name for name, one in found.items() if one.expired}
    assert both == {"expired.pdf", "ended.pdf", "ended.json", "ended.txt"}  # the answer is one, the facts are two
    assert judge_file(shown["good.pdf"][0], trusted, at=AT + timedelta(days=3)).answer == "status_unknown"
    for purpose in ("record", "seal", "code"):
        lost = read_bundle(bundle(lost=purpose))
        name = "code.txt" if purpose == "code" else "good.pdf"
        assert judge_file(shown[name][0], lost, at=LATER).answer == "status_unknown"
    assert judge_file(shown["revoked.pdf"][0], trusted, at=AT + timedelta(days=3)).answer == "revoked"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "sitecustomize.py").write_text(REFUSING)
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/nowhere",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "k" * 60,
        "SULUH_VAR": str(folder / "var"),
        "PYTHONPATH": str(folder),
    }
    command = [sys.executable, str(ROOT / "manage.py"), "verify_certificate", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(shown: dict[str, tuple[bytes, str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    for name, (content, _kind, _answer) in shown.items():
        (made / name).write_bytes(content)
    (made / "trust.json").write_bytes(bundle())
    (made / "broken.json").write_bytes(bundle().replace(b"[7]", b"[]"))
    return made


def test_the_command_needs_no_database_and_no_network(shown: dict[str, tuple[bytes, str, str]], folder: Path) -> None:
    everything = run(folder, *shown, "--trust", "trust.json", "--json")
    assert (everything.returncode, everything.stderr) == (2, "")
    lines = {line["file"]: line for line in map(json.loads, everything.stdout.splitlines())}
    assert {name: line["answer"] for name, line in lines.items()} == {
        name: answer for name, (_content, _kind, answer) in shown.items()
    }
    assert lines["good.pdf"]["status_as_of"] == AT.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_reader_that_goes_away_is_no_traceback(folder: Path) -> None:
    """As with ``| head``, where all is sent when the process ends."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "manage.py", "verify_certificate", str(folder / "good.pdf")]
    command += ["--trust", str(folder / "trust.json")]
    surroundings = os.environ | {"PYTHONUNBUFFERED": ""}
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(command, cwd=ROOT, env=surroundings, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


@time_machine.travel(LATER, tick=False)
def test_of_several_files_the_worst_decides(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def status(*names: str, trust: str = "trust.json") -> int:
        files = [str(folder / name) for name in names]
        try:
            call_command("verify_certificate", *files, trust=folder / trust)
        except SystemExit as ended:
            return int(str(ended.code))
        return 0

    assert status("good.pdf", "badge.png", "code.txt", "credential.json") == 0
    assert status("good.pdf", "stale.pdf") == 3
    assert "tidak dapat dipastikan" in capsys.readouterr().out
    assert status("stale.pdf", "revoked.pdf", "good.pdf") == 1
    assert status("empty.txt", "stale.pdf", "revoked.pdf") == 2
    with pytest.raises(CommandError, match="signature does not hold") as refused:
        status("good.pdf", trust="broken.json")
    assert refused.value.returncode == 2
    # This test may not touch a database: asking the register, as without a bundle, is refused.
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        call_command("verify_certificate", str(folder / "good.pdf"))


def test_the_verifier_is_written_by_a_command_and_only_with_a_bundle_that_holds(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pemeriksa.html"
    call_command("build_offline_verifier", str(out), trust=folder / "trust.json")
    assert out.read_bytes() == build_verifier((folder / "trust.json").read_bytes())
    assert capsys.readouterr().out.startswith(hashlib.sha256(out.read_bytes()).hexdigest())
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("build_offline_verifier", str(tmp_path / "other.html"), trust=folder / "broken.json")
    assert not (tmp_path / "other.html").exists()
