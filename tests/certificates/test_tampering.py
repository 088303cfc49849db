"""Every way we know to tamper with a certificate in any of its forms, each with the one answer it must get."""

from __future__ import annotations

import base64
import hmac
import io
import json
import random
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Role
from certificates import judging, judging_credentials, revoking
from certificates.checking import examine
from certificates.checking.picture import read_code
from certificates.checking.pool import CheckerPool
from certificates.credential import baking
from certificates.credential.document import credential_document, host_of
from certificates.credential.facts import CredentialFacts, Flaw
from certificates.credential.proof import add_proof
from certificates.credential.reading import read_credential
from certificates.filing import signed_record, stored_path
from certificates.judging import Answer
from certificates.keys import KeyRegister, SigningKeys
from certificates.models import Certificate
from certificates.offline.cbor import Tagged, decode, encode
from certificates.offline.token import make_token, token_url
from certificates.record import Holder, SignedRecord, canonical, decode_signature, read_instant
from certificates.registering import public_register
from tests.certificates import forgeries
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import make_certificate, signing_keys
from tests.factories_certpure import signing_keys as pure_keys

A = Answer


@pytest.mark.once
def test_each_tampered_pdf_gets_its_own_answer() -> None:
    register = pure_keys().register
    table: dict[Callable[[], bytes], A] = {
        forgeries.ours: A.NOT_RECORDED,
        forgeries.byte_flipped_in_a_page: A.ALTERED,
        forgeries.byte_flipped_in_the_byte_range_spaces: A.ALTERED,
        forgeries.signature_value_flipped: A.ALTERED,
        forgeries.something_hidden_behind_the_signature: A.ALTERED,
        forgeries.signature_is_rubbish: A.ALTERED,
        forgeries.unsigned_part_of_the_signature_changed: A.NOT_GENUINE,
        forgeries.copied_onto_another_certificate: A.ALTERED,
        forgeries.revision_appended: A.ALTERED,
        forgeries.text_appended: A.ALTERED,
        forgeries.name_changed_by_an_update: A.ALTERED,
        forgeries.sealed_twice: A.ALTERED,
        forgeries.byte_range_leaves_a_gap: A.ALTERED,
        forgeries.byte_range_starts_late: A.ALTERED,
        forgeries.sealed_by_a_twin_key: A.OTHER_KEY,
        forgeries.our_record_sealed_by_a_twin_key: A.OTHER_KEY,
        forgeries.record_resigned_by_another_key: A.NOT_GENUINE,
        forgeries.record_names_our_key_but_another_signed: A.NOT_GENUINE,
        forgeries.record_changed_under_its_signature: A.NOT_GENUINE,
        forgeries.without_a_record: A.NOT_GENUINE,
        forgeries.with_two_records: A.NOT_GENUINE,
        forgeries.unsigned: A.UNSIGNED,
        forgeries.encrypted: A.UNREADABLE,
        forgeries.bomb: A.UNREADABLE,
    }
    given = {make: judging.weigh(examine(make(), register), None).answer for make in table}
    assert {make.__name__: answer for make, answer in given.items() if answer is not table[make]} == {}


class Paper:
    """One issued certificate in all its forms, and ways to change them."""

    def __init__(self, certificate: Certificate, keys: SigningKeys) -> None:
        self.row, self.keys = certificate, keys
        self.signed: SignedRecord = signed_record(certificate)
        self.json = stored_path(certificate.credential_sha256, "json").read_bytes()
        self.jwt = stored_path(certificate.credential_sha256, "jwt").read_bytes()
        self.token = decode_signature(certificate.token)
        self.document: dict[str, Any] = json.loads(self.json)

    def changed(self, change: Callable[[dict[str, Any]], object]) -> bytes:
        document = json.loads(self.json)
        change(document)
        return canonical(document)

    def proof(self, **members: object) -> bytes:
        return self.changed(lambda document: document["proof"].update(members))

    def made_by(self, keys: SigningKeys, *, holder: Holder | None = None, later: int = 0, key_id: str = "") -> bytes:
        """A credential of this record that somebody else signed, or we ourselves another time."""
        named = holder or self.signed.holder
        document = credential_document(self.signed.record, named, record_sha256=self.row.record_sha256)
        at = read_instant(self.document["proof"]["created"]) + timedelta(seconds=later)
        made = add_proof(document, key=keys.record, host=host_of(self.signed.record), at=at)
        if key_id:
            made["proof"]["verificationMethod"] = made["proof"]["verificationMethod"].partition("#")[0] + f"#{key_id}"
        return canonical(made)

    def claims(self, change: Callable[[dict[int, Any]], object]) -> bytes:
        outer = decode(self.token)
        assert isinstance(outer, Tagged)
        parts: Any = outer.value
        protected, bare, payload, signature = parts
        claims: Any = decode(payload)
        change(claims)
        return self.url(encode(Tagged(18, [protected, bare, encode(claims), signature])))

    def url(self, token: bytes, *, address: str = "") -> bytes:
        return token_url(address or self.signed.record.address, token).encode()

    def jwt_with(self, header: dict[str, Any], sign: Callable[[bytes], bytes]) -> bytes:
        def part(content: bytes) -> bytes:
            return base64.urlsafe_b64encode(content).rstrip(b"=")

        message = part(json.dumps(header).encode()) + b"." + self.jwt.split(b".")[1]
        return message + b"." + part(sign(message))


