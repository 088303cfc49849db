"""Message encryption for web push: RFC 8291 over the aes128gcm content coding of RFC 8188, one record."""

from __future__ import annotations

import base64
import os
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

#: Size of the one record: what every push service must take (RFC 8291, section 4).
RECORD_BYTES = 4096
#: Header (86), delimiter (1) and tag (16) leave this much for the text.
MOST_BYTES = RECORD_BYTES - 86 - 1 - 16
_LAST = b"\x02"


def encrypt(
    text: bytes,
    *,
    p256dh: str,
    auth: str,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """``text`` for the device with the public key ``p256dh`` and the secret ``auth`` (both base64url).

    ``salt`` and ``sender`` are fresh for every message; only test vectors give them.  Raises ValueError for keys that
    are none and for a text that is too long.
    """
    if len(text) > MOST_BYTES:
        raise ValueError("the text does not fit into one record")
    device_bytes, secret = unbase64(p256dh), unbase64(auth)
    if len(secret) != 16:
        raise ValueError("the secret of a device has 16 bytes")
    device = point_of(p256dh)
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    sender_bytes = point(sender.public_key())
    shared = _derive(
        sender.exchange(ec.ECDH(), device),
        salt=secret,
        info=b"WebPush: info\x00" + device_bytes + sender_bytes,
        length=32,
    )
    key = _derive(shared, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(shared, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    header = salt + struct.pack("!IB", RECORD_BYTES, len(sender_bytes)) + sender_bytes
    return header + AESGCM(key).encrypt(nonce, text + _LAST, None)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """The uncompressed point, 65 bytes (X9.62)."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def point_of(p256dh: str) -> ec.EllipticCurvePublicKey:
    """The public key of a device from its base64url.  Raises ValueError for what is no point of P-256."""
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64(p256dh))


def unbase64(text: str) -> bytes:
    """base64url without padding.  Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
