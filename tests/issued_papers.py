"""Papers issued and filed by the product's own verbs, with everything that anybody can fetch about them.

Made once for each process in a transaction that is taken back: what is left are bytes, so that judges who are not ours
can be asked without a database.  Two are in force, one is past its end; a specimen (CONTOH runs across it) bears a
long name in three scripts and English lines and was revoked.  All are in designs of their organization.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from certificates import accompanying, badging, filing, issuing
from certificates.design import keeping
from certificates.design.frozen import Design
from certificates.design.pictures import prepare_background, prepare_logo
from certificates.keys import KeyRegister
from certificates.log import sequencing
from certificates.models import Certificate
from certificates.offline import publishing as bundles
from certificates.offline.token import token_url
from certificates.record import SignedRecord
from certificates.registering import public_register
from certificates.status import publishing
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import PASSPHRASE, make_award, revoke, signing_keys
from tests.factories_pictures import a_ground, a_logo

HOST = "suluh.example.go.id"
#: Eighty letters, the most there may be: Latin with titles and marks, Javanese, Arabic.
LONG_NAME = "Dr. Ni Luh Gde Nur’aini Çelik ꦱꦶꦠꦶꦤꦸꦂꦲꦻꦤꦶ سيتي نور عيني رحمواتي, S.Tr.Sos., M.Si"
JSON = {"Accept": "application/json"}


@dataclass(frozen=True)
class Issued:
    """One paper and what goes with it, byte for byte as stored or served."""

    name: str
    signed: SignedRecord
    design: Design | None
    pdf: bytes
    credential: bytes
    jwt: bytes
    png: bytes
    svg: bytes
    token_url: str
    answer: dict[str, Any]
    """What the paper's address says to programs, the log's proof included."""

    @property
    def address(self) -> str:
        return self.signed.record.address


@dataclass(frozen=True)
class World:
    """The papers and what is published about keys and statuses; ``before`` are the lists of before the revocation."""

    real: Issued
    other: Issued
    expired: Issued
    specimen: Issued
    register: KeyRegister
    did: dict[str, Any]
    jwks: dict[str, Any]
    chain: str
    before: dict[str, bytes]
    lists: dict[str, bytes]
    bundle: bytes
    at: datetime


def make_world(folder: Path) -> World:
    """Issue, file, number in the log, publish, revoke the specimen, publish again; files go to ``folder``, and no row
    of it is left."""
    with transaction.atomic():
        made = _made(folder)
        transaction.set_rollback(True)
    return made


def _made(folder: Path) -> World:
    places = {name: folder / name for name in ("LOG_DIR", "LOG_CHECKPOINT_DIR", "CERTIFICATE_DIR")}
    address = override_settings(PUBLIC_BASE_URL=f"https://{HOST}", SULUH_DEMO=False, **places)
    with pytest.MonkeyPatch.context() as patch, address:
        patch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
        home = make_organization(name="Balai Besar Serang", code="BALAI")
        citra = make_person(name="Citra")
        shelf: dict[str, Any] = {"organization": home, "actor": citra, "at": AT}
        pictures = {"logo": prepare_logo(a_logo()), "background": prepare_background(a_ground())}
        kept = {name: keeping.keep_picture(content, **shelf) for name, content in pictures.items()}
        drawn = Design(logo=kept["logo"], background=kept["background"])
        keeping.keep(drawn, kind="training", after=0, note="", **shelf)
        keys = signing_keys(demo=False)
        real = _issued(home, name="Ani Lestari, S.Tr.Sos.")
        other = _issued(home, name="Budi Hartono")
        expired = _issued(home, name="Eka Putri", at=AT - timedelta(days=200), validity_months=1)
        keeping.keep(Design(language="id-en"), kind="training", after=1, note="", **shelf)
        specimen = _issued(home, name=LONG_NAME, demo=True)
        publishing.publish(keys, at=AT)
        before = _lists(real)
        revoke(specimen, reason="Syarat tidak terpenuhi", at=AT + timedelta(minutes=10))
        later = AT + timedelta(hours=1)
        publishing.publish(keys, at=later)
        sequencing.sequence(keys=keys, at=later)
        bundles.publish(keys=keys, at=later)
        client = Client()
        return World(
            real=_with_all(real, client),
            other=_with_all(other, client),
            expired=_with_all(expired, client),
            specimen=_with_all(specimen, client),
            register=public_register(),
            did=client.get(reverse("certificates:did")).json(),
            jwks=client.get(reverse("certificates:jwks")).json(),
            chain=client.get(reverse("certificates:key_chain")).content.decode(),
            before=before,
            lists=_lists(real),
            bundle=client.get(reverse("certificates:trust_bundle")).content,
            at=later,
        )


def _issued(home: Any, *, name: str, demo: bool = False, at: datetime = AT, **rule: Any) -> Certificate:
    award = make_award(person=make_person(name=name), organization=home, **rule)
    with override_settings(SULUH_DEMO=demo):
        certificate = issuing.issue(award.pk, keys=signing_keys(demo=demo), at=at)
        assert certificate is not None
        filing.make_file(certificate.pk, keys=signing_keys(demo=demo), at=at)
    certificate.refresh_from_db()
    return certificate


def _with_all(certificate: Certificate, client: Client) -> Issued:
    signed = filing.signed_record(certificate)
    keys = signing_keys(demo=certificate.is_demo)
    company = accompanying.accompany(certificate, signed, keys=keys)
    return Issued(
        name=signed.holder.name,
        signed=signed,
        design=keeping.design_of(signed.record),
        pdf=filing.stored_path(certificate.file_sha256, "pdf").read_bytes(),
        credential=badging.content_of(certificate, "kredensial.json"),
        jwt=badging.content_of(certificate, "kredensial.jwt"),
        png=badging.content_of(certificate, "lencana.png"),
        svg=badging.content_of(certificate, "lencana.svg"),
        token_url=token_url(signed.record.address, company.token),
        answer=client.get(f"/v/{certificate.code}", headers=JSON).json(),
    )


def _lists(certificate: Certificate) -> dict[str, bytes]:
    """The status lists that a certificate's credential names, as they are served, by their addresses."""
    named = json.loads(badging.content_of(certificate, "kredensial.json"))["credentialStatus"]
    addresses = [entry["statusListCredential"] for entry in named]
    return {address: Client().get(address.removeprefix(f"https://{HOST}")).content for address in addresses}
