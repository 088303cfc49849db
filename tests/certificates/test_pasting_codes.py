"""Every field that takes a code takes it as people paste it: gaps, dashes, small letters, broken lines, an address."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import first_codes
from accounts.models import Role
from certificates import codes
from certificates.coverage import split_codes
from certificates.models import Certificate
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import make_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

SHAPES: dict[str, Callable[[str], str]] = {
    "as printed": lambda code: code,
    "small letters": str.lower,
    "spaces": lambda code: f"  {code.replace('-', ' ')} ",
    "one word": lambda code: code.replace("-", ""),
    "long dashes": lambda code: code.replace("-", " – "),
    "broken lines": lambda code: f"{code[:7]}\r\n{code[7:]}\n",
    "hard spaces": lambda code: code.replace("-", " "),
}
ADDRESSES: dict[str, Callable[[str], str]] = {
    "address": lambda code: f"https://suluh.example.go.id/v/{code}",
    "address with more": lambda code: f" https://suluh.example.go.id/v/{code.lower()}/?x=1#abc ",
}


@pytest.mark.parametrize("shape", [*SHAPES, *ADDRESSES])
def test_the_fields_of_a_certificates_code_take_every_shape(client: Client, shape: str) -> None:
    certificate = make_certificate()
    pasted = (SHAPES | ADDRESSES)[shape](certificate.code)
    answer = client.get(reverse("certificates:verify"), {"kode": pasted})
    assert (answer.status_code, answer["Location"]) == (302, certificate.get_absolute_url())
    trainer = make_person(name="Budi", role=Role.TRAINER, organization=certificate.issuer)
    client.force_login(trainer)
    answer = client.get(reverse("certificates:replacements"), {"kode": pasted})
    wanted = reverse("certificates:request_replacement", args=[certificate.public_id])
    assert (answer.status_code, answer["Location"]) == (302, wanted)


@pytest.mark.parametrize("shape", [*SHAPES, *ADDRESSES])
def test_a_list_of_codes_takes_every_shape_one_a_line(client: Client, shape: str) -> None:
    home = make_organization(name="Balai")
    certificates = [make_certificate(organization=home) for _number in range(2)]
    client.force_login(make_person(name="Kepala", role=Role.PIMPINAN, organization=home))
    pasted = "\r\n\r\n".join((SHAPES | ADDRESSES)[shape](one.code) for one in certificates)
    text = client.post(reverse("certificates:check_list"), {"codes": pasted}).content.decode()
    assert [text.count(f'href="{one.get_absolute_url()}"') for one in certificates] == [1, 1]
    assert "2 kode" in text


@pytest.mark.parametrize("shape", [*SHAPES, *ADDRESSES])
def test_the_form_of_the_page_not_recorded_takes_every_shape(client: Client, shape: str) -> None:
    certificate = make_certificate()
    page = client.get(f"/v/{codes.new_code()}")
    form = re.search(r'<form method="get" action="([^"]+)">.*<input [^>]*name="(\w+)"', page.content.decode())
    assert form is not None
    answer = client.get(form[1], {form[2]: (SHAPES | ADDRESSES)[shape](certificate.code)})
    assert (page.status_code, answer.status_code) == (404, 302)
    assert answer["Location"] == certificate.get_absolute_url()


def test_broken_lines_are_joined_only_where_they_make_a_code() -> None:
    one, two = codes.new_code(), codes.new_code()
    wrong = one[:-1] + ("A" if one[-1] != "A" else "C")
    pieces = one.split("-")
    assert split_codes(f"{one[:8]}\n\n{one[8:]}\t Ani\n{two}") == [f"{one[:8]} {one[8:]}", two]
    assert split_codes("\n".join(pieces)) == [" ".join(pieces)]
    assert split_codes(f"Daftar\n/v/{one}\n123\n{two}") == ["Daftar", f"/v/{one}", "123", two]
    assert split_codes(f"{wrong[:8]}\n{wrong[8:]}") == [wrong[:8], wrong[8:]]
    assert split_codes(f"{one[:8]}\n{two}\n{one[8:]}") == [one[:8], two, one[8:]]
    assert len(split_codes("A\n" * 100_000)) == 100_000


def test_a_list_of_300_pasted_codes_is_taken_whole(client: Client) -> None:
    home = make_organization(name="Balai")
    certificate = make_certificate(organization=home)
    client.force_login(make_person(name="Kepala", role=Role.PIMPINAN, organization=home))
    pasted = "\n".join([certificate.code.lower().replace("-", " ")] * 300)
    text = client.post(reverse("certificates:check_list"), {"codes": pasted}).content.decode()
    assert text.count(f'href="{certificate.get_absolute_url()}"') == 300


@pytest.mark.parametrize("shape", SHAPES)
def test_the_first_code_takes_every_shape(client: Client, shape: str) -> None:
    home = make_organization(name="Dinas")
    trainer = make_person(name="Budi", role=Role.TRAINER, organization=home)
    person = make_person(name="Ani", number="PST-1", role=Role.PARTICIPANT, organization=home, phone="081234567890")
    [(_person, code)] = first_codes.issue([person], actor=trainer, at=timezone.now())
    pasted = SHAPES[shape](first_codes.grouped(code))
    typed = {"participant_number": " pst-1 ", "code": pasted, "digits": "7890"}
    answer = client.post(reverse("accounts:redeem"), typed)
    assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:redeem_password"))


@pytest.mark.parametrize(
    "shape",
    [
        str.lower,
        lambda number: number.replace("/", " / "),
        lambda number: f" {number[:9]}\r\n{number[9:]}",
        lambda number: number.replace("-", "–"),
    ],
)
def test_the_printed_number_takes_every_shape(client: Client, shape: Callable[[str], str]) -> None:
    home = make_organization(name="Balai", code="BBPPKS-V")
    certificate = make_certificate(organization=home, person=make_person(name="Ani Lestari"))
    assert "-" in certificate.number
    asked = {"number": shape(certificate.number), "name": "ani lestari"}
    answer = client.post(reverse("certificates:verify_number"), asked)
    assert (answer.status_code, answer["Location"]) == (302, certificate.get_absolute_url())
    assert Certificate.objects.count() == 1
