"""``manage.py create_administrator NUMBER NAME --phone PHONE``: the first person, with a first code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events, first_codes
from accounts.models import Membership, Organization, Role, User
from accounts.models.people import normalize_number
from accounts.people_lists.cells import read_phone


class Command(BaseCommand):
    help = "Record an administrator and print a first code, shown once and valid for 7 days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="participant number to sign in with")
        parser.add_argument("name", help="full name as printed, with titles")
        parser.add_argument("--phone", default="", help="phone number; its last four digits go with the code")
        parser.add_argument("--nip", default="", help="NIP; its last four digits may go with the code instead")
        parser.add_argument("--organization", default="", help="code of the organization (default: the first root)")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        place = self._organization(options["organization"])
        if User.objects.filter(participant_number=normalize_number(options["number"])).exists():
            raise CommandError(_("The number %(number)s is already taken.") % {"number": options["number"]})
        at = timezone.now()
        person = User.objects.create_person(
            participant_number=options["number"],
            full_name=options["name"],
            phone=read_phone(options["phone"]),
            nip=options["nip"],
        )
        today = timezone.localtime(at).date()
        Membership.objects.create(user=person, organization=place, role=Role.ADMINISTRATOR, starts_on=today)
        events.record("person.added", person, actor=None, at=at, organization=place, details={"by": "command"})
        try:
            [(_person, code)] = first_codes.issue([person], actor=person, at=at)
        except first_codes.FactMissing as error:
            raise CommandError(_("Add --phone or --nip: its last four digits go with the code.")) from error
        self.stdout.write(f"{person.participant_number}  {first_codes.grouped(code)}  /masuk/kode/")

    def _organization(self, code: str) -> Organization:
        found = Organization.objects.filter(code=code) if code else Organization.objects.filter(depth=1)
        place = found.first()
        if place is None:
            raise CommandError(_("No such organization. Run manage.py load_reference first."))
        return place
