"""``make run``: one command starts everything, one signal stops it, and what stands in the way is one clear line."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from config import demonstration, laptop, valkey
from config.demonstration import CannotStart
from tests.databases import bare_sqlite_template
from tests.servers import wait_until

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent.parent
# What comes with time, whichever start the clock falls into: sessions, and what beat has signed, published or sent.
PASSING = {
    "django_session",
    "sqlite_sequence",
    "certificates_logcheckpoint",
    "certificates_statuslist",
    "certificates_statuslistissue",
    "certificates_trustbundleissue",
    "cms_delivery",
    "cms_message",
}
SECONDS = 180.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def laptop_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a person at a laptop, with a migrated database to save a minute."""
    var = tmp_path / "var"
    var.mkdir()
    shutil.copy(bare_sqlite_template(), var / "suluh.sqlite3")
    written = tmp_path / ".env"
    written.write_text(f"SULUH_DEMO=1\nSECRET_KEY={'x' * 50}\n")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "SULUH_VAR": str(var),
        "SULUH_ENV_FILE": str(written),
        "SULUH_KEY_PASSPHRASE": "a passphrase for this test alone",
        "PORT": str(free_port()),
    }


def start(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        command = [sys.executable, "manage.py", "up"]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def status(environment: dict[str, str], path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}{path}", timeout=5) as response:
            return int(response.status)
    except OSError:
        return 0


def rows(environment: dict[str, str]) -> dict[str, int]:
    """How many rows each table holds, but for what comes with time."""
    with sqlite3.connect(Path(environment["SULUH_VAR"]) / "suluh.sqlite3") as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in tables if name not in PASSING and "fts" not in name]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in kept}


def addresses_on_papers(environment: dict[str, str]) -> set[str]:
    """The address that each issued record names."""
    with sqlite3.connect(Path(environment["SULUH_VAR"]) / "suluh.sqlite3") as connection:
        records = connection.execute("SELECT record_text FROM certificates_certificate").fetchall()
    return {json.loads(text)["issuer"]["address"] for (text,) in records}


def another_shell(environment: dict[str, str]) -> str:
    """What ``manage.py`` meets in a shell that knows nothing but the written file (and where the test keeps var)."""
    asking = "from accounts.models import User; from django.conf import settings as s; "
    asking += "print(s.SULUH_DEMO, User.objects.filter(is_demo=True).exists())"
    known = {name: value for name, value in environment.items() if name not in {"PORT", "SULUH_KEY_PASSPHRASE"}}
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", asking]
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=True).stdout.strip()


def run_until_ready(environment: dict[str, str], log: Path, *, ending: Callable[[int], None]) -> dict[str, bool]:
    """One start and one end.  Returns for each child whether it was given the keys' passphrase."""
    group = start(environment, log)
    try:
        wait_until(lambda: status(environment, "/readyz") == 200, seconds=SECONDS, what="up", process=group)
        wait_until(lambda: "Ctrl-C stops everything" in log.read_text(), seconds=30, what="the announcement")
        assert status(environment, "/healthz") == 200
        children = {name: int(pid) for name, pid in re.findall(r"(\w+) started \(pid=(\d+)\)", log.read_text())}
        given = {name: "SULUH_KEY_PASSPHRASE" in environment_of(pid) for name, pid in children.items()}
    finally:
        ending(group.pid)
        code = group.wait(timeout=60)
    assert code == 0
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children.values()), seconds=10, what="the end")
    return given


@pytest.mark.worker
def test_up_starts_everything_stops_everything_and_keeps_the_data(
    laptop_environment: dict[str, str], tmp_path: Path
) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    # A terminal's Ctrl-C reaches the whole foreground group, not its leader alone.
    given = run_until_ready(laptop_environment, first, ending=lambda pid: os.killpg(pid, signal.SIGINT))
    assert given == {"valkey": False, "web": False, "worker": False, "signing": True, "beat": False}
    assert "WID-01" in first.read_text()
    assert "[tasks]" not in first.read_text(), "banners would push address and sign-ins off the screen"
    assert "superuser" not in first.read_text(), "nor does a warning stand beneath them"
    loaded = rows(laptop_environment)
    assert loaded["accounts_user"] > 0
    own = f"http://127.0.0.1:{laptop_environment['PORT']}"
    assert addresses_on_papers(laptop_environment) == {own}, "a paper that names another port leads nowhere"
    assert another_shell(laptop_environment) == "True True"
    run_until_ready(laptop_environment, second, ending=lambda pid: os.kill(pid, signal.SIGTERM))
    assert rows(laptop_environment) == loaded


def environment_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")


def test_a_taken_port_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(
            CannotStart, match=r"^port \d+ on 127\.0\.0\.1 is taken; choose another: make run PORT=\d+$"
        ):
            demonstration.check_port(taken.getsockname()[1])


def test_a_port_for_root_only_is_told_apart_from_a_taken_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refused)
    with pytest.raises(CannotStart, match=r"^port 80 is for root only; choose another: make run PORT=8000$"):
        demonstration.check_port(80)


@pytest.mark.parametrize("text", ["0", "70000", "http", "", "²", "-1"])
def test_a_wrong_port_is_one_line(text: str) -> None:
    with pytest.raises(CannotStart, match="is not a port number"):
        demonstration.read_port(text)


def test_a_second_start_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with laptop.only_one(tmp_path), pytest.raises(CannotStart, match="already runs"), laptop.only_one(tmp_path):
        pass


