"""Changes of one certificate at the same moment, on PostgreSQL; and without the lock the fault appears."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import Role, User
from certificates import errors, revocations, revoking
from certificates.models import Certificate
from certificates.status import lists, publishing
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, signing_keys
from tests.threads import at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demonstration"),
]


def staff(certificate: Certificate) -> tuple[User, User, User]:
    """One who asks, two who may agree."""
    home = certificate.issuer
    return (
        make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home),
        make_person(name="Wati", role=Role.PIMPINAN, organization=home),
        make_person(name="Eko", role=Role.PIMPINAN, organization=home),
    )


def tried(verb: Any, *given: Any, **facts: Any) -> None:
    with suppress(errors.CertificateError):
        verb(*given, **facts)


def test_two_people_agree_at_once_and_the_lists_are_published_twice_at_once() -> None:
    certificate = make_certificate(organization=make_organization(name="Balai"))
    citra, wati, eko = staff(certificate)
    asked = revocations.request(certificate, reason="Terdaftar dua kali", actor=citra, at=AT)
    at_once([partial(tried, revocations.agree, asked, actor=person, at=AT) for person in (wati, eko)])
    assert [change.status for change in certificate.status_changes.all()] == ["revoked"]
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by in (wati, eko)) == ("agreed", True)
    keys = signing_keys()
    at_once([partial(publishing.publish, keys, at=AT) for _worker in range(3)])
    for purpose in lists.PURPOSES:
        newest = lists.newest("1", purpose)
        assert newest is not None
        assert newest.sequence == newest.list.issues.filter(purpose=purpose).count() == 1
    assert publishing.places_of("1", "revocation") == (certificate.status_index,)


@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "control: without the lock"])
def test_a_suspension_never_follows_a_revocation(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate(organization=make_organization(name="Balai"))
    citra, wati, _eko = staff(certificate)
    asked = revocations.request(certificate, reason="Terdaftar dua kali", actor=citra, at=AT)
    both, seen = threading.Barrier(2), []
    require_change = revoking.require_change

    def wait_for_the_other(before: str, status: str) -> None:
        seen.append(before)
        with suppress(threading.BrokenBarrierError):
            both.wait(1 if locked else 20)
        require_change(before, status)

    monkeypatch.setattr(revoking, "require_change", wait_for_the_other)
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    at_once(
        [
            partial(tried, revoking.suspend, certificate, reason="Diperiksa", actor=citra, at=AT),
            partial(tried, revocations.agree, asked, actor=wati, at=AT),
        ]
    )
    changes = [change.status for change in certificate.status_changes.order_by("id")]
    if locked:
        assert seen[1] == changes[0], "the second was judged by what the first had made of it"
        assert changes in (["suspended", "revoked"], ["revoked"])
        assert revoking.last_status(certificate) == "revoked"
    else:
        assert seen == ["valid", "valid"], "both were judged by a status that was the last no more"
        assert sorted(changes) == ["revoked", "suspended"]