def credentials(ours: Paper, other: Paper, twin: SigningKeys) -> dict[str, tuple[bytes, Answer]]:
    document, ours_key = ours.document, ours.keys.record.entry.key_id
    public = ours.keys.register.find(ours.keys.token.entry.key_id, "token")  # type: ignore[union-attr]
    assert public is not None
    kid = f"{document['issuer']['id']}#{public.key_id}"
    subject = "credentialSubject"
    png = _white_png()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    chunk = baking.bake_png(png, ours.json)
    altered = ours.changed(lambda d: d[subject].update(name="Orang Lain"))
    wrong_token = make_token(ours.signed, key=twin.code)  # type: ignore[arg-type]
    parts = ours.jwt.split(b".")
    return {
        "json as issued": (ours.json, A.VALID),
        "json spaced anew": (json.dumps(document, indent=2).encode(), A.VALID),
        "json name": (altered, A.ALTERED),
        "json number": (ours.changed(lambda d: d[subject].update(licenseNumber="9/X")), A.ALTERED),
        "json date": (ours.changed(lambda d: d.update(validFrom="2020-01-01T00:00:00Z")), A.ALTERED),
        "json status place": (
            ours.changed(lambda d: d["credentialStatus"][0].update(statusListIndex="1")),
            A.ALTERED,
        ),
        "json undefined member": (ours.changed(lambda d: d[subject].update(gelar="S.Sos.")), A.NOT_GENUINE),
        "json null": (ours.changed(lambda d: d.update(description=None)), A.NOT_GENUINE),
        "json context swapped": (
            ours.changed(lambda d: d.update({"@context": [*d["@context"][:-1], "https://example.org/c"]})),
            A.NOT_GENUINE,
        ),
        "json issuer elsewhere": (ours.changed(lambda d: d["issuer"].update(id="did:web:palsu.id")), A.NOT_GENUINE),
        "json proof of another": (ours.changed(lambda d: d.update(proof=other.document["proof"])), A.ALTERED),
        "json proof flipped": (ours.proof(proofValue=other.document["proof"]["proofValue"]), A.ALTERED),
        "json without proof": (ours.changed(lambda d: d.pop("proof")), A.NOT_GENUINE),
        "json two proofs": (ours.changed(lambda d: d.update(proof=[d["proof"], d["proof"]])), A.NOT_GENUINE),
        "json other suite": (ours.proof(cryptosuite="eddsa-jcs-2022"), A.NOT_GENUINE),
        "json other purpose": (ours.proof(proofPurpose="authentication"), A.NOT_GENUINE),
        "json before the key": (ours.proof(created="2001-01-01T00:00:00Z"), A.NOT_GENUINE),
        "json twin key": (ours.made_by(twin), A.OTHER_KEY),
        "json twin key under our id": (ours.made_by(twin, key_id=ours_key), A.ALTERED),
        "json ours with another name": (ours.made_by(ours.keys, holder=Holder("Orang Lain")), A.DIFFERS),
        "json ours made again": (ours.made_by(ours.keys, later=60), A.OTHER_FILE),
        "json member twice": (b'{"id":"x",' + ours.json[1:], A.UNREADABLE),
        "json not utf-8": (ours.json.replace(b"Lestari", b"Lest\xffari"), A.UNREADABLE),
        "json deep": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, A.UNREADABLE),
        "jwt as issued": (ours.jwt, A.VALID),
        "jwt alg none": (ours.jwt_with({"alg": "none", "typ": "JWT"}, lambda _m: b""), A.UNREADABLE),
        "jwt alg none, signed": (
            ours.jwt_with({"alg": "none", "kid": kid, "typ": "JWT"}, lambda _m: b"x"),
            A.NOT_GENUINE,
        ),
        "jwt HS256 with the public key": (
            ours.jwt_with(
                {"alg": "HS256", "kid": kid, "typ": "JWT"},
                lambda message: hmac.digest(base64.b64decode(public.public_key), message, "sha256"),
            ),
            A.NOT_GENUINE,
        ),
        "jwt other key": (
            ours.jwt_with(
                {"alg": "ES256", "kid": f"{document['issuer']['id']}#{twin.token.entry.key_id}", "typ": "JWT"},  # type: ignore[union-attr]
                twin.token.sign,  # type: ignore[union-attr]
            ),
            A.OTHER_KEY,
        ),
        "jwt twin under our id": (
            ours.jwt_with({"alg": "ES256", "kid": kid, "typ": "JWT"}, twin.token.sign),  # type: ignore[union-attr]
            A.ALTERED,
        ),
        "jwt payload of another": (b".".join([parts[0], other.jwt.split(b".")[1], parts[2]]), A.ALTERED),
        "png as issued": (chunk, A.VALID),
        "png twice": (_with_chunk_twice(chunk), A.UNREADABLE),
        "png trailing": (chunk + b"x", A.UNREADABLE),
        "png altered": (baking.bake_png(png, altered), A.ALTERED),
        "png of another": (baking.bake_png(png, other.json), A.VALID),
        "png checksum": (chunk.replace(b"openbadgecredential", b"openbadgecredentiaL"), A.UNREADABLE),
        "png without": (png, A.UNREADABLE),
        "svg as issued": (baking.bake_svg(svg, ours.json), A.VALID),
        "svg altered": (baking.bake_svg(svg, altered), A.ALTERED),
        "svg without": (svg, A.UNREADABLE),
        "svg entities": (b'<!DOCTYPE s [<!ENTITY a "b">]>' + baking.bake_svg(svg, ours.json), A.UNREADABLE),
        "code as issued": (ours.url(ours.token), A.VALID),
        "code token alone": (str(int.from_bytes(ours.token, "big")).encode(), A.VALID),
        "code address only": (ours.signed.record.address.encode(), A.VALID),
        "code as a photo": (_photo(ours.url(ours.token).decode()), A.VALID),
        "code name": (ours.claims(lambda c: c[-65537].update({2: "Orang Lain"})), A.ALTERED),
        "code number": (ours.claims(lambda c: c[-65537].update({1: "9/X"})), A.ALTERED),
        "code course": (ours.claims(lambda c: c[-65537].update({4: "LAIN"})), A.ALTERED),
        "code result": (ours.claims(lambda c: c[-65537].update({5: "Kompeten"})), A.ALTERED),
        "code status": (ours.claims(lambda c: c[-65537].update({6: ["1", 7]})), A.ALTERED),
        "code record": (ours.claims(lambda c: c[-65537].update({7: bytes(16)})), A.ALTERED),
        "code issuer": (ours.claims(lambda c: c[-65537].update({8: "Balai Palsu"})), A.ALTERED),
        "code issued": (ours.claims(lambda c: c.update({5: c[5] + 1})), A.ALTERED),
        "code never ends": (ours.claims(lambda c: c.update({4: c[5] + 9})), A.ALTERED),
        "code extra claim": (ours.claims(lambda c: c.update({6: 1})), A.NOT_GENUINE),
        "code not canonical": (ours.url(ours.token + b"\x00"), A.NOT_GENUINE),
        "code other key": (ours.url(wrong_token), A.OTHER_KEY),
        "code under another's address": (ours.url(ours.token, address=other.signed.record.address), A.ALTERED),
        "code other host": (f"https://palsu.id/v/{ours.row.code}".encode(), A.OTHER_HOST),
        "code other host with token": (
            ours.url(ours.token, address=f"https://palsu.id/v/{ours.row.code}"),
            A.OTHER_HOST,
        ),
        "code unknown": (b"https://example.org/", A.UNREADABLE),
    }


