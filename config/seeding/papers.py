"""The demonstration's certificates: one valid, one revoked, one that waits; and files to try the verification with.

Everything is issued by the verbs of the signing worker, with the demonstration's own keys, marked CONTOH.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
from datetime import datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from certificates import filing, revocations, revoking, sweeping
from certificates.design.keeping import design_of
from certificates.keys.making import Owner, make_keys
from certificates.keys.material import SigningKeys, load_signing_keys, read_passphrase
from certificates.models import AwardKind, Certificate
from certificates.offline import publishing as trust_bundles
from certificates.record import Holder, Record, SignedRecord
from certificates.rendering import render_pdf
from certificates.status import publishing
from config.demonstration import signing_environment
from courses.models import Enrolment

FORGED_NAME = "Nama Orang Lain, S.Sos."


def make_keys_once() -> None:
    """The demonstration's keys, unless there are some; their passphrase comes from ``.env.signing``."""
    for name, value in signing_environment().items():
        os.environ.setdefault(name, value)
    if not (settings.SULUH_KEY_DIR / "register.json").exists():
        call_command("make_signing_keys", owner="Suluh (peragaan)", stdout=StringIO())


def load(*, at: datetime) -> str:
    """Issue what is due, revoke one certificate, write the files to try."""
    before = Certificate.objects.count()
    for enrolment in Enrolment.objects.filter(status=Enrolment.Status.COMPLETED).order_by("pk"):
        sweeping.advance_enrolment(enrolment.pk, at=at)
    _revoke("PDP-003", at)
    publishing.publish(sweeping.signing_keys(), at=at)
    trust_bundles.publish(keys=sweeping.signing_keys(), at=at)
    _files_to_try(Certificate.objects.get(user__participant_number="PDP-002", kind=AwardKind.TRAINING), at)
    added = Certificate.objects.count() - before
    return f"{added} certificates issued; try var/demo/asli.pdf, diubah.pdf and palsu.pdf" if added else ""


@transaction.atomic
def _revoke(number: str, at: datetime) -> None:
    certificate = Certificate.objects.get(user__participant_number=number, kind=AwardKind.TRAINING)
    if revoking.last_status(certificate) in revoking.FINAL:
        return
    administrator = User.objects.get(participant_number="ADM-01")
    head = User.objects.get(participant_number="KEP-01")
    reason = "Peragaan: peserta ternyata terdaftar dua kali."
    revocations.agree(revocations.request(certificate, reason=reason, actor=administrator, at=at), actor=head, at=at)


def _files_to_try(certificate: Certificate, at: datetime) -> None:
    """The genuine file, the same with one byte changed, and a twin with another name signed by a forger's own keys."""
    folder = settings.VAR_DIR / "demo"
    if (folder / "palsu.pdf").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    genuine = filing.stored_path(certificate.file_sha256, "pdf").read_bytes()
    (folder / "asli.pdf").write_bytes(genuine)
    (folder / "diubah.pdf").write_bytes(_one_byte_changed(genuine))
    (folder / "palsu.pdf").write_bytes(_twin(certificate, at))


def _one_byte_changed(pdf: bytes) -> bytes:
    place = len(pdf) // 3
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def _twin(certificate: Certificate, at: datetime) -> bytes:
    """What a skilled forger makes: our own template, our facts, another name, and a seal of the same wording."""
    with tempfile.TemporaryDirectory() as folder:
        keys = _forgers_keys(Path(folder), at)
        holder = Holder(FORGED_NAME)
        record = Record.from_json(filing.signed_record(certificate).record.to_json())
        record = dataclasses.replace(record, holder=holder.digest(), key=keys.record.entry.key_id)
        signed = SignedRecord(record.canonical(), holder, keys.record.sign(record.canonical()))
        return filing.seal(render_pdf(signed, design=design_of(record)), certificate, keys=keys)


def _forgers_keys(folder: Path, at: datetime) -> SigningKeys:
    make_keys(folder, passphrase=read_passphrase(), owner=Owner(name="Suluh (peragaan)", demo=True), at=at)
    return load_signing_keys(folder)
