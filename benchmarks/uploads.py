"""An uploaded PDF beside pyHanko's own validation of its one signature, in turns, by CPU and by the clock.

What is compared is the whole of it: the CPU of every process that works on the file, and how long whoever asked waits.
Each round has a ratio of its own; their median is told, and the smallest and the largest beside it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from benchmarks import machine

if TYPE_CHECKING:
    from benchmarks.visitor import Visitor
    from certificates.keys import KeyRegister

ROUNDS = 25
WARM_UP = 3
_ADDRESS = "/verifikasi/berkas/"
_BOUNDARY = "ukur-ukur-ukur"


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one go: CPU of all processes that took part, and clock."""

    cpu: float
    clock: float


@dataclass(frozen=True)
class Pairs:
    """Rounds of ours and theirs."""

    ours: list[Taken]
    theirs: list[Taken]

    def lines(self, what: str, *, promised: str = "") -> list[str]:
        return [
            f"  ours      {_told(self.ours)}; {what}",
            f"  pyHanko   {_told(self.theirs)}; its own validation of the one signature",
            f"  by CPU    {self._ratio('cpu')}{promised}",
            f"  by clock  {self._ratio('clock')}{promised}",
        ]

    def _ratio(self, unit: str) -> str:
        each = zip(self.ours, self.theirs, strict=True)
        ratios = sorted(getattr(ours, unit) / getattr(theirs, unit) for ours, theirs in each)
        low, high = ratios[len(ratios) // 10], ratios[-1 - len(ratios) // 10]
        spread = f"{low:.2f} to {high:.2f} in eight of ten of {len(ratios)} rounds, {ratios[0]:.2f} to {ratios[-1]:.2f}"
        return f"{statistics.median(ratios):9.2f}   {spread} in all"


def in_turns(ours: Callable[[], object], theirs: Callable[[], object], helpers: Callable[[], list[int]]) -> Pairs:
    """Rounds of both, warm, the order turning with each; ``helpers`` are the processes that work for ours."""
    pairs = Pairs([], [])
    for _round in range(WARM_UP):
        ours(), theirs()
    for number in range(ROUNDS):
        turns = [(ours, pairs.ours, helpers), (theirs, pairs.theirs, list)]
        for work, kept, others in turns if number % 2 else reversed(turns):
            pids = others()
            cpu, clock = time.process_time() + machine.cpu_of(pids), time.perf_counter()
            work()
            clock = time.perf_counter() - clock
            kept.append(Taken(1000 * (time.process_time() + machine.cpu_of(pids) - cpu), 1000 * clock))
    return pairs


def judged() -> list[str]:
    """Handed to a warm limited process, as a web process does it."""
    from certificates.checking import examine
    from certificates.checking.pool import CheckerPool

    pdf, register = _a_file()
    if not examine(pdf, register).genuine:
        raise RuntimeError("the file that is measured is not genuine")
    pool = CheckerPool(size=1)
    try:
        pairs = in_turns(
            lambda: pool.check(pdf, register),
            pyhanko(pdf, register),
            lambda: [checker._process.pid for checker in pool._idle],
        )
    finally:
        pool.close()
    what = "through a limited process and back, with record, attachments and shape"
    return [f"an uploaded PDF of {len(pdf) // 1000} kB, judged", *pairs.lines(what, promised="; promised is at most 2")]


def over_http(visitor: Visitor, web: int) -> list[str]:
    """The whole request: upload, limited process, register, throttle, page."""
    from certificates.registering import public_register

    pdf = registered_paper()
    visitor.cookies = {}
    visitor.address = visitor.any_address()
    told = _upload(visitor, pdf, accept="application/json")
    if b'"valid"' not in told:
        raise RuntimeError(f"the file that is measured is not valid: {told[:300]!r}")
    pairs = in_turns(
        lambda: _upload(visitor, pdf),
        pyhanko(pdf, public_register()),
        lambda: machine.family(web),
    )
    what = "request, page and generator; without database and cache"
    return [f"the same through HTTP: a stranger uploads {len(pdf) // 1000} kB and gets the page", *pairs.lines(what)]


def pyhanko(pdf: bytes, register: KeyRegister) -> Callable[[], object]:
    """pyHanko's validation of the file's signature up to our root."""
    from asn1crypto import pem, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    trusted = [x509.Certificate.load(pem.unarmor(seal.certificates[-1].encode())[2]) for seal in register.seals()]

    def validate() -> Any:
        signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
        return validate_pdf_signature(signature, ValidationContext(trust_roots=trusted, allow_fetching=False))

    if not validate().bottom_line:
        raise RuntimeError("pyHanko does not trust the file that is measured")
    return validate


def _upload(visitor: Visitor, pdf: bytes, *, accept: str = "text/html") -> bytes:
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="sertifikat.pdf"\r\n'
    body = head.encode() + b"Content-Type: application/pdf\r\n\r\n" + pdf + f"\r\n--{_BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}", "Accept": accept}
    answer = visitor.request("POST", _ADDRESS, body=body, headers=headers | {"Accept-Encoding": "identity"})
    if answer.status != 200:
        raise RuntimeError(f"an upload was answered with {answer.status}: {answer.body[:300]!r}")
    return answer.body


def _a_file() -> tuple[bytes, KeyRegister]:
    """A file of this installation, or on an empty database one that is made here."""
    from certificates.models import Certificate
    from certificates.registering import public_register
    from tests import factories_certpure

    if Certificate.objects.exists():
        return registered_paper(), public_register()
    return factories_certpure.make_certificate(), factories_certpure.signing_keys().register


def registered_paper() -> bytes:
    """The file of a certificate in the register: one that the workers made, or the first one's, made here."""
    from certificates import filing, storing, sweeping
    from certificates.models import Certificate
    from certificates.rendering import render_pdf

    row = Certificate.objects.exclude(file_sha256="").order_by("pk").first()
    if row is not None:
        return storing.stored_path(row.file_sha256, "pdf").read_bytes()
    row = Certificate.objects.order_by("pk")[0]
    pdf = filing.seal(render_pdf(filing.signed_record(row)), row, keys=sweeping.signing_keys())
    Certificate.objects.filter(pk=row.pk).update(file_sha256=storing.store(pdf, "pdf"))
    return pdf


def _told(taken: list[Taken]) -> str:
    cpu, clock = statistics.median(one.cpu for one in taken), statistics.median(one.clock for one in taken)
    return f"{cpu:9.1f} ms CPU   {clock:.1f} ms by the clock"
