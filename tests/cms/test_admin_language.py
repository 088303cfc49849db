"""Editors meet Indonesian in the admin, in our words."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext

CATALOGUE = Path(__file__).parents[2] / "cms" / "wagtail_locale" / "id" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("Save draft", "Simpan draf"),
        ("Publish", "Terbitkan"),
        ("Unpublish", "Tarik publikasi"),
        ("Preview", "Pratinjau"),
        ("Password", "Kata sandi"),
        ("Request changes", "Minta perbaikan"),
        ("Awaiting your review", "Menunggu pemeriksaan Anda"),
    ],
)
def test_editors_words_are_ours(source: str, wanted: str) -> None:
    with translation.override("id"):
        assert gettext(source) == wanted


def test_at_least_four_hundred_of_the_admins_strings_are_overridden_and_compiled() -> None:
    catalogue = polib.pofile(str(CATALOGUE))
    assert len(catalogue) >= 400
    assert catalogue.untranslated_entries() == []
    compiled = {entry.msgid: entry.msgstr for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    assert compiled == {entry.msgid: entry.msgstr for entry in catalogue}
