"""Every way we know to tamper with what goes with a paper - credential, token, badge, code, photo - and the papers
themselves, as tables: what is shown, what the register's answer must be, and what a device without a network says.
"""

from __future__ import annotations

import base64
import hmac
import io
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple, Self

import pypdfium2
import zxingcpp
from PIL import Image

from certificates.credential import baking
from certificates.credential.document import credential_document, host_of
from certificates.credential.proof import add_proof
from certificates.design.frozen import Design
from certificates.filing import signed_record, stored_path
from certificates.judging import Answer
from certificates.keys import SigningKeys
from certificates.models import Certificate
from certificates.offline.cbor import Tagged, decode, encode
from certificates.offline.deciding import OfflineAnswer
from certificates.offline.token import make_token, parse_fragment, token_url
from certificates.record import (
    ATTACHMENT_NAME,
    CREDENTIAL_NAME,
    Holder,
    SignedRecord,
    canonical,
    decode_signature,
    read_instant,
    sha256,
)
from certificates.rendering import render_pdf
from tests.certificates import forgeries
from tests.factories_certpure import KEYS_MADE_AT, seal
from tests.issued_papers import Issued
from tests.qr_codes import qr_codes

A, O = Answer, OfflineAnswer  # noqa: E741 - one letter each: the tables are read by their columns
OTHER_HOST: Final = "other_host"  # of the two that a file's answer may be besides
#: What a device says where the register says this, unless the row says otherwise.
WITHOUT: Final[dict[Answer, str]] = {
    A.VALID: O.VALID,
    A.EXPIRED: O.EXPIRED,
    A.ALTERED: O.BAD_SIGNATURE,
    A.UNSIGNED: "unsigned",
    A.OTHER_KEY: O.NO_KEY,
    A.NOT_GENUINE: O.UNKNOWN_FORMAT,
    A.UNREADABLE: O.UNREADABLE,
    A.OTHER_HOST: OTHER_HOST,
    # Only the register knows which name and which file it handed out.
    A.DIFFERS: O.VALID,
    A.OTHER_FILE: O.VALID,
}


class Row(NamedTuple):
    """What is shown, the answer beside the register, and the answer of a device alone."""

    shown: bytes
    answer: Answer
    offline: str


@dataclass(frozen=True)
class Paper:
    """One issued certificate in all its forms, and ways to change them."""

    signed: SignedRecord
    keys: SigningKeys
    pdf: bytes
    json: bytes
    jwt: bytes
    token: bytes
    design: Design | None = None

    @classmethod
    def of(cls, row: Certificate, keys: SigningKeys) -> Self:
        document, jwt = (stored_path(row.credential_sha256, kind).read_bytes() for kind in ("json", "jwt"))
        pdf = stored_path(row.file_sha256, "pdf").read_bytes()
        return cls(signed_record(row), keys, pdf, document, jwt, decode_signature(row.token))

    @classmethod
    def issued(cls, paper: Issued, keys: SigningKeys) -> Self:
        return cls(
            paper.signed, keys, paper.pdf, paper.credential, paper.jwt, parse_fragment(paper.token_url), paper.design
        )

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.json)
        return found

    @property
    def code(self) -> str:
        return self.signed.record.code

    def changed(self, change: Callable[[dict[str, Any]], object]) -> bytes:
        document = self.document
        change(document)
        return canonical(document)

    def proof(self, **members: object) -> bytes:
        return self.changed(lambda document: document["proof"].update(members))

    def made_by(self, keys: SigningKeys, *, holder: Holder | None = None, later: int = 0, key_id: str = "") -> bytes:
        """A credential of this record that somebody else signed, or we ourselves another time."""
        named = holder or self.signed.holder
        document = credential_document(self.signed.record, named, record_sha256=sha256(self.signed.record_bytes))
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

    def jwt_with(
        self,
        header: dict[str, Any],
        sign: Callable[[bytes], bytes],
        change: Callable[[dict[str, Any]], object] | None = None,
    ) -> bytes:
        def part(content: bytes) -> bytes:
            return base64.urlsafe_b64encode(content).rstrip(b"=")

        payload = self.jwt.split(b".")[1]
        if change is not None:
            claims = json.loads(base64.urlsafe_b64decode(payload + b"=="))
            change(claims)
            payload = part(canonical(claims))
        message = part(canonical(header)) + b"." + payload
        return message + b"." + part(sign(message))

    def page(self, number: int) -> Image.Image:
        """A page as a scanner gives it, at 150 dots an inch."""
        picture: Image.Image = pypdfium2.PdfDocument(self.pdf)[number].render(scale=150 / 72).to_pil()
        return picture.convert("L")


