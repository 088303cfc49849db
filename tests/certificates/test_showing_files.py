"""A PDF that somebody shows: each fact apart, the register's word beside the file's, one answer for each fault."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from certificates import filing, judging
from certificates.checking import LARGEST_FILE, examine
from certificates.codes import new_code
from certificates.judging import Answer, Verdict
from certificates.keys import SigningKeys, load_signing_keys
from certificates.keys.making import Owner
from certificates.models import Certificate
from certificates.record import Holder, SignedRecord, read_record
from certificates.registering import public_register
from certificates.rendering import render_pdf
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import PASSPHRASE, make_certificate, revoke, signing_keys
from tests.kept_keys import keys_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def pdf_of(certificate: Certificate) -> bytes:
    return filing.stored_path(certificate.file_sha256, "pdf").read_bytes()


def judged(pdf: bytes) -> Verdict:
    return judging.judge(examine(pdf, public_register()), at=timezone.now())


@pytest.fixture
def stranger(tmp_path: Path) -> SigningKeys:
    """Keys with the very same names in them, made by somebody else."""
    owner = Owner("Balai Contoh", demo=True)
    keys_in(tmp_path / "keys", passphrase=PASSPHRASE, owner=owner, at=AT, which="stranger")
    return load_signing_keys(tmp_path / "keys")


def test_the_original_file_is_genuine_recorded_and_valid() -> None:
    certificate = make_certificate(with_file=True)
    verdict = judged(pdf_of(certificate))
    assert verdict.answer == Answer.VALID
    assert (verdict.same_record, verdict.same_file) == (True, True)


def test_one_changed_byte_is_seen() -> None:
    pdf = bytearray(pdf_of(make_certificate(with_file=True)))
    pdf[len(pdf) // 3] ^= 1
    assert judged(bytes(pdf)).answer in {Answer.ALTERED, Answer.UNREADABLE}


def test_something_appended_after_the_seal_is_seen() -> None:
    pdf = pdf_of(make_certificate(with_file=True))
    assert judged(pdf + b"\n%more\n").answer == Answer.ALTERED


def test_a_twin_sealed_with_another_key_is_refused_even_when_its_hash_is_not_looked_at(stranger: SigningKeys) -> None:
    certificate = make_certificate(with_file=True)
    twin = filing.seal(render_pdf(filing.signed_record(certificate)), certificate, keys=stranger)
    facts = examine(twin, public_register())
    verdict = judging.judge(facts, at=timezone.now())
    assert verdict.answer == Answer.OTHER_KEY
    assert verdict.standing is not None
    blind = replace(verdict.standing, certificate=_without_hash(verdict.standing.certificate))
    assert judging.weigh(facts, blind).answer == Answer.OTHER_KEY


def _without_hash(certificate: Certificate) -> Certificate:
    certificate.file_sha256 = ""
    return certificate


def test_our_own_seal_on_other_bytes_is_not_the_issued_file() -> None:
    """What a stolen seal key alone could make: genuine by itself, but not what the register stored."""
    certificate = make_certificate(with_file=True)
    paper = render_pdf(filing.signed_record(certificate))
    certificate.issued_at += timedelta(seconds=5)
    again = filing.seal(paper, certificate, keys=signing_keys())
    assert judged(again).answer == Answer.OTHER_FILE


def test_another_name_in_the_file_is_seen() -> None:
    certificate = make_certificate(with_file=True)
    signed = filing.signed_record(certificate)
    holder = Holder(name="Dewi Palsu", salt=signed.holder.salt)
    forged_record = replace(read_record(signed.record_bytes), holder=holder.digest())
    forged = SignedRecord(forged_record.canonical(), holder, signed.signature)
    pdf = filing.seal(render_pdf(forged), certificate, keys=signing_keys())
    verdict = judged(pdf)
    assert verdict.answer == Answer.NOT_GENUINE
    assert verdict.file_name == "Dewi Palsu"
    assert verdict.standing is not None
    assert verdict.standing.holder_name != "Dewi Palsu"


def test_a_file_of_ours_without_a_row_says_so() -> None:
    certificate = make_certificate()
    signed = filing.signed_record(certificate)
    other = replace(read_record(signed.record_bytes), code=new_code())
    lost = SignedRecord(other.canonical(), signed.holder, signing_keys().record.sign(other.canonical()))
    pdf = filing.seal(render_pdf(lost), certificate, keys=signing_keys())
    verdict = judged(pdf)
    assert verdict.facts.genuine
    assert verdict.answer == Answer.NOT_RECORDED


def test_facts_that_differ_from_the_register_are_seen() -> None:
    certificate = make_certificate()
    signed = filing.signed_record(certificate)
    other = replace(read_record(signed.record_bytes), result="Lulus dengan pujian")
    changed = SignedRecord(other.canonical(), signed.holder, signing_keys().record.sign(other.canonical()))
    pdf = filing.seal(render_pdf(changed), certificate, keys=signing_keys())
    assert judged(pdf).answer == Answer.DIFFERS


def test_an_unsigned_copy_and_a_plain_file_have_answers_of_their_own() -> None:
    certificate = make_certificate()
    assert judged(render_pdf(filing.signed_record(certificate))).answer == Answer.UNSIGNED
    for junk in (b"", b"hello", b"%PDF-1.7\nnothing"):
        assert judged(junk).answer == Answer.UNREADABLE


def test_a_revoked_certificate_has_a_genuine_file_and_is_revoked() -> None:
    home = make_organization(name="Balai")
    certificate = make_certificate(organization=home, with_file=True)
    revoke(certificate, reason="Keliru", at=timezone.now())
    verdict = judged(pdf_of(certificate))
    assert verdict.facts.genuine
    assert verdict.answer == Answer.REVOKED


def test_the_upload_page_shows_the_register_beside_the_file(client: Client, stranger: SigningKeys) -> None:
    certificate = make_certificate(person=make_person(name="Ani Lestari"), with_file=True)
    good = _upload(client, pdf_of(certificate))
    assert "Berkas asli, tercatat dan berlaku" in good
    assert "Ani Lestari" in good
    twin = filing.seal(render_pdf(filing.signed_record(certificate)), certificate, keys=stranger)
    bad = _upload(client, twin)
    assert "Ditandatangani, tetapi bukan oleh kami" in bad
    assert "Segel Sertifikat - Balai Contoh" in bad  # what the twin calls itself


def _upload(client: Client, pdf: bytes, status: int = 200) -> str:
    file = SimpleUploadedFile("sertifikat.pdf", pdf, "application/pdf")
    response = client.post(reverse("certificates:verify_file"), {"file": file})
    assert response.status_code == status
    return response.content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    text = _upload(client, b"%PDF-1.7" + b"0" * LARGEST_FILE, 400)
    assert "terlalu besar" in text


def test_the_command_says_it_by_words_json_and_exit_status(tmp_path: Path) -> None:
    certificate = make_certificate(with_file=True)
    good, bad, none = tmp_path / "good.pdf", tmp_path / "bad.pdf", tmp_path / "none.pdf"
    good.write_bytes(pdf_of(certificate))
    bad.write_bytes(pdf_of(certificate) + b"x")
    none.write_bytes(b"not a pdf")
    out = StringIO()
    call_command("verify_certificate", str(good), stdout=out)
    assert "Berkas asli, tercatat dan berlaku" in out.getvalue()
    for files, status in (([bad], 1), ([none], 2), ([good, bad, none], 2), ([tmp_path / "missing.pdf"], 2)):
        with pytest.raises(SystemExit) as ended:
            call_command("verify_certificate", *map(str, files), "--json", stdout=out)
        assert ended.value.code == status
    last = json.loads(out.getvalue().splitlines()[-2])
    assert (last["answer"], last["problems"]) == ("unreadable", ["not_pdf"])


def test_what_cannot_be_opened_is_told_from_what_is_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "nowhere.pdf").symlink_to(tmp_path / "gone")
    names = ("empty.pdf", "missing.pdf", "nowhere.pdf", "")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_certificate", *(str(tmp_path / name) for name in names), "--json")
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert [json.loads(line)["problems"] for line in said.out.splitlines()] == [["empty"], *[["not_opened"]] * 3]
    assert [line.rpartition(": ")[2] for line in said.err.splitlines()] == [
        *["No such file or directory"] * 2,
        "Is a directory",
    ]
    piped = TextIOWrapper(BytesIO(pdf_of(make_certificate(with_file=True))))
    monkeypatch.setattr(sys, "stdin", piped)
    call_command("verify_certificate", "-", stdout=(out := StringIO()))
    assert out.getvalue().startswith("-: Berkas asli, tercatat dan berlaku")


def test_outside_the_demonstration_a_specimen_is_still_called_one(client: Client) -> None:
    certificate = make_certificate(with_file=True)
    with override_settings(SULUH_DEMO=False):
        assert "CONTOH" in _upload(client, pdf_of(certificate))
