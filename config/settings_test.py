"""Settings of the tests: the product's own, on servers and in a folder of their own.

The hasher, the broker and the session store stay the product's: what is measured or raced must not be made cheaper.
Addresses are fixed here; tests/conftest.py starts what listens on them.  A child process that inherits
``SULUH_TEST_DIR`` (worker, gunicorn, manage.py) meets the same database, broker and files.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "SULUH_TEST_DIR" not in os.environ:
    os.environ["SULUH_TEST_DIR"] = tempfile.mkdtemp(prefix="suluh-", dir="/tmp")
    atexit.register(shutil.rmtree, os.environ["SULUH_TEST_DIR"], ignore_errors=True)
# One of xdist's processes, each with its own database, broker and files; "main" without xdist.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEST_DIR = Path(os.environ["SULUH_TEST_DIR"])
WORKER_DIR = TEST_DIR / WORKER
TEST_DATABASE = os.environ.get("SULUH_TEST_DATABASE", f"suluh_{WORKER}")
POSTGRES_DIR = TEST_DIR / "postgres"

_DATABASES = {
    "sqlite": f"sqlite:///{WORKER_DIR / TEST_DATABASE}.sqlite3",
    "postgres": f"postgres://suluh@/{TEST_DATABASE}?host={POSTGRES_DIR}",
}
os.environ["SULUH_ENV_FILE"] = ""
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 40
os.environ["SULUH_VAR"] = str(WORKER_DIR / "var")
os.environ["DATABASE_URL"] = _DATABASES[os.environ.get("SULUH_TEST_DB", "sqlite")]
os.environ["REDIS_URL"] = f"unix://{WORKER_DIR}/valkey.sock?db=0"
os.environ.pop("CELERY_BROKER_URL", None)

from config.settings import *  # noqa: E402, F403
from config.settings import STATIC_ROOT, STORAGES  # noqa: E402

Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
# Every request gives its connection back: a database that is restored between two tests has no stale reader.
CONN_MAX_AGE = 0
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# gunicorn started by a test serves the files as they stand, without collecting them first.
WHITENOISE_USE_FINDERS = True
# They are looked up when asked for: every test client would otherwise list all of them first.
WHITENOISE_AUTOREFRESH = True