def credentials(ours: Paper, other: Paper, expired: Paper, twin: SigningKeys) -> dict[str, Row]:
    """By name: what is shown about ``ours``, a genuine paper in force, ``other`` being another one and ``expired`` one
    past its end; ``twin`` are a stranger's keys under our names."""
    document, ours_key = ours.document, ours.keys.record.entry.key_id
    k4 = ours.keys.token
    theirs = twin.token
    assert k4 is not None
    assert theirs is not None
    assert twin.code is not None
    did, kid = document["issuer"]["id"], f"{document['issuer']['id']}#{k4.entry.key_id}"
    header = {"alg": "ES256", "kid": kid, "typ": "JWT"}
    subject = "credentialSubject"
    png = _white_png()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    chunk, baked = baking.bake_png(png, ours.json), baking.bake_svg(svg, ours.json)
    altered = ours.changed(lambda d: d[subject].update(name="Orang Lain"))
    parts, other_parts = ours.jwt.split(b"."), other.jwt.split(b".")
    good = ours.url(ours.token)
    table: dict[str, tuple[bytes, Answer] | tuple[bytes, Answer, str]] = {
        "json as issued": (ours.json, A.VALID),
        "json spaced anew": (json.dumps(document, indent=2).encode(), A.VALID),
        "json spelled otherwise": (_spelled_otherwise(ours.json), A.VALID),
        "json expired": (expired.json, A.EXPIRED),
        "json end put off": (expired.changed(lambda d: d.update(validUntil="2036-01-01T00:00:00Z")), A.ALTERED),
        "json end taken away": (expired.changed(lambda d: d.pop("validUntil")), A.ALTERED),
        # The salted hash of the name no longer fits either, which a device sees only once the signature holds.
        "json name": (altered, A.ALTERED),
        "json number": (ours.changed(lambda d: d[subject].update(licenseNumber="9/X")), A.ALTERED),
        "json date": (ours.changed(lambda d: d.update(validFrom="2020-01-01T00:00:00Z")), A.ALTERED),
        "json status place": (ours.changed(lambda d: d["credentialStatus"][0].update(statusListIndex="1")), A.ALTERED),
        "json status of another": (
            ours.changed(lambda d: d.update(credentialStatus=other.document["credentialStatus"])),
            A.ALTERED,
        ),
        "json undefined member": (ours.changed(lambda d: d[subject].update(gelar="S.Sos.")), A.NOT_GENUINE),
        "json null": (ours.changed(lambda d: d.update(description=None)), A.NOT_GENUINE),
        "json context swapped": (
            ours.changed(lambda d: d.update({"@context": [*d["@context"][:-1], "https://example.org/c"]})),
            A.NOT_GENUINE,
        ),
        "json issuer elsewhere": (
            ours.changed(lambda d: d["issuer"].update(id="did:web:palsu.id")),
            A.NOT_GENUINE,
        ),
        "json subject of another": (ours.changed(lambda d: d.update({subject: other.document[subject]})), A.ALTERED),
        "json proof of another": (ours.changed(lambda d: d.update(proof=other.document["proof"])), A.ALTERED),
        "json proof flipped": (ours.proof(proofValue=other.document["proof"]["proofValue"]), A.ALTERED),
        "json without proof": (ours.changed(lambda d: d.pop("proof")), A.NOT_GENUINE),
        "json two proofs": (ours.changed(lambda d: d.update(proof=[d["proof"], d["proof"]])), A.NOT_GENUINE),
        "json other suite": (ours.proof(cryptosuite="eddsa-jcs-2022"), A.NOT_GENUINE),
        "json other purpose": (ours.proof(proofPurpose="authentication"), A.NOT_GENUINE),
        "json before the key": (ours.proof(created="2001-01-01T00:00:00Z"), A.NOT_GENUINE, O.NO_KEY),
        "json twin key": (ours.made_by(twin), A.OTHER_KEY),
        "json twin key under our id": (ours.made_by(twin, key_id=ours_key), A.ALTERED),
        "json ours with another name": (ours.made_by(ours.keys, holder=Holder("Orang Lain")), A.DIFFERS),
        "json ours made again": (ours.made_by(ours.keys, later=60), A.OTHER_FILE),
        "json member twice": (b'{"id":"x",' + ours.json[1:], A.UNREADABLE),
        "json not utf-8": (ours.json.replace(b"Lestari", b"Lest\xffari"), A.UNREADABLE),
        "json deep": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, A.UNREADABLE),
        "jwt as issued": (ours.jwt, A.VALID),
        "jwt expired": (expired.jwt, A.EXPIRED),
        "jwt alg none": (ours.jwt_with({"alg": "none", "typ": "JWT"}, lambda _m: b""), A.UNREADABLE),
        "jwt alg none, signed": (ours.jwt_with(header | {"alg": "none"}, lambda _m: b"x"), A.NOT_GENUINE),
        "jwt HS256 with the public key": (
            ours.jwt_with(
                header | {"alg": "HS256"},
                lambda message: hmac.digest(base64.b64decode(k4.entry.public_key), message, "sha256"),
            ),
            A.NOT_GENUINE,
        ),
        "jwt said to be RS256": (ours.jwt_with(header | {"alg": "RS256"}, k4.sign), A.NOT_GENUINE),
        "jwt of another type": (ours.jwt_with(header | {"typ": "vc+jwt"}, k4.sign), A.NOT_GENUINE),
        "jwt with a key of its own": (
            ours.jwt_with(header | {"jwk": {"kty": "EC"}}, theirs.sign),
            A.NOT_GENUINE,
        ),
        "jwt other key": (
            ours.jwt_with(header | {"kid": f"{did}#{theirs.entry.key_id}"}, theirs.sign),
            A.OTHER_KEY,
        ),
        "jwt kid of the record key": (ours.jwt_with(header | {"kid": f"{did}#{ours_key}"}, k4.sign), A.OTHER_KEY),
        "jwt kid of another host": (
            ours.jwt_with(header | {"kid": f"did:web:palsu.id#{k4.entry.key_id}"}, k4.sign),
            A.NOT_GENUINE,
        ),
        "jwt twin under our id": (ours.jwt_with(header, theirs.sign), A.ALTERED),
        "jwt payload of another": (b".".join([parts[0], other_parts[1], parts[2]]), A.ALTERED),
        "jwt signature of another": (b".".join([*parts[:2], other_parts[2]]), A.ALTERED),
        "jwt name changed": (
            ours.jwt_with(header, lambda _m: parts[2], lambda claims: claims[subject].update(name="Orang Lain")),
            A.ALTERED,
        ),
        "jwt claims and credential at odds": (
            ours.jwt_with(header, k4.sign, lambda claims: claims.update(jti="https://example.org/v/1")),
            A.NOT_GENUINE,
        ),
        "png as issued": (chunk, A.VALID),
        "png twice": (_with_chunk_twice(chunk), A.UNREADABLE),
        "png ours and another's": (_with_chunk_of(chunk, baking.bake_png(png, other.json)), A.UNREADABLE),
        "png another's as plain text besides": (
            _with_chunk(chunk, b"tEXt", b"openbadgecredential", other.json),
            A.UNREADABLE,
        ),
        "png another's under the older keyword": (_with_chunk(chunk, b"iTXt", b"openbadges", other.json), A.UNREADABLE),
        "png trailing": (chunk + b"x", A.UNREADABLE),
        "png altered": (baking.bake_png(png, altered), A.ALTERED),
        "png of another": (baking.bake_png(png, other.json), A.VALID),
        "png checksum": (chunk.replace(b"openbadgecredential", b"openbadgecredentiaL"), A.UNREADABLE),
        "png without": (png, A.UNREADABLE),
        "svg as issued": (baked, A.VALID),
        "svg altered": (baking.bake_svg(svg, altered), A.ALTERED),
        "svg twice": (baked.replace(b"</svg>", _element(ours.json) + b"</svg>"), A.UNREADABLE),
        "svg ours and another's": (baked.replace(b"</svg>", _element(other.json) + b"</svg>"), A.UNREADABLE),
        "svg one by attribute, one by text": (
            svg.replace(b"</svg>", _element(ours.json, verify=other.jwt) + b"</svg>"),
            A.UNREADABLE,
        ),
        "svg another's in the namespace of before": (
            baked.replace(b"</svg>", _older(_element(other.json)) + b"</svg>"),
            A.UNREADABLE,
        ),
        "svg without": (svg, A.UNREADABLE),
        "svg entities": (b'<!DOCTYPE s [<!ENTITY a "b">]>' + baked, A.UNREADABLE),
        "code as issued": (good, A.VALID),
        "code expired": (expired.url(expired.token), A.EXPIRED),
        "code expired, end put off": (expired.claims(lambda c: c.update({4: c[4] + 10**8})), A.ALTERED),
        "code expired, end taken away": (expired.claims(lambda c: c.pop(4)), A.ALTERED),
        "code token alone": (str(int.from_bytes(ours.token, "big")).encode(), A.VALID),
        # Without a network an address alone proves nothing.
        "code address only": (ours.signed.record.address.encode(), A.VALID, O.UNREADABLE),
        "code name": (ours.claims(lambda c: c[-65537].update({2: "Orang Lain"})), A.ALTERED),
        "code number": (ours.claims(lambda c: c[-65537].update({1: "9/X"})), A.ALTERED),
        "code course": (ours.claims(lambda c: c[-65537].update({4: "LAIN"})), A.ALTERED),
        "code result": (ours.claims(lambda c: c[-65537].update({5: "Kompeten"})), A.ALTERED),
        "code status": (ours.claims(lambda c: c[-65537].update({6: ["1", 7]})), A.ALTERED),
        "code record": (ours.claims(lambda c: c[-65537].update({7: bytes(16)})), A.ALTERED),
        "code issuer": (ours.claims(lambda c: c[-65537].update({8: "Balai Palsu"})), A.ALTERED),
        "code issued": (ours.claims(lambda c: c.update({5: c[5] + 1})), A.ALTERED),
        "code given an end": (ours.claims(lambda c: c.update({4: c[5] + 9})), A.ALTERED),
        "code extra claim": (ours.claims(lambda c: c.update({6: 1})), A.NOT_GENUINE),
        "code not canonical": (ours.url(ours.token + b"\x00"), A.NOT_GENUINE, O.UNREADABLE),
        "code other key": (ours.url(make_token(ours.signed, key=twin.code)), A.OTHER_KEY),
        "code under another's address": (
            ours.url(ours.token, address=other.signed.record.address),
            A.ALTERED,
            O.OTHER_CODE,
        ),
        "code other host": (f"https://palsu.id/v/{ours.code}".encode(), A.OTHER_HOST),
        "code other host with token": (ours.url(ours.token, address=f"https://palsu.id/v/{ours.code}"), A.OTHER_HOST),
        "code other host behind ours": (
            ours.url(ours.token, address=f"{ours.signed.record.issuer.address}@palsu.id/v/{ours.code}"),
            A.OTHER_HOST,
        ),
        "code other host in a folder": (f"https://palsu.id/x/v/{ours.code}".encode(), A.OTHER_HOST),
        "code other host without scheme": (ours.url(ours.token, address=f"palsu.id/v/{ours.code}"), A.OTHER_HOST),
        "code other scheme": (ours.url(ours.token, address=f"ftp://palsu.id/v/{ours.code}"), A.OTHER_HOST),
        # A phone goes where the text says, whatever stands behind "#".
        "code elsewhere, not our path": (ours.url(ours.token, address="https://palsu.id/cek"), A.OTHER_HOST),
        "code elsewhere, bare": (ours.url(ours.token, address="palsu.id/cek"), A.OTHER_HOST),
        "code elsewhere, backslashes": (ours.url(ours.token, address="https:\\\\palsu.id\\v\\1"), A.OTHER_HOST),
        "code of tags alone": (str(int.from_bytes(b"\xc1" * 1200, "big")).encode(), A.UNREADABLE),
        "code unknown": (b"https://example.org/", A.UNREADABLE, OTHER_HOST),
    }
    return _rows(table)


