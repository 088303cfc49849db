"""``manage.py import_people FILE [--cohort CODE] [--commit]``: a people list at the command line, without a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import roles
from accounts.errors import AccountsError
from accounts.models import Organization, PeopleList, PeopleListRow, User
from accounts.models.people import normalize_number
from accounts.people_lists import checking, running
from accounts.people_lists.checking import Purpose
from accounts.people_lists.columns import enough
from accounts.people_lists.reasons import sentence
from accounts.people_lists.registry import follow_ups
from accounts.spreadsheets import read_table
from courses.lists import purpose_of
from courses.models import Cohort

OUTCOMES = ("new", "changed", "known", "refused")


class Command(BaseCommand):
    help = (
        "Check a list of people (XLSX, XLS, ODS, CSV) row by row; with --commit take it in. The last line counts the "
        "outcomes; the exit code is 0 only when no row is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--cohort", default="", help="code of the angkatan to enrol everybody in")
        parser.add_argument("--organization", default="", help="code of the organization (default: the angkatan's)")
        parser.add_argument("--commit", action="store_true", help="take the list in; otherwise it is only checked")
        parser.add_argument("--partial", action="store_true", help="with --commit: leave refused rows out")
        parser.add_argument("--as", dest="number", default="", help="act as the person with this participant number")

    def handle(self, *args: Any, **options: Any) -> None:
        purpose = _purpose(options["cohort"], options["organization"])
        actor = _actor(options["number"], purpose)
        path = Path(options["file"])
        try:
            content = path.read_bytes()
            table = read_table(content, path.name)
            found, rows = checking.look_at(table, purpose, actor=actor, at=timezone.now())
        except OSError as error:
            raise CommandError(_("%(file)s cannot be read.") % {"file": path}) from error
        except AccountsError as error:
            raise CommandError(str(error.message)) from error
        if not enough(found.mapping):
            raise CommandError(_("Not every heading was recognised: name the columns as in the template."))
        stands = options["commit"] and (options["partial"] or not found.refused)
        if stands:
            kept = checking.receive(
                table, purpose, actor=actor, at=timezone.now(), file_name=path.name, content=content
            )
            rows = _taken_in(kept)
        if self._tell(rows):
            nothing = options["commit"] and not stands
            raise CommandError(
                _("Nothing was saved: correct the refused rows, or leave them out with --partial.")
                if nothing
                else _("Some rows are refused.")
            )

    def _tell(self, rows: list[PeopleListRow]) -> int:
        """Print a line for each row and one that counts; answers how many are refused."""
        for row in rows:
            told = [f"{name}: {before} -> {after}" for name, (before, after) in row.changes.items()]
            told += [sentence(each) for each in (*row.reasons, *row.notices)]
            who = (row.values.get("number") or row.values.get("nip", ""), row.values.get("name", ""))
            self.stdout.write("\t".join([str(row.line), row.outcome, *who, " ".join(told)]))
        counts = [sum(row.outcome == outcome for row in rows) for outcome in OUTCOMES]
        self.stdout.write(", ".join(f"{count} {outcome}" for count, outcome in zip(counts, OUTCOMES, strict=True)))
        return counts[-1]


def _taken_in(kept: PeopleList) -> list[PeopleListRow]:
    """Run the task's own verb here; what is killed half-way is finished by the sweep, or by running this again."""
    if kept.to_take:
        try:
            running.start(kept, actor=kept.actor, at=timezone.now(), partly=True)
        except AccountsError as error:
            checking.discard(kept)
            raise CommandError(str(error.message)) from error
        running.run(kept.pk, at=timezone.now())
    return list(kept.rows.order_by("line"))


def _purpose(cohort_code: str, organization_code: str) -> Purpose:
    place = Organization.objects.filter(code=organization_code) if organization_code else Organization.objects.none()
    if organization_code and not place.exists():
        raise CommandError(_("No such organization. Run manage.py load_reference first."))
    if cohort_code:
        cohorts = Cohort.objects.select_related("organization").filter(code__iexact=cohort_code)
        found = list(cohorts.filter(organization__in=place) if organization_code else cohorts)
        if len(found) != 1:
            raise CommandError(_("No angkatan, or more than one, has this code: name its --organization too."))
        return purpose_of(found[0])
    organization = place.first() or Organization.objects.filter(depth=1).first()
    if organization is None:
        raise CommandError(_("No such organization. Run manage.py load_reference first."))
    return Purpose(organization)


def _actor(number: str, purpose: Purpose) -> User | None:
    """Whoever acts; nobody is the operator, who has the right to this machine."""
    if not number:
        return None
    actor = User.objects.filter(participant_number=normalize_number(number), is_active=True).first()
    if actor is None:
        raise CommandError(_("Nobody has the number %(number)s.") % {"number": number})
    follow_up = follow_ups.get(purpose.kind)
    stand_in = PeopleList(organization=purpose.organization, follow_kind=purpose.kind, follow_key=purpose.key)
    refusal = follow_up.refusal(stand_in, actor) if follow_up else ""
    if not follow_up and not roles.may(actor, roles.Action.MANAGE_PEOPLE, purpose.organization):
        refusal = _("You do not have the right to do this.")
    if refusal:
        raise CommandError(refusal)
    return actor
