"""What is handed to a person with a new first code: a strip of paper, or a text to paste into a chat.

The code stands on the page that shows it once, and in no address: a link that opened WhatsApp with the text would
carry number, code and, as the one written to, the four digits that go with them into the history of a browser.  So
the link opens the chat alone, and the text is copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import first_codes, phones
from accounts.models import User


@dataclass(frozen=True)
class Strip:
    """One person's strip: ``place`` is where the code is typed, ``until`` its last moment in words."""

    person: User
    code: str
    place: str
    until: str

    @property
    def text(self) -> str:
        """What is pasted into a chat with the person."""
        return _(
            "Hello %(name)s. This is how you sign in to Suluh:\n"
            "1. Open %(place)s\n"
            "2. Participant number: %(number)s\n"
            "3. Code: %(code)s\n"
            "4. The last four digits of your NIP or of your registered phone number\n"
            "Then choose your own password. The code works once, until %(until)s. Please do not pass it on."
        ) % {
            "name": self.person.full_name,
            "place": self.place,
            "number": self.person.participant_number,
            "code": self.code,
            "until": self.until,
        }

    @property
    def chat(self) -> str:
        """The address that opens a chat with the person, without any text; empty without a usable phone number."""
        number = phones.international(self.person.phone)
        return f"https://wa.me/{number}" if number else ""


def strips(issued: Iterable[tuple[User, str]], *, place: str, until: str) -> Sequence[Strip]:
    """Strips for what ``first_codes.issue`` answered, in its order."""
    return [Strip(person, first_codes.grouped(code), place, until) for person, code in issued]
