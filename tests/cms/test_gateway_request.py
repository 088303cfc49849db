"""The request to a gateway, byte for byte, and templates of gateways with names of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cms.messaging.channels import gateway
from cms.messaging.channels.port import Handover
from cms.messaging.checks import check_gateway

pytestmark = pytest.mark.once
VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "gateway" / "version-1.json").read_text())


@pytest.fixture
def message() -> Handover:
    told = VECTOR["handover"]
    return Handover(**told | {"id": UUID(told["id"])}, stop="", urgent=False)


def test_the_request_is_the_vector_byte_for_byte(message: Handover) -> None:
    assert gateway.body_of(message).decode() == VECTOR["body"]
    assert gateway.headers_of(message)["Idempotency-Key"] == VECTOR["handover"]["id"]


def test_a_template_keeps_its_shape_whatever_a_value_holds(message: Handover, settings: Any) -> None:
    settings.GATEWAY_BODY = '{"messages": [{"number": "+{to}", "body": "{subject}: {text}", "n": 1}], "k": "{key}"}'
    sent = json.loads(gateway.body_of(message))
    assert sent["messages"][0]["number"] == "+6281234567890"
    assert sent["messages"][0]["body"].startswith('Sesi langsung: Asesmen "awal": Ani Lestari')
    assert "{to}" in sent["messages"][0]["body"]
    assert sent["messages"][0]["n"] == 1


@pytest.mark.parametrize("body", ["{", '{"to": "{to}"}', '{"text": "{text}"}'])
def test_a_template_that_cannot_work_stops_the_start(settings: Any, body: str) -> None:
    settings.GATEWAY_BODY = body
    assert [problem.id for problem in check_gateway()] == ["cms.E102"]


def test_an_address_that_is_none_stops_the_start(settings: Any) -> None:
    settings.GATEWAY_URL = "ftp://contoh.id"
    assert [problem.id for problem in check_gateway()] == ["cms.E101"]
