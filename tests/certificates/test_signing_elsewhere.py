"""Files signed by BSrE or by a person: asked for once, believed only after a look, and no secret left anywhere."""

from __future__ import annotations

import json
import logging
import pickle
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Role
from certificates import checks, elsewhere, errors, filing, handing_out, judging, registering, sweeping, who_signs
from certificates.checking import examine
from certificates.judging import Answer
from certificates.models import SealEvidence, SealRequest, SigningKey
from certificates.record import read_record
from certificates.rendering import render_pdf
from certificates.signing import Signer, Unanswered
from certificates.signing.accepting import NotAcceptable, accept
from certificates.signing.bsre import BsrePerson, BsreSeal, read_service
from certificates.signing.bsre.calling import Refused, _read
from certificates.signing.bsre.client import Person
from tests import fake_bsre
from tests.cms.outside import Outside, free_port
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import PASSPHRASE, make_certificate, signing_keys
from tests.factories_certpure import make_signed_record
from tests.factories_signatories import make_authority

State = SealRequest.State
NOT_SIGNED = ["page500", "not-json", "no-file", "unsigned", "altered", "other-file", "stranger", "several"]


def seal_signer(roots: tuple[x509.Certificate, ...], **changed: Any) -> BsreSeal:
    return BsreSeal(replace(read_service(), **changed), roots)


def waiting() -> SealRequest:
    """A certificate whose file waits to be signed."""
    made = make_certificate(with_file=True)
    assert made.file_sha256 == ""
    return SealRequest.objects.get(certificate=made)


def signs(server: Outside) -> int:
    path = server.folder / "signed"
    return len(path.read_text().splitlines()) if path.exists() else 0


def ask(request: SealRequest, signer: Signer) -> tuple[str, str]:
    elsewhere.ask(request.pk, signer, at=timezone.now())
    request.refresh_from_db()
    return request.state, request.problem


