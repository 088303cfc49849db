"""Keys are made once, lie encrypted, load once and never show themselves."""

from __future__ import annotations

import json
import logging
import pickle
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from certificates.keys import KeyRegister, KeyUnavailable, load_signing_keys, read_register
from certificates.keys.making import Owner, make_keys
from tests.factories_certpure import KEYS_MADE_AT, PASSPHRASE, signing_keys


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("keys") / "keys"
    make_keys(made, passphrase=PASSPHRASE.encode(), owner=Owner("Uji", demo=True), at=KEYS_MADE_AT)
    return made


@pytest.fixture(autouse=True)
def forget_loaded_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    load_signing_keys.cache_clear()
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)


def test_key_files_are_encrypted_and_only_their_owner_s(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {path.name.split("-")[0].split(".")[0] for path in folder.iterdir()}
    assert names == {"k1", "k3", "root", "register"}
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
    for key in (keys, keys.record, keys.seal):
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
    assert len(both.entries) == 4


def test_the_command_makes_keys_once(tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SULUH_KEY_DIR = tmp_path / "keys"
    settings.SULUH_DEMO = False
    call_command("make_signing_keys", owner="Pusdiklat")
    said = capsys.readouterr().out
    assert "Ed25519" in said
    assert "RSA-3072" in said
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
