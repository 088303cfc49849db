"""Web push: encrypted as the standard says, signed by our key, sent to known services only, to the right person."""

from __future__ import annotations

import base64
import json
import stat
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import ECKey

from accounts.models import Role, User
from cms.messaging import notify, outbox
from cms.messaging.channels import encrypting, push, vapid
from cms.models import Delivery, PushSubscription
from tests.factories_accounts import AT, make_organization, make_person

VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "web-push" / "rfc8291.json").read_text())
State = Delivery.State


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(encrypting.unbase64(text)), ec.SECP256R1())


def opened(body: bytes, device: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What a device does (RFC 8291, section 3.4), written apart from the code under test."""

    def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt, info).derive(secret)

    salt, sender, sealed = body[:16], body[21 : 21 + body[20]], body[21 + body[20] :]
    shared = device.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    secret = derived(shared, auth, b"WebPush: info\0" + encrypting.point(device.public_key()) + sender, 32)
    key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00").removesuffix(b"\x02")


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    body = encrypting.encrypt(
        VECTOR["text"].encode(),
        p256dh=VECTOR["ua_public"],
        auth=VECTOR["auth"],
        salt=encrypting.unbase64(VECTOR["salt"]),
        sender=private(VECTOR["as_private"]),
    )
    assert base64.urlsafe_b64encode(body).rstrip(b"=").decode() == VECTOR["body"]
    assert opened(body, private(VECTOR["ua_private"]), encrypting.unbase64(VECTOR["auth"])) == VECTOR["text"].encode()


@pytest.mark.parametrize("change", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "***"}])
def test_keys_that_are_none_are_refused(change: dict[str, str]) -> None:
    keys = {"p256dh": VECTOR["ua_public"], "auth": VECTOR["auth"]} | change
    with pytest.raises(ValueError, match=r".*"):
        encrypting.encrypt(b"x", **keys)


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        encrypting.encrypt(b"x" * (encrypting.MOST_BYTES + 1), p256dh=VECTOR["ua_public"], auth=VECTOR["auth"])


@pytest.mark.parametrize(
    ("endpoint", "ours"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://push.services.mozilla.com.jahat.id/x", False),
        ("https://jahat.id/fcm.googleapis.com", False),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com@jahat.id/x", False),
        ("https://jahat.id@fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://169.254.169.254/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_known_push_services_are_called(endpoint: str, ours: bool) -> None:
    assert push.is_push_service(endpoint) is ours


@pytest.fixture
def key(settings: Any, tmp_path: Path) -> Path:
    settings.PUSH_KEY_FILE = tmp_path / "push" / "key.pem"
    call_command("make_push_keys")
    return Path(settings.PUSH_KEY_FILE)


def test_the_key_is_made_once_for_its_owner_only(key: Path, capsys: Any) -> None:
    before = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "PRIVATE" not in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("make_push_keys")
    assert key.read_bytes() == before


def test_we_are_named_to_the_service_for_half_a_day(key: Path) -> None:
    header = vapid.Signer(key, contact="mailto:tim@contoh.id").header("https://fcm.googleapis.com/x", now=1_000_000)
    token, public = header.removeprefix("vapid t=").split(", k=")
    point = encrypting.unbase64(public)
    coordinates = {"x": point[1:33], "y": point[33:]}
    named = {name: base64.urlsafe_b64encode(value).rstrip(b"=").decode() for name, value in coordinates.items()}
    told = jwt.decode(token, ECKey.import_key({"kty": "EC", "crv": "P-256", **named}), algorithms=["ES256"])
    assert told.claims == {"aud": "https://fcm.googleapis.com", "exp": 1_043_200, "sub": "mailto:tim@contoh.id"}


class Service(HTTPServer):
    """A push service in this process: keeps what it was sent and answers with ``status``."""

    status = 201

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Taking)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/perangkat/1"


class Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Service)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def service(key: Path, settings: Any) -> Any:
    server = Service()
    settings.PUSH_SERVICES = [f"http://127.0.0.1:{server.server_port}"]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def told(server: Service) -> dict[str, Any]:
    return {"endpoint": server.endpoint, "keys": {"p256dh": VECTOR["ua_public"], "auth": VECTOR["auth"]}}


def subscribe(client: Client, body: Any) -> Any:
    return client.post(reverse("cms:add_device"), json.dumps(body), content_type="application/json")


def say(user: User, key: str = "1") -> Delivery:
    context = {"pelatihan": "Bimtek", "tanggal": "hari ini"}
    said = notify("certificate-ready", user, key=key, context=context, url="/sertifikat/", at=AT)
    return Delivery.objects.get(message=said)


@pytest.fixture
def ani(db: None) -> User:
    return make_person(role=Role.PARTICIPANT, organization=make_organization())


def test_a_device_shows_the_message_that_only_it_can_read(ani: User, client: Client, service: Service) -> None:
    client.force_login(ani)
    for _twice in range(2):
        assert subscribe(client, told(service)).status_code == 204
    assert PushSubscription.objects.count() == 1
    delivery = say(ani)
    outbox.send_due(clock=lambda: AT)
    headers, body = service.taken[0]
    shown = json.loads(opened(body, private(VECTOR["ua_private"]), encrypting.unbase64(VECTOR["auth"])))
    assert shown["title"] == "Sertifikat Anda sudah terbit"
    assert shown["url"] == "/sertifikat/"
    assert headers["topic"] == shown["tag"] == delivery.public_id.hex
    assert headers["authorization"].startswith("vapid t=")
    delivery.refresh_from_db()
    assert delivery.state == State.SENT


@pytest.mark.parametrize(("status", "state"), [(410, State.FAILED), (404, State.FAILED), (503, State.WAITING)])
def test_a_device_that_is_gone_is_not_asked_again(
    ani: User, client: Client, service: Service, status: int, state: str
) -> None:
    client.force_login(ani)
    subscribe(client, told(service))
    service.status = status
    delivery = say(ani)
    outbox.send_due(clock=lambda: AT)
    delivery.refresh_from_db()
    assert delivery.state == state
    assert PushSubscription.objects.filter(ended_at=None).exists() is (state == State.WAITING)


def test_a_phone_that_changes_hands_shows_the_news_of_its_new_owner_only(
    ani: User, client: Client, service: Service
) -> None:
    client.force_login(ani)
    subscribe(client, told(service))
    delivery = say(ani)
    dewi = make_person(name="Dewi", role=Role.PARTICIPANT, organization=make_organization())
    client.force_login(dewi)
    subscribe(client, told(service))
    outbox.send_due(clock=lambda: AT)
    delivery.refresh_from_db()
    assert (delivery.state, service.taken) == (State.DROPPED, [])
    assert PushSubscription.objects.get(ended_at=None).user == dewi


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        {"endpoint": "https://169.254.169.254/", "keys": {"p256dh": VECTOR["ua_public"], "auth": VECTOR["auth"]}},
        {"endpoint": "https://fcm.googleapis.com/x", "keys": {"p256dh": "AAAA", "auth": VECTOR["auth"]}},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 5000, "keys": {"p256dh": "", "auth": ""}},
    ],
)
def test_what_is_no_subscription_is_refused(ani: User, client: Client, body: Any) -> None:
    client.force_login(ani)
    assert subscribe(client, body).status_code == 400
    assert not PushSubscription.objects.exists()


def test_a_device_is_removed_by_its_owner_only(ani: User, client: Client, service: Service) -> None:
    client.force_login(ani)
    subscribe(client, told(service))
    device = PushSubscription.objects.get()
    stranger = Client()
    stranger.force_login(make_person(name="Dewi"))
    address = reverse("cms:end_device", args=[device.public_id])
    assert stranger.post(address).status_code == 404
    assert client.post(address).status_code == 302
    device.refresh_from_db()
    assert device.ended_at is not None


def test_without_a_key_no_page_offers_it(ani: User, client: Client) -> None:
    client.force_login(ani)
    assert "data-push-key" not in client.get(reverse("cms:wishes")).content.decode()


def test_the_worker_file_stands_at_the_root_and_begins_with_what_other_parts_add(client: Client, db: None) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    text = answer.content.decode()
    assert "showNotification" in text
    added = ["assessments/device.js", "assessments/paper_worker.js", "certificates/offline_worker.js"]
    assert [line for line in text.splitlines() if line.startswith("import")] == [
        f'importScripts("/static/{name}");' for name in added
    ]