@pytest.mark.once
def test_only_the_file_that_was_handed_out_with_one_good_signature_is_accepted(
    bsre: Outside, roots: tuple[x509.Certificate, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_bsre, "FOLDER", bsre.folder)
    pdf = render_pdf(make_signed_record())
    signed = fake_bsre.sign(pdf, folder=bsre.folder)
    taken = accept(pdf, signed, roots=roots, backend="human")
    assert (taken.pdf, taken.backend, taken.level, len(taken.signatory)) == (signed, "human", "B-B", 3)
    middle = signed.index(b"/ByteRange") - 600
    hostile = {
        "unsigned": pdf,
        "not the file": signed.replace(b"%PDF-1.7", b"%PDF-1.6", 1),
        "one byte of the signature": signed[:middle] + bytes([signed[middle] ^ 1]) + signed[middle + 1 :],
        "cut off": signed[:-9],
        "something appended": signed + b"\n% more",
        "another page content": fake_bsre.sign(pdf, folder=bsre.folder, altered=True),
        "the stream of our objects exchanged": fake_bsre.sign(pdf, folder=bsre.folder, exchanged=True),
        "twice": fake_bsre.sign(pdf, folder=bsre.folder, times=2),
        "a stranger": fake_bsre.sign(pdf, folder=bsre.folder / "stranger"),
        "nonsense behind it": pdf + b"%PDF" + bytes(3000),
        "too large": signed + bytes(5_000_000),
    }
    for what, file in hostile.items():
        with pytest.raises(NotAcceptable):
            accept(pdf, file, roots=roots, backend=what)
    with pytest.raises(NotAcceptable, match="stream that holds our objects"):
        accept(pdf, hostile["the stream of our objects exchanged"], roots=roots, backend="human")
    with pytest.raises(NotAcceptable, match="trust"):
        accept(pdf, signed, roots=(), backend="human")


@pytest.mark.django_db
def test_bsre_seals_once_and_whatever_goes_wrong_is_never_asked_again_blindly(
    connected: Outside, roots: tuple[x509.Certificate, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_bsre, "FOLDER", connected.folder)
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=make_organization(name="Balai"))
    request, signer, hasty = waiting(), seal_signer(roots), seal_signer(roots, timeout=1.0)
    before = signs(connected)
    # Before the file is sent nothing is signed: it simply waits, and is left alone for some minutes.
    connected.mode("slow")
    assert ask(request, hasty)[0] == State.WAITING
    assert elsewhere.due(at=timezone.now()) == []
    assert elsewhere.due(at=timezone.now() + timedelta(minutes=6)) == [request.pk]
    away = seal_signer(roots, url=f"http://127.0.0.1:{free_port()}")
    connected.mode("ok")
    assert ask(request, away) == (State.WAITING, "the service cannot be reached")
    assert ask(request, seal_signer(roots, password="salah")) == (State.WAITING, "refused (401)")
    assert ask(request, seal_signer(roots, totp_name="totp"))[0] == State.WAITING
    assert signs(connected) == before

    for mode in (*NOT_SIGNED, "sign-and-hang"):
        connected.mode(mode)
        assert ask(request, hasty if mode == "sign-and-hang" else signer)[0] == State.ASKED, mode
        assert request.problem
        asked = connected.asked
        assert ask(request, signer)[0] == State.ASKED
        assert (elsewhere.due(at=timezone.now() + timedelta(days=9)), connected.asked) == ([], asked)
        with pytest.raises(errors.ReasonMissing):
            elsewhere.ask_again(request, actor=head, reason=" ", at=timezone.now())
        elsewhere.ask_again(request, actor=head, reason="BSrE: tidak ditandatangani", at=timezone.now())
        request.refresh_from_db()
    with pytest.raises(errors.AlreadyDecided):
        elsewhere.ask_again(request, actor=head, reason="Lagi", at=timezone.now())

    # A time-out after signing: the signed file is found, handed in, verified and taken.
    connected.mode("sign-and-hang")
    assert ask(request, hasty)[0] == State.ASKED
    with pytest.raises(errors.NotTheFile):
        elsewhere.hand_in(request, handing_out.handed_out(request), actor=head, at=timezone.now())
    found = fake_bsre.sign(handing_out.handed_out(request), folder=connected.folder)
    assert elsewhere.hand_in(request, found, actor=head, at=timezone.now())
    request.refresh_from_db()
    assert not elsewhere.hand_in(request, found, actor=head, at=timezone.now())
    certificate = request.certificate
    certificate.refresh_from_db()
    assert filing.stored_path(certificate.file_sha256, "pdf").read_bytes() == found
    assert elsewhere.due(at=timezone.now() + timedelta(days=9)) == []


@pytest.mark.django_db
def test_the_sweep_has_bsre_seal_what_waits_and_everybody_can_check_it(
    connected: Outside, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    request = waiting()
    before = signs(connected)
    for _sweep in range(2):
        sweeping._take_up([(sweeping._elsewhere, pk) for pk in elsewhere.due(at=timezone.now())], at=timezone.now())
    assert signs(connected) == before + 1
    certificate = request.certificate
    certificate.refresh_from_db()
    evidence = SealEvidence.objects.get(certificate=certificate)
    assert (evidence.backend, evidence.level, evidence.file_sha256) == ("bsre-seal", "B-B", certificate.file_sha256)
    key = SigningKey.objects.get(key_id=evidence.key_id)
    assert (key.purpose, len(key.certificates)) == ("signatory", 3)
    pdf = filing.stored_path(certificate.file_sha256, "pdf").read_bytes()
    verdict = judging.judge(examine(pdf, registering.public_register()), at=timezone.now())
    assert verdict.answer == Answer.VALID, verdict.facts.problems
    changed = pdf.replace(b"/SigFlags 3", b"/SigFlags 1")
    assert judging.judge(examine(changed, registering.public_register()), at=timezone.now()).answer == Answer.ALTERED
    assert "Tercatat dan berlaku" in client.get(certificate.get_absolute_url()).content.decode()
    assert not [name for name in client.get(reverse("certificates:did")).json()["assertionMethod"] if "k5-" in name]


@pytest.mark.django_db
def test_no_paper_is_filed_under_words_that_its_signature_does_not_bear_out(
    connected: Outside, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fake_bsre, "FOLDER", connected.folder)
    for_bsre, for_person = waiting(), waiting()
    certificate, at = for_bsre.certificate, timezone.now()
    assert read_record(certificate.record_text.encode()).signing == "bsre"
    # The setting changes before the file is signed: the paper still waits for BSrE, and our own seal is refused.
    settings.SULUH_SIGNER = "local"
    filing.make_file(certificate.pk, keys=signing_keys(), at=at)
    assert elsewhere.due(at=at) == [for_bsre.pk, for_person.pk]
    ours = filing.seal_file(handing_out.handed_out(for_bsre), certificate, keys=signing_keys())
    # A person whom the installation trusts is not BSrE, and the other way round.
    settings.BSRE_ROOTS = make_authority(tmp_path, "BSrE Lain")
    signed = fake_bsre.sign(handing_out.handed_out(for_bsre), folder=connected.folder)
    with pytest.raises(errors.NotTheFile, match="trust"):
        elsewhere.hand_in(for_bsre, signed, actor=None, at=at)
    settings.BSRE_ROOTS = connected.folder / "root.crt"
    by_person = accept(handing_out.handed_out(for_bsre), signed, roots=elsewhere.bsre_roots(), backend="human")
    with pytest.raises(filing.FileNotMade, match="another signer"):
        elsewhere.take_in(for_bsre, by_person, at=at)
    with pytest.raises(filing.FileNotMade, match="another signer"):
        filing.name_file(certificate.pk, file_sha256=ours.sha256, at=at, seal=ours)
    certificate.refresh_from_db()
    assert (certificate.file_sha256, SealEvidence.objects.count()) == ("", 0)
    assert elsewhere.hand_in(for_bsre, signed, actor=None, at=at)
    assert SealEvidence.objects.get().backend == "bsre-seal"

    # What was issued under our own seal is sealed by us, whatever is set since.
    plain = make_certificate()
    settings.SULUH_SIGNER = "human"
    filing.make_file(plain.pk, keys=signing_keys(), at=at)
    plain.refresh_from_db()
    assert SealEvidence.objects.get(certificate=plain).backend == "local"
    # And what a record of before promises nobody in particular is signed by whoever is set.
    old = read_record(certificate.record_text.encode())
    older = replace(old, version=2, template="training-2", signing="own-seal")
    assert (who_signs.signer_for(older), who_signs.signer_for(old)) == ("human", "bsre")
    settings.SULUH_SIGNER = "bsre-person"
    assert (who_signs.signer_for(old), who_signs.at_present()) == ("bsre-person", "bsre")
    settings.SULUH_SIGNER = "lain"
    assert [found.id for found in checks.known_signer(None)] == ["certificates.E003"]


@pytest.mark.django_db
def test_no_secret_is_left_in_log_database_page_process_list_repr_or_pickle(
    connected: Outside, roots: tuple[x509.Certificate, ...], client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """A whole run with a person's own signature: refused, not allowed, wrong, unanswered, and at last signed."""
    caplog.set_level(logging.DEBUG)
    service = read_service()
    person = Person(fake_bsre.NIK, fake_bsre.PASSPHRASE)
    signer = BsrePerson(service, roots, person)
    wrong = BsrePerson(service, roots, Person(fake_bsre.NIK, "Salah-Sekali-1"))
    request, asked = waiting(), connected.asked
    for word in ("SUSPEND", "EXPIRED", "apa saja"):
        connected.mode(f"status-{word}")
        assert ask(request, signer)[0] == State.WAITING
    assert set((connected.folder / "asked").read_text().splitlines()[asked:]) == {"/api/v2/user/check/status"}
    connected.mode("ok")
    assert ask(request, wrong) == (State.WAITING, "refused (2031)")
    assert (request.problem_kind, Refused.WRONG_INPUT) == ("refused-2031", "refused-2031")
    connected.mode("page500")
    assert ask(request, signer)[0] == State.ASKED
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=make_organization(name="Balai"))
    elsewhere.ask_again(request, actor=head, reason="Belum", at=timezone.now())
    connected.mode("ok")
    assert ask(request, signer) == (State.SIGNED, "")
    assert SealEvidence.objects.get(certificate=request.certificate).backend == "bsre-person"

    page = client.get(request.certificate.get_absolute_url()).content.decode()
    keys = client.get(reverse("certificates:key_register")).content.decode()
    said = "\n".join([caplog.text, *(record.getMessage() for record in caplog.records), page, keys])
    held = (service, person, signer, BsreSeal(service, roots))
    processes = b"\n".join(_cmdline(path) for path in Path("/proc").glob("[0-9]*/cmdline")).decode(errors="replace")
    everywhere = {"said": said, "reprs": repr(held), "database": dump(), "processes": processes}
    secrets = [fake_bsre.NIK, fake_bsre.PASSPHRASE, "Salah-Sekali-1", fake_bsre.PASSWORD, PASSPHRASE]
    secrets += [fake_bsre.TOTP, fake_bsre.ACTIVATION, "PRIVATE KEY"]
    assert [(place, secret) for place, text in everywhere.items() for secret in secrets if secret in text] == []
    assert request.certificate.code in everywhere["database"]
    for secret_holder in held:
        with pytest.raises(TypeError, match="process"):
            pickle.dumps(secret_holder)


def _cmdline(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def dump() -> str:
    """Every row of every table, as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [repr(row) for row in cursor.fetchall()]
    return "\n".join(rows)


@pytest.mark.once
def test_only_a_no_of_the_service_itself_says_that_nothing_was_signed() -> None:
    """What a broken server, or one between us and it, says in the same form may have come after the signature."""
    done = {"time": 12, "file": ["eA=="]}
    no = {"status_code": 2031, "error": "Passphrase anda salah"}
    told: dict[str, tuple[int, object, object]] = {
        "signed": (200, done, done),
        "signed, with a number": (200, done | {"status_code": 200}, done | {"status_code": 200}),
        "its own no": (400, no, "refused-2031"),
        "its own no as a server's error": (500, no, "refused-2031"),
        "its own no as a success": (200, no, "refused-2031"),
        "no rights": (401, {"status": 401, "error": "Unauthorized"}, "refused-401"),
        "no, by a number of HTTP": (200, {"status_code": 400, "error": "x"}, "refused-400"),
        "what was typed, for a number": (400, {"status_code": "Rahasia-Sekali-9"}, "refused-400"),
        "a proxy that lost patience": (504, {"status_code": 504, "error": "Gateway Timeout"}, None),
        "the same, called a success": (200, {"status_code": 504, "error": "Gateway Timeout"}, None),
        "Spring": (500, {"status": 500, "error": "Internal Server Error", "path": "/api/v2/sign/pdf"}, None),
        "not found behind a broken server": (502, {"status_code": 404}, None),
        "a list": (200, [done], None),
        "elsewhere": (302, {}, None),
    }
    given: dict[str, object] = {}
    kept: list[str] = []
    for name, (status, answer, _wanted) in told.items():
        try:
            given[name] = _read(status, json.dumps(answer).encode())
        except Unanswered:
            given[name] = None
        except Refused as error:
            given[name] = error.kind
            kept += [str(error), error.kind]
    assert given == {name: wanted for name, (_status, _answer, wanted) in told.items()}
    assert "Rahasia" not in "".join(kept)
    with pytest.raises(Unanswered):
        _read(200, b"[" * 100_000)


def test_a_service_without_address_or_credentials_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "USER", "PASSWORD"):
        monkeypatch.delenv(f"BSRE_{name}", raising=False)
    with pytest.raises(Exception, match="BSRE_URL"):
        read_service()


@pytest.mark.django_db
def test_a_signatory_takes_files_out_signs_them_elsewhere_and_brings_them_back(
    connected: Outside, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_bsre, "FOLDER", connected.folder)
    settings.SULUH_SIGNER = "human"
    first, second = waiting(), waiting()
    assert sweeping._left_behind(at=timezone.now()) == []
    said = StringIO()
    call_command("hand_out_files", tmp_path, stdout=said)
    call_command("hand_out_files", tmp_path, stdout=said)
    assert said.getvalue().startswith("2 files written")
    assert "0 files written" in said.getvalue()
    path = tmp_path / f"{first.public_id}.pdf"
    path.write_bytes(fake_bsre.sign(path.read_bytes(), folder=connected.folder))
    (tmp_path / "lain.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(SystemExit):
        call_command("take_in_files", tmp_path, stdout=said, stderr=said)
    assert "1 files taken in, 2 refused" in said.getvalue()
    assert f"{second.public_id}.pdf: unsigned" in said.getvalue()
    first.certificate.refresh_from_db()
    assert SealEvidence.objects.get(file_sha256=first.certificate.file_sha256).backend == "human"
    # The other signatory signs with BSrE in person; what got no answer is named and waits for a person.
    elsewhere.ask_again(second, actor=None, reason="Diserahkan kepada orang lain", at=timezone.now())
    typed = iter([fake_bsre.NIK, fake_bsre.PASSPHRASE] * 2)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    connected.mode("page500")
    call_command("sign_waiting_files", stdout=said, stderr=said)
    call_command("ask_again", stdout=said)
    assert f"{second.public_id}  " in said.getvalue()
    with pytest.raises(CommandError):
        call_command("ask_again", str(second.public_id), stdout=said)
    call_command("ask_again", str(second.public_id), reason="BSrE: tidak ada", stdout=said)
    connected.mode("ok")
    call_command("sign_waiting_files", stdout=said, stderr=said)
    second.refresh_from_db()
    assert (second.state, "1 files signed" in said.getvalue()) == (State.SIGNED, True)
    assert fake_bsre.PASSPHRASE not in said.getvalue()
