"""``python -m tests.migrating``: the product's ``migrate`` on an empty database (``config.migrating``), the stage."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    from config.migrating import quickly

    with quickly():
        execute_from_command_line([sys.argv[0], "migrate", *sys.argv[1:]])
    from tests import staging

    staging.keep_bare()
    staging.set_stage()
