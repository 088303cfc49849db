"""Papers issued before the product was upgraded: the newer schema finds them, byte for byte and genuine."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from certificates import accompanying, filing, judging
from certificates.checking import examine
from certificates.models import Certificate
from certificates.registering import public_register
from config.migrating import QuickExecutor, quickly
from tests.factories_accounts import AT
from tests.factories_certificates import make_certificate, signing_keys

#: Papers, log, credentials and tokens there are; no designs, no lists, no trust bundle.
OLDER = "0009_credential_and_token"
FACTS = ("code", "number", "record_text", "record_sha256", "signature", "name_member", "file_sha256", "issued_at")


def move(target: str) -> None:
    """Migrate the certificates' tables to this state."""
    with quickly():
        QuickExecutor(connection).migrate([("certificates", target)])


def stored() -> dict[str, Any]:
    return Certificate.objects.values(*FACTS).get()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demonstration")
def test_an_upgrade_of_the_schema_leaves_an_issued_paper_as_it_was() -> None:
    certificate = make_certificate(with_file=True)
    paper, before = filing.stored_path(certificate.file_sha256, "pdf").read_bytes(), stored()
    leaves = [name for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes() if app == "certificates"]
    newer = set(connection.introspection.table_names())
    move(OLDER)
    gone = newer - set(connection.introspection.table_names())
    assert {"certificates_paperdesign", "certificates_trustbundleissue"} <= gone, "the schema really was an older one"
    move(*leaves)
    assert stored() == before
    assert filing.stored_path(before["file_sha256"], "pdf").read_bytes() == paper
    signed = filing.signed_record(Certificate.objects.get())
    again = filing.paper_of(signed, accompanying.accompany(Certificate.objects.get(), signed, keys=signing_keys()))
    assert filing.seal(again, Certificate.objects.get(), keys=signing_keys()) == paper
    verdict = judging.judge(examine(paper, public_register()), at=AT)
    assert (verdict.answer, verdict.same_file) == (judging.Answer.VALID, True)