def papers(ours: Paper, other: Paper, expired: Paper, twin: SigningKeys) -> dict[str, Row]:
    """By name: the paper itself as it was issued, changed behind its seal, or sealed anew."""
    own, strange = ours.signed.pack(), other.signed.pack()
    address = ours.url(ours.token).decode()
    drawn = render_pdf(ours.signed, credential=ours.json, token_url=address, design=ours.design)
    mixed = render_pdf(
        ours.signed, credential=other.json, token_url=other.url(other.token).decode(), design=ours.design
    )
    later = max(read_instant(ours.signed.record.issued_at), KEYS_MADE_AT) + timedelta(minutes=1)
    table: dict[str, tuple[bytes, Answer] | tuple[bytes, Answer, str]] = {
        "as issued": (ours.pdf, A.VALID),
        "expired": (expired.pdf, A.EXPIRED),
        "record of another": (forgeries.with_attachment(ours.pdf, ATTACHMENT_NAME, strange), A.ALTERED),
        "credential of another": (forgeries.with_attachment(ours.pdf, CREDENTIAL_NAME, other.json), A.ALTERED),
        "attachments of another": (
            forgeries.with_attachment(
                forgeries.with_attachment(ours.pdf, ATTACHMENT_NAME, strange), CREDENTIAL_NAME, other.json
            ),
            A.ALTERED,
        ),
        "the very same record once more": (forgeries.with_attachment(ours.pdf, ATTACHMENT_NAME, own), A.ALTERED),
        "seal of another": (forgeries.with_cms(ours.pdf, forgeries.cms_of(other.pdf).dump()), A.ALTERED),
        "unsealed": (drawn, A.UNSIGNED),
        "sealed by a twin": (seal(drawn, keys=twin, at=later), A.OTHER_KEY),
        "sealed by us once more": (seal(drawn, keys=ours.keys, at=later), A.OTHER_FILE),
        "credential and code of another under our seal": (seal(mixed, keys=ours.keys, at=later), A.OTHER_FILE),
    }
    return _rows(table)


