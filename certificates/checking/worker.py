"""The limited process that looks at strangers' files: ``python -m certificates.checking.worker``.

Reads frames from standard input (the key register once, then one PDF or credential after the other), answers each with
one frame of facts, and ends when its input ends.  It sees no secret, opens no file and gives up beyond its memory.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from certificates.checking.examining import examine
from certificates.checking.facts import FileFacts
from certificates.checking.frames import CODE, CREDENTIAL, PDF, SIGNED, read_frame, write_frame
from certificates.checking.picture import read_code
from certificates.checking.signed import SignedFacts, judge_signed
from certificates.credential.facts import CredentialFacts
from certificates.credential.reading import read_credential
from certificates.keys import KeyRegister

# Above what the process holds when it waits: what one file may cost.
MEMORY_BYTES: Final = 150 * 1024 * 1024
CPU_SECONDS: Final = 3
READY: Final = b"ready"
_Judge = Callable[[bytes, KeyRegister], FileFacts | CredentialFacts | SignedFacts]
_JUDGES: Final[dict[bytes, _Judge]] = {
    PDF: examine,
    CREDENTIAL: read_credential,
    CODE: read_code,
    SIGNED: judge_signed,
}


def limit_process() -> None:
    """No more memory than a certificate could need beyond what is loaded, no file written, no core left behind."""
    loaded = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (loaded + MEMORY_BYTES, loaded + MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_next_file() -> None:
    """Let the kernel end a file that burns CPU even if nobody waits for it any more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1, hard))


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until the input ends."""
    limit_process()
    write_frame(sink, READY)
    described = read_frame(source)
    if described is None:
        return
    register = KeyRegister.from_json(json.loads(described))
    while (question := read_frame(source)) is not None:
        limit_next_file()
        judge: _Judge = _JUDGES[question[:1]]
        write_frame(sink, json.dumps(judge(question[1:], register).to_json()).encode())


if __name__ == "__main__":
    os.umask(0o077)
    serve(sys.stdin.buffer, sys.stdout.buffer)
