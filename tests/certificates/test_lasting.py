"""Seals get a vouched time and evidence for the decades; nothing else can stand behind a seal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role
from certificates import checks, erasing, filing, judging, lasting, log, registering, storing
from certificates.checking import Problem, examine
from certificates.judging import Answer
from certificates.keys.revocations import revocation_list
from certificates.models import Certificate, LiftedFile, LogEntry, SealEvidence
from certificates.rendering import render_pdf
from certificates.signing import LocalSigner, SignContext
from certificates.signing.lifting import Material, digest_to_stamp, lift, parts_of
from certificates.signing.timestamping import NoTimestamp, TimestampAuthority, token_time
from tests.certificates.test_sealing import said, split_signature
from tests.elsewhere import elsewhere
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import key_folder, make_certificate
from tests.factories_certificates import signing_keys as signing_keys_of_folder
from tests.factories_certpure import ISSUED_AT, PASSPHRASE, make_signed_record, signing_keys
from tests.factories_signatories import TimeServer, revocation_list_of

VOUCHED = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Iterator[TimeServer]:
    server = TimeServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def material() -> Material:
    """What a nightly update of the tests' own seal holds, without a time."""
    keys = signing_keys()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
        assert keys.folder is not None
        crl = revocation_list(keys.folder, keys.seal.entry, keys.register, at=ISSUED_AT)
    return Material(tuple(one.public_bytes(Encoding.DER) for one in keys.seal.entry.chain()), (crl,))


@pytest.fixture(scope="module")
def stamped(authority: TimeServer) -> bytes:
    """A certificate sealed at level B-T."""
    signer = LocalSigner(signing_keys().seal, TimestampAuthority(authority.url))
    made = signer.sign(render_pdf(make_signed_record()), context=SignContext(ISSUED_AT, "Sertifikat", "Serang", "x"))
    assert (made.level, made.backend) == ("B-T", "local")
    return made.pdf


@pytest.fixture(scope="module")
def lifted(stamped: bytes, material: Material, authority: TimeServer) -> bytes:
    token = TimestampAuthority(authority.url).token_over(digest_to_stamp(stamped, material))
    return lift(stamped, Material(material.certificates, material.crls, token))