def photographs(ours: Paper, other: Paper) -> dict[str, tuple[Row, str]]:
    """By name: a photo of a paper, its answer, and the code of the certificate that the answer is about.

    A code of one genuine paper glued on another is the code of the other: whoever reads the answer reads its name."""
    front, back = ours.page(0), ours.page(1)
    glued_front, glued_back = _glued(front, other.page(0)), _glued(back, other.page(1))
    forged = ours.claims(lambda c: c[-65537].update({2: "Orang Lain"})).decode()
    table: dict[str, tuple[bytes, Answer] | tuple[bytes, Answer, str]] = {
        "front": (_jpeg(front), A.VALID, O.UNREADABLE),
        "back": (_jpeg(back), A.VALID),
        "front with another's code glued on": (_jpeg(glued_front), A.VALID, O.UNREADABLE),
        "back with another's code glued on": (_jpeg(glued_back), A.VALID),
        "both pages, the back another's": (_jpeg(_side_by_side(front, other.page(1))), A.VALID),
        "back with a forged code glued on": (_jpeg(_glued(back, _drawn(forged))), A.ALTERED),
        "back with the code painted over": (_jpeg(_painted_over(back)), A.UNREADABLE),
        "front with a label of a shop above": (_jpeg(_labelled(front, "7659", "ITF")), A.VALID, O.UNREADABLE),
        "back with an office's own code above": (_jpeg(_labelled(back, "https://kantor.test/#a", "QRCode")), A.VALID),
    }
    about = {name: other.code if "another's" in name else ours.code for name in table}
    about["back with the code painted over"] = ""
    return {name: (row, about[name]) for name, row in _rows(table).items()}


