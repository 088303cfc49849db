"""Pure.  The code in a picture of a paper, or in a pasted text: where it leads, and what the dense one's token proves.

The facts are those of a credential, for both say the same about a certificate.  A picture is a stranger's file: its
size is looked at before it is unpacked, and it is made small before a code is looked for.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from typing import Final

from PIL import Image

from certificates import codes
from certificates.checking.limits import LARGEST_PICTURE
from certificates.credential.facts import CredentialFacts, Flaw
from certificates.keys import KeyRegister
from certificates.offline.token import BadToken, Claims, parse_fragment, read_token
from certificates.scanned import LONGEST_TEXT, code_text

MOST_PIXELS: Final = 50_000_000
# A picture that cannot be read at a smaller size (PNG, WebP) is unpacked whole.
MOST_PIXELS_WHOLE: Final = 16_000_000
LONGEST_SIDE: Final = 2_200
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "MPO")
_ADDRESS: Final = re.compile(r"https?://(?P<host>[^/?#\s@]+)/v/(?P<code>[^/?#\s]+)(?P<fragment>#\S*)?", re.IGNORECASE)

# A picture's own limits are below; Pillow's warning is none.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS * 4


def read_code(content: bytes, register: KeyRegister) -> CredentialFacts:
    """The facts about the code in these bytes, judged with these public keys; never an exception."""
    try:
        return _read(content, register)
    except MemoryError:
        return CredentialFacts.unreadable(content, Flaw.TOO_HEAVY)
    except Exception:  # noqa: BLE001 - the boundary: a hostile picture may break its reader in any way, and that is an answer
        return CredentialFacts.unreadable(content, Flaw.DAMAGED)


def _read(content: bytes, register: KeyRegister) -> CredentialFacts:
    text = _as_text(content)
    if text is not None:
        return replace(of_text(text, register), carrier="text")
    if len(content) > LARGEST_PICTURE:
        return CredentialFacts.unreadable(content, Flaw.TOO_LARGE)
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        pixels = picture.width * picture.height
        if pixels > (MOST_PIXELS if picture.format in {"JPEG", "MPO"} else MOST_PIXELS_WHOLE):
            return CredentialFacts.unreadable(content, Flaw.TOO_HEAVY)
        picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
        grey = picture.convert("L")
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    text = code_text(grey)
    if not text:
        return CredentialFacts.unreadable(content, Flaw.NO_CODE)
    return replace(of_text(text, register), carrier="photo")


def of_text(text: str, register: KeyRegister) -> CredentialFacts:
    """The facts about a code's text: an address with or without a token behind ``#``, the token alone, or a code."""
    text = text.strip()
    facts = CredentialFacts(sha256=hashlib.sha256(text.encode()).hexdigest(), form="address")
    address = _ADDRESS.fullmatch(text)
    code = address["code"] if address else text
    if codes.is_code(code):
        facts = replace(facts, code=codes.normalize(code), address=_where(text) if "/" in text else "")
        if not (address and address["fragment"]):
            return facts
    elif address:
        return replace(facts, address=address[0].partition("#")[0], problems=(Flaw.NOT_CREDENTIAL,))
    try:
        token = parse_fragment(text)
        claims = read_token(token)
    except BadToken:
        return replace(facts, form="token", problems=(Flaw.OTHER_SHAPE if facts.code else Flaw.NOT_CREDENTIAL,))
    # A token's number stands alone or behind an address: whatever else is before it, a phone would go there.
    where = _where(text) if text.rpartition("#")[0].strip() else ""
    return _of_token(replace(facts, sha256=hashlib.sha256(token).hexdigest(), address=where), claims, register)


def _where(text: str) -> str:
    """The address in a code's text, however it is spelled: where a phone would go is said, ours or not."""
    before = text.partition("#")[0]
    return before if "://" in before else f"//{before}"


def _of_token(facts: CredentialFacts, claims: Claims, register: KeyRegister) -> CredentialFacts:
    entry = register.find(claims.key_id, "code")
    problems = []
    if entry is None:
        problems.append(Flaw.KEY_UNKNOWN)
    elif not entry.verifies_code(claims.message, claims.signature):
        problems.append(Flaw.SIGNATURE_BROKEN)
    elif not entry.covers(claims.issued_at):
        problems.append(Flaw.KEY_OUTSIDE_WINDOW)
    if facts.code and facts.code != claims.code:
        problems.append(Flaw.OTHER_CODE)
    valid_until = claims.valid_until
    return replace(
        facts,
        form="token",
        signed=not set(problems) - {Flaw.OTHER_CODE},
        key_id=claims.key_id if entry else "",
        demo=entry is not None and entry.demo,
        signed_at=claims.issued_at,
        code=claims.code,
        number=claims.number,
        name=claims.name,
        title=claims.course,
        issuer=claims.issuer,
        valid_from=claims.issued_on.isoformat(),
        valid_until=valid_until.isoformat() if valid_until else "",
        record_sha256=claims.record_hash,
        status=claims.status,
        problems=tuple(problems),
    )


def _as_text(content: bytes) -> str | None:
    """What a small text says; None for anything else."""
    if len(content) > LONGEST_TEXT:
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() or text.strip().isprintable() else None
