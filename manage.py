#!/usr/bin/env python
"""Run Django's command line with Suluh's settings."""

import os
import sys

# What a shell calls a program whose reader has gone (128 + SIGPIPE).
READER_GONE = 141


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        try:
            execute_from_command_line(sys.argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read what we print has gone (`| head`): no fault, and nobody is left to read a traceback.  What is
        # still kept for them must not be tried again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_GONE)


if __name__ == "__main__":
    main()
