"""After a move to another address the papers of before are answered under both names, for ever."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from certificates import filing, judging, registering
from certificates.checking import examine
from certificates.judging import Answer
from tests.factories_certificates import make_certificate

OLD, NEW = "sertifikat.lama.example", "sertifikat.baru.example"


@pytest.mark.django_db
def test_old_papers_verify_under_the_old_and_the_new_name(
    client: Client, settings: Settings, demonstration: None
) -> None:
    settings.PUBLIC_BASE_URL, settings.ALLOWED_HOSTS = f"https://{OLD}", [OLD]
    certificate = make_certificate(with_file=True)
    settings.PUBLIC_BASE_URL, settings.FORMER_HOSTS, settings.ALLOWED_HOSTS = f"https://{NEW}", [OLD], [NEW, OLD]
    for host in (OLD, NEW):
        page = client.get(certificate.get_absolute_url(), headers={"host": host})
        assert "Tercatat dan berlaku" in page.content.decode()
    pdf = filing.stored_path(certificate.file_sha256, "pdf").read_bytes()
    assert judging.judge(examine(pdf, registering.public_register()), at=timezone.now()).answer == Answer.VALID
    documents = {host: client.get(reverse("certificates:did"), headers={"host": host}).json() for host in (OLD, NEW)}
    assert {host: document["id"] for host, document in documents.items()} == {
        OLD: f"did:web:{OLD}",
        NEW: f"did:web:{NEW}",
    }
    assert f"did:web:{OLD}#{certificate.key_id}" in documents[OLD]["assertionMethod"]
    assert client.get(certificate.get_absolute_url(), headers={"host": "lain.example"}).status_code == 400
    later = make_certificate()
    assert NEW in later.record_text
    assert OLD not in later.record_text