def _rows(table: dict[str, tuple[bytes, Answer] | tuple[bytes, Answer, str]]) -> dict[str, Row]:
    return {name: Row(row[0], row[1], str(row[2] if len(row) == 3 else WITHOUT[row[1]])) for name, row in table.items()}


def _white_png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 60), 255).save(out, "PNG")
    return out.getvalue()


def _jpeg(page: Image.Image) -> bytes:
    """A little tilted, as hands hold a telephone, and packed."""
    out = io.BytesIO()
    page.rotate(2, fillcolor=200).save(out, "JPEG", quality=70)
    return out.getvalue()


def _place(page: Image.Image) -> tuple[int, int, int, int]:
    """The square of the only code on a page, with some white around it."""
    [found] = qr_codes(page)
    corners = [getattr(found.position, corner) for corner in ("top_left", "top_right", "bottom_right", "bottom_left")]
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(across) - 8, min(down) - 8, max(across) + 8, max(down) + 8


def _glued(page: Image.Image, source: Image.Image) -> Image.Image:
    """The page with the code of another picture in the place of its own."""
    to = _place(page)
    made = page.copy()
    made.paste(source.crop(_place(source)).resize((to[2] - to[0], to[3] - to[1])), to[:2])
    return made


def _drawn(text: str) -> Image.Image:
    page = Image.new("L", (900, 900), 255)
    page.paste(_symbol(text, "QRCode", scale=8), (60, 60))
    return page


