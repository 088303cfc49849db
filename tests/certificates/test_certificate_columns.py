"""Certificates as columns of the angkatan page."""

from __future__ import annotations

import pytest
import time_machine

from courses.columns import columns_of
from tests.factories_accounts import AT
from tests.factories_certificates import make_award, make_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_a_certificate_stands_with_its_number_and_what_it_is_worth_today() -> None:
    with time_machine.travel(AT, tick=False):
        paper = make_certificate()
        assert paper.enrolment is not None
        found = columns_of([paper.enrolment])
    assert found.of(paper.enrolment.pk, f"number-{paper.kind}") == paper.number
    assert str(found.of(paper.enrolment.pk, f"certificate-{paper.kind}")) == "Berlaku"


def test_what_is_still_to_come_says_what_it_waits_for() -> None:
    award = make_award()
    found = columns_of([award.enrolment])
    assert str(found.of(award.enrolment.pk, f"certificate-{award.kind}")) == award.get_state_display()
    assert found.of(award.enrolment.pk, f"number-{award.kind}") is None