def _white_png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 60), 255).save(out, "PNG")
    return out.getvalue()


def _photo(text: str) -> bytes:
    made = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode), scale=6)
    out = io.BytesIO()
    page = Image.new("L", (1400, 1000), 200)
    page.paste(Image.fromarray(made), (300, 200))
    page.rotate(4, fillcolor=190).save(out, "JPEG", quality=70)
    return out.getvalue()


def _with_chunk_twice(png: bytes) -> bytes:
    start = png.index(b"iTXt") - 4
    length = int.from_bytes(png[start : start + 4], "big") + 12
    return png[: start + length] + png[start : start + length] + png[start + length :]


def look(content: bytes, register: KeyRegister) -> CredentialFacts:
    """As the web looks at it, in this process."""
    if content[:1] in b"{<\x89" or content.startswith(b"eyJ"):
        facts = read_credential(content, register)
        if Flaw.NO_CREDENTIAL_INSIDE not in facts.problems or not content.startswith(b"\x89"):
            return facts
    return read_code(content, register)


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_each_tampered_form_gets_its_own_answer_and_none_breaks_the_reader(client: Client) -> None:
    home = make_organization(name="Balai Contoh")
    keys, twin = signing_keys(), pure_keys("Balai Contoh/kembar", demo=True)
    mine = make_certificate(with_file=True, organization=home, person=make_person(name="Ani Lestari"))
    theirs = make_certificate(with_file=True, organization=home, person=make_person(name="Budi"))
    ours, other = Paper(mine, keys), Paper(theirs, keys)
    register, at = public_register(), timezone.now()
    table = credentials(ours, other, twin)
    assert len(table) >= 40
    given = {
        name: judging_credentials.judge(look(content, register), at=at).answer for name, (content, _e) in table.items()
    }
    assert {n: (a.value, table[n][1].value) for n, a in given.items() if a is not table[n][1]} == {}

    shown = SimpleUploadedFile("foto.jpg", table["code as a photo"][0], content_type="image/jpeg")
    page = client.post(reverse("certificates:verify_file"), {"file": shown}).content.decode()
    assert "Asli, tercatat dan berlaku" in page
    assert page.index('class="verdict good"') < page.index('class="person">Ani Lestari') < page.index("<table")
    shown = SimpleUploadedFile("x.jwt", ours.jwt)
    answer = client.post(reverse("certificates:verify_file"), {"file": shown}, headers={"accept": "application/json"})
    facts = answer.json()
    assert (facts["kind"], facts["answer"], facts["register"]["name"]) == ("jwt", "valid", "Ani Lestari")
    shown = SimpleUploadedFile("x.txt", table["code address only"][0])
    assert client.post(reverse("certificates:verify_file"), {"file": shown})["Location"] == mine.get_absolute_url()

    admin = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    revoking.suspend(mine, reason="Diperiksa", actor=admin, at=at)
    for name in ("json as issued", "jwt as issued", "png as issued", "code as issued"):
        assert judging_credentials.judge(look(table[name][0], register), at=timezone.now()).answer is A.SUSPENDED
    _fuzz([table[name][0] for name in ("json as issued", "jwt as issued", "png as issued", "code as issued")], register)


