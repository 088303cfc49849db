"""A warm pool of limited processes for uploaded files.

Importing the PDF reader takes longer than judging a certificate, so processes are kept and recycled; one that takes
longer than two seconds or more memory than it may have is killed, and that is the answer.  The pool belongs to the
process that made it; its children end with it because their input ends.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography import x509

from certificates.credential.facts import CredentialFacts, Flaw
from certificates.keys import KeyRegister

from .facts import FileFacts, Problem
from .frames import CODE, CREDENTIAL, HEAD, PDF, SIGNED, write_frame
from .limits import PROCESSES, RECYCLE_AFTER, START_SECONDS, WAIT_SECONDS, WALL_SECONDS
from .signed import SignedFacts, pack

_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-m", "certificates.checking.worker")
_ENVIRONMENT: Final = {"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}


class _Question(NamedTuple):
    """One kind of question: its mark for the worker, and what to make of the answer or of its absence."""

    mark: bytes
    read: Callable[[dict[str, Any]], Any]
    unreadable: Callable[[bytes, Problem], Any]


_PDF: Final = _Question(PDF, FileFacts.from_json, FileFacts.unreadable)
_CREDENTIAL: Final = _Question(
    CREDENTIAL,
    CredentialFacts.from_json,
    lambda content, problem: CredentialFacts.unreadable(content, Flaw(problem.value)),
)
_CODE: Final = _CREDENTIAL._replace(mark=CODE)
_SIGNED: Final = _Question(SIGNED, SignedFacts.from_json, SignedFacts.unreadable)


class _Gone(Exception):
    """The process died, or was killed because it took too long (``late``)."""

    def __init__(self, *, late: bool) -> None:
        super().__init__()
        self.late = late


class _Checker:
    """One limited process that knows one key register."""

    def __init__(self, register_text: bytes) -> None:
        self.register_text = register_text
        self.checked = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell, nothing from outside
            _COMMAND,
            cwd=_ROOT,
            env=_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._read(START_SECONDS)
            self._write(register_text)
        except _Gone:
            self.close()
            raise

    def ask(self, mark: bytes, content: bytes, *, seconds: float) -> dict[str, Any]:
        """The facts about these bytes.  Raises _Gone."""
        self.checked += 1
        self._write(mark + content)
        facts: dict[str, Any] = json.loads(self._read(seconds))
        return facts

    def close(self) -> None:
        """End the process, however busy it is."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _write(self, content: bytes) -> None:
        try:
            write_frame(self._process.stdin, content)  # type: ignore[arg-type]
        except OSError as error:
            raise _Gone(late=False) from error

    def _read(self, seconds: float) -> bytes:
        until = time.monotonic() + seconds
        (length,) = HEAD.unpack(self._take(HEAD.size, until))
        return self._take(length, until)

    def _take(self, length: int, until: float) -> bytes:
        descriptor = self._process.stdout.fileno()  # type: ignore[union-attr]
        taken = bytearray()
        while len(taken) < length:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise _Gone(late=True)
            piece = os.read(descriptor, length - len(taken))
            if not piece:
                raise _Gone(late=False)
            taken += piece
        return bytes(taken)


class CheckerPool:
    """At most ``size`` processes; a file waits for a free one only a moment."""

    def __init__(self, size: int = PROCESSES) -> None:
        self._free = threading.Semaphore(size)
        self._idle: list[_Checker] = []
        self._lock = threading.Lock()

    def check(self, pdf: bytes, register: KeyRegister, *, seconds: float = WALL_SECONDS) -> FileFacts:
        """The facts about a PDF; too slow, too heavy and too busy are answers, too."""
        facts: FileFacts = self._ask(_PDF, pdf, register, seconds)
        return facts

    def check_credential(
        self, content: bytes, register: KeyRegister, *, seconds: float = WALL_SECONDS
    ) -> CredentialFacts:
        """The facts about a credential or badge, likewise."""
        facts: CredentialFacts = self._ask(_CREDENTIAL, content, register, seconds)
        return facts

    def check_code(self, content: bytes, register: KeyRegister, *, seconds: float = WALL_SECONDS) -> CredentialFacts:
        """The facts about a picture of a code, or its text, likewise."""
        facts: CredentialFacts = self._ask(_CODE, content, register, seconds)
        return facts

    def check_signed(
        self,
        original: bytes,
        signed: bytes,
        register: KeyRegister,
        roots: Sequence[x509.Certificate],
        *,
        seconds: float = WALL_SECONDS,
    ) -> SignedFacts:
        """Whether ``signed`` is ``original`` with one good signature under these roots, likewise."""
        facts: SignedFacts = self._ask(_SIGNED, pack(original, signed, roots), register, seconds)
        return facts

    def _ask(self, question: _Question, content: bytes, register: KeyRegister, seconds: float) -> Any:
        if not self._free.acquire(timeout=WAIT_SECONDS):
            return question.unreadable(content, Problem.BUSY)
        try:
            return self._check(question, content, json.dumps(register.to_json()).encode(), seconds)
        finally:
            self._free.release()

    def warm(self, register: KeyRegister) -> None:
        """Have one process ready."""
        described = json.dumps(register.to_json()).encode()
        with suppress(_Gone):
            self._give_back(self._borrow(described))

    def close(self) -> None:
        """End all idle processes."""
        with self._lock:
            idle, self._idle = self._idle, []
        for checker in idle:
            checker.close()

    def _check(self, question: _Question, content: bytes, described: bytes, seconds: float) -> Any:
        try:
            checker = self._borrow(described)
        except _Gone:
            return question.unreadable(content, Problem.BUSY)
        try:
            facts = checker.ask(question.mark, content, seconds=seconds)
        except _Gone as gone:
            checker.close()
            return question.unreadable(content, Problem.TOO_SLOW if gone.late else Problem.TOO_HEAVY)
        except BaseException:
            checker.close()
            raise
        self._give_back(checker)
        return question.read(facts)

    def _borrow(self, described: bytes) -> _Checker:
        with self._lock:
            checker = self._idle.pop() if self._idle else None
        if checker and checker.register_text != described:
            checker.close()
            checker = None
        return checker or _Checker(described)

    def _give_back(self, checker: _Checker) -> None:
        if checker.checked >= RECYCLE_AFTER:
            checker.close()
            return
        with self._lock:
            self._idle.append(checker)


_pools: dict[int, CheckerPool] = {}


def shared_pool() -> CheckerPool:
    """The pool of this process (a forked web process gets its own)."""
    return _pools.setdefault(os.getpid(), CheckerPool())


def check_pdf(pdf: bytes, register: KeyRegister) -> FileFacts:
    """The facts about an uploaded file, found in a limited, killable process."""
    return shared_pool().check(pdf, register)


def check_credential(content: bytes, register: KeyRegister) -> CredentialFacts:
    """The facts about an uploaded credential or badge, found in a limited, killable process."""
    return shared_pool().check_credential(content, register)


def check_code(content: bytes, register: KeyRegister) -> CredentialFacts:
    """The facts about a picture of a code, or its text, found in a limited, killable process."""
    return shared_pool().check_code(content, register)


def check_signed(
    original: bytes, signed: bytes, register: KeyRegister, roots: Sequence[x509.Certificate]
) -> SignedFacts:
    """Whether a file comes back with one good signature, found in a limited, killable process."""
    return shared_pool().check_signed(original, signed, register, roots)


def warm(register: KeyRegister) -> None:
    """Start a process ahead of the first upload, without waiting for it."""
    threading.Thread(target=shared_pool().warm, args=(register,), daemon=True).start()
