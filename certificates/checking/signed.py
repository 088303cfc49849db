"""Pure.  A file that somebody signed elsewhere, judged where strangers' files are judged: question and answer of the
limited process (``certificates.signing.accepting`` decides)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.keys import KeyRegister
from certificates.record import instant, read_instant
from certificates.signing.accepting import NotAcceptable, Why, accept
from certificates.signing.port import SignedPdf

from .facts import Problem

_GAVE_UP: Final = {Problem.BUSY: Why.BUSY, Problem.TOO_SLOW: Why.TOO_SLOW}


@dataclass(frozen=True)
class SignedFacts:
    """What was found: the signature's evidence, or why the file is not accepted."""

    why: str = ""
    told: str = ""
    key_id: str = ""
    level: str = ""
    signed_at: str = ""
    signatory: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The facts as texts; ``from_json`` reads them back."""
        return {**self.__dict__, "signatory": list(self.signatory)}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """The facts that ``to_json`` wrote."""
        return cls(**{**facts, "signatory": tuple(facts["signatory"])})

    @classmethod
    def unreadable(cls, _content: bytes, problem: Problem) -> Self:
        """The answer about a file that could not be judged."""
        why = _GAVE_UP.get(problem, Why.TOO_HEAVY)
        return cls(why=why, told=f"could not be judged ({why})")

    def accepted(self, signed: bytes, *, backend: str) -> SignedPdf:
        """The file with its evidence.  Raises NotAcceptable."""
        if self.why:
            raise NotAcceptable(Why(self.why), self.told)
        return SignedPdf(signed, self.key_id, backend, self.level, read_instant(self.signed_at), self.signatory)


def pack(original: bytes, signed: bytes, roots: Sequence[x509.Certificate]) -> bytes:
    """The question: whom to trust and how long the first file is, then both files."""
    pems = [root.public_bytes(Encoding.PEM).decode() for root in roots]
    return json.dumps({"roots": pems, "length": len(original)}).encode() + b"\n" + original + signed


def judge_signed(question: bytes, _register: KeyRegister) -> SignedFacts:
    """The answer to ``pack``'s question."""
    head, _line, files = question.partition(b"\n")
    told = json.loads(head)
    roots = tuple(x509.load_pem_x509_certificate(pem.encode()) for pem in told["roots"])
    try:
        found = accept(files[: told["length"]], files[told["length"] :], roots=roots, backend="")
    except NotAcceptable as error:
        return SignedFacts(why=error.why, told=str(error))
    return SignedFacts("", "", found.key_id, found.level, instant(found.signed_at), found.signatory)