def _fuzz(originals: list[bytes], register: KeyRegister) -> None:
    """Five hundred damaged forms: each is answered, and none that says something else is called signed."""
    for seed in range(500):
        chance = random.Random(seed)
        original = originals[seed % len(originals)]
        content = bytearray(original)
        for _change in range(chance.randint(1, 4)):
            place = chance.randrange(len(content))
            how = chance.randrange(3)
            if how == 0:
                content[place] = chance.randrange(256)
            elif how == 1:
                del content[place : place + chance.randint(1, 30)]
            else:
                content[place:place] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 9)))
        facts = look(bytes(content), register)
        same = facts.sha256 == look(original, register).sha256 if facts.genuine and facts.signed else True
        assert same, seed


@pytest.mark.once
def test_hostile_pictures_and_credentials_are_answered_at_once_and_cost_little_memory() -> None:
    pool, register = CheckerPool(size=1), pure_keys().register
    flat = io.BytesIO()
    Image.new("L", (12_000, 9_000)).save(flat, "PNG")
    packed = zlib.compress(b" " * 60_000_000, 9)
    chunk = b"openbadgecredential\0\1\0\0\0" + packed
    bomb = baking.PNG_HEAD + _chunk(b"IHDR", bytes(13)) + _chunk(b"iTXt", chunk) + _chunk(b"IEND", b"")
    graph = {f"p{n}": {"id": f"_:b{n % 7}"} for n in range(90)}
    hostile = {
        "picture bomb": (pool.check_code, flat.getvalue()),
        "text bomb in a badge": (pool.check_credential, bomb),
        "poison graph": (pool.check_credential, json.dumps({"@context": ["x"], **graph}).encode()),
        "thirty megabytes": (pool.check_code, b"\xff\xd8\xff" + b"0" * 30_000_000),
        "zip": (pool.check_code, b"PK\x03\x04" + bytes(5_000)),
        "deep": (pool.check_credential, b"[" * 100_000),
        "svg billion laughs": (pool.check_credential, b'<!DOCTYPE l [<!ENTITY a "aa">]><svg>&a;</svg>'),
    }
    try:
        pool.warm(register)
        idle = _memory(pool, "VmRSS:")
        for name, (ask, content) in hostile.items():
            facts = ask(content, register)
            assert not facts.signed, name
            assert facts.problems, name
        assert _memory(pool, "VmHWM:") - idle < 150_000
    finally:
        pool.close()


def _memory(pool: CheckerPool, what: str) -> int:
    """Kilobytes of the pool's only process."""
    (checker,) = pool._idle
    lines = Path(f"/proc/{checker._process.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1])


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + crc
