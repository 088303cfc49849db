"""``manage.py retry_messages``: try again what was given up, once the cause is put right."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count
from django.utils import timezone

from cms.messaging import outbox
from cms.models import Delivery


class Command(BaseCommand):
    help = "Show what the outbox has given up, by channel and reason; with --commit put it back into the queue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--channel", choices=["email", "push", "gateway"], default="", help="only this channel")
        parser.add_argument("--commit", action="store_true", help="put the rows back; without it nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = Delivery.objects.filter(state=Delivery.State.FAILED)
        if options["channel"]:
            failed = failed.filter(channel=options["channel"])
        counts = failed.order_by("channel", "trouble").values_list("channel", "trouble").annotate(number=Count("pk"))
        for channel, trouble, number in counts:
            self.stdout.write(f"{channel}  {trouble}  {number}")
        if options["commit"]:
            put_back = outbox.retry_failed(at=timezone.now(), channel=options["channel"])
            self.stdout.write(f"{put_back} put back into the queue")
        else:
            self.stdout.write(f"{failed.count()} given up; nothing was changed (--commit puts them back)")
