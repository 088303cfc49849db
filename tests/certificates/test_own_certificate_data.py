"""A person's own export holds the certificates and awards, and nobody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts import exporting
from accounts.models import User
from tests.factories_accounts import AT, make_person
from tests.factories_certificates import make_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def export(user: User) -> Any:
    return json.loads(json.dumps(exporting.own_data(user, on=AT.date()), cls=DjangoJSONEncoder))


def test_certificates_and_awards_are_in_the_export_and_nobody_elses() -> None:
    mine, other = make_certificate(), make_certificate()
    assert mine.user is not None
    found = export(mine.user)
    (one,) = found["certificates"]["certificates"]
    assert (one["number"], one["code"], one["training"]) == (mine.number, mine.code, mine.training)
    assert [award["state"] for award in found["certificates"]["awards"]] == ["issued"]
    words = json.dumps(found)
    assert other.code not in words
    assert export(make_person(name="Siapa"))["certificates"] == {"certificates": [], "awards": []}


def test_every_app_is_in_the_export_and_no_key_of_any_kind() -> None:
    certificate = make_certificate()
    assert certificate.user is not None
    found = export(certificate.user)
    assert {"courses", "assessments", "certificates"} <= set(found)
    words = json.dumps(found)
    assert "PRIVATE" not in words
    assert '"correct"' not in words
    assert '"token' not in words