@pytest.mark.once
def test_a_seal_carries_a_vouched_time_and_an_authority_that_is_away_stops_nothing(
    authority: TimeServer, stamped: bytes, tmp_path: Path
) -> None:
    keys = signing_keys()
    facts = examine(stamped, keys.register)
    assert facts.genuine, facts.problems
    content, container = split_signature(stamped)
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "cms.der").write_bytes(container)
    (tmp_path / "root.pem").write_bytes(keys.seal.entry.chain()[-1].public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms.der", "-purpose", "any"]
    command += ["-CAfile", tmp_path / "root.pem", "-attime", str(int(ISSUED_AT.timestamp())), "-out", "/dev/null"]
    assert "Verification successful" in said(*command, "-content", tmp_path / "content")
    (tmp_path / "stamped.pdf").write_bytes(stamped)
    assert "Signature is Valid" in said("pdfsig", tmp_path / "stamped.pdf")
    # Another token, also a good one for something else, is not what our signer writes.
    other = TimestampAuthority(authority.url).token(b"something else")
    good = TimestampAuthority(authority.url).token(b"x")
    assert token_time(good, digest=hashlib.sha256(b"x").digest()) == VOUCHED
    with pytest.raises(ValueError, match="something else"):
        token_time(other, digest=bytes(32))
    for mode in ("refuse", "rubbish", "other", "page"):
        authority.mode = mode
        with pytest.raises(NoTimestamp):
            TimestampAuthority(authority.url).token(b"x")
    signer = LocalSigner(keys.seal, TimestampAuthority(authority.url))
    context = SignContext(ISSUED_AT, "Sertifikat", "", "x")
    plain = signer.sign(render_pdf(make_signed_record()), context=context)
    authority.mode = "ok"
    assert plain.level == "B-B"
    assert examine(plain.pdf, keys.register).genuine


@pytest.mark.once
def test_only_our_own_evidence_may_stand_behind_a_seal(
    lifted: bytes, stamped: bytes, material: Material, authority: TimeServer
) -> None:
    keys = signing_keys()
    facts = examine(lifted, keys.register)
    assert facts.genuine, facts.problems
    assert facts.original_sha256 == examine(stamped, keys.register).sha256 != facts.sha256
    bare = lift(stamped, material)
    assert examine(bare, keys.register).genuine
    twice = lift(lifted, material)
    assert examine(twice, keys.register).original_sha256 == facts.original_sha256
    stranger = signing_keys("Suluh/twin").seal.entry.chain()
    theirs = tuple(one.public_bytes(Encoding.DER) for one in stranger)
    token = TimestampAuthority(authority.url).token(b"something else")
    inside = len(stamped) + 40
    flipped = lifted[:inside] + bytes([lifted[inside] ^ 1]) + lifted[inside + 1 :]
    hostile = {
        "a comment": lifted + b"% more\n",
        "a new line": bare + b"\n",
        "a stranger's chain": lift(stamped, Material(theirs, material.crls)),
        "no chain": lift(stamped, Material((), material.crls)),
        "a certificate more": lift(stamped, Material((*material.certificates, theirs[0]), material.crls)),
        "no list": lift(stamped, Material(material.certificates, (b"0\x030\x01\x00",))),
        "a token for something else": lift(stamped, Material(material.certificates, material.crls, token)),
        "one byte of the evidence": flipped,
        "a byte less": bare[:-1],
        "a page exchanged in the update": bare.replace(b"/DSS ", b"/OpenAction 1 0 R/DSS ", 1),
        "an object more": bare.replace(b"\n%%EOF\n", b"\n%%EOF\n9 0 obj\n<<>>\nendobj\n", 2),
        "the first file cut": lifted[1000:],
    }
    for what, file in hostile.items():
        judged = examine(file, keys.register)
        assert not judged.genuine, what
        assert not judged.original_sha256, what
    assert Problem.CHANGED_AFTER_SIGNING in examine(hostile["a stranger's chain"], keys.register).problems


@pytest.mark.oracle
@pytest.mark.once
def test_other_programs_read_the_evidence(lifted: bytes, tmp_path: Path, authority: TimeServer) -> None:
    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko_certvalidator import ValidationContext

    (tmp_path / "lifted.pdf").write_bytes(lifted)
    verdict = said("pdfsig", tmp_path / "lifted.pdf")
    assert "Signature is Valid" in verdict
    assert "Total document signed" in verdict
    assert "Error" not in verdict.replace("Unimplemented Feature", "")
    assert "No syntax or stream encoding errors" in said("qpdf", "--check", tmp_path / "lifted.pdf")
    roots = []
    for name, root in (("root", signing_keys().seal.entry.chain()[-1]), ("time", authority.certificate)):
        (tmp_path / f"{name}.pem").write_bytes(root.public_bytes(Encoding.PEM))
        roots.append(load_cert_from_pemder(str(tmp_path / f"{name}.pem")))
    reader = PdfFileReader(BytesIO(lifted))
    store = DocumentSecurityStore.read_dss(reader)
    assert (len(store.certs), len(store.crls)) == (2, 1)
    context = ValidationContext(trust_roots=roots, moment=ISSUED_AT, allow_fetching=False)
    seal, stamp = reader.embedded_signatures
    status = elsewhere(validate_pdf_signature, seal, context)
    assert status.bottom_line, status.pretty_print_details()
    assert status.docmdp_ok
    now = ValidationContext(trust_roots=roots, moment=VOUCHED, allow_fetching=False)
    vouched = elsewhere(validate_pdf_timestamp, stamp, now)
    assert (vouched.intact, vouched.valid, vouched.trusted) == (True, True, True)
    crl = x509.load_der_x509_crl(store.crls[0].get_object().data)
    assert crl.is_signature_valid(signing_keys().seal.entry.chain()[-1].public_key())  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_night_adds_a_copy_for_each_seal_once_and_people_download_the_newest(
    authority: TimeServer, client: Client, settings: Settings, demonstration: None
) -> None:
    settings.SULUH_KEY_DIR = key_folder()
    certificate = make_certificate(with_file=True)
    assert SealEvidence.objects.get(certificate=certificate).level == "B-B"
    first = filing.stored_path(certificate.file_sha256, "pdf").read_bytes()
    settings.TIMESTAMP_URL = authority.url
    authority.mode = "page"
    assert lasting.lift_all(at=AT) == 0
    authority.mode = "ok"
    assert lasting.lift_all(at=AT) == 1
    assert lasting.lift_all(at=AT) == 0
    row = LiftedFile.objects.get(certificate=certificate)
    assert (row.from_sha256, row.level) == (certificate.file_sha256, "B-LTA")
    assert LogEntry.objects.filter(certificate=certificate, kind="lifted", details__contains=row.file_sha256).exists()
    assert filing.stored_path(certificate.file_sha256, "pdf").read_bytes() == first
    assert certificate.user is not None
    client.force_login(certificate.user)
    download = client.get(reverse("certificates:download", args=[certificate.public_id]))
    newest = b"".join(download.streaming_content)  # type: ignore[attr-defined]
    assert newest.startswith(first)
    assert len(newest) > len(first)
    for file in (first, newest):
        assert judging.judge(examine(file, registering.public_register()), at=AT).answer == Answer.VALID


class Killed(BaseException):
    """A worker killed at this very step: nothing after it runs, its transaction is rolled back."""


@pytest.mark.django_db
def test_no_later_copy_survives_or_appears_after_an_erasure(
    settings: Settings, demonstration: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.SULUH_KEY_DIR, settings.CERTIFICATE_DIR = key_folder(), tmp_path
    home = make_organization(name="Balai")
    head = make_person(role=Role.ADMINISTRATOR, organization=home)
    killed, control, overtaken, lifted_before = (make_certificate(organization=home, with_file=True) for _ in range(4))
    first = {one.pk: filing.stored_path(one.file_sha256, "pdf").read_bytes() for one in Certificate.objects.all()}

    def papers(certificate: Certificate) -> int:
        """Files of the store that hold this paper, whatever their name."""
        return sum(path.read_bytes().startswith(first[certificate.pk]) for path in tmp_path.glob("*.pdf"))

    def erase(certificate: Certificate) -> None:
        done = erasing.erase_name(certificate, reason="Surat 7/2026", actor=head, at=AT)
        erasing.remove_files(done.pk, at=AT)

    def lift_only(certificate: Certificate) -> bool:
        evidence = SealEvidence.objects.select_related("certificate").get(certificate=certificate)
        seal = signing_keys_of_folder().seal.entry
        crl = revocation_list(settings.SULUH_KEY_DIR, seal, registering.public_register(), at=AT)
        return lasting.lift_one(evidence, seal, crl, at=AT)

    def die(*_args: object, **_named: object) -> None:
        raise Killed

    # Killed after storing and before naming: no row knows the copy. The erasure, and the next night, find it by a note.
    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as asked:
        patch.setattr(log, "append", die)
        for one in (killed, control, lifted_before):
            with pytest.raises(Killed):
                lift_only(one)
    if connection.vendor == "postgresql":  # the row is held meanwhile, so an erasure waits
        assert any("FOR NO KEY UPDATE" in query["sql"] for query in asked)
    assert not LiftedFile.objects.exists()
    assert [papers(one) for one in (killed, control, overtaken, lifted_before)] == [2, 2, 1, 2]
    erase(killed)
    storing.announcement(control.file_sha256).unlink()
    erase(control)
    assert (papers(killed), papers(control)) == (0, 1)  # without the note a copy with the name would have stayed
    assert lift_only(lifted_before)
    assert papers(lifted_before) == 2  # the paper and one copy: what the killed worker stored is gone
    assert not storing.announced(lifted_before.file_sha256)
    said = StringIO()
    call_command("check_files", stdout=said)
    assert "5 of 5 files are whole" in said.getvalue()  # two papers, two credentials, one copy
    copy = filing.stored_path(LiftedFile.objects.get().file_sha256, "pdf")
    copy.write_bytes(b"x")
    with pytest.raises(SystemExit):
        call_command("check_files", stdout=said, stderr=said)
    assert f"changed: {copy}" in said.getvalue()
    erase(lifted_before)

    # Erased while the copy was being made: nothing is stored any more.
    def lift_and_erase(pdf: bytes, material: Material) -> bytes:
        erase(overtaken)
        return lift(pdf, material)

    monkeypatch.setattr(lasting, "lift", lift_and_erase)
    assert not lift_only(overtaken)
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert len(left) == 1, left  # the one of the negative control


@pytest.mark.django_db
def test_only_the_pinned_authority_is_believed_and_copies_are_stamped_anew_before_its_certificate_ends(
    authority: TimeServer, settings: Settings, demonstration: None, tmp_path: Path
) -> None:
    settings.SULUH_KEY_DIR, settings.TIMESTAMP_RENEW_DAYS = key_folder(), 30
    ends, later = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 2, 20, tzinfo=UTC)
    first = TimeServer("Waktu Pertama", root="Induk Waktu", ends=ends)
    second = TimeServer("Waktu Kedua", root="Induk Waktu", at=later)
    (tmp_path / "root.pem").write_bytes(first.root.public_bytes(Encoding.PEM))
    (tmp_path / "lists.pem").write_bytes(revocation_list_of("Induk Waktu", at=later) + b"-----BEGIN ")
    settings.TIMESTAMP_CA, settings.TIMESTAMP_CRL = str(tmp_path / "root.pem"), str(tmp_path / "lists.pem")
    filing._signer.cache_clear()
    settings.TIMESTAMP_URL = first.url
    certificate = make_certificate(with_file=True)
    assert SealEvidence.objects.get(certificate=certificate).level == "B-T"
    # An authority under another root, one whose certificate has ended, and a root that cannot be read: no copy.
    settings.TIMESTAMP_URL = authority.url
    assert lasting.lift_all(at=AT) == 0
    ended = TimeServer("Waktu Lalu", root="Induk Waktu", ends=datetime(2026, 1, 1, tzinfo=UTC))
    settings.TIMESTAMP_URL = ended.url
    assert lasting.lift_all(at=AT) == 0
    settings.TIMESTAMP_URL, settings.TIMESTAMP_CA = first.url, str(tmp_path / "none.pem")
    assert lasting.lift_all(at=AT) == 0
    assert [found.id for found in checks.pinned_time_authority(None)] == ["certificates.W004"]
    settings.TIMESTAMP_CA = str(tmp_path / "root.pem")
    assert checks.pinned_time_authority(None) == []
    assert lasting.lift_all(at=AT) == 1
    row = LiftedFile.objects.get(certificate=certificate)
    assert (row.level, row.stamped_until) == ("B-LTA", ends)
    # Not before it is time; then not by the same certificate again, which would carry no further.
    assert lasting.lift_all(at=ends - timedelta(days=31)) == 0
    asked = first.asked
    assert lasting.lift_all(at=ends - timedelta(days=9)) == 0
    assert (first.asked, LiftedFile.objects.count()) == (asked + 1, 1)
    settings.TIMESTAMP_URL = second.url
    assert lasting.lift_all(at=later) == 1
    assert lasting.lift_all(at=later) == 0
    newest = LiftedFile.objects.order_by("-id")[0]
    assert (newest.from_sha256, newest.level) == (row.file_sha256, "B-LTA")
    pdf = filing.stored_path(newest.file_sha256, "pdf").read_bytes()
    split = parts_of(pdf)
    assert split is not None
    held = split[1][-1]
    authorities = [one.public_bytes(Encoding.DER) for one in (first.certificate, first.root)]
    assert held.certificates[-2:] == tuple(authorities)
    assert [x509.load_der_x509_crl(crl).issuer == first.root.subject for crl in held.crls] == [False, True]
    verdict = judging.judge(examine(pdf, registering.public_register()), at=later)
    assert (verdict.answer, verdict.facts.issued_sha256) == (Answer.VALID, certificate.file_sha256)
    assert _stamps_hold(pdf, root=first.root, moment=later) == [True, True]
    # The chain of an authority that vouched for nothing in the file is no evidence, and no list of a stranger is.
    theirs = authority.certificate.public_bytes(Encoding.DER)
    crl = x509.load_pem_x509_crl(revocation_list_of("Induk Lain", at=later)).public_bytes(Encoding.DER)
    for wrong in (Material((*held.certificates, theirs), held.crls), Material(held.certificates, (*held.crls, crl))):
        assert not examine(lift(pdf, wrong), registering.public_register()).genuine
    # What was lifted while there was no authority is stamped when there is one.
    settings.TIMESTAMP_URL = ""
    filing._signer.cache_clear()
    plain = make_certificate(with_file=True)
    assert lasting.lift_all(at=later) == 1
    settings.TIMESTAMP_URL = second.url
    assert lasting.lift_all(at=later) == 1
    levels = LiftedFile.objects.filter(certificate=plain).order_by("id").values_list("level", flat=True)
    assert list(levels) == ["B-B+DSS", "B-LTA"]
    for server in (first, second, ended):
        server.close()
    filing._signer.cache_clear()


def _stamps_hold(pdf: bytes, *, root: x509.Certificate, moment: datetime) -> list[bool]:
    """What pyHanko says of each time-stamp over the whole file so far."""
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_timestamp
    from pyhanko_certvalidator import ValidationContext

    trusted = [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER))]
    stamps = PdfFileReader(BytesIO(pdf)).embedded_timestamp_signatures
    context = ValidationContext(trust_roots=trusted, moment=moment, allow_fetching=False)
    verdicts = [elsewhere(validate_pdf_timestamp, stamp, context) for stamp in stamps]
    return [verdict.intact and verdict.valid and verdict.trusted for verdict in verdicts]
