"""Whoever guesses finds nothing and is stopped; an office behind one address is not."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from certificates import codes
from tests.factories_accounts import make_person
from tests.factories_certificates import make_certificate


@pytest.mark.once  # the limits live in Redis
@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_a_thousand_guessed_codes_find_nothing_and_an_office_of_three_hundred_is_answered(client: Client) -> None:
    cache.clear()
    certificate = make_certificate(person=make_person(name="Ani Lestari"))
    asked = {"number": certificate.number, "name": "Ani Lestari"}
    address = reverse("certificates:verify_number")
    assert {client.post(address, asked).status_code for _person in range(300)} == {302}
    guessed = [client.get(reverse("certificates:show", args=[codes.new_code()])).status_code for _guess in range(1_000)]
    assert (guessed.count(404), guessed.count(429)) == (120, 880)
    # The same address still gets the answer about a paper that is there.
    assert {client.get(certificate.get_absolute_url()).status_code for _person in range(30)} == {200}
    assert client.post(address, asked).status_code == 302
