"""Fixtures of the certificates' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography import x509
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from tests import fake_bsre
from tests.cms.outside import Outside
from tests.factories_certificates import PASSPHRASE
from tests.factories_signatories import make_authority
from tests.issued_papers import World, make_world


@pytest.fixture
def demonstration(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers say CONTOH and demonstration keys may sign."""
    settings.SULUH_DEMO = True
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)


@pytest.fixture(scope="module")
def bsre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("bsre")
    make_authority(folder)
    make_authority(folder / "stranger", "Orang Lain")
    server = Outside("fake_bsre", folder)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def roots(bsre: Outside) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates((bsre.folder / "root.crt").read_bytes()))


@pytest.fixture
def connected(bsre: Outside, settings: Settings, monkeypatch: pytest.MonkeyPatch, demonstration: None) -> Outside:
    """This installation signs with the fake service."""
    settings.SULUH_SIGNER = "bsre"
    settings.BSRE_ROOTS = settings.SIGNATORY_ROOTS = bsre.folder / "root.crt"
    told = {"URL": f"http://127.0.0.1:{bsre.port}", "USER": fake_bsre.USER, "PASSWORD": fake_bsre.PASSWORD}
    for name, value in {**told, "SUBSCRIBER": "S-1", "TOTP_NAME": "otp", "TIMEOUT": "30"}.items():
        monkeypatch.setenv(f"BSRE_{name}", value)
    bsre.mode("ok")
    return bsre


@pytest.fixture(scope="session")
def issued(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """A paper and a specimen issued for real, as bytes; the tests that judge them need no database."""
    with django_db_blocker.unblock():
        return make_world(tmp_path_factory.mktemp("issued"))
