"""What stands in one row, field by field: read as people write it, and refused where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import names, spelling
from accounts.models.people import normalize_number
from accounts.people_lists.reasons import Reason

_NUMBER: Final = re.compile(r"^[A-Z0-9][A-Z0-9./_-]{2,39}$")
_NOTHING: Final = frozenset(
    {"", "-", "--", "---", "0", "n/a", "na", "nihil", "tidak ada", "tdk ada", "belum ada", "kosong"}
)
_OLDEST: Final = 1930
_YOUNGEST_AT_APPOINTMENT: Final = 15
# PPPK carry the kind of their first appointment where civil servants carry a month.
_PPPK: Final = range(21, 30)


@dataclass
class Entry:
    """One row as read: ``reasons`` refuse it, ``notices`` only say something."""

    line: int
    number: str = ""
    nip: str = ""
    name: str = ""
    unit: str = ""
    region: str = ""
    province: str = ""
    email: str = ""
    phone: str = ""
    reasons: list[Reason] = field(default_factory=list)
    notices: list[Reason] = field(default_factory=list)


def read_entry(
    line: int, cells: Sequence[str], rounded: Sequence[int], mapping: Mapping[str, int], *, today: date
) -> Entry:
    """Pure.  The entry in ``cells``; ``rounded`` are columns whose number a spreadsheet has rounded."""
    written = {name: names.tidy(cells[column]) for name, column in mapping.items() if column < len(cells)}
    lost = {name for name, column in mapping.items() if column in rounded}
    given = {name: "" if value.lower() in _NOTHING else value for name, value in written.items()}
    entry = Entry(line, unit=given.get("unit", ""), region=given.get("region", ""), province=given.get("province", ""))
    _read_number(entry, given.get("number", ""), is_rounded="number" in lost)
    _read_nip(entry, given.get("nip", ""), is_rounded="nip" in lost, today=today)
    _read_name(entry, given)
    _read_email(entry, given.get("email", ""))
    _read_phone(entry, given.get("phone", ""))
    if not (entry.number or entry.nip or entry.reasons):
        entry.reasons.append(("number-missing", {}))
    elif not entry.number and not entry.reasons:
        entry.notices.append(("number-assigned", {}))
    return entry


def _read_number(entry: Entry, written: str, *, is_rounded: bool) -> None:
    number = normalize_number(written.lstrip("'’"))
    if is_rounded:
        entry.reasons.append(("number-rounded", {"number": number}))
    elif number and not _NUMBER.match(number):
        entry.reasons.append(("number-shape", {"number": number[:60]}))
    else:
        entry.number = number
        if len(number) == 16 and number.isdigit() and _looks_like_nik(number):
            entry.notices.append(("number-nik", {}))


def _looks_like_nik(digits: str) -> bool:
    """Pure.  Province code, and a birth date whose day has 40 added for women."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return 11 <= int(digits[:2]) <= 97 and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12


def _read_nip(entry: Entry, written: str, *, is_rounded: bool, today: date) -> None:
    nip = re.sub(r"[\s.'’`-]", "", spelling.plain_hyphens(written))
    if not nip:
        return
    if is_rounded:
        entry.reasons.append(("nip-rounded", {"nip": nip[:30]}))
    elif not re.fullmatch(r"[0-9]{18}", nip):
        entry.reasons.append(("nip-shape", {"nip": nip[:30]}))
    elif part := nip_fault(nip, today=today):
        entry.reasons.append(("nip-impossible", {"nip": nip, "part": part}))
    else:
        entry.nip = nip


def nip_fault(nip: str, *, today: date) -> str:
    """Pure.  Which part of an 18-digit NIP cannot be; empty when it can.

    Date of birth yyyymmdd, appointment yyyymm (PPPK: yyyy and the kind of appointment), sex 1 or 2, sequence.
    """
    try:
        born = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    except ValueError:
        return "birth"
    if born.year < _OLDEST or born >= today:
        return "birth"
    year, month = int(nip[8:12]), int(nip[12:14])
    if month in _PPPK:
        month = today.month if year == today.year else 12
    if not 1 <= month <= 12 or not 1950 <= year <= 2999:
        return "start"
    if (year - _YOUNGEST_AT_APPOINTMENT, month) < (born.year, born.month):
        return "order"
    if (year, month) > (today.year, today.month):
        return "future"
    if nip[14] not in "12":
        return "sex"
    return "" if nip[15:] != "000" else "sequence"


def _read_name(entry: Entry, given: Mapping[str, str]) -> None:
    name, before, after = (given.get(part, "") for part in ("name", "title_before", "title_after"))
    if name and before and not name.lower().startswith(before.lower()):
        name = f"{before} {name}"
    if name and after and not name.lower().endswith(after.lower()):
        name = f"{name}, {after}"
    entry.name = name
    right = spelling.repaired(name)
    fault = name_fault(right or name)
    if fault:
        entry.reasons.append((fault, {} if fault in ("name-missing", "name-long") else {"name": name[:60]}))
    elif right:
        entry.notices.append(("name-encoding", {"suggestion": right}))
    elif spelling.in_capitals(name):
        entry.notices.append(("name-capitals", {"suggestion": spelling.suggested(name)}))


def name_fault(name: str) -> str:
    """Pure.  The code of what is wrong with a name; empty when it can be one."""
    if not name:
        return "name-missing"
    if len(name) > names.LONGEST_NAME:
        return "name-long"
    if "\ufffd" in name or re.search(r"\w\?\w", name):
        return "name-damaged"
    if name[0] in "=+-@" or not re.search(r"[^\W\d_]", name) or re.search(r"[<>{}|\\]|://|\d{4}", name):
        return "name-shape"
    # A name that is only too long to be printed is asked about when its owner confirms it: titles can be shortened.
    return "" if names.is_printable(name[: names.LONGEST_PRINTED].strip()) else "name-letters"


def _read_email(entry: Entry, written: str) -> None:
    email = written.removeprefix("mailto:")
    if not email:
        return
    try:
        validate_email(email)
    except ValidationError:
        entry.reasons.append(("email-shape", {"email": email[:100]}))
    else:
        local, _at, domain = email.rpartition("@")
        entry.email = f"{local}@{domain.lower()}"


def _read_phone(entry: Entry, written: str) -> None:
    phone = read_phone(written)
    if written and not phone:
        entry.notices.append(("phone-left-out", {"phone": written[:40]}))
    entry.phone = phone


def read_phone(written: str) -> str:
    """Pure.  '0812-3456-7890', '62812...', '+62 812 ...' and '812...' -> '081234567890'; empty when it is none."""
    digits = re.sub(r"[\s().'’‘`-]", "", spelling.plain_hyphens(written).split("/")[0].split(",")[0])
    plus = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        return ""
    if digits.startswith("62"):
        digits = "0" + digits[2:].lstrip("0")
    elif digits.startswith("8") and not plus:
        digits = "0" + digits  # a spreadsheet took the leading zero for nothing
    elif plus:
        digits = "+" + digits
    return digits if 8 <= len(digits) <= 16 else ""
