"""The four answers every view owes: owner, outsider, anonymous, wrong method; refusals change nothing."""

from __future__ import annotations

from django.apps import apps
from django.test import Client


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of this app, for comparing before and after."""
    models = apps.get_app_config("accounts").get_models()
    return {m._meta.label: list(m._default_manager.order_by("pk").values_list()) for m in models}


def assert_asks_to_sign_in(address: str, method: str = "get") -> None:
    before = everything()
    answer = getattr(Client(), method)(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/masuk/?next=")
    assert everything() == before


def assert_refuses_method(client: Client, address: str, method: str) -> None:
    before = everything()
    assert getattr(client, method)(address).status_code == 405
    assert everything() == before
