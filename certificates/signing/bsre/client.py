"""The two ways to sign with BSrE: an organization's seal (the road for many papers) and a person's own signature.

Passphrase, one-time code and NIK live in memory for one call; they are in no log, exception, repr, pickle, database or
command line.  What comes back is believed only after it was verified (``signing.accepting``).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography import x509

from certificates.signing.accepting import NotAcceptable, accept
from certificates.signing.port import Capabilities, SignContext, SignedPdf, SigningFailed, Unanswered

from .calling import Refused, Service

MAY_SIGN: Final = "ISSUE"
STATES: Final = frozenset(
    {
        "ISSUE",
        "EXPIRED",
        "RENEW",
        "WAITING_FOR_VERIFICATION",
        "NEW",
        "NO_CERTIFICATE",
        "NOT_REGISTERED",
        "SUSPEND",
        "REVOKE",
    }
)


class MayNotSign(SigningFailed):
    """The signer's certificate is not in order; ``state`` is the service's word for it."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the signer's state is {state}")
        self.kind = f"state-{state}"


class _Checked:
    """What both ways share: the call, and the look at what comes back."""

    def __init__(self, service: Service, roots: tuple[x509.Certificate, ...]) -> None:
        self._service, self._roots = service, roots

    def __reduce__(self) -> str:
        raise TypeError("credentials stay in their process")

    @property
    def capabilities(self) -> Capabilities:
        """One file at a time, nothing visible."""
        return Capabilities()

    def _sign(self, path: str, body: dict[str, Any], pdf: bytes, backend: str) -> SignedPdf:
        properties = [{"tampilan": "INVISIBLE"}]
        file = [base64.b64encode(pdf).decode()]
        answer = self._service.post(path, {**body, "signatureProperties": properties, "file": file})
        try:
            returned = base64.b64decode(answer["file"][0], validate=True)
        except (KeyError, IndexError, TypeError, ValueError, binascii.Error):
            raise Unanswered("an answer without a file") from None
        try:
            return accept(pdf, returned, roots=self._roots, backend=backend)
        except NotAcceptable as error:
            # Something was signed, only not this: nobody may ask again before a person has looked.
            raise Unanswered(str(error)) from error


class BsreSeal(_Checked):
    """The organization's seal: activation, a one-time code for one file, then the file."""

    def sign(self, pdf: bytes, *, context: SignContext) -> SignedPdf:
        """The sealed file.  Raises SigningFailed when surely nothing was signed, else Unanswered."""
        service, name = self._service, self._service.totp_name
        subscriber = {"idSubscriber": service.subscriber}
        activated = _before(lambda: service.post("/api/v2/seal/get/activation", subscriber))
        asked = {**subscriber, "data": 1, name: _code(activated, name)}
        given = _before(lambda: service.post("/api/v2/seal/get/totp", asked))
        return self._sign("/api/v2/seal/pdf", {**subscriber, name: _code(given, name)}, pdf, "bsre-seal")

    def __repr__(self) -> str:
        return "BsreSeal()"


@dataclass(frozen=True)
class Person:
    """Who signs, typed by the signatory for this one run: NIK or e-mail address, and passphrase or one-time code."""

    who: str = field(repr=False)
    secret: str = field(repr=False)
    secret_name: str = "passphrase"  # noqa: S105 - the member's name

    def __reduce__(self) -> str:
        raise TypeError("credentials stay in their process")

    def named(self) -> dict[str, str]:
        """Whom the service is asked about."""
        return {"email" if "@" in self.who else "nik": self.who}


class BsrePerson(_Checked):
    """A person's own signature; the person's state is asked for before anything is sent."""

    def __init__(self, service: Service, roots: tuple[x509.Certificate, ...], person: Person) -> None:
        super().__init__(service, roots)
        self._person = person

    @property
    def capabilities(self) -> Capabilities:
        """The signatory sits at the keyboard."""
        return Capabilities(interactive=True)

    def sign(self, pdf: bytes, *, context: SignContext) -> SignedPdf:
        """The signed file.  Raises MayNotSign or SigningFailed when surely nothing was signed, else Unanswered."""
        person = self._person
        state = _before(lambda: self._service.post("/api/v2/user/check/status", person.named())).get("status")
        if state != MAY_SIGN:
            raise MayNotSign(str(state) if state in STATES else "unknown")
        name = self._service.totp_name if person.secret_name == "totp" else person.secret_name  # noqa: S105
        return self._sign("/api/v2/sign/pdf", {**person.named(), name: person.secret}, pdf, "bsre-person")

    def __repr__(self) -> str:
        return "BsrePerson()"


def _before(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A call that signs nothing: whatever happens to it, nothing was signed."""
    try:
        return call()
    except Unanswered as error:
        raise SigningFailed(f"before signing: {error}") from None


def _code(answer: dict[str, Any], name: str) -> str:
    found = answer.get(name) or answer.get("totp") or answer.get("otp")
    if not isinstance(found, str | int):
        raise Refused("no code")
    return str(found)
