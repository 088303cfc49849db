"""Logs without personal data: ids only.  One JSON object a line, or short lines for people on a laptop."""

from __future__ import annotations

import logging
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class WithoutPath(logging.Filter):
    """Put the route's name where Django's own records carry the path: paths hold codes that open something."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            from config.middleware import route

            record.args = tuple(route(request) if value == path else value for value in record.args)  # type: ignore[arg-type]
        return True


def configure(*, as_json: bool) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING: every logger, ours or a library's, ends in the same lines."""
    structlog.configure(
        processors=[
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_path": {"()": WithoutPath}},
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_path"]}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # What RequestLog says already; faults (ERROR) still come with their traceback.
            "django.request": {"level": "ERROR"},
            # They tell of each edit in the words of its title; Wagtail's own log, which only staff read, holds that.
            "wagtail": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
            # Celery itself says when a task begins and ends.
            "django_structlog": {"level": "WARNING"},
        },
    }