def _symbol(text: str, kind: str, scale: int) -> Image.Image:
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=scale))


def _labelled(page: Image.Image, text: str, kind: str) -> Image.Image:
    """The page below something else that scanners read."""
    label = _symbol(text, kind, scale=4)
    made = Image.new("L", (page.width, page.height + label.height + 80), 255)
    made.paste(label, (40, 40))
    made.paste(page, (0, label.height + 80))
    return made


def _painted_over(page: Image.Image) -> Image.Image:
    left, top, right, bottom = _place(page)
    made = page.copy()
    made.paste(255, (left, top, right, (top + bottom) // 2))
    return made


def _side_by_side(one: Image.Image, two: Image.Image) -> Image.Image:
    made = Image.new("L", (one.width + two.width, max(one.height, two.height)), 255)
    made.paste(one, (0, 0))
    made.paste(two, (one.width, 0))
    return made


def _chunk_of(png: bytes) -> bytes:
    start = png.index(b"iTXt") - 4
    return png[start : start + int.from_bytes(png[start : start + 4], "big") + 12]


def _with_chunk_twice(png: bytes) -> bytes:
    return _with_chunk_of(png, png)


def _with_chunk_of(png: bytes, another: bytes) -> bytes:
    own = _chunk_of(png)
    return png.replace(own, own + _chunk_of(another), 1)


def _spelled_otherwise(credential: bytes) -> bytes:
    """The same JSON to everybody who reads it: a whole number with a fraction, letters as numbers, another slash."""
    made = re.sub(rb'("creditsEarned":\d+)(?=[,}])', rb"\1.0", credential)
    assert made != credential
    return made.replace(b"Ani", b"\\u0041ni").replace(b"https://", b"https:\\/\\/")


def _older(element: bytes) -> bytes:
    """The same in the namespace of Open Badges 2."""
    return element.replace(b"https://purl.imsglobal.org/ob/v3p0", b"http://openbadges.org").replace(
        b"openbadges:credential", b"openbadges:assertion"
    )


def _with_chunk(png: bytes, kind: bytes, keyword: bytes, credential: bytes) -> bytes:
    """A badge with another's credential where older programs look for one."""
    content = keyword + (b"\0" if kind == b"tEXt" else bytes(5)) + credential
    own, crc = _chunk_of(png), zlib.crc32(kind + content).to_bytes(4, "big")
    return png.replace(own, len(content).to_bytes(4, "big") + kind + content + crc + own, 1)


def _element(credential: bytes, *, verify: bytes = b"") -> bytes:
    """A second element of a badge, as ``baking`` writes the first."""
    bare = b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'
    made = baking.bake_svg(bare, credential)
    element = made[made.index(b"<openbadges:") : made.rindex(b"</svg>")]
    return element.replace(b" xmlns:", b' verify="' + verify + b'" xmlns:', 1) if verify else element
