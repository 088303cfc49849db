"""The printed number follows its issuer's template and clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from certificates import numbers
from certificates.numbers import NumberParts

PARTS = NumberParts(sequence=7, kind="training", unit_code="DINSOS-BTN", day=date(2026, 11, 22), classification="KS.02")


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        (numbers.DEFAULT_TEMPLATE, "0007/SP/DINSOS-BTN/XI/2026"),
        ("{urut}/LSP KEMENSOS RI/{jenis}/{bulan_romawi}/{tahun}", "7/LSP KEMENSOS RI/SP/XI/2026"),
        ("{urut:03d}/{klasifikasi}/{bulan}/{tahun}", "007/KS.02/11/2026"),
    ],
)
def test_templates_seen_in_offices_are_printed(template: str, printed: str) -> None:
    assert numbers.print_number(template, PARTS) == printed


@pytest.mark.parametrize(
    "template",
    [
        "",
        "{urut}",
        "{tahun}/{jenis}",
        "{urut}/{tahun}/{nik}",
        "{urut.__class__}/{tahun}",
        "{urut!r}/{tahun}",
        "{urut:>400}/{tahun}",
        "{tahun:04d}/{urut}",
        "{urut}/{tahun",
        "{urut}/{tahun}\n",
        "<b>{urut}</b>{tahun}",
    ],
)
def test_a_template_that_could_repeat_or_say_too_much_is_refused(template: str) -> None:
    with pytest.raises(numbers.BadNumberTemplate):
        numbers.check_template(template)


def test_months_are_roman() -> None:
    assert [numbers.roman_month(month) for month in (1, 4, 8, 9, 12)] == ["I", "IV", "VIII", "IX", "XII"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Jayapura", date(2026, 12, 31)),
        ("Asia/Jakarta", date(2026, 12, 31)),
        ("Pacific/Kiritimati", date(2027, 1, 1)),
    ],
)
def test_the_last_evening_of_the_year_belongs_to_the_issuer_s_own_year(zone: str, day: date) -> None:
    half_past_eleven_in_jayapura = datetime(2026, 12, 31, 14, 30, tzinfo=UTC)
    assert numbers.issue_day(half_past_eleven_in_jayapura, zone) == day


def test_new_year_in_jayapura_comes_before_jakarta_s() -> None:
    just_after = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    assert numbers.issue_day(just_after, "Asia/Jayapura").year == 2027
    assert numbers.issue_day(just_after, "Asia/Jakarta").year == 2026
