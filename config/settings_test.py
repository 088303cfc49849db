"""Settings of the tests: the product's own, with a fixed key and a folder of their own.

The hasher, the broker and the session store stay the product's: what is measured or raced must not be made cheaper.
tests/conftest.py starts the servers and sets DATABASE_URL and REDIS_URL before this module is read.
"""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("SULUH_VAR", tempfile.mkdtemp(prefix="suluh-test-"))

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES, VAR_DIR  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file: the live server, worker processes and the browser's requests use other connections.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