def test_a_machine_without_a_broker_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setattr(valkey, "binary", lambda: None)
    settings.REDIS_URL = f"unix://{valkey.laptop_socket(settings.VAR_DIR)}?db=0"  # type: ignore[attr-defined]
    with pytest.raises(CannotStart, match="set REDIS_URL"):
        laptop.own_broker()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("redis://:rahasia@127.0.0.1:1/0", "no broker answers at REDIS_URL=redis://127.0.0.1:1/0"),
        ("localhost:6379", "REDIS_URL is no address of a server; write redis://host:6379/0"),
    ],
)
def test_a_broker_that_does_not_answer_is_one_line_without_its_password(
    settings: object, address: str, said: str
) -> None:
    settings.REDIS_URL = address  # type: ignore[attr-defined]
    with pytest.raises(CannotStart, match=f"^{re.escape(said)}$"):
        laptop._wait_for_broker(seconds=0)


def test_a_folder_inside_var_that_cannot_be_written_is_one_line(
    settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    settings.REDIS_URL = f"unix://{valkey.laptop_socket(tmp_path)}?db=0"  # type: ignore[attr-defined]
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    (tmp_path / "valkey").write_text("a file where the folder should be")
    with pytest.raises(CannotStart, match=rf"^{re.escape(str(tmp_path / 'valkey'))} cannot be used \(File exists\)$"):
        laptop.prepare(port=8000, say=print)


def test_the_command_says_it_in_one_line_and_fails(tmp_path: Path) -> None:
    """The whole way to the terminal: no traceback above or below."""
    written = {"SULUH_ENV_FILE": "", "SULUH_DEMO": "1", "SECRET_KEY": "x" * 50, "SULUH_VAR": str(tmp_path / "var")}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {"PATH": os.environ["PATH"], "PORT": str(taken.getsockname()[1])} | written
        done = subprocess.run(
            [sys.executable, "manage.py", "up"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done.stderr
    assert done.stderr.startswith("suluh: port ")


def test_the_first_start_writes_private_files_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, file in (
        ("ROOT", tmp_path),
        ("ENV_FILE", tmp_path / ".env"),
        ("SIGNING_FILE", tmp_path / ".env.signing"),
    ):
        monkeypatch.setattr(demonstration, name, file)
    demonstration.prepare(port=free_port())
    written = {name: (tmp_path / name).read_text() for name in (".env", ".env.signing")}
    assert {oct((tmp_path / name).stat().st_mode)[-3:] for name in written} == {"600"}
    assert "SULUH_DEMO=1" in written[".env"]
    assert "PASSPHRASE" not in written[".env"], "only the signing worker may be given it"
    other = free_port()
    demonstration.prepare(port=other)
    assert (tmp_path / ".env.signing").read_text() == written[".env.signing"]
    changed = set((tmp_path / ".env").read_text().splitlines()) - set(written[".env"].splitlines())
    assert changed == {f"PUBLIC_BASE_URL=http://127.0.0.1:{other}"}


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    monkeypatch.setattr(demonstration, "ROOT", tmp_path)
    with pytest.raises(CannotStart, match="cannot be written"):
        demonstration.prepare(port=free_port())


def test_a_long_folder_name_still_gives_a_socket_that_fits() -> None:
    socket_path = valkey.laptop_socket(Path("/" + "x" * 120))
    assert len(str(socket_path)) <= valkey.LONGEST_SOCKET


@pytest.mark.parametrize("version", ["(3, 10, 9)", "(3, 14, 0)"])
def test_an_unsuitable_python_is_one_line(version: str) -> None:
    pretend = f"import sys, runpy; sys.version_info = {version}; sys.argv = ['install.py', 'run']; "
    script = pretend + "runpy.run_path('requirements/install.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        f"suluh: Suluh needs Python 3.11, 3.12 or 3.13; this is {'.'.join(version.strip('()').split(', ')[:2])}"
    ]


def run_installer(root: Path, pretend: str) -> subprocess.CompletedProcess[str]:
    """``install.py run`` in a folder of its own, after ``pretend`` has changed what the machine can do."""
    (root / "requirements").mkdir(exist_ok=True)
    for name in ("install.py", "run.lock"):
        shutil.copy(ROOT / "requirements" / name, root / "requirements")
    script = f"import os, runpy, subprocess, sys; sys.argv = ['install.py', 'run']; {pretend}; "
    script += "runpy.run_path('requirements/install.py', run_name='__main__')"
    return subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "pretend",
    [
        "os.access = lambda *_: False",
        # What a full or read-only disk says first, where the right to write was not the matter.
        "subprocess.run = lambda *_, **__: (_ for _ in ()).throw(OSError(30, 'Read-only file system'))",
    ],
)
def test_installing_into_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, pretend: str) -> None:
    done = run_installer(tmp_path, pretend)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith(f"suluh: the folder {tmp_path} cannot be written")


def test_a_python_without_ensurepip_is_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    """Debian's words, from a stand-in for its interpreter; nothing half made stays behind."""
    debian = tmp_path / "python3"
    debian.write_text(
        "#!/bin/sh\nmkdir -p .venv/bin\n"
        "echo 'The virtual environment was not created successfully because ensurepip is not available.'\nexit 1\n"
    )
    debian.chmod(0o755)
    done = run_installer(tmp_path, f"sys.executable = {str(debian)!r}")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "suluh: this Python has no venv module; on Debian or Ubuntu: apt-get install python3-venv"
    ]
    assert not (tmp_path / ".venv").exists()


def test_make_without_a_suitable_python_is_one_line() -> None:
    path = {"PATH": os.environ["PATH"]}
    done = subprocess.run(["make", "run", "PYTHON="], cwd=ROOT, capture_output=True, text=True, check=False, env=path)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("suluh: no Python 3.11, 3.12 or 3.13 was found")


def test_make_alone_lists_the_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = set(re.findall(r"^make (\S+)", done.stdout, flags=re.M))
    assert {"run", "test", "check", "lock", "bench", "times", "messages", "screenshots", "fmt"} <= listed
