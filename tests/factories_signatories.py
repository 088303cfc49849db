"""An authority that is not ours, with a certificate that signs files: root, one between, signer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
ENDS = BEGAN + timedelta(days=4000)
TIME_TOLD = datetime(2026, 11, 23, tzinfo=UTC)


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    name: str, issuer: str, *, ca: bool, times: bool = False, subject: str = "", ends: datetime = ENDS
) -> x509.Certificate:
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(subject or name))
        .issuer_name(_named(issuer))
        .public_key(_key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGAN)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not ca, content_commitment=not ca, key_cert_sign=ca, crl_sign=ca, **usage),
            critical=True,
        )
    )
    if times:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(_key(issuer), hashes.SHA256())


def make_authority(folder: Path, name: str = "Otoritas Uji", *, person: str = "RAHMAT HIDAYAT") -> Path:
    """Write ``signer.pem``, ``signer.crt``, ``middle.crt`` and ``root.crt``; returns the root's path."""
    folder.mkdir(parents=True, exist_ok=True)
    root, middle, signer = f"Induk {name}", f"Antara {name}", f"Kepala {name}"
    made = {
        "root.crt": _certificate(root, root, ca=True),
        "middle.crt": _certificate(middle, root, ca=True),
        "signer.crt": _certificate(signer, middle, ca=False, subject=person),
    }
    for file, certificate in made.items():
        (folder / file).write_bytes(certificate.public_bytes(Encoding.PEM))
    pem = _key(signer).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "signer.pem").write_bytes(pem)
    return folder / "root.crt"


class TimeServer:
    """An RFC 3161 authority over HTTP in this process, by itself or under a root that its tokens do not carry; ``mode``
    is ok, refuse, rubbish, other or page."""

    def __init__(
        self, name: str = "Waktu Uji", *, root: str = "", ends: datetime = ENDS, at: datetime = TIME_TOLD
    ) -> None:
        self.mode, self.asked = "ok", 0
        self.certificate = _certificate(name, root or name, ca=False, times=True, ends=ends)
        self.root = _certificate(root, root, ca=True) if root else self.certificate
        key = _key(name).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER)),
            asn1_keys.PrivateKeyInfo.load(key),
            fixed_dt=at,
        )
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = outer.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(500 if outer.mode == "page" else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments: object) -> None:
                """Tests count the questions."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/tsa"

    def answer(self, asked: bytes) -> bytes:
        """What the authority says to one question."""
        self.asked += 1
        if self.mode == "rubbish":
            return b"<html>"
        request = tsp.TimeStampReq.load(asked)
        if self.mode == "other":
            request["message_imprint"]["hashed_message"] = bytes(32)
        answer = self._stamper.request_tsa_response(request)
        if self.mode == "refuse":
            answer["status"] = tsp.PKIStatusInfo({"status": "rejection"})
        content: bytes = answer.dump()
        return content

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def revocation_list_of(root: str, *, at: datetime) -> bytes:
    """A list (PEM) of a root of ours, on which nobody stands."""
    made = x509.CertificateRevocationListBuilder().issuer_name(_named(root)).last_update(at)
    signed = made.next_update(at + timedelta(days=31)).sign(_key(root), hashes.SHA256())
    return signed.public_bytes(Encoding.PEM)
