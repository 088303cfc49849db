"""Keys are made once, lie encrypted, load once and never show themselves."""

from __future__ import annotations

import json
import logging
import pickle
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command

from certificates.keys import CodeKey, KeyRegister, KeyUnavailable, forget_keys, load_signing_keys, read_register
from certificates.keys.making import Owner, make_keys
from certificates.record import encode_signature
from tests.factories_certpure import KEYS_MADE_AT, PASSPHRASE, signing_keys

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "keys"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("keys") / "keys"
    make_keys(made, passphrase=PASSPHRASE.encode(), owner=Owner("Uji", demo=True), at=KEYS_MADE_AT)
    return made


@pytest.fixture(autouse=True)
def forget_loaded_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_keys()
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)


def test_key_files_are_encrypted_and_only_their_owner_s(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {path.name.split("-")[0].split(".")[0] for path in folder.iterdir()}
    assert names == {"k1", "k2", "k3", "k4", "root", "register"}
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.suffix == ".json" or path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_keys_sign_and_the_public_register_verifies(folder: Path) -> None:
    keys = load_signing_keys(folder)
    register = KeyRegister.from_json(json.loads(json.dumps(read_register(folder).to_json())))
    entry = register.find(keys.record.entry.key_id, "record")
    assert entry is not None
    signature = keys.record.sign(b"catatan")
    assert entry.verifies(b"catatan", signature)
    assert not entry.verifies(b"catatan!", signature)
    assert register.find(keys.record.entry.key_id, "seal") is None


def test_codes_are_signed_by_k2_and_tokens_by_k4_the_same_way_each_time(folder: Path) -> None:
    keys = load_signing_keys(folder)
    for key, purpose, other in ((keys.code, "code", keys.token), (keys.token, "token", keys.code)):
        assert key is not None
        assert other is not None
        assert (key.entry.purpose, key.entry.algorithm) == (purpose, "P-256")
        signature = key.sign(b"kode")
        assert len(signature) == 64
        assert key.sign(b"kode") == signature
        assert key.entry.verifies_code(b"kode", signature)
        assert not key.entry.verifies_code(b"kode!", signature)
        assert not other.entry.verifies_code(b"kode", signature)
        for broken in (b"", signature[:63], signature + b"\0", bytes(64), signature[32:] + signature[:32]):
            assert not key.entry.verifies_code(b"kode", broken)
        assert not keys.record.entry.verifies_code(b"kode", signature)
        assert not key.entry.verifies(b"kode", encode_signature(signature))


def test_es256_follows_the_published_example() -> None:
    """RFC 6979, appendix A.2.5: key and signature of the message "sample" with SHA-256."""
    secret = int("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", 16)
    key = CodeKey(signing_keys().register.entries[0], ec.derive_private_key(secret, ec.SECP256R1()))
    r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    s = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    assert key.sign(b"sample").hex() == r + s


def test_a_folder_of_before_codes_and_tokens_keeps_working(folder: Path, tmp_path: Path) -> None:
    older = json.loads((folder / "register.json").read_text())
    older["version"] = 1
    older["keys"] = [
        {name: value for name, value in key.items() if name not in ("retired_at", "revoked_at", "revoked_reason")}
        for key in older["keys"]
        if key["purpose"] in ("record", "seal")
    ]
    (tmp_path / "register.json").write_text(json.dumps(older))
    for key in older["keys"]:
        (tmp_path / f"{key['key_id']}.pem").write_bytes((folder / f"{key['key_id']}.pem").read_bytes())
    keys = load_signing_keys(tmp_path)
    assert (keys.code, keys.token) == (None, None)
    assert keys.record.entry == load_signing_keys(folder).record.entry


def test_the_newest_key_whose_window_is_open_signs(folder: Path) -> None:
    register = read_register(folder)
    old = register.entries[0]
    year, day = timedelta(days=365), timedelta(days=1)
    new = replace(old, key_id="k1-new", not_before=old.not_before + year, not_after=old.not_after + year)
    both = KeyRegister((*register.entries, new))
    moments = (old.not_before - day, old.not_before, new.not_before - day, new.not_before, old.not_after + day)
    assert [both.in_force("record", at=at) for at in moments] == [None, old, old, new, new]
    assert both.in_force("record", at=new.not_after + day) is None
    retired = KeyRegister((*register.entries, replace(new, retired_at=new.not_before + day)))
    assert retired.in_force("record", at=new.not_before + day) == retired.entries[-1]
    assert retired.in_force("record", at=new.not_before + 2 * day) == old
    stolen = KeyRegister((*register.entries, replace(new, revoked_at=new.not_before + day)))
    assert stolen.in_force("record", at=new.not_before) == old
    assert stolen.entries[-1].covers(new.not_before)
    assert not stolen.entries[-1].covers(new.not_before + day)


@pytest.mark.once
def test_frozen_registers_of_both_versions_are_read_as_ever() -> None:
    first = KeyRegister.from_json(json.loads((VECTORS / "register-1.json").read_text()))
    assert [entry.key_id for entry in first.entries] == ["k1-c068ffb9c9954991", "k3-8aa7db5cea23951c"]
    second = json.loads((VECTORS / "register-2.json").read_text())
    read = KeyRegister.from_json(second)
    assert read.to_json() == second
    assert [bool(entry.ended) for entry in read.entries] == [True, False, False, False, True]
    message = json.loads((VECTORS / "expected.json").read_text())
    code = read.find(message["code_key"], "code")
    assert code is not None
    assert code.verifies_code(message["message"].encode(), bytes.fromhex(message["signature"]))


def test_keys_load_once_per_process(folder: Path) -> None:
    assert load_signing_keys(folder) is load_signing_keys(folder)


def test_nothing_is_ever_overwritten(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(KeyUnavailable, match="never overwritten"):
        make_keys(folder, passphrase=PASSPHRASE.encode(), owner=Owner("Uji", demo=True), at=KEYS_MADE_AT)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_demonstration_keys_say_so(folder: Path) -> None:
    register = read_register(folder)
    assert all(entry.demo for entry in register.entries)
    assert all("CONTOH" in certificate.subject.rfc4514_string() for certificate in register.seals()[0].chain())
    real = signing_keys().seal.entry
    assert not real.demo
    assert "CONTOH" not in real.chain()[0].subject.rfc4514_string()


@pytest.mark.parametrize("passphrase", ["", "pendek", "salah salah salah salah salah"])
def test_a_missing_or_wrong_passphrase_is_one_clear_error(
    folder: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", passphrase)
    with pytest.raises(KeyUnavailable) as error:
        load_signing_keys(folder)
    assert not passphrase or passphrase not in str(error.value)


def test_a_missing_folder_file_or_register_is_the_same_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match="register"):
        load_signing_keys(tmp_path / "nowhere")
    (tmp_path / "register.json").write_text((folder / "register.json").read_text())
    with pytest.raises(KeyUnavailable, match="cannot be read"):
        load_signing_keys(tmp_path)
    (tmp_path / "register.json").write_text("{}")
    with pytest.raises(KeyUnavailable, match="register"):
        load_signing_keys(tmp_path)


def test_a_key_file_that_is_not_the_registered_one_is_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    make_keys(other, passphrase=PASSPHRASE.encode(), owner=Owner("Lain", demo=True), at=KEYS_MADE_AT)
    ours, theirs = read_register(folder).entries[0], read_register(other).entries[0]
    (other / f"{theirs.key_id}.pem").write_bytes((folder / f"{ours.key_id}.pem").read_bytes())
    with pytest.raises(KeyUnavailable, match="not the key"):
        load_signing_keys(other)


def test_keys_are_never_shown_copied_or_logged(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    keys = load_signing_keys(folder)
    assert "_private" not in repr(keys)
    assert "PRIVATE" not in repr(keys)
    assert PASSPHRASE not in repr(keys) + caplog.text
    for key in (keys, keys.record, keys.seal, keys.code, keys.token):
        with pytest.raises(TypeError):
            pickle.dumps(key)


def test_a_key_signs_only_in_its_window(folder: Path) -> None:
    entry = read_register(folder).entries[0]
    assert entry.covers(KEYS_MADE_AT)
    assert not entry.covers(KEYS_MADE_AT - timedelta(seconds=1))
    assert not entry.covers(KEYS_MADE_AT + timedelta(days=2 * 365, seconds=1))


def test_an_older_register_entry_is_kept_beside_new_ones(folder: Path) -> None:
    register, more = read_register(folder), signing_keys().register
    both = register.with_entries(more.entries).with_entries(more.entries)
    assert len(both.entries) == 8


def test_the_command_makes_keys_once(tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SULUH_KEY_DIR = tmp_path / "keys"
    settings.SULUH_DEMO = False
    call_command("make_signing_keys", owner="Pusdiklat")
    said = capsys.readouterr().out
    assert [word in said for word in ("Ed25519", "RSA-3072", "P-256", "k2-", "k4-")] == [True] * 5
    assert PASSPHRASE not in said
    keys = load_signing_keys(settings.SULUH_KEY_DIR)
    assert keys.record.entry.covers(datetime.now(UTC))
    assert not keys.demo
    with pytest.raises(CommandError, match="never overwritten"):
        call_command("make_signing_keys")


def test_the_command_refuses_without_a_passphrase(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SULUH_KEY_DIR = tmp_path / "keys"
    monkeypatch.delenv("SULUH_KEY_PASSPHRASE")
    with pytest.raises(CommandError, match="SULUH_KEY_PASSPHRASE"):
        call_command("make_signing_keys")
    assert not settings.SULUH_KEY_DIR.exists()
