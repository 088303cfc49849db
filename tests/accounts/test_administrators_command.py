from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Role, User
from accounts.roles import has_role
from tests.factories_accounts import make_organization

pytestmark = pytest.mark.django_db


def test_the_first_administrator_comes_in_with_a_printed_first_code(client: Client) -> None:
    make_organization(name="Kementerian")
    out = StringIO()
    call_command("create_administrator", "adm-1", "Citra", "--phone", "0812 3456 7890", stdout=out)
    number, code, _page = out.getvalue().split()
    client.post("/masuk/kode/", {"participant_number": number, "code": code, "digits": "7890"})
    new = {"password1": "kalimat baru yang panjang", "password2": "kalimat baru yang panjang"}
    assert client.post("/masuk/kode/sandi/", new).headers["Location"] == "/mulai/"
    citra = User.objects.get(participant_number="ADM-1")
    assert has_role(citra, Role.ADMINISTRATOR)
    assert not citra.is_superuser


def test_a_taken_number_and_a_missing_organization_are_refused_in_one_line() -> None:
    with pytest.raises(CommandError, match="load_reference"):
        call_command("create_administrator", "adm-1", "Citra")
    make_organization(code="KEMENSOS")
    with pytest.raises(CommandError, match="--phone"):
        call_command("create_administrator", "adm-1", "Citra", "--organization", "KEMENSOS")
    assert not User.objects.exists()
    fact = ("--organization", "KEMENSOS", "--nip", "198702032010012012")
    call_command("create_administrator", "adm-1", "Citra", *fact, stdout=StringIO())
    with pytest.raises(CommandError, match="adm-1"):
        call_command("create_administrator", "adm-1", "Citra")
