"""What goes with the paper: made once, repeatable to the byte, and given to those who may see the certificate."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from certificates import accompanying, errors, filing, issuing
from certificates.credential.reading import read_credential
from certificates.models import Certificate, LogEntry
from certificates.offline.token import read_token
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_the_credential_is_taken_along_in_four_forms_by_those_who_may_see_it(client: Client) -> None:
    certificate = make_certificate(with_file=True)
    record = certificate.record_text.encode()
    assert certificate.user is not None
    client.force_login(certificate.user)
    given: dict[str, bytes] = {}
    for name, content_type in {
        "credential": "application/vc",
        "credential_jwt": "application/jwt",
        "badge": "image/png",
        "badge_svg": "image/svg+xml",
    }.items():
        address = reverse(f"certificates:{name}", args=[certificate.public_id])
        answer = client.get(address)
        given[name] = answer.content
        assert answer["Content-Type"] == content_type
        assert certificate.code in answer["Content-Disposition"]
        assert "private" in answer["Cache-Control"]
        facts = read_credential(answer.content, signing_keys().register)
        assert facts.genuine, (name, facts.problems)
        assert (facts.code, facts.record_sha256) == (certificate.code, hashlib.sha256(record).hexdigest())
        assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
        assert client.get(address).content == answer.content
    assert hashlib.sha256(given["credential"]).hexdigest() == certificate.credential_sha256
    assert read_credential(given["badge"], signing_keys().register).sha256 == certificate.credential_sha256
    # The holder's page leads to each, and says who needs a JWT; where none is stored it leads to none.
    token = reverse("certificates:credential_jwt", args=[certificate.public_id])
    page = client.get(reverse("certificates:mine")).content.decode()
    assert all(reverse(f"certificates:{name}", args=[certificate.public_id]) in page for name in given)
    assert "Hanya untuk sistem instansi lain yang meminta JWT" in page
    filing.stored_path(certificate.credential_sha256, "jwt").unlink()
    assert token not in client.get(reverse("certificates:mine")).content.decode()
    stranger = make_person(name="Dewi", organization=make_organization(name="Lain"))
    client.force_login(stranger)
    address = reverse("certificates:badge", args=[certificate.public_id])
    assert client.get(address).status_code == 404
    # Once the name is erased nothing that carries it is given, also to a browser that kept it.
    client.force_login(certificate.user)
    Certificate.objects.filter(pk=certificate.pk).update(name_member="", token="")
    kept = {"if-none-match": f'"{certificate.credential_sha256}-lencana.png"'}
    assert client.get(address, headers=kept).status_code == 404
    assert client.get(reverse("certificates:credential", args=[certificate.public_id])).status_code == 404


def test_what_goes_with_the_paper_is_made_again_to_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate()
    signed, keys = filing.signed_record(certificate), signing_keys()
    with monkeypatch.context() as patch:
        patch.setattr(accompanying, "_name", lambda *_work, **_keys: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            accompanying.accompany(certificate, signed, keys=keys)
    first = accompanying.accompany(certificate, signed, keys=keys)
    certificate.refresh_from_db()
    assert certificate.credential_sha256 == hashlib.sha256(first.credential).hexdigest()
    assert read_token(first.token).code == certificate.code
    for kind in ("json", "jwt"):
        path = filing.stored_path(certificate.credential_sha256, kind)
        kept = path.read_bytes()
        path.unlink()
        assert accompanying.accompany(certificate, signed, keys=keys) == first
        assert path.read_bytes() == kept
    other = Certificate.objects.get(pk=certificate.pk)
    other.credential_sha256, other.token = "", ""
    assert accompanying.accompany(other, signed, keys=keys) == first
    filing.stored_path(certificate.credential_sha256, "json").write_bytes(b"{}")
    with pytest.raises(filing.FileNotMade):
        accompanying.accompany(certificate, signed, keys=keys)
    filing.stored_path(certificate.credential_sha256, "json").write_bytes(first.credential)
    filing.make_file(certificate.pk, keys=keys, at=AT)
    entry = LogEntry.objects.get(certificate=certificate, kind="filed")
    assert certificate.credential_sha256 in entry.details


def test_without_a_key_for_codes_nothing_is_issued_and_nothing_filed() -> None:
    certificate, keys = make_certificate(), replace(signing_keys(), code=None, folder=None)
    with pytest.raises(errors.NoCodeKey):
        issuing.check_installation(keys, at=AT)
    with pytest.raises(filing.FileNotMade, match="K2"):
        filing.make_file(certificate.pk, keys=keys, at=AT)
    certificate.refresh_from_db()
    assert (certificate.credential_sha256, certificate.file_sha256) == ("", "")


@pytest.mark.oracle
def test_the_file_carries_record_and_credential_byte_for_byte(tmp_path: Path) -> None:
    certificate = make_certificate(with_file=True)
    pdf = filing.stored_path(certificate.file_sha256, "pdf")
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, pdf], check=True, capture_output=True)
    carried = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert carried == {
        "suluh-record.json": filing.signed_record(certificate).pack(),
        "credential.json": filing.stored_path(certificate.credential_sha256, "json").read_bytes(),
    }
